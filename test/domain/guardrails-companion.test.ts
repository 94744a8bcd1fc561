import type { CompanionCall, Denial } from '../../functions/domain/denial.ts';
import { evaluateGuardrails, guardrailsOf } from '../../functions/domain/guardrails/all.ts';
import { effectiveMode } from '../../functions/domain/mode.ts';
import { ACCOUNT, absent, aLogGroup, anExecSession, GROUP, REGION, read, unreadable } from '../support/builders.ts';
import { itJudges } from '../support/guardrail-rows.ts';
import {
  aCompanionDenial,
  aCompanionWorld,
  aKey,
  BUCKET_ARN,
  BUCKET_KEY_ARN,
  encryptedReadings,
  KEY_ARN,
} from '../support/other-signals.ts';
import { decisionIn, findingOf, type World } from '../support/world.ts';

const COMPANIONS: readonly CompanionCall[] = ['describe-log-groups', 'bucket-encryption', 'session-key', 'object'];

const denied = (companion: CompanionCall, overrides: Partial<Denial>): World =>
  aCompanionWorld(companion, {}, { denial: aCompanionDenial(companion, overrides) });

describe("given a companion's denial", () => {
  it.each(COMPANIONS)('attaches the policy of the whole target, as for a denied delivery: %s', (companion) => {
    const world = aCompanionWorld(companion);
    const decision = decisionIn(world);
    expect(decision.disposition).toBe('attach-policy');
    expect(decision.guardrails.map(({ code }) => code)).toEqual(guardrailsOf('exec-delivery'));
    expect(decision.policy?.document.Statement.map(({ Sid }) => Sid)).toEqual([
      'ExecLogDeliveryStreams',
      'ExecLogDeliveryDescribeStreams',
      'ExecLogDeliveryDescribeGroups',
      'ExecLogDeliveryObjects',
      'ExecLogDeliveryBucketEncryption',
      'ExecLogDeliverySessionKey',
      'ExecLogDeliveryBucketKey',
    ]);
  });

  it('is judged by the guardrails of its signal, also without an account', () => {
    const { denial, rules, now } = aCompanionWorld('session-key');
    const mode = effectiveMode(rules, denial.account, []);
    const codes = evaluateGuardrails({ denial, finding: null, mode, rules, now }).map(({ code }) => code);
    expect(codes).toEqual(guardrailsOf('exec-companion'));
  });
});

describe("real-session, of a companion's", () => {
  const early = read(anExecSession({ startedAt: '2023-02-11T06:25:30Z' }));
  const earlier = read(anExecSession({ startedAt: '2023-02-11T06:25:29Z' }));

  itJudges('real-session', [
    {
      name: 'a session that began at that time',
      world: aCompanionWorld('session-key', { session: early }),
      holds: true,
    },
    {
      name: 'a session that began earlier',
      world: aCompanionWorld('session-key', { session: earlier }),
      holds: false,
      cause: 'session-of-another-task',
    },
    {
      name: 'an upload of an earlier session',
      world: aCompanionWorld('object', { session: earlier }),
      holds: true,
    },
    {
      name: 'an upload of another session',
      world: aCompanionWorld('object', { session: read(anExecSession({ sessionId: 'ecs-execute-command-other' })) }),
      holds: false,
      cause: 'session-of-another-task',
    },
    {
      name: 'a session of another task',
      world: aCompanionWorld('session-key', {
        session: read(anExecSession({ taskId: 'b9112a0a96ed445cbc93a90807e34e37' })),
      }),
      holds: false,
      cause: 'session-of-another-task',
    },
    {
      name: 'no session',
      world: aCompanionWorld('describe-log-groups', { session: absent }),
      holds: false,
      cause: 'session-not-found',
      detail: 'an ExecuteCommand record of a session of this task at that time was not found',
    },
    { name: 'no record that may be read', world: aCompanionWorld('object', { session: unreadable }), holds: null },
  ]);
});

describe("target-confirmed, of a companion's", () => {
  const elsewhere = { holds: false, cause: 'target-elsewhere' } as const;
  const unexpected = { holds: false, cause: 'target-unexpected' } as const;
  const groups = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group::log-stream:`;
  const onKey = { action: 'kms:GenerateDataKey', resource: BUCKET_KEY_ARN };

  itJudges('target-confirmed', [
    ...COMPANIONS.map((companion) => ({ name: companion, world: aCompanionWorld(companion), holds: true })),
    { name: 'another key', world: denied('session-key', { resource: BUCKET_KEY_ARN }), ...unexpected },
    {
      name: 'a key by its alias',
      world: aCompanionWorld('session-key', encryptedReadings({ kmsKeyId: 'alias/x' })),
      holds: true,
    },
    {
      name: 'a key that could not be resolved',
      world: aCompanionWorld('session-key', { ...encryptedReadings({ kmsKeyId: 'alias/x' }), sessionKey: unreadable }),
      holds: null,
      cause: 'key-unresolved',
    },
    {
      name: 'an alias of another key',
      world: aCompanionWorld('session-key', {
        ...encryptedReadings({ kmsKeyId: 'alias/x' }),
        sessionKey: read(aKey({ keyArn: `${KEY_ARN}0` })),
      }),
      ...unexpected,
    },
    {
      name: 'a key where there is none',
      world: aCompanionWorld('session-key', encryptedReadings({ kmsKeyId: null })),
      ...unexpected,
    },
    {
      name: 'a key of another Region',
      world: denied('session-key', { resource: KEY_ARN.replace(REGION, 'us-east-1') }),
      ...elsewhere,
    },
    {
      name: 'a key of another account',
      world: denied('session-key', { resource: KEY_ARN.replace(ACCOUNT, '222222222222') }),
      ...elsewhere,
    },
    {
      name: 'a key of another partition',
      world: denied('session-key', { resource: KEY_ARN.replace('arn:aws:', 'arn:aws-cn:') }),
      ...elsewhere,
    },
    { name: 'a call in another Region', world: denied('bucket-encryption', { region: 'us-east-1' }), holds: null },
    { name: 'no resource', world: denied('session-key', { resource: null }), holds: null },
    { name: 'another bucket', world: denied('bucket-encryption', { resource: `${BUCKET_ARN}2` }), ...unexpected },
    {
      name: 'a bucket where there is none',
      world: aCompanionWorld('bucket-encryption', encryptedReadings({ s3BucketName: null })),
      ...unexpected,
    },
    {
      name: 'an object of another bucket',
      world: denied('object', { resource: `${BUCKET_ARN}2/ecs-execute-command-0289df90ce62e19cc.log` }),
      ...unexpected,
    },
    {
      name: "the bucket's own key",
      world: denied('object', { ...onKey, objectKey: 'ecs-execute-command-0289df90ce62e19cc.log' }),
      holds: true,
    },
    {
      name: "another key than the bucket's",
      world: denied('object', { ...onKey, resource: KEY_ARN, objectKey: 'ecs-execute-command-0289df90ce62e19cc.log' }),
      ...unexpected,
    },
    {
      name: 'the groups of another account',
      world: denied('describe-log-groups', { resource: groups.replace(ACCOUNT, '222222222222') }),
      ...elsewhere,
    },
    {
      name: 'a bucket only',
      world: aCompanionWorld('bucket-encryption', encryptedReadings({ cloudWatchLogGroupName: null })),
      holds: true,
      detail: 'OVERRIDE sends the transcript to bucket transcripts-1 alone',
    },
    {
      name: 'the groups where there is a bucket only',
      world: aCompanionWorld('describe-log-groups', encryptedReadings({ cloudWatchLogGroupName: null })),
      ...unexpected,
    },
    {
      name: 'no logging',
      world: aCompanionWorld('session-key', encryptedReadings({ logging: 'NONE' })),
      holds: false,
      cause: 'logging-off',
    },
    {
      name: 'no group',
      world: aCompanionWorld('session-key', { logGroup: absent }),
      holds: false,
      cause: 'log-group-missing',
    },
    {
      name: 'another group',
      world: aCompanionWorld('session-key', { logGroup: read(aLogGroup({ name: `${GROUP}2` })) }),
      holds: null,
    },
    { name: 'no task', world: aCompanionWorld('session-key', { task: absent }), holds: false, cause: 'task-not-found' },
  ]);
});

describe('the target of a companion', () => {
  it('is none where no session of that time is known', () => {
    expect(findingOf(aCompanionWorld('session-key', { session: absent }))).toMatchObject({
      signal: 'exec-companion',
      session: null,
      target: null,
      router: null,
      repair: null,
    });
  });
});
