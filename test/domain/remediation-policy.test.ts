import type { PolicyDocument } from '../../functions/domain/decision.ts';
import type { LogTarget } from '../../functions/domain/log-target.ts';
import {
  isOwnDocument,
  mergedWithEarlier,
  policyDocumentFor,
  policyNameFor,
  requiredCalls,
  targetCount,
} from '../../functions/domain/remediation-policy.ts';

const KEY = 'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const LOGS = 'arn:aws:logs:us-east-1:111111111111:log-group:';

/** The target of `demo-override`, as far as a test says so. */
function aTarget(overrides: Partial<LogTarget> = {}): LogTarget {
  return {
    kind: 'target',
    logging: 'OVERRIDE',
    partition: 'aws',
    account: '111111111111',
    region: 'us-east-1',
    logGroupName: '/aws/ecs/ecs-exec-demo',
    encryptionRequired: false,
    bucket: null,
    sessionKey: null,
    otherRegionOption: null,
    otherContainerGroups: [],
    ...overrides,
  };
}

const BUCKET = { name: 'ecs-exec-demo-output-3637495736', keyPrefix: 'exec-output', encryptionRequired: false };
const SESSION_KEY = { kind: 'arn', arn: KEY } as const;

const allow = (name: string, Action: readonly string[], ...Resource: readonly string[]) => ({
  Sid: `ExecLogDelivery${name}`,
  Effect: 'Allow' as const,
  Action,
  Resource,
});

const logsOf = (logs: string, ...groups: readonly string[]) => [
  allow(
    'Streams',
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ...groups.map((group) => `${logs}${group}:log-stream:ecs-execute-command-*`),
  ),
  allow('DescribeStreams', ['logs:DescribeLogStreams'], ...groups.map((group) => `${logs}${group}:*`)),
  allow('DescribeGroups', ['logs:DescribeLogGroups'], `${logs}*`),
];
const owned = (statement: ReturnType<typeof allow>) => ({
  ...statement,
  Condition: { StringEquals: { 'aws:ResourceAccount': '111111111111' } },
});
const bucketOf = (partition: string, name: string, prefix: string) => [
  owned(allow('Objects', ['s3:PutObject'], `arn:${partition}:s3:::${name}/${prefix}ecs-execute-command-*`)),
  owned(allow('BucketEncryption', ['s3:GetEncryptionConfiguration'], `arn:${partition}:s3:::${name}`)),
];
const DEMO_LOGS = logsOf(LOGS, '/aws/ecs/ecs-exec-demo');
const DEMO_BUCKET = bucketOf('aws', BUCKET.name, 'exec-output/');
const DEMO_KEY = allow('SessionKey', ['kms:Decrypt'], KEY);

const documentOf = (...Statement: PolicyDocument['Statement']): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});

describe('the policy of a target', () => {
  it('is named after the Region', () => {
    expect(policyNameFor('eu-central-1')).toBe('ExecLogDelivery-eu-central-1');
  });

  it.each<{ name: string; target: Partial<LogTarget>; statements: PolicyDocument['Statement'] }>([
    { name: 'a log group', target: {}, statements: DEMO_LOGS },
    { name: 'an encrypted log group', target: { encryptionRequired: true }, statements: DEMO_LOGS },
    { name: 'a bucket too', target: { bucket: BUCKET }, statements: [...DEMO_LOGS, ...DEMO_BUCKET] },
    {
      name: 'a bucket without a prefix',
      target: { bucket: { ...BUCKET, keyPrefix: '' } },
      statements: [...DEMO_LOGS, ...bucketOf('aws', BUCKET.name, '')],
    },
    { name: 'a session key', target: { sessionKey: SESSION_KEY }, statements: [...DEMO_LOGS, DEMO_KEY] },
    {
      name: 'everything',
      target: { bucket: { ...BUCKET, encryptionRequired: true }, sessionKey: SESSION_KEY, encryptionRequired: true },
      statements: [...DEMO_LOGS, ...DEMO_BUCKET, DEMO_KEY],
    },
    {
      name: 'China',
      target: { partition: 'aws-cn', region: 'cn-north-1', bucket: BUCKET },
      statements: [
        ...logsOf('arn:aws-cn:logs:cn-north-1:111111111111:log-group:', '/aws/ecs/ecs-exec-demo'),
        ...bucketOf('aws-cn', BUCKET.name, 'exec-output/'),
      ],
    },
    {
      name: 'GovCloud',
      target: { partition: 'aws-us-gov', region: 'us-gov-west-1', account: '012345678901' },
      statements: logsOf('arn:aws-us-gov:logs:us-gov-west-1:012345678901:log-group:', '/aws/ecs/ecs-exec-demo'),
    },
  ])('grants, for $name, the rows of the table and no other', ({ target, statements }) => {
    expect(policyDocumentFor(aTarget(target))).toEqual(documentOf(...statements));
  });

  it.each<{ name: string; target: Partial<LogTarget> }>([
    { name: 'neither group nor bucket', target: { logGroupName: null } },
    { name: 'an alias as its key', target: { sessionKey: { kind: 'unresolved', keyId: 'alias/exec' } } },
    { name: 'a wildcard in its group', target: { logGroupName: '/ecs/*' } },
    { name: 'an empty group', target: { logGroupName: '' } },
    { name: 'a wildcard in its Region', target: { region: '*' } },
    { name: 'an account of eleven digits', target: { account: '11111111111' } },
    { name: 'no partition', target: { partition: '*' } },
    { name: 'a wildcard in its prefix', target: { bucket: { ...BUCKET, keyPrefix: '*' } } },
    { name: 'a wildcard in its key', target: { sessionKey: { kind: 'arn', arn: KEY.replace(/key.*/, 'key/*') } } },
  ])('is none with $name', ({ target }) => {
    expect(policyDocumentFor(aTarget(target))).toBeNull();
  });

  it('is of a bucket alone none that could be known again, and goes into one that is', () => {
    const bucketAlone = policyDocumentFor(aTarget({ logGroupName: null, bucket: BUCKET, sessionKey: SESSION_KEY }));
    const standing = JSON.stringify(documentOf(...DEMO_LOGS));
    expect(bucketAlone).toEqual(documentOf(...DEMO_BUCKET, DEMO_KEY));
    expect(isOwnDocument(JSON.stringify(bucketAlone))).toBe(false);
    expect(mergedWithEarlier(standing, documentOf(...DEMO_BUCKET, DEMO_KEY))).toEqual(
      documentOf(...DEMO_LOGS, ...DEMO_BUCKET, DEMO_KEY),
    );
  });
});

describe('the required calls of a target', () => {
  const stream = `${LOGS}/aws/ecs/ecs-exec-demo:log-stream:ecs-execute-command-probe`;
  const writes = [
    { action: 'logs:CreateLogStream', resource: stream },
    { action: 'logs:PutLogEvents', resource: stream },
  ];
  const put = {
    action: 's3:PutObject',
    resource: `arn:aws:s3:::${BUCKET.name}/exec-output/ecs-execute-command-probe.log`,
  };

  it.each<{ name: string; target: Partial<LogTarget>; calls: readonly object[] }>([
    { name: 'a log group', target: {}, calls: writes },
    {
      name: 'an encrypted log group',
      target: { encryptionRequired: true },
      calls: [...writes, { action: 'logs:DescribeLogGroups', resource: `${LOGS}:log-stream:` }],
    },
    { name: 'a bucket', target: { bucket: BUCKET }, calls: [...writes, put] },
    {
      name: 'an encrypted bucket',
      target: { bucket: { ...BUCKET, encryptionRequired: true } },
      calls: [...writes, put, { action: 's3:GetEncryptionConfiguration', resource: `arn:aws:s3:::${BUCKET.name}` }],
    },
    {
      name: 'a session key',
      target: { sessionKey: SESSION_KEY },
      calls: [...writes, { action: 'kms:Decrypt', resource: KEY }],
    },
    { name: 'a bucket alone', target: { logGroupName: null, bucket: BUCKET }, calls: [put] },
    {
      name: 'a bucket alone, whatever is demanded of groups',
      target: { logGroupName: null, bucket: BUCKET, encryptionRequired: true },
      calls: [put],
    },
  ])('are, for $name, those without which the transcript is lost', ({ target, calls }) => {
    expect(requiredCalls(aTarget(target))).toEqual(calls);
  });
});

describe('given an earlier document of ours', () => {
  const added = documentOf(...DEMO_LOGS, ...DEMO_BUCKET);
  const earlier = documentOf(...logsOf(LOGS, '/ecs/web'), DEMO_KEY);
  const both = documentOf(...logsOf(LOGS, '/aws/ecs/ecs-exec-demo', '/ecs/web'), ...DEMO_BUCKET, DEMO_KEY);

  it('adds the target to the statements that are there, in the order of the table', () => {
    expect(mergedWithEarlier(JSON.stringify(earlier), added)).toEqual(both);
  });

  it('does not depend on which target came first', () => {
    expect(mergedWithEarlier(JSON.stringify(added), earlier)).toEqual(both);
  });

  it('changes nothing the second time', () => {
    expect(mergedWithEarlier(JSON.stringify(both), added)).toEqual(both);
    expect(mergedWithEarlier(JSON.stringify(added, null, 2), added)).toEqual(added);
  });

  it('counts its log groups', () => {
    expect([earlier, both, documentOf()].map(targetCount)).toEqual([1, 2, 0]);
  });

  it('knows its form', () => {
    expect([earlier, added, both].map((document) => isOwnDocument(JSON.stringify(document)))).toEqual([
      true,
      true,
      true,
    ]);
  });

  const [streams, ...others] = earlier.Statement;
  const withStreams = (fields: object): string =>
    JSON.stringify({ ...earlier, Statement: [{ ...streams, ...fields }, ...others] });

  it.each<{ name: string; text: string }>([
    { name: 'no JSON', text: 'Version: 2012-10-17' },
    { name: 'no object', text: 'null' },
    { name: 'another version', text: JSON.stringify({ ...earlier, Version: '2008-10-17' }) },
    { name: 'no list of statements', text: JSON.stringify({ ...earlier, Statement: streams }) },
    { name: 'no statements', text: JSON.stringify(documentOf()) },
    { name: 'a Sid of somebody else', text: withStreams({ Sid: 'Streams' }) },
    { name: 'a Sid of the prototype', text: withStreams({ Sid: 'constructor' }) },
    { name: 'the same Sid twice', text: JSON.stringify(documentOf(...earlier.Statement, DEMO_KEY)) },
    { name: 'a Deny', text: withStreams({ Effect: 'Deny' }) },
    { name: 'a wildcard action', text: withStreams({ Action: ['logs:*'] }) },
    { name: 'an action more', text: withStreams({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'iam:*'] }) },
    { name: 'a condition', text: withStreams({ Condition: {} }) },
    { name: 'NotResource besides', text: withStreams({ NotResource: ['*'] }) },
    { name: 'a resource that is no list', text: withStreams({ Resource: '*' }) },
    { name: 'no resource', text: withStreams({ Resource: [] }) },
    { name: 'a resource that is no text', text: withStreams({ Resource: [{ toString: 1 }] }) },
    { name: 'the wildcard', text: withStreams({ Resource: ['*'] }) },
    { name: 'every stream of a group', text: withStreams({ Resource: [`${LOGS}/ecs/web:log-stream:*`] }) },
    { name: 'every group', text: withStreams({ Resource: [`${LOGS}*:log-stream:ecs-execute-command-*`] }) },
    {
      name: 'another account',
      text: withStreams({
        Resource: [`${LOGS.replace('111111111111', '222222222222')}/ecs/web:log-stream:ecs-execute-command-*`],
      }),
    },
    {
      name: 'deeply nested lists',
      text: withStreams({ Action: 0 }).replace('"Action":0', `"Action":${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    },
  ])('is not carried on with $name', ({ text }) => {
    expect(mergedWithEarlier(text, added)).toBeNull();
    expect(isOwnDocument(text)).toBe(false);
  });

  it('is not carried on into another Region', () => {
    const elsewhere = documentOf(...logsOf(LOGS.replace('us-east-1', 'eu-central-1'), '/ecs/web'));
    expect(mergedWithEarlier(JSON.stringify(elsewhere), added)).toBeNull();
  });
});
