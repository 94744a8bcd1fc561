import { type LogTarget, resolveLogTarget } from '../../functions/domain/log-target.ts';
import { ACCOUNT, aContainer, anExecConfiguration, aTaskDefinition, GROUP, REGION } from '../support/builders.ts';

const PLACE = { partition: 'aws', account: ACCOUNT, region: REGION };
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

function aTarget(overrides: Partial<LogTarget> = {}): LogTarget {
  return {
    kind: 'target',
    logging: 'DEFAULT',
    ...PLACE,
    logGroupName: GROUP,
    encryptionRequired: false,
    bucket: null,
    sessionKey: null,
    otherRegionOption: null,
    otherContainerGroups: [],
    ...overrides,
  };
}

const resolve = (
  configuration: Parameters<typeof anExecConfiguration>[0],
  containers: readonly Parameters<typeof aContainer>[0][] = [{}],
) =>
  resolveLogTarget(
    anExecConfiguration(configuration),
    aTaskDefinition({ containers: containers.map(aContainer) }),
    'nginx',
    PLACE,
  );

const override = (configuration: Parameters<typeof anExecConfiguration>[0]) =>
  resolve({ logging: 'OVERRIDE', cloudWatchLogGroupName: '/aws/ecs/exec', ...configuration });
const overridden = (overrides: Partial<LogTarget>) =>
  aTarget({ logging: 'OVERRIDE', logGroupName: '/aws/ecs/exec', ...overrides });

describe('given logging DEFAULT', () => {
  it("takes the container's own group and ignores everything in the cluster's log configuration", () => {
    const ignored = {
      cloudWatchLogGroupName: '/ecs/nginx-sample/nginx-ecs-exec',
      cloudWatchEncryptionEnabled: true,
      s3BucketName: 'audit',
      s3EncryptionEnabled: true,
    };
    expect(resolve({ logging: 'DEFAULT', ...ignored })).toEqual(aTarget());
  });

  it('is meant where logging is unset, and where the cluster was never configured', () => {
    expect(resolve({ logging: null })).toEqual(aTarget());
    expect(resolveLogTarget(null, aTaskDefinition(), 'nginx', PLACE)).toEqual(aTarget());
  });

  it("keeps the session key, which is the cluster's", () => {
    expect(resolve({ kmsKeyId: KEY })).toEqual(aTarget({ sessionKey: { kind: 'arn', arn: KEY } }));
  });

  it('names the groups of the other containers, of those that have one', () => {
    const others = [
      {},
      { name: 'side', logOptions: { 'awslogs-group': '/ecs/side' } },
      { name: 'router', logDriver: 'awsfirelens', logOptions: { 'awslogs-group': '/ecs/not-used' } },
      { name: 'quiet', logDriver: null, logOptions: {} },
    ];
    expect(resolve({}, others)).toEqual(aTarget({ otherContainerGroups: ['/ecs/side'] }));
  });

  it("stays in the task's Region, whatever awslogs-region says", () => {
    const logOptions = { 'awslogs-group': GROUP, 'awslogs-region': 'us-east-1' };
    expect(resolve({}, [{ logOptions }])).toEqual(aTarget({ otherRegionOption: 'us-east-1' }));
  });

  it.each([
    {
      name: 'another container than the session',
      containers: [{ name: 'web' }],
      because: 'container-unknown',
      otherContainerGroups: [GROUP],
    },
    {
      name: 'awsfirelens',
      containers: [{ logDriver: 'awsfirelens' }],
      because: 'no-awslogs-driver',
      otherContainerGroups: [],
    },
    { name: 'no driver', containers: [{ logDriver: null }], because: 'no-awslogs-driver', otherContainerGroups: [] },
    {
      name: 'no awslogs-group',
      containers: [{ logOptions: {} }],
      because: 'awslogs-group-missing',
      otherContainerGroups: [],
    },
    {
      name: 'a blank awslogs-group',
      containers: [{ logOptions: { 'awslogs-group': '  ' } }],
      because: 'awslogs-group-missing',
      otherContainerGroups: [],
    },
    {
      name: 'an awslogs-group with a wildcard',
      containers: [{ logOptions: { 'awslogs-group': '/ecs/*' } }],
      because: 'log-group-unreadable',
      otherContainerGroups: [],
    },
  ])('has no target with $name', ({ containers, because, otherContainerGroups }) => {
    expect(resolve({}, containers)).toEqual({ kind: 'none', because, otherContainerGroups });
  });
});

describe('given logging NONE', () => {
  it('has no target', () => {
    expect(resolve({ logging: 'NONE' })).toEqual({ kind: 'none', because: 'logging-off', otherContainerGroups: [] });
  });
});

describe('given logging OVERRIDE', () => {
  it("takes the cluster's group and not the container's", () => {
    expect(override({})).toEqual(overridden({}));
  });

  it('requires encryption where the cluster does', () => {
    expect(override({ cloudWatchEncryptionEnabled: true })).toEqual(overridden({ encryptionRequired: true }));
  });

  it.each([
    { name: `${GROUP}:*`, expected: { logGroupName: GROUP } },
    { name: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}`, expected: { logGroupName: GROUP } },
    { name: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}:*`, expected: { logGroupName: GROUP } },
    {
      name: `arn:aws:logs:${REGION}:222222222222:log-group:${GROUP}:*`,
      expected: { logGroupName: GROUP, account: '222222222222' },
    },
    {
      name: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}`,
      expected: { logGroupName: GROUP, region: 'us-east-1' },
    },
    {
      name: `arn:aws-cn:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}`,
      expected: { logGroupName: GROUP, partition: 'aws-cn' },
    },
  ])('reads the group in $name', ({ name, expected }) => {
    expect(override({ cloudWatchLogGroupName: name })).toEqual(overridden(expected));
  });

  it.each([
    { configured: null, keyPrefix: '' },
    { configured: '', keyPrefix: '' },
    { configured: 'exec-output', keyPrefix: 'exec-output' },
    { configured: 'exec-output/', keyPrefix: 'exec-output' },
    { configured: 'a/b/', keyPrefix: 'a/b' },
    // Kept, so that it is refused: the agent's keys begin with a slash then.
    { configured: '/', keyPrefix: '/' },
  ])('takes the prefix $configured as "$keyPrefix"', ({ configured, keyPrefix }) => {
    expect(override({ s3BucketName: 'audit', s3KeyPrefix: configured, s3EncryptionEnabled: true })).toEqual(
      overridden({ bucket: { name: 'audit', keyPrefix, encryptionRequired: true } }),
    );
  });

  it('takes a bucket given by its ARN', () => {
    expect(override({ s3BucketName: 'arn:aws:s3:::audit' })).toEqual(
      overridden({ bucket: { name: 'audit', keyPrefix: '', encryptionRequired: false } }),
    );
  });

  it('takes a bucket alone', () => {
    expect(override({ cloudWatchLogGroupName: ' ', s3BucketName: 'audit' })).toEqual(
      overridden({ logGroupName: null, bucket: { name: 'audit', keyPrefix: '', encryptionRequired: false } }),
    );
  });

  it.each([
    { kmsKeyId: KEY, sessionKey: { kind: 'arn', arn: KEY } },
    {
      kmsKeyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
      sessionKey: { kind: 'unresolved', keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' },
    },
    { kmsKeyId: 'alias/exec', sessionKey: { kind: 'unresolved', keyId: 'alias/exec' } },
    {
      kmsKeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/exec`,
      sessionKey: { kind: 'unresolved', keyId: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/exec` },
    },
    { kmsKeyId: '', sessionKey: null },
  ] as const)('reads the session key $kmsKeyId', ({ kmsKeyId, sessionKey }) => {
    expect(override({ kmsKeyId })).toEqual(overridden({ sessionKey }));
  });

  it.each([
    {
      name: 'neither group nor bucket',
      configuration: { cloudWatchLogGroupName: null },
      because: 'override-without-target',
    },
    {
      name: 'a group that is no name',
      configuration: { cloudWatchLogGroupName: 'a b' },
      because: 'log-group-unreadable',
    },
  ])('has no target with $name', ({ configuration, because }) => {
    expect(override(configuration)).toEqual({ kind: 'none', because, otherContainerGroups: [] });
  });
});
