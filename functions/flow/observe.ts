import type { Denial } from '../domain/denial.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import { deriveTarget, ownPolicyOn, type PlannedRepair, planRepair, type TargetReadings } from '../domain/finding.ts';
import type {
  Observation,
  ObservedLogGroup,
  ObservedRole,
  ObservedSimulation,
  ObservedTaskDefinition,
  Reading,
} from '../domain/observation.ts';
import { isTaskId } from '../domain/task.ts';
import type { ObservationPorts } from '../ports.ts';
import { RetryLater } from './retry-later.ts';

const MILLISECONDS_PER_HOUR = 3_600_000;
const CLOCK_TOLERANCE_MILLISECONDS = 10_000;

/** The record of the denial's session: the ledger first, CloudTrail's history only where the ledger does not know it. */
export async function findSession(
  denial: Denial,
  ports: Pick<ObservationPorts, 'ledger' | 'history'>,
  now: Date,
): Promise<Reading<ExecSession>> {
  if (denial.logStreamName === null) {
    return { kind: 'absent' };
  }
  const inLedger = await ports.ledger.findSession(denial.logStreamName);
  return inLedger.kind === 'read'
    ? inLedger
    : ports.history.findSession({ sessionId: denial.logStreamName, before: now });
}

/** Everything else that is read about a denial, in parallel where one answer does not ask the next question. */
export async function observe(
  denial: Denial,
  session: Reading<ExecSession>,
  ports: ObservationPorts,
  options: { readonly now: Date; readonly withGroupTags: boolean },
): Promise<Observation> {
  const since = new Date(options.now.getTime() - MILLISECONDS_PER_HOUR);
  const [place, { role, attachedPolicy }, stack, writesInLastHour] = await Promise.all([
    observeTask(denial, session, ports),
    observeRole(denial, ports, options.now),
    denial.roleName === null ? absent : ports.stacks.findOwningStack(denial.roleName),
    ports.cases.countWritesSince(since),
  ]);
  const readings: TargetReadings = { session, ...place, role, attachedPolicy };
  const target = deriveTarget(denial, readings);
  const repair = planRepair(target, readings);
  const [logGroup, simulation] = await Promise.all([
    findLogGroup(target?.kind === 'target' ? target.logGroupName : null, ports, options.withGroupTags),
    simulate(role, repair, target?.kind === 'target' ? target.region : null, ports),
  ]);
  return { ...readings, stack, logGroup, simulation, writesInLastHour };
}

const absent = { kind: 'absent' } as const;

async function observeTask(
  denial: Denial,
  session: Reading<ExecSession>,
  { ecs }: Pick<ObservationPorts, 'ecs'>,
): Promise<Pick<Observation, 'task' | 'cluster' | 'taskDefinition'>> {
  // ECS refuses what is no task id: an instance's or a person's session has no task.
  if (denial.sessionName === null || !isTaskId(denial.sessionName)) {
    return { task: absent, cluster: absent, taskDefinition: absent };
  }
  const known = session.kind === 'read' ? session.value.clusterArn : null;
  const [task, knownCluster] = await Promise.all([
    ecs.findTask({ clusterArn: known, taskId: denial.sessionName }),
    known === null ? null : ecs.findCluster(known),
  ]);
  if (task.kind !== 'read') {
    return { task, cluster: knownCluster ?? task, taskDefinition: task };
  }
  const [cluster, taskDefinition]: [Observation['cluster'], Reading<ObservedTaskDefinition>] = await Promise.all([
    knownCluster ?? ecs.findCluster(task.value.clusterArn),
    ecs.findTaskDefinition(task.value.taskDefinitionArn),
  ]);
  return { task, cluster, taskDefinition };
}

/**
 * The role, and after it our record of what we attached to it: a write is announced before it is made, so that a policy of ours
 * on the role is always one that the record knows.
 * @throws RetryLater when another invocation finished its write between the two readings.
 */
async function observeRole(
  denial: Denial,
  { iam, cases }: Pick<ObservationPorts, 'iam' | 'cases'>,
  begunAt: Date,
): Promise<Pick<Observation, 'role' | 'attachedPolicy'>> {
  const role = denial.roleName === null ? absent : await iam.findRole(denial.roleName);
  const record = denial.roleId === null ? undefined : await cases.findAttachedPolicy(denial.roleId);
  if (record === undefined) {
    return { role, attachedPolicy: absent };
  }
  const attachedPolicy = { kind: 'read', value: record } as const;
  const own = role.kind === 'read' ? ownPolicyOn(role.value, record.policyName, attachedPolicy) : null;
  const confirmedAt = Date.parse(record.confirmedAt ?? '');
  if (own?.kind === 'removed' && confirmedAt > begunAt.getTime() - CLOCK_TOLERANCE_MILLISECONDS) {
    throw new RetryLater('the role was read before a write that another invocation has finished since');
  }
  return { role, attachedPolicy };
}

async function findLogGroup(
  logGroupName: string | null,
  { logGroups }: Pick<ObservationPorts, 'logGroups'>,
  withTags: boolean,
): Promise<Reading<ObservedLogGroup>> {
  return logGroupName === null ? absent : logGroups.findLogGroup({ logGroupName, withTags });
}

/** What IAM knows of a call of the agent's with this role in this Region. */
export function contextOfCalls(
  { roleArn, tags }: Pick<ObservedRole, 'roleArn' | 'tags'>,
  region: string,
): Readonly<Record<string, string>> {
  const account = roleArn.split(':')[4] ?? '';
  return {
    'aws:RequestedRegion': region,
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': account,
    // Every call of the agent goes to a resource of the account, or is not to be allowed.
    'aws:ResourceAccount': account,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}

/** The role as it is and with the planned policy, under the context that a call of the agent's would have. */
async function simulate(
  role: Reading<ObservedRole>,
  repair: PlannedRepair | null,
  region: string | null,
  { iam }: Pick<ObservationPorts, 'iam'>,
): Promise<Reading<ObservedSimulation>> {
  if (role.kind !== 'read' || repair === null || region === null) {
    return absent;
  }
  const question = {
    roleArn: role.value.roleArn,
    pairs: repair.requiredCalls,
    context: contextOfCalls(role.value, region),
  };
  const [now, withPolicy] = await Promise.all([
    iam.simulate({ ...question, additionalPolicy: null }),
    iam.simulate({ ...question, additionalPolicy: JSON.stringify(repair.policy.document) }),
  ]);
  if (now.kind !== 'read') {
    return now;
  }
  return withPolicy.kind === 'read'
    ? { kind: 'read', value: { now: now.value, withPolicy: withPolicy.value } }
    : withPolicy;
}
