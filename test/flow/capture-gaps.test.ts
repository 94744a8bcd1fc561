import { captureAccount } from '../../functions/flow/capture.ts';
import type { CaptureSources } from '../../functions/flow/capture-sources.ts';

const refused = (call: string) => async () =>
  ({ kind: 'unreadable', because: `${call} is not permitted (AccessDenied)` }) as const;
const absent = async () => ({ kind: 'absent' }) as const;
const read = <T>(value: T) => ({ kind: 'read', value }) as const;

const ARN = 'arn:aws:ecs:eu-central-1:111111111111';
const ROLE = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
const RUN = { from: new Date('2026-01-30T00:00:00Z'), to: new Date('2026-01-31T00:00:00Z') };
const PLACE = { account: '111111111111', partition: 'aws', region: 'eu-central-1', clusters: null };

/** An account of one cluster with one task, in which everything beyond ECS is as `others` says. */
const sources = (others: Partial<CaptureSources>): CaptureSources => ({
  ecs: {
    clusters: async () =>
      read([
        {
          clusterArn: `${ARN}:cluster/web`,
          configuration: {
            executeCommandConfiguration: {
              kmsKeyId: 'alias/exec',
              logConfiguration: { cloudWatchLogGroupName: '/ecs/web', s3BucketName: 'transcripts' },
            },
          },
        },
      ]),
    tasks: async () =>
      read([
        {
          taskDefinitionArn: `${ARN}:task-definition/web:1`,
          attachments: [{ details: [{ name: 'subnetId', value: 'subnet-1' }] }],
        },
      ]),
    services: async () => read([]),
    containerInstances: async () => read([]),
    taskDefinition: async () =>
      read({ taskDefinition: { taskRoleArn: ROLE('web'), executionRoleArn: ROLE('execution') }, tags: [] }),
  },
  iam: { role: absent, managedPolicy: absent },
  instanceRoles: async () => new Map(),
  logs: { logGroup: absent, execStreams: absent },
  bucket: absent,
  key: absent,
  stackResources: absent,
  network: { subnets: async () => read([]), vpcEndpoints: async () => read([]), instances: async () => read([]) },
  controlPolicies: absent,
  history: { findRecords: async () => read({ records: [], complete: true }) },
  ...others,
});

const captured = (others: Partial<CaptureSources>) => captureAccount({ ...PLACE, ...RUN }, sources(others), () => {});

describe('given an account that shows everything', () => {
  it('has no gaps, whatever is not there', async () => {
    expect((await captured({})).gaps).toEqual([]);
  });

  it('asks the history for what the targets can be denied, and for sessions', async () => {
    const asked: string[] = [];
    const findRecords: CaptureSources['history']['findRecords'] = async ({ value, from, to }) => {
      asked.push(value);
      expect([from, to]).toEqual([RUN.from, RUN.to]);
      return read({ records: [], complete: true });
    };
    await captured({ history: { findRecords } });
    expect(asked).toEqual([
      'ExecuteCommand',
      'StartSession',
      'CreateLogStream',
      'CreateLogGroup',
      'DescribeLogStreams',
      'DescribeLogGroups',
      'GetBucketEncryption',
      'Decrypt',
    ]);
  });

  it('keeps the denials of its own roles, and sessions on its own containers', async () => {
    const denied = (userName: string) => ({
      eventName: 'CreateLogStream',
      errorCode: 'AccessDenied',
      userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { userName } } },
    });
    const records: Readonly<Record<string, readonly object[]>> = {
      CreateLogStream: [denied('web'), denied('elsewhere'), { eventName: 'CreateLogStream' }],
      StartSession: [
        { eventName: 'StartSession', requestParameters: { target: 'ecs:web_0123456789abcdef0123456789abcdef_1' } },
        { eventName: 'StartSession', requestParameters: { target: 'i-0123456789abcdef0' } },
      ],
    };
    const { file } = await captured({
      history: { findRecords: async ({ value }) => read({ records: records[value] ?? [], complete: true }) },
    });
    const kept = JSON.stringify(file['cloudtrail']);
    expect([/"userName":"web"/, /elsewhere/, /ecs:web_/, /i-0123/].map((pattern) => pattern.test(kept))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('given an account that shows not everything', () => {
  it.each<[string, Partial<CaptureSources>, string]>([
    [
      'roles',
      { iam: { role: refused('iam:GetRole'), managedPolicy: absent } },
      'left out: role (2): iam:GetRole is not permitted (AccessDenied); counts as missing, so that its findings are tickets',
    ],
    [
      'log groups',
      { logs: { logGroup: refused('logs:DescribeLogGroups'), execStreams: absent } },
      'left out: log group: logs:DescribeLogGroups is not permitted (AccessDenied); counts as missing',
    ],
    [
      'buckets',
      { bucket: refused('s3:GetEncryptionConfiguration') },
      'left out: bucket: s3:GetEncryptionConfiguration is not permitted (AccessDenied); counts as missing',
    ],
    [
      'keys',
      { key: refused('kms:DescribeKey') },
      'left out: key: kms:DescribeKey is not permitted (AccessDenied); counts as missing, so that its target is a ticket',
    ],
    [
      'the organisation',
      { controlPolicies: refused('organizations:ListPoliciesForTarget') },
      'left out: service control policies: organizations:ListPoliciesForTarget is not permitted (AccessDenied); no service control policy counts as denying anything',
    ],
    [
      'subnets',
      {
        network: {
          subnets: refused('ec2:DescribeSubnets'),
          vpcEndpoints: async () => read([]),
          instances: async () => read([]),
        },
      },
      'left out: subnets: ec2:DescribeSubnets is not permitted (AccessDenied); preflight does not know the network of its tasks',
    ],
  ])('says in one line what is decided otherwise without %s', async (_name, others, line) => {
    expect((await captured(others)).gaps).toEqual([line]);
  });

  it('leaves out the section of the network and of the organisation, which would say that there is nothing', async () => {
    const network = { subnets: absent, vpcEndpoints: absent, instances: async () => read([]) };
    const { file } = await captured({ network, controlPolicies: absent });
    expect(['ec2' in file, 'organizations' in file]).toEqual([false, false]);
  });

  it('names the calls of which there are more than it reads', async () => {
    const findRecords: CaptureSources['history']['findRecords'] = async ({ value }) =>
      read({ records: [], complete: value !== 'CreateLogStream' });
    expect((await captured({ history: { findRecords } })).gaps).toEqual([
      'left out: CloudTrail records of CreateLogStream: there are more records than are read; a session or denial that is not in the file never was',
    ]);
  });
});
