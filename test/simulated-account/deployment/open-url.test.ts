import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startSample } from '../sample-account.ts';
import type { SimulatedAccount } from '../server.ts';
import { deploy } from './deploy.ts';
import type { Deployment } from './deployment.ts';

/** Answers with the event that it was given. */
const code = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';
const FUNCTION = { 'Fn::GetAtt': ['Echo', 'Arn'] };
const QUEUE = { 'Fn::GetAtt': ['Queue', 'Arn'] };

/** A statement of the function's own policy. */
const letIn = (Action: string, more: object = {}) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { Action, FunctionName: FUNCTION, Principal: '*', ...more },
});
const Permissions = {
  ByUrl: letIn('lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'NONE' }),
  AsFunction: letIn('lambda:InvokeFunction', { InvokedViaFunctionUrl: true }),
};
const Resources = {
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'echo',
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      Policies: [
        {
          PolicyName: 'send',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'], Resource: QUEUE }],
          },
        },
      ],
    },
  },
  Echo: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: 'stack-echo', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Timeout: 5 },
  },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'clicks' } },
  Url: { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE', TargetFunctionArn: FUNCTION } },
};

let account: SimulatedAccount;
let folder: string;
let deployment: Deployment;

const start = async (more: object) => {
  const bundles = [{ name: 'echo', file: join(folder, 'index.cjs') }];
  deployment = await deploy({ account, templates: { stack: { Resources: { ...Resources, ...more } } }, bundles });
};
const post = (type: string) =>
  fetch(deployment.urlOf('echo'), { method: 'POST', headers: { 'content-type': type }, body: 'payload=%7B%7D' });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exec-log-'));
  writeFileSync(join(folder, 'index.cjs'), code);
  account = await startSample();
});
afterEach(async () => {
  await deployment.close();
  await account.close();
  rmSync(folder, { recursive: true });
});

describe('given a function URL that asks nobody who calls', () => {
  it('hands a form over as base64, and says of the caller nothing', async () => {
    await start(Permissions);
    const event = Object(await (await post('application/x-www-form-urlencoded')).json());

    expect([Buffer.from(event.body, 'base64').toString('utf8'), event.isBase64Encoded]).toEqual([
      'payload=%7B%7D',
      true,
    ]);
    expect(event.requestContext).toMatchObject({ accountId: 'anonymous', http: { method: 'POST' } });
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  it.each([
    { name: 'both statements', permissions: Permissions, status: 200 },
    { name: 'no statement', permissions: {}, status: 403 },
    { name: 'only the one for the URL', permissions: { ByUrl: Permissions.ByUrl }, status: 403 },
    { name: 'only the one for the function', permissions: { AsFunction: Permissions.AsFunction }, status: 403 },
    {
      name: 'a statement for signed calls',
      permissions: { ...Permissions, ByUrl: letIn('lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'AWS_IAM' }) },
      status: 403,
    },
    {
      name: "a statement for an organisation's callers",
      permissions: { ...Permissions, AsFunction: letIn('lambda:InvokeFunction', { PrincipalOrgID: 'o-a1b2c3d4e5' }) },
      status: 403,
    },
    {
      name: 'a statement for another principal',
      permissions: { ...Permissions, AsFunction: letIn('lambda:InvokeFunction', { Principal: '111111111111' }) },
      status: 403,
    },
  ])('answers $status where the function has $name in its own policy', async ({ permissions, status }) => {
    await start(permissions);

    expect((await post('application/json')).status).toBe(status);
    expect(deployment.fn('echo').invocations).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('given a queue with a policy of its own', () => {
  const policy = (statement: object) => ({
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Resource: QUEUE, ...statement }] },
      },
    },
  });
  const denied = (condition: object) =>
    policy({ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Condition: condition });
  const sent = async () => {
    const credentials = account.credentialsFor('arn:aws:iam::111111111111:role/echo');
    const client = new SQSClient({ endpoint: account.url, region: account.state.region, credentials });
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'clicks' }));
    return client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'click' })).then(
      () => 'sent',
      (error: Error) => error.message,
    );
  };

  it.each([
    {
      name: 'silent of it',
      more: policy({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' }),
    },
    {
      name: 'for everybody but it',
      more: denied({ ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Role', 'Arn'] } } }),
    },
    { name: 'for what goes over an open line', more: denied({ Bool: { 'aws:SecureTransport': 'false' } }) },
  ])('lets a role send that may, where the policy is $name', async ({ more }) => {
    await start(more);

    expect(await sent()).toBe('sent');
  });

  it('lets nobody send whom the policy denies', async () => {
    await start(denied({ ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/another' } }));

    expect(await sent()).toMatch(/with an explicit deny in a resource-based policy/);
    expect(account.queues.get('clicks')?.all()).toEqual([]);
  });
});
