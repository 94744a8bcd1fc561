import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { JsonObject } from './account-state.ts';
import {
  allowing,
  aRole,
  clientOf,
  denying,
  failureOf,
  GROUP,
  logsArn,
  roleArn,
  STREAM,
  startSample,
  TASK_ID,
} from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const create = () => new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: STREAM });

describe('given the CloudWatch Logs of a simulated account', () => {
  let account: SimulatedAccount;
  let logs: CloudWatchLogsClient;

  beforeEach(async () => {
    account = await startSample();
    logs = new CloudWatchLogsClient(clientOf(account, roleArn('repairer')));
  });
  afterEach(() => account.close());

  it('stores a transcript and gives it back', async () => {
    await logs.send(create());
    await logs.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName: STREAM,
        logEvents: [
          { timestamp: 1000, message: '$ ls' },
          { timestamp: 2000, message: 'etc' },
        ],
      }),
    );
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: GROUP, logStreamNamePrefix: STREAM }),
    );
    const read = await logs.send(
      new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: STREAM, startFromHead: true }),
    );
    const end = await logs.send(
      new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: STREAM, nextToken: read.nextForwardToken }),
    );

    expect([
      logStreams?.map(({ logStreamName, lastEventTimestamp }) => [logStreamName, lastEventTimestamp]),
      read.events?.map(({ message }) => message),
      end.events,
      end.nextForwardToken === read.nextForwardToken,
    ]).toEqual([[[STREAM, 2000]], ['$ ls', 'etc'], [], true]);
  });

  it('pages groups by prefix', async () => {
    account.runtime.pageSize = 1;
    account.state.logs.logGroups.push({ logGroupName: '/ecs/web/sidecar' }, { logGroupName: '/other' });
    const first = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ecs/' }));
    const second = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ecs/', nextToken: first.nextToken }),
    );

    expect([first.logGroups?.[0]?.logGroupName, second.logGroups?.[0]?.logGroupName, second.nextToken]).toEqual([
      GROUP,
      '/ecs/web/sidecar',
      undefined,
    ]);
  });

  it("gives a group's tags by its ARN", async () => {
    account.stores.logGroupTags.set(GROUP, { team: 'web' });

    expect(
      (await logs.send(new ListTagsForResourceCommand({ resourceArn: logsArn(`log-group:${GROUP}`) }))).tags,
    ).toEqual({ team: 'web' });
  });

  it('knows a missing group, a missing stream and a stream that exists', async () => {
    await logs.send(create());

    expect([
      (await failureOf(logs.send(new DescribeLogStreamsCommand({ logGroupName: '/gone' })))).name,
      (await failureOf(logs.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'gone' })))).name,
      (await failureOf(logs.send(create()))).name,
    ]).toEqual(['ResourceNotFoundException', 'ResourceNotFoundException', 'ResourceAlreadyExistsException']);
  });
});

describe('given a task role that is denied on its log group', () => {
  const boundaryArn = 'arn:aws:iam::111111111111:policy/boundary';
  const bounded = { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn } };
  const boundary = (document: JsonObject) => [
    {
      Arn: boundaryArn,
      DefaultVersionId: 'v1',
      PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document }],
    },
  ];
  const organization = (...policies: JsonObject[]) => ({
    organizations: {
      serviceControlPolicies: [
        { target: 'r-root', policies: [allowing('*')] },
        { target: '111111111111', policies },
      ],
    },
  });
  const all = { all: allowing('logs:*') };
  const principal = `arn:aws:sts::111111111111:assumed-role/web-task/${TASK_ID}`;
  const before = `User: ${principal} is not authorized to perform: logs:CreateLogStream on resource: ${logsArn(`log-group:${GROUP}:log-stream:${STREAM}`)}`;

  it.each<[string, JsonObject, JsonObject[], JsonObject, string]>([
    [
      'nothing allows',
      aRole('web-task'),
      [],
      {},
      'because no identity-based policy allows the logs:CreateLogStream action',
    ],
    [
      'an inline policy denies',
      aRole('web-task', { ...all, no: denying('logs:Create*') }),
      [],
      {},
      'with an explicit deny in an identity-based policy',
    ],
    [
      'the boundary does not allow',
      aRole('web-task', all, bounded),
      boundary(allowing('s3:*')),
      {},
      'because no permissions boundary allows the logs:CreateLogStream action',
    ],
    [
      'the boundary denies',
      aRole('web-task', all, bounded),
      boundary(denying('logs:*')),
      {},
      `with an explicit deny in a permissions boundary: ${boundaryArn}`,
    ],
    [
      'an SCP denies',
      aRole('web-task', all),
      [],
      organization(allowing('*'), denying('logs:*')),
      'with an explicit deny in a service control policy',
    ],
    [
      'no SCP of a level allows',
      aRole('web-task', all),
      [],
      organization(allowing('s3:*')),
      'because no service control policy allows the logs:CreateLogStream action',
    ],
  ])('names the policy type where %s', async (_name, role, Policies, sections, reason) => {
    const account = await startSample({ iam: { RoleDetailList: [role], Policies }, ...sections });
    const logs = new CloudWatchLogsClient(clientOf(account, roleArn('web-task'), TASK_ID));

    expect(await failureOf(logs.send(create()))).toEqual({
      name: 'AccessDeniedException',
      message: `${before} ${reason}`,
    });
    await account.close();
  });

  it('writes the record that CloudTrail would write, and none for PutLogEvents', async () => {
    const account = await startSample();
    const records: JsonObject[] = [];
    account.on('record', (record) => records.push(record));
    const logs = new CloudWatchLogsClient(clientOf(account, roleArn('web-task'), TASK_ID));
    await failureOf(logs.send(create()));
    await failureOf(
      logs.send(
        new PutLogEventsCommand({
          logGroupName: GROUP,
          logStreamName: STREAM,
          logEvents: [{ timestamp: 1, message: 'x' }],
        }),
      ),
    );

    const [record] = records;
    expect(records).toEqual([
      {
        ...record,
        userIdentity: {
          type: 'AssumedRole',
          principalId: `AROAWEBTASKXXXXXXXXXX:${TASK_ID}`,
          arn: principal,
          accountId: '111111111111',
          accessKeyId: 'ASIA0000000000000001',
          sessionContext: {
            sessionIssuer: {
              type: 'Role',
              principalId: 'AROAWEBTASKXXXXXXXXXX',
              arn: roleArn('web-task'),
              accountId: '111111111111',
              userName: 'web-task',
            },
            webIdFederationData: {},
            attributes: {
              creationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
              mfaAuthenticated: 'false',
            },
          },
        },
        eventSource: 'logs.amazonaws.com',
        eventName: 'CreateLogStream',
        awsRegion: 'eu-central-1',
        errorCode: 'AccessDenied',
        errorMessage: `${before} because no identity-based policy allows the logs:CreateLogStream action`,
        requestParameters: null,
        responseElements: null,
        readOnly: false,
        recipientAccountId: '111111111111',
      },
    ]);
    await account.close();
  });
});
