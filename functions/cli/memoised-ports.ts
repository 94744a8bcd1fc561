import type { EcsReader, ObservationPorts } from '../ports.ts';

/**
 * The same ports, each question asked once: a thousand denials of one role read that role once. For one run only, since nothing
 * notices that the answer changed. A call that failed is asked again.
 */
export function memoisedPorts(ports: ObservationPorts): ObservationPorts {
  const cases: ObservationPorts['cases'] = ports.cases;
  const breaker = once((_: null) => cases.readBreaker());
  return {
    ledger: { findSession: once((sessionId) => ports.ledger.findSession(sessionId)) },
    history: {
      findSession: once((query) => ports.history.findSession(query)),
      findSessionOfTask: once((query) => ports.history.findSessionOfTask(query)),
    },
    ecs: memoisedEcs(ports.ecs),
    iam: {
      findRole: once((roleName) => ports.iam.findRole(roleName)),
      simulate: once((query) => ports.iam.simulate(query)),
    },
    stacks: { findOwningStack: once((physicalId) => ports.stacks.findOwningStack(physicalId)) },
    logGroups: { findLogGroup: once((query) => ports.logGroups.findLogGroup(query)) },
    keys: { findKey: once((keyId) => ports.keys.findKey(keyId)) },
    organization: { findPlace: once((account) => ports.organization.findPlace(account)) },
    buckets: { findEncryption: once((bucketName) => ports.buckets.findEncryption(bucketName)) },
    cases: {
      findAttachedPolicy: once((roleId) => cases.findAttachedPolicy(roleId)),
      readBreaker: () => breaker(null),
    },
  };
}

/** The same for ECS alone. */
export function memoisedEcs(ecs: EcsReader): EcsReader {
  return {
    findTask: once((query) => ecs.findTask(query)),
    findCluster: once((clusterArn) => ecs.findCluster(clusterArn)),
    findTaskDefinition: once((arn) => ecs.findTaskDefinition(arn)),
  };
}

/** A function whose equal questions share one answer; a rejected one is forgotten. */
export function once<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (question) => {
    const key = JSON.stringify(question);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(question);
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
