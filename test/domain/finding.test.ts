import { matchingSession } from '../../functions/domain/denied-session.ts';
import { claimedRoleArn, correlate, roleArnOf } from '../../functions/domain/finding.ts';
import { repairedAtOf } from '../../functions/domain/repaired-at.ts';
import {
  absent,
  aCase,
  aCluster,
  aDenial,
  anAttachedPolicy,
  anExecConfiguration,
  anExecSession,
  aRole,
  aTask,
  EXECUTION_ROLE_ARN,
  GROUP,
  ROLE_ARN,
  read,
  rules,
  SESSION_ID,
  unreadable,
} from '../support/builders.ts';
import {
  aCompanionWorld,
  aRoutedContainer,
  aRouterTaskDefinition,
  aRouterWorld,
  BUCKET_KEY_ARN,
  encryptedReadings,
  KEY_ARN,
  ROUTER_GROUP,
} from '../support/other-signals.ts';
import { aFinding, anObservation, aWorld, findingOf } from '../support/world.ts';

describe('given everything that was read of nginx-default', () => {
  it('says who opened which session, in which role, and where its transcript should have gone', () => {
    const observation = anObservation();
    const denial = aDenial();
    const found = aCase();
    expect(correlate(denial, 'f', observation, found)).toEqual({
      signal: 'exec-delivery',
      router: null,
      denial,
      fingerprint: 'f',
      observation,
      found,
      session: anExecSession(),
      taskRoleArn: ROLE_ARN,
      executionRoleArn: EXECUTION_ROLE_ARN,
      target: expect.objectContaining({ kind: 'target', logging: 'DEFAULT', logGroupName: GROUP }),
      repair: expect.objectContaining({
        policy: expect.objectContaining({ policyName: 'ExecLogDelivery-ap-northeast-1' }),
      }),
    });
  });

  it('takes the overrides of the task before the task definition', () => {
    const task = read(aTask({ taskRoleArnOverride: 'task-override', executionRoleArnOverride: 'execution-override' }));
    expect(aFinding({ task })).toMatchObject({
      taskRoleArn: 'task-override',
      executionRoleArn: 'execution-override',
    });
  });
});

describe("given everything that was read of a router's denial", () => {
  it('says where the router delivers, and knows no session', () => {
    expect(findingOf(aRouterWorld({ session: read(anExecSession()) }))).toMatchObject({
      signal: 'router',
      session: null,
      target: null,
      router: { kind: 'router-target', logGroupName: ROUTER_GROUP, origin: 'task-definition' },
      taskRoleArn: ROLE_ARN,
      repair: { policy: { policyName: 'ExecLogDelivery-ap-northeast-1' } },
    });
  });

  it.each([
    ['task', { task: absent }],
    ['task definition', { taskDefinition: unreadable }],
    ['task of the event', { task: read(aTask({ taskArn: 'arn:aws:ecs:eu-central-1:111111111111:task/c/x' })) }],
  ])('derives no output without the %s', (_, observed) => {
    expect(findingOf(aRouterWorld(observed))).toMatchObject({ router: null, repair: null });
  });

  it("goes by the task's own role for what the settings declare", () => {
    const bakedIn = aRouterTaskDefinition([aRoutedContainer({}, { logOptions: {} })], { taskRoleArn: null });
    const targets = [{ role: ROLE_ARN, logGroup: ROUTER_GROUP }];
    const routerOf = (taskRoleArnOverride: string | null) =>
      findingOf(
        aRouterWorld(
          { task: read(aTask({ taskRoleArnOverride })), taskDefinition: read(bakedIn) },
          { rules: rules({ fireLens: { targets } }) },
        ),
      ).router;
    expect(routerOf(ROLE_ARN)).toMatchObject({ kind: 'router-target', origin: 'settings' });
    expect(routerOf(null)).toMatchObject({ kind: 'no-router-target', because: 'router-target-baked-in' });
  });
});

describe("given everything that was read of a companion's denial", () => {
  it('plans the policy of the whole target, with its keys resolved', () => {
    const world = aCompanionWorld('session-key', encryptedReadings({ kmsKeyId: 'alias/exec' }));
    expect(findingOf(world)).toMatchObject({
      signal: 'exec-companion',
      session: { sessionId: SESSION_ID },
      target: { sessionKey: { kind: 'arn', arn: KEY_ARN }, bucket: { keyArn: BUCKET_KEY_ARN } },
      router: null,
    });
  });
});

describe('given less', () => {
  it.each(['session', 'task', 'cluster', 'taskDefinition'] as const)('derives no target without %s', (name) => {
    expect(aFinding({ [name]: unreadable })).toMatchObject({ target: null, repair: null });
  });

  it('plans no policy without the role', () => {
    expect(aFinding({ role: unreadable })).toMatchObject({ target: { kind: 'target' }, repair: null });
  });

  it('plans no policy for a key that is given by its alias', () => {
    const cluster = read(aCluster({ execConfiguration: anExecConfiguration({ kmsKeyId: 'alias/exec' }) }));
    expect(aFinding({ cluster })).toMatchObject({ target: { kind: 'target' }, repair: null });
  });

  it('knows no roles of a task that was not read', () => {
    expect(aFinding({ task: unreadable })).toMatchObject({ taskRoleArn: null, executionRoleArn: null });
  });

  it('takes the record of another session for none', () => {
    const session = read(anExecSession({ sessionId: 'ecs-execute-command-1' }));
    expect(matchingSession(aDenial(), { session })).toBeNull();
    expect(aFinding({ session })).toMatchObject({ session: null, target: null, repair: null });
  });
});

describe('the ARN of the role', () => {
  it('is what IAM says, where it was read', () => {
    expect(roleArnOf(aDenial({ rolePath: '/claimed/' }), read(aRole()))).toBe(ROLE_ARN);
  });

  it('is else what the record claims', () => {
    expect(roleArnOf(aDenial({ rolePath: '/team/' }), unreadable)).toBe(ROLE_ARN.replace('role/', 'role/team/'));
    expect(claimedRoleArn(aDenial({ rolePath: null }))).toBe(ROLE_ARN);
  });

  it.each([{ partition: null }, { account: null }, { roleName: null }, { roleName: 'a/b c' }, { account: '1' }])(
    'is unknown where the record gives %j',
    (fields) => {
      expect(claimedRoleArn(aDenial(fields))).toBeNull();
    },
  );
});

describe('the time of the repair', () => {
  const { fingerprint, repair } = aFinding();
  const document = repair?.policy.document ?? { Version: '2012-10-17', Statement: [] };
  const recorded = (fields: object) => read(anAttachedPolicy(document, { fingerprints: [fingerprint], ...fields }));
  const at = (attachedPolicy: ReturnType<typeof recorded>, repairedAt: string | null = null): string | null =>
    repairedAtOf(findingOf({ ...aWorld({ attachedPolicy }), found: aCase({ repairedAt }) }));

  it("is the case's, else the record's where it names this cause and was confirmed", () => {
    expect(at(recorded({}), '2023-01-01T00:00:00Z')).toBe('2023-01-01T00:00:00Z');
    expect(at(recorded({}))).toBe('2023-02-11T06:34:00Z');
    expect(at(recorded({ fingerprints: ['other'] }))).toBeNull();
    expect(at(recorded({ confirmedAt: null }))).toBeNull();
  });
});
