import type { LedgerLine } from '../../functions/domain/ledger.ts';
import { type OpenedSession, resolveLine } from '../../functions/flow/resolve-line.ts';
import {
  absent,
  aCluster,
  anExecConfiguration,
  anExecSession,
  aTask,
  aTaskDefinition,
  CLUSTER_ARN,
  NOW,
  ROLE_ARN,
  read,
  TASK_ID,
  unreadable,
} from '../support/builders.ts';
import { type EcsAnswers, fakeEcs } from '../support/fakes/ecs.ts';
import { aLedgerLine } from '../support/ledger.ts';

const OPENED: OpenedSession = { kind: 'exec', session: anExecSession(), sourceIdentity: 'ada' };
const RESOLVED = aLedgerLine({ sourceIdentity: 'ada', recordedAt: NOW.toISOString() });
const OVERRIDE_ROLE = 'arn:aws:iam::111111111111:role/override';

const lineWith = (answers: Partial<EcsAnswers>, opened: OpenedSession = OPENED): Promise<LedgerLine> =>
  resolveLine(opened, fakeEcs(answers), NOW);

function throttled(): Error {
  const error = new Error('Rate exceeded');
  error.name = 'ThrottlingException';
  return error;
}

describe('given a session in a task that ECS shows', () => {
  it('takes down role and target as they are now', async () => {
    expect(await lineWith({})).toEqual({ ...RESOLVED, taskRoleArn: ROLE_ARN });
  });

  it("takes the task's override before the role of its definition", async () => {
    const task = read(aTask({ taskRoleArnOverride: OVERRIDE_ROLE }));
    expect((await lineWith({ task })).taskRoleArn).toBe(OVERRIDE_ROLE);
  });

  it('takes no role where the task has none', async () => {
    expect((await lineWith({ taskDefinition: read(aTaskDefinition({ taskRoleArn: null })) })).taskRoleArn).toBeNull();
  });

  it('keeps that the cluster does not log at all', async () => {
    const cluster = read(aCluster({ execConfiguration: anExecConfiguration({ logging: 'NONE' }) }));
    expect(await lineWith({ cluster })).toEqual({
      ...RESOLVED,
      target: { kind: 'none', because: 'logging-off', otherContainerGroups: [] },
    });
  });
});

describe('given a session outside ECS Exec', () => {
  const opened: OpenedSession = {
    kind: 'outside-exec',
    session: anExecSession({ sessionId: 'ada-0123456789abcdef0', containerName: `${TASK_ID}-1527056392` }),
    sourceIdentity: null,
  };

  it("keeps the task's role and no target, and does not ask for the cluster", async () => {
    const ecs = fakeEcs();
    expect(await resolveLine(opened, ecs, NOW)).toEqual({
      kind: 'outside-exec',
      session: opened.session,
      sourceIdentity: null,
      taskRoleArn: ROLE_ARN,
      target: { kind: 'unresolved', because: 'a session outside ECS Exec is written nowhere' },
      recordedAt: NOW.toISOString(),
    });
    expect(ecs.questions).toEqual([
      `task ${TASK_ID} in ${CLUSTER_ARN}`,
      'task definition arn:aws:ecs:ap-northeast-1:111111111111:task-definition/nginx-sample:7',
    ]);
  });
});

describe('given an ECS that cannot be read', () => {
  const OTHER_TASK = `arn:aws:ecs:ap-northeast-1:111111111111:task/nginx-sample-cluster/${'f'.repeat(32)}`;

  it.each<{ name: string; answers: Partial<EcsAnswers>; because: string; taskRoleArn: string | null }>([
    {
      name: 'the task is gone',
      answers: { task: absent },
      because: 'ECS does not know the task any more',
      taskRoleArn: null,
    },
    { name: 'the task may not be read', answers: { task: unreadable }, because: 'AccessDenied', taskRoleArn: null },
    {
      name: 'the task is throttled',
      answers: { task: throttled() },
      because: 'the task could not be read (ThrottlingException)',
      taskRoleArn: null,
    },
    {
      name: 'another task answers',
      answers: { task: read(aTask({ taskArn: OTHER_TASK })) },
      because: 'ECS showed another task',
      taskRoleArn: null,
    },
    {
      name: 'the task definition is gone',
      answers: { taskDefinition: absent },
      because: 'ECS does not know the task definition any more',
      taskRoleArn: null,
    },
    {
      name: 'the task definition is throttled',
      answers: { taskDefinition: throttled() },
      because: 'the task definition could not be read (ThrottlingException)',
      taskRoleArn: null,
    },
    {
      name: 'the cluster is gone',
      answers: { cluster: absent },
      because: 'ECS does not know the cluster any more',
      taskRoleArn: ROLE_ARN,
    },
    {
      name: 'the cluster is throttled',
      answers: { cluster: throttled() },
      because: 'the cluster could not be read (ThrottlingException)',
      taskRoleArn: ROLE_ARN,
    },
    {
      name: 'another cluster answers',
      answers: { cluster: read(aCluster({ clusterArn: `${CLUSTER_ARN}-2` })) },
      because: 'ECS showed another cluster',
      taskRoleArn: ROLE_ARN,
    },
  ])('writes the line all the same where $name', async ({ answers, because, taskRoleArn }) => {
    expect(await lineWith(answers)).toEqual({ ...RESOLVED, taskRoleArn, target: { kind: 'unresolved', because } });
  });
});

describe('given a task that ECS does not know any more', () => {
  const clusterWith = (overrides: Parameters<typeof anExecConfiguration>[0]) =>
    read(aCluster({ execConfiguration: anExecConfiguration(overrides) }));

  it('takes the group and bucket of a cluster with OVERRIDE, which are the same for every task', async () => {
    const cluster = clusterWith({ logging: 'OVERRIDE', cloudWatchLogGroupName: '/ecs/exec', s3BucketName: 'audit' });
    const { taskRoleArn, target } = await lineWith({ task: absent, cluster });
    expect([taskRoleArn, target]).toMatchObject([
      null,
      { kind: 'target', logGroupName: '/ecs/exec', bucket: { name: 'audit' } },
    ]);
  });

  it('knows that a cluster with NONE records nothing', async () => {
    const { target } = await lineWith({ task: absent, cluster: clusterWith({ logging: 'NONE' }) });
    expect(target).toMatchObject({ kind: 'none', because: 'logging-off' });
  });

  it('waits for the task where it may only not be read: its role is worth asking again', async () => {
    const { target } = await lineWith({ task: throttled(), cluster: clusterWith({ logging: 'OVERRIDE' }) });
    expect(target).toMatchObject({ kind: 'unresolved' });
  });
});
