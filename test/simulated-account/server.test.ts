import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientOf, failureOf, rawCall, roleArn, startSample, TASK_ID } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const getRole = (account: SimulatedAccount, rest: object = {}) =>
  new IAMClient({ ...clientOf(account), ...rest }).send(new GetRoleCommand({ RoleName: 'web-task' }));

describe('given a simulated account that is served over HTTP', () => {
  let account: SimulatedAccount;

  beforeEach(async () => {
    account = await startSample();
  });
  afterEach(() => account.close());

  it('knows its callers by their access keys', async () => {
    const stranger = { ...clientOf(account), credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' } };

    expect([
      (await failureOf(new IAMClient(stranger).send(new GetRoleCommand({ RoleName: 'web-task' })))).name,
      (await failureOf(new ECSClient(stranger).send(new DescribeTasksCommand({ cluster: 'prod', tasks: [TASK_ID] }))))
        .name,
    ]).toEqual(['InvalidClientTokenId', 'UnrecognizedClientException']);
  });

  it('has nothing in another Region but the same IAM', async () => {
    const elsewhere = { ...clientOf(account, roleArn('repairer')), region: 'us-west-2' };
    const tasks = new ECSClient(elsewhere).send(new DescribeTasksCommand({ cluster: 'prod', tasks: [TASK_ID] }));

    expect([(await failureOf(tasks)).name, (await getRole(account, elsewhere)).Role?.Arn]).toEqual([
      'ClusterNotFoundException',
      roleArn('web-task'),
    ]);
  });

  it('logs every call with its caller and outcome', async () => {
    await getRole(account);
    await failureOf(
      new SSMClient(clientOf(account, roleArn('web-task'))).send(new GetParameterCommand({ Name: '/p' })),
    );

    expect(account.calls).toEqual([
      { service: 'iam', operation: 'GetRole', caller: 'operator', at: expect.any(Date), outcome: 'ok' },
      {
        service: 'ssm',
        operation: 'GetParameter',
        caller: roleArn('web-task'),
        at: expect.any(Date),
        outcome: 'AccessDeniedException',
      },
    ]);
  });

  it("dates its answers by its own clock, so that a client's signing clock follows", async () => {
    account.clock.set(new Date('2030-01-01T00:00:00Z'));
    const response = await fetch(account.url, { method: 'POST' });

    expect(response.headers.get('date')).toMatch(/^Tue, 01 Jan 2030 00:00:0\d GMT$/);
  });

  it.each<[string, string, string | null, string, string]>([
    [
      'an unknown member',
      'ecs',
      'AmazonEC2ContainerServiceV20141113.DescribeTasks',
      '{"tasks":["a"],"Tasks":[]}',
      'SerializationException',
    ],
    [
      'a wrong type',
      'ecs',
      'AmazonEC2ContainerServiceV20141113.DescribeTasks',
      '{"tasks":"a"}',
      'SerializationException',
    ],
    [
      'a wrong type deep inside',
      'ssm',
      'AmazonSSM.CreateOpsItem',
      '{"Title":"t","Source":"s","Description":"d","OperationalData":{"a":{"Value":1}}}',
      'SerializationException',
    ],
    [
      'a missing required member',
      'ecs',
      'AmazonEC2ContainerServiceV20141113.DescribeTasks',
      '{"cluster":"prod"}',
      'ValidationException',
    ],
    ['a body that is no JSON', 'logs', 'Logs_20140328.CreateLogStream', '{', 'SerializationException'],
    [
      'an unknown operation',
      'ecs',
      'AmazonEC2ContainerServiceV20141113.DeleteEverything',
      '{}',
      'UnknownOperationException',
    ],
    [
      'an unknown member of a form',
      'iam',
      null,
      'Action=GetRole&Version=2010-05-08&RoleName=a&Rolename=b',
      'ValidationError',
    ],
    ['a missing member of a form', 'iam', null, 'Action=GetRole&Version=2010-05-08', 'ValidationError'],
    ['a number that is none', 'iam', null, 'Action=ListRoles&Version=2010-05-08&MaxItems=many', 'ValidationError'],
  ])("refuses %s by the SDK's schema", async (_name, service, target, body, code) => {
    const { status, body: answer } = await rawCall(account, service, target, body);

    expect([status, answer]).toEqual([400, expect.stringContaining(code)]);
  });

  it('fails, rather than denies, where it cannot decide', async () => {
    const [role] = account.state.iam.roles;
    Object.assign(role ?? {}, { AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/Unknown' }] });
    const ssm = new SSMClient(clientOf(account, roleArn('web-task')));

    expect((await failureOf(ssm.send(new GetParameterCommand({ Name: '/p' })))).name).toBe('InternalFailure');
  });
});

describe('given a fault that is switched on', () => {
  let account: SimulatedAccount;

  beforeEach(async () => {
    account = await startSample();
  });
  afterEach(() => account.close());

  it.each<[string, (account: SimulatedAccount) => Promise<unknown>, string, number]>([
    ['iam', (a) => getRole(a), 'Throttling', 400],
    [
      'ecs',
      (a) => new ECSClient(clientOf(a)).send(new DescribeTasksCommand({ tasks: ['a'] })),
      'ThrottlingException',
      400,
    ],
    [
      'logs',
      (a) => new CloudWatchLogsClient(clientOf(a)).send(new DescribeLogGroupsCommand({})),
      'ThrottlingException',
      400,
    ],
    [
      'cloudtrail',
      (a) => new CloudTrailClient(clientOf(a)).send(new LookupEventsCommand({})),
      'ThrottlingException',
      400,
    ],
    [
      'dynamodb',
      (a) => new DynamoDBClient(clientOf(a)).send(new DescribeTableCommand({ TableName: 'abc' })),
      'ThrottlingException',
      400,
    ],
    ['sqs', (a) => new SQSClient(clientOf(a)).send(new ListQueuesCommand({})), 'RequestThrottled', 403],
  ])('throttles %s under its own code', async (service, call, name, status) => {
    account.faults.add({ service, kind: 'throttle' });

    await expect(call(account)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  it('hits only the named operation and only so many times', async () => {
    account.faults.add({ service: 'iam', operation: 'GetRole', kind: '500', times: 1 });
    const first = await failureOf(getRole(account));
    const second = await getRole(account);

    expect([first.name, second.Role?.RoleName, account.calls.map(({ outcome }) => outcome)]).toEqual([
      'InternalFailure',
      'web-task',
      ['500', 'ok'],
    ]);
  });

  it('is retried by a client that has attempts left', async () => {
    account.faults.add({ kind: 'throttle', times: 1 });

    expect((await getRole(account, { maxAttempts: 2 })).Role?.RoleName).toBe('web-task');
  });

  it('denies by the sentence of a missing identity policy', async () => {
    account.faults.add({ service: 'iam', kind: 'access-denied' });

    expect(await failureOf(getRole(account))).toEqual({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::111111111111:user/operator is not authorized to perform: iam:GetRole on resource: ${roleArn('web-task')} because no identity-based policy allows the iam:GetRole action`,
    });
  });

  it('answers with text that is no response', async () => {
    account.faults.add({ service: 'ecs', kind: 'malformed' });

    await expect(new ECSClient(clientOf(account)).send(new DescribeTasksCommand({ tasks: ['a'] }))).rejects.toThrow(
      SyntaxError,
    );
  });

  it('answers late, or never', async () => {
    account.faults.add({ kind: 'slow', latencyMs: 60, times: 1 });
    const start = performance.now();
    await getRole(account);
    const took = performance.now() - start;
    account.faults.add({ kind: 'timeout', times: 1 });
    const hung = await failureOf(
      getRole(account, { requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true } }),
    );

    expect([took >= 55, hung.name]).toEqual([true, 'TimeoutError']);
  });
});
