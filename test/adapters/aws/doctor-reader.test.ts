import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { readDeployedVariable, readTableName } from '../../../functions/adapters/aws/doctor-reader.ts';
import { readTrails } from '../../../functions/adapters/aws/trail-reader.ts';

const named = (name: string) => Object.assign(new Error(name), { name });

describe('given the stack of a deployment', () => {
  const client = new CloudFormationClient({ region: 'eu-central-1' });
  const cloudFormation = mockClient(client);
  const others = (count: number): StackResource[] =>
    Array.from({ length: count }, (_, index) => ({
      LogicalResourceId: `Rule${index}`,
      ResourceType: 'AWS::Events::Rule',
      ResourceStatus: 'CREATE_COMPLETE',
      Timestamp: new Date(0),
    }));

  it.each([
    ['not among 100 resources, which are as many as CloudFormation shows', 100, { kind: 'read', value: 'table-1' }, 1],
    ['not among 99, and nowhere else', 99, { kind: 'absent' }, 0],
  ])('knows how far to look for its table: %s', async (_, count, reading, asked) => {
    cloudFormation.reset();
    cloudFormation.on(DescribeStackResourcesCommand).resolves({ StackResources: others(count) });
    const Outputs = [{ OutputKey: 'TableName', OutputValue: 'table-1' }];
    const stack = {
      StackName: 'exec-log',
      CreationTime: new Date(0),
      StackStatus: 'CREATE_COMPLETE',
      Outputs,
    } as const;
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [stack] });
    await expect(readTableName(client, 'exec-log')).resolves.toEqual(reading);
    expect(cloudFormation.commandCalls(DescribeStacksCommand)).toHaveLength(asked);
  });
});

describe('given trails of several homes', () => {
  const REGION = 'eu-central-1';
  const arn = (name: string, region: string) => `arn:aws:cloudtrail:${region}:111111111111:trail/${name}`;
  const here = new CloudTrailClient({ region: REGION });
  const home = new CloudTrailClient({ region: 'us-east-1' });
  const clientFor = (region: string) => (region === REGION ? here : home);

  it('asks each in its home Region, and reads advanced selectors', async () => {
    const [local, remote] = [mockClient(here), mockClient(home)];
    local.on(DescribeTrailsCommand, { includeShadowTrails: true }).resolves({
      trailList: [{ Name: 'org', TrailARN: arn('org', 'us-east-1'), HomeRegion: 'us-east-1' }],
    });
    remote.on(GetTrailStatusCommand, { Name: arn('org', 'us-east-1') }).resolves({ IsLogging: true });
    remote.on(GetEventSelectorsCommand, { TrailName: arn('org', 'us-east-1') }).resolves({
      AdvancedEventSelectors: [
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Management'] },
            { Field: 'eventName', StartsWith: ['Put'] },
          ],
        },
      ],
    });
    expect(await readTrails(clientFor, REGION)).toEqual({
      kind: 'read',
      value: [
        {
          name: 'org',
          isLogging: { kind: 'read', value: true },
          selectors: {
            kind: 'read',
            value: {
              kind: 'advanced',
              selectors: [
                [
                  { field: 'eventCategory', equals: ['Management'], notEquals: [], others: false },
                  { field: 'eventName', equals: [], notEquals: [], others: true },
                ],
              ],
            },
          },
        },
      ],
    });
  });

  it('reads basic selectors with the services that they leave out', async () => {
    const local = mockClient(here);
    local.on(DescribeTrailsCommand).resolves({ trailList: [{ Name: 'own', HomeRegion: REGION }] });
    local.on(GetTrailStatusCommand).resolves({ IsLogging: true });
    local.on(GetEventSelectorsCommand).resolves({
      EventSelectors: [
        { ReadWriteType: 'WriteOnly', ExcludeManagementEventSources: ['kms.amazonaws.com'] },
        { IncludeManagementEvents: false },
      ],
    });
    const selectors = [
      { management: true, readWrite: 'WriteOnly', excluded: ['kms.amazonaws.com'] },
      { management: false, readWrite: 'All', excluded: [] },
    ];
    expect(await readTrails(clientFor, REGION)).toEqual({
      kind: 'read',
      value: [
        {
          name: 'own',
          isLogging: { kind: 'read', value: true },
          selectors: { kind: 'read', value: { kind: 'basic', selectors } },
        },
      ],
    });
  });

  it("keeps an organisation's trail that hides itself as unreadable, and throws what is no answer", async () => {
    const local = mockClient(here);
    local.on(DescribeTrailsCommand).resolves({ trailList: [{ Name: 'org', HomeRegion: REGION }] });
    local.on(GetTrailStatusCommand).rejects(named('TrailNotFoundException'));
    local.on(GetEventSelectorsCommand).rejects(named('AccessDeniedException'));
    const unreadable = (because: string) => ({ kind: 'unreadable', because });
    expect(await readTrails(clientFor, REGION)).toEqual({
      kind: 'read',
      value: [
        {
          name: 'org',
          isLogging: unreadable('cloudtrail:GetTrailStatus failed (TrailNotFound)'),
          selectors: unreadable('cloudtrail:GetEventSelectors is not permitted (AccessDenied)'),
        },
      ],
    });
    local.on(DescribeTrailsCommand).rejects(named('ThrottlingException'));
    await expect(readTrails(clientFor, REGION)).rejects.toThrow('ThrottlingException');
  });
});

describe('given a deployed template', () => {
  const client = new CloudFormationClient({ region: 'eu-central-1' });
  const variableIn = (TemplateBody: string) => {
    mockClient(client).on(GetTemplateCommand, { StackName: 'exec-log' }).resolves({ TemplateBody });
    return readDeployedVariable(client, 'exec-log', 'CEILING');
  };

  it('finds a variable of a function', async () => {
    const Resources = {
      Table: { Type: 'AWS::DynamoDB::Table' },
      Remediator: {
        Properties: { Environment: { Variables: { CEILING: '{"mode":"ticket"}', TABLE_NAME: { Ref: 'Table' } } } },
      },
    };
    expect(await variableIn(JSON.stringify({ Resources }))).toEqual({ kind: 'read', value: '{"mode":"ticket"}' });
  });

  it.each([
    { name: 'without it', body: '{"Resources":{"A":null}}', kind: 'absent' },
    { name: 'in YAML', body: 'Resources:', kind: 'unreadable' },
  ])('finds none in a template $name', async ({ body, kind }) => {
    expect((await variableIn(body)).kind).toBe(kind);
  });
});
