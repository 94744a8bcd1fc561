import type { Observation } from '../../functions/domain/observation.ts';
import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import { NO_CEILING } from '../../functions/domain/settings.ts';
import {
  aCluster,
  aDenial,
  aLogGroup,
  anAttachedPolicy,
  anExecConfiguration,
  anInlinePolicy,
  aRole,
  GROUP,
  POLICY_NAME,
  read,
  rules,
  unreadable,
} from '../support/builders.ts';
import { absentRow, itJudges, unreadableRow, withoutAccountRow } from '../support/guardrail-rows.ts';
import { aKey, KEY_ARN } from '../support/other-signals.ts';
import { aFinding, aWorld, type World } from '../support/world.ts';

const KEY = KEY_ARN;

function overriding(
  fields: Parameters<typeof anExecConfiguration>[0],
  document: object = {},
  ceiling: object = {},
  observed: Partial<Observation> = {},
): World {
  const group = fields?.cloudWatchLogGroupName ?? GROUP;
  const execConfiguration = anExecConfiguration({ logging: 'OVERRIDE', cloudWatchLogGroupName: group, ...fields });
  return aWorld(
    {
      cluster: read(aCluster({ execConfiguration })),
      logGroup: read(aLogGroup({ name: group })),
      sessionKey: read(aKey({ keyArn: fields?.kmsKeyId ?? KEY_ARN })),
      bucketEncryption: read({ algorithm: 'AES256', keyId: null }),
      ...observed,
    },
    { denial: aDenial({ logGroupName: group }), rules: rules(document, { ceiling: { ...NO_CEILING, ...ceiling } }) },
  );
}

/** A role that carries our policy for `/ecs/earlier` with a bucket and a session key, and is denied on its present group. */
function withEarlier(document: object): World {
  const earlier = aFinding({ cluster: read(aCluster({ execConfiguration: null })) }).target;
  const target =
    earlier?.kind === 'target'
      ? { ...earlier, logGroupName: '/ecs/earlier', bucket: EARLIER_BUCKET, sessionKey: EARLIER_KEY }
      : null;
  const policy = target === null ? null : policyDocumentFor(target);
  if (policy === null) {
    throw new Error('the set-up has no target');
  }
  return aWorld(
    {
      role: read(aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, policy)] })),
      attachedPolicy: read(anAttachedPolicy(policy, { fingerprints: ['another cause'] })),
    },
    { rules: rules({ buckets: { allow: ['earlier'] }, ...document }) },
  );
}
const EARLIER_BUCKET = { name: 'earlier', keyPrefix: '', encryptionRequired: false };
const EARLIER_KEY = { kind: 'arn', arn: KEY_ARN } as const;

describe('group-allowed', () => {
  const everything = { logGroups: { allow: ['*'] } };
  const group = (cloudWatchLogGroupName: string, document: object = everything, ceiling: object = {}): World =>
    overriding({ cloudWatchLogGroupName }, document, ceiling);
  const builtIn = { holds: false, cause: 'group-built-in-denied' } as const;

  itJudges('group-allowed', [
    {
      name: 'a group of the default list',
      world: group('/ecs/x', {}),
      holds: true,
      detail: 'the settings allow /ecs/x',
    },
    { name: '/ecs-exec/x', world: group('/ecs-exec/x', {}), holds: true },
    { name: '/aws/ecs/x', world: group('/aws/ecs/x', {}), holds: true },
    { name: 'a group beside the default list', world: group('/ecsx/x', {}), holds: false },
    { name: 'the list without what follows the slash', world: group('/ecs', {}), holds: false },
    { name: '/aws/lambda/x', world: group('/aws/lambda/x'), ...builtIn },
    { name: '/aws/ecsx/x', world: group('/aws/ecsx/x'), ...builtIn },
    { name: 'Container Insights', world: group('/aws/ecs/containerinsights/c/performance'), ...builtIn },
    { name: 'a group that only looks so', world: group('/aws/ecs/containerinsightsx/c'), holds: true },
    { name: "the trail's own group", world: group('aws-cloudtrail-logs-111111111111-1a2b'), ...builtIn },
    { name: 'a group named after it', world: group('my-aws-cloudtrail-logs'), holds: true },
    { name: 'on the deny-list', world: group('/ecs/secret', { logGroups: { deny: ['/ecs/secret*'] } }), holds: false },
    {
      name: 'beside the deny-list',
      world: group('/ecs/public', { logGroups: { deny: ['/ecs/secret*'] } }),
      holds: true,
    },
    { name: 'an empty allow-list', world: group('/ecs/x', { logGroups: { allow: [] } }), holds: false },
    {
      name: 'beyond the ceiling',
      world: group('/ecs/x', everything, { logGroups: ['/ecs/y'] }),
      holds: false,
      cause: 'not-permitted-by-deployment',
    },
    { name: 'under the ceiling', world: group('/ecs/x', everything, { logGroups: ['/ecs/x'] }), holds: true },
    { name: 'a bucket only', world: overriding({ cloudWatchLogGroupName: null, s3BucketName: 'audit' }), holds: false },
    {
      name: 'an earlier target of our policy that the settings deny by now',
      world: withEarlier({ logGroups: { deny: ['/ecs/earlier'] } }),
      holds: false,
      detail: 'the settings do not allow /ecs/earlier',
    },
    { name: 'an earlier target that is still allowed', world: withEarlier({}), holds: true },
    unreadableRow('cluster'),
    absentRow('taskDefinition', null),
    withoutAccountRow(),
  ]);
});

describe('bucket-allowed', () => {
  const bucket = (document: object, ceiling: object = {}): World =>
    overriding({ s3BucketName: 'audit-1' }, document, ceiling);

  itJudges('bucket-allowed', [
    { name: 'no bucket', world: aWorld(), holds: true, detail: 'the target has no bucket' },
    {
      name: 'an earlier bucket of our policy that the settings list no more',
      world: withEarlier({ buckets: { allow: [] } }),
      holds: false,
      detail: 'the settings do not list bucket earlier',
    },
    {
      name: 'a bucket that DEFAULT ignores',
      world: overriding({ logging: 'DEFAULT', s3BucketName: 'audit-1' }),
      holds: true,
    },
    { name: 'on the list', world: bucket({ buckets: { allow: ['audit-*'] } }), holds: true },
    { name: 'beside the list', world: bucket({ buckets: { allow: ['audit'] } }), holds: false },
    {
      name: 'the empty default list',
      world: bucket({}),
      holds: false,
      detail: 'the settings do not list bucket audit-1',
    },
    {
      name: 'beyond the ceiling',
      world: bucket({ buckets: { allow: ['*'] } }, { buckets: [] }),
      holds: false,
      cause: 'not-permitted-by-deployment',
    },
    absentRow('session', null),
    unreadableRow('task'),
    withoutAccountRow(),
  ]);
});

describe('key-allowed', () => {
  const key = (kmsKeyId: string, document: object = { keys: { allow: ['*'] } }, ceiling: object = {}): World =>
    overriding({ kmsKeyId }, document, ceiling);
  const elsewhere = { holds: false, cause: 'key-elsewhere' } as const;
  const unresolved = { holds: null, cause: 'key-unresolved' } as const;
  const named = (kmsKeyId: string): World =>
    overriding({ kmsKeyId }, { keys: { allow: ['*'] } }, {}, { sessionKey: unreadable });

  itJudges('key-allowed', [
    { name: 'no session key', world: aWorld(), holds: true, detail: 'sessions are not encrypted with a key' },
    { name: 'on the list', world: key(KEY, { keys: { allow: [KEY] } }), holds: true },
    { name: 'beside the list', world: key(KEY, { keys: { allow: [`${KEY}c`] } }), holds: false },
    { name: 'an earlier key of our policy on the list', world: withEarlier({ keys: { allow: [KEY] } }), holds: true },
    {
      name: 'an earlier key of our policy that the settings list no more',
      world: withEarlier({ keys: { allow: [] } }),
      holds: false,
      detail: `the settings do not list key ${KEY}`,
    },
    { name: 'the empty default list', world: key(KEY, {}), holds: false },
    {
      name: 'beyond the ceiling',
      world: key(KEY, undefined, { keys: [] }),
      holds: false,
      cause: 'not-permitted-by-deployment',
    },
    { name: 'a key of another account', world: key(KEY.replace('111111111111', '222222222222')), ...elsewhere },
    { name: 'a key of another Region', world: key(KEY.replace('ap-northeast-1', 'eu-central-1')), ...elsewhere },
    { name: 'a key of another partition', world: key(KEY.replace('arn:aws:', 'arn:aws-cn:')), ...elsewhere },
    {
      name: 'a key id that could not be looked up',
      world: named('1234abcd-12ab-34cd-56ef-1234567890ab'),
      ...unresolved,
    },
    { name: 'an alias that could not', world: named('alias/exec'), ...unresolved },
    {
      name: "an alias' ARN that could not",
      world: named('arn:aws:kms:ap-northeast-1:111111111111:alias/exec'),
      ...unresolved,
    },
    absentRow('cluster', null),
    unreadableRow('session'),
    withoutAccountRow(),
  ]);
});

describe('names-safe', () => {
  const prefix = (s3KeyPrefix: string): World => overriding({ s3BucketName: 'audit', s3KeyPrefix });
  const bucket = (s3BucketName: string): World => overriding({ s3BucketName });
  const unsafe = (what: string) => ({
    holds: false,
    detail: `the ${what} holds characters that must not enter a policy`,
  });

  itJudges('names-safe', [
    {
      name: 'plain names',
      world: overriding({ s3BucketName: 'audit.log-1', s3KeyPrefix: "a/B_(c)!'.d/", kmsKeyId: KEY }),
      holds: true,
    },
    { name: 'a bucket with an asterisk', world: bucket('audit*'), ...unsafe('bucket name') },
    { name: 'a bucket with a question mark', world: bucket('audit?'), ...unsafe('bucket name') },
    { name: 'a bucket with a variable', world: bucket('$'.concat('{aws:x}')), ...unsafe('bucket name') },
    { name: 'a bucket in upper case', world: bucket('Audit'), ...unsafe('bucket name') },
    { name: 'a bucket of two characters', world: bucket('ab'), ...unsafe('bucket name') },
    { name: 'a bucket of three characters', world: bucket('abc'), holds: true },
    { name: 'a bucket of 63 characters', world: bucket('a'.repeat(63)), holds: true },
    { name: 'a bucket of 64 characters', world: bucket('a'.repeat(64)), ...unsafe('bucket name') },
    { name: 'a bucket with a path', world: bucket('arn:aws:s3:::audit/team'), ...unsafe('bucket name') },
    { name: 'a prefix with an asterisk', world: prefix('a/*'), ...unsafe('key prefix') },
    { name: 'a prefix with a question mark', world: prefix('a?'), ...unsafe('key prefix') },
    { name: 'a prefix with a variable', world: prefix('$'.concat('{aws:x}')), ...unsafe('key prefix') },
    { name: 'a prefix that begins with a slash', world: prefix('/a'), ...unsafe('key prefix') },
    { name: 'a slash alone', world: prefix('/'), ...unsafe('key prefix') },
    { name: 'a prefix with an empty segment', world: prefix('a//b'), ...unsafe('key prefix') },
    { name: 'a prefix that climbs', world: prefix('a/../b'), ...unsafe('key prefix') },
    { name: 'a prefix of spaces', world: prefix(' '), ...unsafe('key prefix') },
    {
      name: 'a key with an asterisk',
      world: overriding({ kmsKeyId: KEY.replace(/key.*/, 'key/*') }),
      ...unsafe('session key ARN'),
    },
    { name: 'a key with a path', world: overriding({ kmsKeyId: `${KEY}/x` }), ...unsafe('session key ARN') },
    absentRow('cluster', null),
    unreadableRow('taskDefinition'),
    withoutAccountRow(),
  ]);
});
