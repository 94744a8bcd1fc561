/** The codes of target, permissions, keys and trail: for each a subject that just has it, and one that just has not. */
import type { LogTarget, NoLogTargetReason } from '../../functions/domain/log-target.ts';
import type { ObservedKey, SimulatedCall } from '../../functions/domain/observation.ts';
import type { PreflightSubject } from '../../functions/domain/preflight/subject.ts';
import { absent, aCluster, aLogGroup, anExecConfiguration, GROUP, REGION, read, unreadable } from './builders.ts';
import {
  aKey,
  anOverrideTarget,
  answersFor,
  BUCKET_KEY_ARN,
  DELEGATING,
  SESSION_KEY_ARN,
  WRITE_TRAIL,
} from './preflight.ts';
import { type PreflightRow, row } from './preflight-rows.ts';

const REASONS: readonly NoLogTargetReason[] = [
  'logging-off',
  'container-unknown',
  'no-awslogs-driver',
  'awslogs-group-missing',
  'override-without-target',
  'log-group-unreadable',
];

const target = (overrides: Partial<LogTarget>) => ({ target: anOverrideTarget(overrides) });
/** DEFAULT in a cluster with this logConfiguration. */
const defaultLogging = (cloudWatchLogGroupName: string | null, overrides: Partial<LogTarget> = {}) => ({
  ...target({ logging: 'DEFAULT', encryptionRequired: false, bucket: null, ...overrides }),
  cluster: read(aCluster({ execConfiguration: anExecConfiguration({ cloudWatchLogGroupName }) })),
});
const unencrypted = { logGroup: read(aLogGroup({ kmsKeyId: null })) };

export const TARGET_ROWS: readonly PreflightRow[] = [
  row('target-derived', 'green', 'ECS names it', {}, { target: null }),
  ...REASONS.map((because) =>
    row(because, 'red', 'there is no target', { target: { kind: 'none', because, otherContainerGroups: [] } }),
  ),
  row('cluster-unreadable', 'yellow', 'it is unreadable', { cluster: unreadable, target: null }),
  row('cluster-unreadable', 'yellow', 'it is gone', { cluster: absent }),
  row('target-unknown', 'yellow', 'nobody derived it', { target: null }, { cluster: unreadable, target: null }),
  row('target-elsewhere', 'yellow', 'the account differs', target({ account: '222222222222' })),
  row(
    'target-elsewhere',
    'yellow',
    'the Region differs',
    target({ region: 'eu-central-1' }),
    target({ region: REGION }),
  ),
  row('cluster-group-ignored', 'yellow', 'the groups differ', defaultLogging('/ecs/exec'), defaultLogging(GROUP)),
  row(
    'awslogs-region-ignored',
    'yellow',
    'the option names another',
    defaultLogging(null, { otherRegionOption: 'us-east-1' }),
    defaultLogging(null),
  ),
  row('log-group-found', 'green', 'it is there', {}, { logGroup: absent }),
  row('log-group-encrypted', 'green', 'it has a key', {}, unencrypted),
  row(
    'log-group-missing',
    'red',
    'it is not there',
    { logGroup: absent },
    { logGroup: absent, ...target({ logGroupName: null }) },
  ),
  row('log-group-unknown', 'yellow', 'it is unreadable', { logGroup: unreadable }),
  row('log-group-not-encrypted', 'red', 'the flag demands it', unencrypted, {
    ...unencrypted,
    ...target({ encryptionRequired: false }),
  }),
  row('bucket-found', 'green', 'it is there', {}, { bucketEncryption: absent }),
  row(
    'bucket-missing',
    'red',
    'it is not there',
    { bucketEncryption: absent },
    { bucketEncryption: absent, bucketKey: absent, ...target({ bucket: null }) },
  ),
  row('bucket-encryption-unreadable', 'yellow', 'it is unreadable', { bucketEncryption: unreadable }),
];

/** A subject whose simulation answers otherwise for these actions. */
const calls = (
  actions: readonly string[],
  answer: Partial<SimulatedCall> = { allowed: false },
  of: Partial<LogTarget> = {},
): Partial<PreflightSubject> => {
  const resolved = anOverrideTarget(of);
  return {
    target: resolved,
    calls: read(answersFor(resolved, ({ action }) => (actions.includes(action) ? answer : {}))),
  };
};
const viaS3 = (isViaS3: boolean): Partial<PreflightSubject> => ({
  calls: read(
    answersFor(anOverrideTarget(), ({ action, viaService }) => ({
      allowed: action !== 'kms:Decrypt' || (viaService !== undefined) !== isViaS3,
    })),
  ),
});
const DENIED = { allowed: false };
const REQUIRED = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'logs:DescribeLogGroups',
  's3:PutObject',
  's3:GetEncryptionConfiguration',
  'kms:GenerateDataKey',
  'kms:Decrypt',
];

export const PERMISSION_ROWS: readonly PreflightRow[] = [
  row('calls-allowed', 'green', 'all are allowed', {}, calls(['s3:PutObject'])),
  row('calls-unreadable', 'yellow', 'nobody could simulate them', { calls: unreadable }),
  row('calls-unreadable', 'yellow', 'there was nothing to simulate', { calls: absent }),
  row('calls-incomplete', 'yellow', 'one is not answered', { calls: read(answersFor(anOverrideTarget()).slice(1)) }),
  row(
    'context-missing',
    'yellow',
    'a condition asks for more',
    calls(['s3:PutObject'], { missingContextValues: ['aws:SourceVpce'] }),
  ),
  ...REQUIRED.map((action) => row('call-not-granted', 'red', `${action} is missing`, calls([action]))),
  row(
    'call-not-granted',
    'red',
    'the answer is certain',
    calls(['s3:PutObject']),
    calls(['s3:PutObject'], { ...DENIED, missingContextValues: ['aws:SourceVpce'] }),
  ),
  row(
    'call-denied-explicitly',
    'red',
    'somebody wrote a Deny',
    calls(['s3:PutObject'], { ...DENIED, explicitDeny: true }),
    calls(['s3:PutObject']),
  ),
  row(
    'call-denied-by-boundary',
    'red',
    'the boundary leaves it out',
    calls(['s3:PutObject'], { ...DENIED, deniedByBoundary: true }),
    calls(['s3:PutObject'], { ...DENIED, explicitDeny: true }),
  ),
  row(
    'call-denied-by-organization',
    'red',
    'an SCP denies it',
    calls(['s3:PutObject'], { ...DENIED, deniedByOrganization: true, explicitDeny: true }),
    calls(['s3:PutObject'], { ...DENIED, deniedByBoundary: true }),
  ),
  row(
    'partial-grant',
    'red',
    'the stream alone is granted',
    calls(['logs:PutLogEvents']),
    calls(['logs:PutLogEvents', 'logs:CreateLogStream']),
  ),
  row('large-transcript-denied', 'yellow', 'S3 may not decrypt', viaS3(true), viaS3(false)),
  row('call-not-granted', 'red', 'the session may not decrypt', viaS3(false), viaS3(true)),
  row('advisory-call-denied', 'yellow', 'DescribeLogStreams is denied', calls(['logs:DescribeLogStreams'])),
  row(
    'advisory-call-denied',
    'yellow',
    'no flag asks for DescribeLogGroups',
    calls(['logs:DescribeLogGroups'], DENIED, { encryptionRequired: false }),
    calls(['logs:DescribeLogGroups']),
  ),
  row(
    'advisory-call-denied',
    'yellow',
    "no flag asks for the bucket's encryption",
    calls(['s3:GetEncryptionConfiguration'], DENIED, {
      bucket: { name: 'b', keyPrefix: '', encryptionRequired: false, keyArn: BUCKET_KEY_ARN },
    }),
    calls(['s3:GetEncryptionConfiguration']),
  ),
];

const sessionKey = (overrides: Partial<ObservedKey>) => ({ sessionKey: read(aKey(SESSION_KEY_ARN, overrides)) });
const bucketKey = (overrides: Partial<ObservedKey>) => ({ bucketKey: read(aKey(BUCKET_KEY_ARN, overrides)) });
const ELSEWHERE = { Statement: [{ ...DELEGATING.Statement[0], Principal: { AWS: 'arn:aws:iam::222222222222:root' } }] };
const withoutKeys = {
  ...target({ sessionKey: null, bucket: { name: 'b', keyPrefix: '', encryptionRequired: true } }),
  bucketEncryption: read({ algorithm: 'AES256', keyId: null } as const),
  sessionKey: absent,
  bucketKey: absent,
};

export const KEY_ROWS: readonly PreflightRow[] = [
  row('key-usable', 'green', 'both keys delegate', {}, withoutKeys),
  row('key-missing', 'red', 'the session key is gone', { sessionKey: absent }, withoutKeys),
  row('key-missing', 'red', "the bucket's key is gone", { bucketKey: absent }),
  row('key-disabled', 'red', 'the session key is disabled', sessionKey({ enabled: false })),
  row('key-disabled', 'red', "the bucket's key is disabled", bucketKey({ enabled: false })),
  row('key-unreadable', 'yellow', 'the session key is unreadable', { sessionKey: unreadable }),
  row('key-unreadable', 'yellow', "the bucket's key is unreadable", { bucketKey: unreadable }),
  row('key-elsewhere', 'yellow', 'it belongs to another account', {
    sessionKey: read(aKey(SESSION_KEY_ARN.replace('111111111111', '222222222222'))),
  }),
  row('key-policy-unreadable', 'yellow', 'the policy is unreadable', sessionKey({ policy: unreadable })),
  row('key-not-delegating', 'yellow', 'it names another account', sessionKey({ policy: read(ELSEWHERE) })),
  row('key-not-delegating', 'yellow', "the bucket's names another", bucketKey({ policy: read(ELSEWHERE) })),
  row(
    'key-not-delegating',
    'yellow',
    'AWS manages the session key',
    sessionKey({ managedBy: 'AWS', policy: absent }),
    bucketKey({ managedBy: 'AWS', policy: absent }),
  ),
];

const notLogging = { ...WRITE_TRAIL, isLogging: read(false) };

export const TRAIL_ROWS: readonly PreflightRow[] = [
  row('trail-logs-writes', 'green', 'one logs writes', {}, { trails: read([notLogging]) }),
  row('trail-missing', 'yellow', 'the only one is switched off', { trails: read([notLogging]) }),
  row('trail-missing', 'yellow', 'there is none', { trails: read([]) }, { trails: unreadable }),
  row('trail-unknown', 'yellow', 'they are unreadable', { trails: unreadable }),
  row(
    'trail-unknown',
    'yellow',
    'its selectors are unreadable',
    { trails: read([{ ...WRITE_TRAIL, selectors: unreadable }]) },
    { trails: read([{ ...WRITE_TRAIL, selectors: unreadable }, WRITE_TRAIL]) },
  ),
];
