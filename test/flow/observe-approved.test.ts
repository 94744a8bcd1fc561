import { NOTHING_COUNTED } from '../../functions/domain/breaker.ts';
import { observeApproved } from '../../functions/flow/observe-approved.ts';
import type { ObservationPorts } from '../../functions/ports.ts';
import {
  absent,
  aCluster,
  aDenial,
  aLogGroup,
  anExecSession,
  aRole,
  aTask,
  aTaskDefinition,
  CLUSTER_ARN,
  NOW,
  read,
} from '../support/builders.ts';
import { FakeRole } from '../support/fakes/role.ts';

const EVIDENCE = { session: anExecSession(), task: aTask(), taskDefinition: aTaskDefinition() };
const OPTIONS = { now: NOW, withGroupTags: false };

/** An account in which task and session are gone, and that notes each question about them. */
function ports() {
  const role = new FakeRole(aRole());
  const asked: string[] = [];
  const gone = async (question: string) => {
    asked.push(question);
    return absent;
  };
  const all: ObservationPorts = {
    ledger: { findSession: () => gone('ledger') },
    history: { findSession: () => gone('history'), findSessionOfTask: () => gone('history') },
    ecs: {
      findTask: () => gone('task'),
      findTaskDefinition: () => gone('task definition'),
      findCluster: async (clusterArn) => {
        asked.push(clusterArn);
        return read(aCluster({ clusterArn }));
      },
    },
    iam: { findRole: () => role.findRole(), simulate: (query) => role.simulate(query) },
    stacks: { findOwningStack: async () => absent },
    logGroups: { findLogGroup: async () => read(aLogGroup()) },
    keys: { findKey: async () => absent },
    buckets: { findEncryption: async () => absent },
    organization: { findPlace: async () => absent },
    cases: { findAttachedPolicy: async () => undefined, readBreaker: async () => NOTHING_COUNTED },
  };
  return { all, asked };
}

describe('what an approved repair is judged by', () => {
  it('is session, task and task definition as they were, and everything else as it is', async () => {
    const { all, asked } = ports();
    const observation = await observeApproved(aDenial(), EVIDENCE, all, OPTIONS);
    expect(observation).toMatchObject({
      session: read(anExecSession()),
      task: read(aTask()),
      taskDefinition: read(aTaskDefinition()),
      cluster: read(aCluster()),
      role: read(aRole()),
      logGroup: read(aLogGroup()),
      simulation: { kind: 'read' },
      attachedPolicy: absent,
    });
    expect(asked).toEqual([CLUSTER_ARN]);
  });

  it("asks for the task's cluster where the denial is of no session", async () => {
    const { all, asked } = ports();
    const clusterArn = CLUSTER_ARN.replace('nginx-sample-cluster', 'routers');
    const evidence = { ...EVIDENCE, session: null, task: aTask({ clusterArn }) };
    const observation = await observeApproved(aDenial({ source: 'firelens' }), evidence, all, OPTIONS);
    expect([observation.session, asked]).toEqual([absent, [clusterArn]]);
  });
});
