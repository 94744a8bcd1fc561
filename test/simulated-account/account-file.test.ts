import fc from 'fast-check';
import { AccountFileError, readAccountFile, unknownKeysIn } from './account-file.ts';
import type { JsonObject } from './account-state.ts';
import { allowing, aRole, roleArn, sampleAccountFile } from './sample-account.ts';

const document = allowing('s3:GetObject');
const cluster = { clusterArn: 'arn:aws:ecs:eu-central-1:111111111111:cluster/prod', clusterName: 'prod' };
const read = (sections: JsonObject) => readAccountFile({ account: '111111111111', ...sections });

describe('given an account file', () => {
  it('reads an empty object as an account with nothing in it', () => {
    expect(readAccountFile({})).toEqual({
      account: '111111111111',
      partition: 'aws',
      region: 'us-east-1',
      iam: { roles: [], policies: [] },
      ecs: { clusters: [], tasks: [], taskDefinitions: [], services: [], containerInstances: [] },
      logs: { logGroups: [], logStreams: new Map() },
      s3: new Map(),
      kms: new Map(),
      cloudformation: { stackResources: [] },
      cloudtrail: { records: [] },
      organizations: { serviceControlPolicies: [] },
      cases: [],
    });
  });

  it('takes account, partition and Region from the first ARN where the file names none', () => {
    const { account, partition, region } = readAccountFile({
      ecs: { clusters: [{ clusterArn: 'arn:aws-cn:ecs:cn-north-1:012345678901:cluster/a' }] },
    });

    expect({ account, partition, region }).toEqual({
      account: '012345678901',
      partition: 'aws-cn',
      region: 'cn-north-1',
    });
  });

  it.each<[string, unknown]>([
    ['a list', [cluster]],
    ['a whole output', { clusters: [cluster], failures: [] }],
    ['a list of whole outputs', [{ clusters: [cluster], failures: [] }, { clusters: [] }]],
    ["a newer CLI's output", [{ ...cluster, inventedIn2030: { a: 1 }, tags: null }]],
  ])('reads clusters given as %s', (_name, clusters) => {
    expect(read({ ecs: { clusters } }).ecs.clusters).toEqual([cluster]);
  });

  it.each<[string, JsonObject]>([
    ['the section', { RoleDetailList: [aRole('r', { p: document })] }],
    [
      'the whole output',
      {
        UserDetailList: [],
        GroupDetailList: [],
        RoleDetailList: [aRole('r', { p: document })],
        Policies: [],
        IsTruncated: false,
      },
    ],
    [
      'pages',
      {
        RoleDetailList: [{ RoleDetailList: [aRole('r', { p: document })], IsTruncated: true }, { RoleDetailList: [] }],
      },
    ],
    [
      'encoded documents',
      {
        RoleDetailList: [
          {
            ...aRole('r'),
            RolePolicyList: [{ PolicyName: 'p', PolicyDocument: encodeURIComponent(JSON.stringify(document)) }],
          },
        ],
      },
    ],
    [
      'documents as text',
      {
        RoleDetailList: [
          { ...aRole('r'), RolePolicyList: [{ PolicyName: 'p', PolicyDocument: JSON.stringify(document) }] },
        ],
      },
    ],
  ])('reads roles given as %s', (_name, iam) => {
    expect(read({ iam }).iam.roles.map(({ Arn, RolePolicyList }) => [Arn, RolePolicyList])).toEqual([
      [roleArn('r'), [{ PolicyName: 'p', PolicyDocument: JSON.stringify(document) }]],
    ]);
  });

  it.each<[string, unknown]>([
    ['bare definitions', [{ taskDefinitionArn: 'arn:td/web:1' }]],
    ['outputs with tags', [{ taskDefinition: { taskDefinitionArn: 'arn:td/web:1' }, tags: [] }]],
    ['one output', { taskDefinition: { taskDefinitionArn: 'arn:td/web:1' } }],
  ])('reads task definitions given as %s', (_name, taskDefinitions) => {
    expect(read({ ecs: { taskDefinitions } }).ecs.taskDefinitions).toEqual([
      { taskDefinition: { taskDefinitionArn: 'arn:td/web:1' }, tags: [] },
    ]);
  });

  it.each<[string, unknown]>([
    ['records', { records: [{ eventID: '1' }] }],
    ['a trail file', { records: { Records: [{ eventID: '1' }] } }],
    ["a trail file in the section's place", { Records: [{ eventID: '1' }] }],
    ['lookup-events', { records: { Events: [{ EventId: '1', CloudTrailEvent: '{"eventID":"1"}' }] } }],
    ['EventBridge envelopes', { records: [{ source: 'aws.ecs', detail: { eventID: '1' } }] }],
    ['a bare list', [{ eventID: '1' }]],
  ])('reads CloudTrail records given as %s', (_name, cloudtrail) => {
    expect(read({ cloudtrail }).cloudtrail.records).toEqual([{ eventID: '1' }]);
  });

  it("reads streams, stack resources, keys and control policies in the CLI's forms", () => {
    const state = read({
      logs: {
        logGroups: { logGroups: [{ logGroupName: '/a' }] },
        logStreams: { '/a': { logStreams: [{ logStreamName: 's' }] }, '/b': [] },
      },
      cloudformation: { stackResources: [{ StackResources: [{ StackName: 'web', PhysicalResourceId: 'r' }] }] },
      kms: { k: { metadata: { KeyMetadata: { KeyId: 'k' } }, policy: { Policy: JSON.stringify(document) } } },
      organizations: {
        serviceControlPolicies: [
          {
            target: 'r-root',
            policies: [
              document,
              { Policy: { PolicySummary: { Name: 'n', Arn: 'arn:p' }, Content: JSON.stringify(document) } },
            ],
          },
        ],
      },
    });

    expect({
      logs: state.logs,
      stacks: state.cloudformation.stackResources,
      kms: state.kms,
      scp: state.organizations.serviceControlPolicies,
    }).toEqual({
      logs: {
        logGroups: [{ logGroupName: '/a' }],
        logStreams: new Map([
          ['/a', [{ logStreamName: 's' }]],
          ['/b', []],
        ]),
      },
      stacks: [{ StackName: 'web', PhysicalResourceId: 'r' }],
      kms: new Map([['k', { metadata: { KeyId: 'k' }, policy: JSON.stringify(document), aliases: [] }]]),
      scp: [
        {
          target: 'r-root',
          policies: [
            { name: 'policy-1', arn: null, document },
            { name: 'n', arn: 'arn:p', document },
          ],
        },
      ],
    });
  });

  it('reads times as text, as seconds and as milliseconds', () => {
    const times = ['2026-01-01T00:00:00Z', 1_767_225_600, 1_767_225_600_000];
    const tasks = times.map((startedAt, index) => ({ taskArn: `arn:${index}`, startedAt }));

    expect(read({ ecs: { tasks } }).ecs.tasks.map(({ startedAt }) => startedAt)).toEqual(
      times.map(() => new Date('2026-01-01T00:00:00Z')),
    );
  });

  it.each<[string, unknown, string]>([
    ['a list', [], 'account file: expected a JSON object, got []'],
    ['an account that is a number', { account: 1 }, 'account: expected twelve digits as text, got 1'],
    [
      'clusters that are text',
      { ecs: { clusters: 'prod' } },
      'ecs.clusters: expected a list, or the CLI\'s output with "clusters", got "prod"',
    ],
    [
      'a cluster without an ARN',
      { ecs: { clusters: [{}] } },
      'ecs.clusters[0].clusterArn: expected a non-empty string, got nothing',
    ],
    [
      'a wrong type deep inside',
      { ecs: { tasks: { tasks: [{ taskArn: 'a', containers: [{ name: 1 }] }] } } },
      'ecs.tasks.tasks[0].containers[0].name: expected a string, got 1',
    ],
    [
      'a policy that is no document',
      { iam: { RoleDetailList: [{ ...aRole('r'), RolePolicyList: [{ PolicyName: 'p', PolicyDocument: 'x' }] }] } },
      'iam.RoleDetailList[0].RolePolicyList[0].PolicyDocument: expected a policy document (object or JSON text), got "x"',
    ],
    [
      'an embedded record that is no JSON',
      { cloudtrail: { Events: [{ CloudTrailEvent: '{' }] } },
      'cloudtrail.records[0].CloudTrailEvent: expected a CloudTrail record as JSON text, got "{"',
    ],
    [
      'a whole output that is not the last page',
      { ecs: { tasks: { tasks: [], nextToken: 'more' } } },
      'ecs.tasks.nextToken: expected the last page (capture all pages), got "more"',
    ],
    [
      'an IAM section that is not the last page',
      { iam: { RoleDetailList: [], IsTruncated: true } },
      'iam.IsTruncated: expected the last page (capture all pages), got true',
    ],
    [
      'pages without the last one',
      { iam: { RoleDetailList: [{ RoleDetailList: [] }, { RoleDetailList: [], IsTruncated: true }] } },
      'iam.RoleDetailList[1].IsTruncated: expected the last page (capture all pages), got true',
    ],
    [
      'lookup-events that are not the last page',
      { cloudtrail: { records: [{ Events: [], NextToken: 'more' }] } },
      'cloudtrail.records[0].NextToken: expected the last page (capture all pages), got "more"',
    ],
    ['cases that are no list', { cases: {} }, 'cases: expected a list, got {}'],
  ])('refuses %s with the place, the value and what was expected', (_name, file, message) => {
    expect(() => readAccountFile(file)).toThrow(expect.objectContaining({ name: 'AccountFileError', message }));
  });

  it('reads or refuses whatever stands in any of its places, and never fails otherwise', () => {
    const paths = ['iam', 'ecs', 'logs', 's3', 'kms', 'cloudformation', 'cloudtrail', 'organizations'].flatMap(
      (name) => {
        const value = sampleAccountFile()[name];
        return [
          [name],
          ...Object.keys(typeof value === 'object' && value !== null ? value : {}).map((key) => [name, key]),
        ];
      },
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 4 }), ([section = '', key], hostile) => {
        const file = sampleAccountFile();
        const old = file[section];
        const changed =
          key === undefined
            ? hostile
            : { ...(typeof old === 'object' ? old : {}), [key]: [hostile, { [key]: [hostile] }] };
        try {
          return readAccountFile({ ...file, [section]: changed }).account === '111111111111';
        } catch (error) {
          return error instanceof AccountFileError;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a file that is nested too deeply to read', () => {
    const nested = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);

    expect(() => readAccountFile({ cloudtrail: { records: nested } })).toThrow(AccountFileError);
  });
});

describe('given the keys of an account file', () => {
  it('knows those of the sections and of whole outputs in their place', () => {
    const outputs = {
      iam: { RoleDetailList: [], Policies: [], UserDetailList: [], GroupDetailList: [], IsTruncated: false },
      cloudtrail: { Events: [] },
      cloudformation: { StackResources: [] },
      logs: [],
      kms: { 'arn:any': {} },
      attachedPolicies: [],
    };

    expect([sampleAccountFile(), outputs, [], null].flatMap(unknownKeysIn)).toEqual([]);
  });

  it('names every other one, with those that are known there', () => {
    const file = { logz: {}, ecs: { clustres: [] }, toString: 1 };

    expect(unknownKeysIn(file)).toEqual([
      { path: 'logz', known: expect.arrayContaining(['logs', 'ecs']) },
      { path: 'ecs.clustres', known: ['clusters', 'tasks', 'taskDefinitions', 'services', 'containerInstances'] },
      { path: 'toString', known: expect.arrayContaining(['logs', 'ecs']) },
    ]);
  });
});
