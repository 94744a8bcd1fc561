import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../account-state.ts';
import { startSample } from '../sample-account.ts';
import type { SimulatedAccount } from '../server.ts';
import { deploy } from './deploy.ts';
import type { Deployment } from './deployment.ts';

const code = `
exports.handler = async ({ Records }) => {
  console.log(JSON.stringify({ queue: Records[0].eventSourceARN.split(':').at(-1), size: Records.length }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { batchItemFailures: [] };
};`;

const fed = (queue: string, properties: JsonObject) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
    FunctionName: { Ref: 'Echo' },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...properties,
  },
});
const rule = (queue: string, pattern: JsonObject, State: string) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    State,
    EventPattern: pattern,
    Targets: [{ Id: 'Queue', Arn: { 'Fn::GetAtt': [queue, 'Arn'] } }],
  },
});
const template = {
  Resources: {
    Denials: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'denials' } },
    Routers: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'box-routers' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'echo',
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
        Policies: [
          {
            PolicyName: 'reads',
            PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] },
          },
        ],
      },
    },
    Echo: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'stack-echo', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Timeout: 5 },
    },
    FromDenials: fed('Denials', { BatchSize: 2, ScalingConfig: { MaximumConcurrency: 2 } }),
    FromRouters: fed('Routers', {
      BatchSize: 4,
      MaximumBatchingWindowInSeconds: 300,
      ScalingConfig: { MaximumConcurrency: 2 },
    }),
    Writes: rule('Denials', { source: ['aws.logs'], detail: { eventName: ['CreateLogStream'] } }, 'ENABLED'),
    Reads: rule(
      'Denials',
      { source: ['aws.kms'], detail: { eventName: ['Decrypt'] } },
      'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
    ),
    PlainReads: rule('Routers', { source: ['aws.kms'], detail: { eventName: ['Decrypt'] } }, 'ENABLED'),
  },
};

describe('given a function that is fed from two queues', () => {
  const folder = mkdtempSync(join(tmpdir(), 'several-queues-'));
  let account: SimulatedAccount;
  let deployment: Deployment;

  beforeEach(async () => {
    writeFileSync(join(folder, 'index.js'), code);
    account = await startSample();
    deployment = await deploy({
      account,
      templates: { stack: template },
      bundles: [{ name: 'echo', file: join(folder, 'index.js') }],
    });
  });
  afterEach(async () => {
    await deployment.close();
    await account.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const batches = () => deployment.fn('echo').logs.flatMap(({ json }) => (json === null ? [] : [json]));
  const send = (queue: string, count: number, body = '{}') => {
    for (let sent = 0; sent < count; sent += 1) deployment.queueOf('echo', queue).send(body);
  };

  it('reads the short batches at once and collects the long ones', async () => {
    send('denials', 3);
    send('routers', 3);
    await deployment.settle();
    const atOnce = batches();
    await deployment.runFor(299_000);
    const inTheWindow = batches().length;
    await deployment.runFor(2_000);

    expect([deployment.queueOf('echo').name, atOnce, inTheWindow, batches().slice(2)]).toEqual([
      'denials',
      expect.arrayContaining([
        { queue: 'denials', size: 2 },
        { queue: 'denials', size: 1 },
      ]),
      2,
      [{ queue: 'box-routers', size: 3 }],
    ]);
  });

  it('hands over a full batch without waiting for the window', async () => {
    send('routers', 5);
    await deployment.settle();

    expect([batches(), deployment.queueOf('echo', 'routers').counts().visible]).toEqual([
      [{ queue: 'box-routers', size: 4 }],
      1,
    ]);
  });

  it('hands over six megabytes at most', async () => {
    send('routers', 3, 'x'.repeat(2.5 * 1024 * 1024));
    await deployment.settle();

    expect([batches(), deployment.queueOf('echo', 'routers').counts().visible]).toEqual([
      [{ queue: 'box-routers', size: 2 }],
      1,
    ]);
  });

  it('hears read-only calls only by the rule that asks for all management events', async () => {
    const detail = { eventName: 'Decrypt', readOnly: true };
    deployment.bus.put({ source: 'aws.kms', detail });
    await deployment.settle();

    expect([batches(), deployment.queueOf('echo', 'routers').counts().visible]).toEqual([
      [{ queue: 'denials', size: 1 }],
      0,
    ]);
  });
});
