import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSample } from '../sample-account.ts';
import type { SimulatedAccount } from '../server.ts';
import { deploy } from './deploy.ts';
import type { Deployment } from './deployment.ts';

/** Answers by what each message says; `count` tells a warm environment from a cold one. */
const code = `
let count = 0;
exports.handler = async (event, context) => {
  count += 1;
  const failures = [];
  for (const { messageId, body } of event.Records) {
    const { say } = JSON.parse(body).detail;
    console.log(JSON.stringify({ say, count, region: process.env.AWS_REGION, table: process.env.TABLE_NAME, other: process.env.PATH ?? null,
      arn: context.invokedFunctionArn, time: new Date().toISOString().slice(0, 10), inTime: context.getRemainingTimeInMillis() > 500 }));
    if (say === 'throw') throw new TypeError('thrown');
    if (say === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (say === 'fail') failures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures: failures };
};`;

const template = {
  Resources: {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'work',
        VisibilityTimeout: 30,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
      },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'cases',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: 'echo', AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
    },
    Reads: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'reads',
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
        },
      },
    },
    Echo: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'stack-echo',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Handler: 'index.handler',
        Timeout: 1,
        Environment: { Variables: { TABLE_NAME: { Ref: 'Table' }, SETTINGS_PATH: '/echo' } },
      },
    },
    Source: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        FunctionName: { Ref: 'Echo' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { detail: { say: [{ exists: true }] } },
        Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      },
    },
  },
};

describe('given a template deployed to the simulated account', () => {
  let account: SimulatedAccount;
  let deployment: Deployment;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'exec-log-'));
    writeFileSync(join(folder, 'index.cjs'), code);
    account = await startSample();
    const bundles = [{ name: 'echo', file: join(folder, 'index.cjs') }];
    deployment = await deploy({
      account,
      templates: { stack: template },
      bundles,
      settings: { defaultMode: 'ticket' },
    });
  });
  afterEach(async () => {
    await deployment.close();
    await account.close();
    rmSync(folder, { recursive: true });
  });

  const put = (...said: string[]) => {
    for (const say of said) deployment.bus.put({ detail: { say } });
  };
  const heard = () => deployment.fn('echo').logs.map(({ json }) => json?.['say']);

  it('brings an event by rule and queue to the function, with its own environment, context and clock', async () => {
    account.clock.set(new Date('2031-05-05T12:00:00Z'));
    put('hello');
    deployment.bus.put({ detail: { unheard: true } });
    await deployment.settle();

    expect(deployment.fn('echo').logs.map(({ json }) => json)).toEqual([
      {
        say: 'hello',
        count: 1,
        region: 'eu-central-1',
        table: 'cases',
        other: null,
        arn: 'arn:aws:lambda:eu-central-1:111111111111:function:stack-echo',
        time: '2031-05-05',
        inTime: true,
      },
    ]);
    expect(account.stores.parameters.get('/echo/settings')?.Value).toBe('{"defaultMode":"ticket"}');
  });

  it('keeps only the failed messages of a batch, and moves them away after the last receive', async () => {
    put('fine', 'fail');
    await deployment.settle();
    const after = deployment.queueOf('echo').counts();
    await deployment.runFor(61_000);

    expect([
      after,
      heard(),
      deployment
        .deadLetterQueueOf('echo')
        .all()
        .map(({ body }) => JSON.parse(body)),
    ]).toEqual([{ visible: 0, inFlight: 1, delayed: 0 }, ['fine', 'fail', 'fail'], [{ detail: { say: 'fail' } }]]);
  });

  it('keeps the environment after an exception, and takes a new one after a time-out', async () => {
    put('throw');
    await deployment.settle();
    put('hello');
    await deployment.settle();
    put('hang');
    await deployment.settle();
    put('again');
    await deployment.settle();

    const { logs, invocations } = deployment.fn('echo');
    expect(invocations.map(({ kind }) => kind)).toEqual(['failed', 'returned', 'timed-out', 'returned']);
    expect(logs.map(({ json }) => json?.['count'])).toEqual([1, 2, 3, 1]);
  });

  it('can be killed in the middle; its messages come back', async () => {
    put('hang');
    setTimeout(() => deployment.fn('echo').kill(), 300);
    await deployment.settle();

    expect([deployment.fn('echo').invocations, deployment.queueOf('echo').counts().inFlight]).toEqual([
      [{ kind: 'killed' }],
      1,
    ]);
  });

  it('delivers twice, in another order or not at all, if told so', async () => {
    Object.assign(deployment.bus.faults, {
      copies: 2,
      reversed: true,
      lost: (event: object) => JSON.stringify(event).includes('gone'),
    });
    put('one', 'gone', 'two');
    await deployment.settle();

    expect(heard()).toEqual(['two', 'two', 'one', 'one']);
  });

  it('refuses an event source mapping whose role may not read the queue', async () => {
    const { Reads: _none, ...Resources } = template.Resources;
    const other = await startSample();

    await expect(
      deploy({ account: other, templates: { stack: { Resources } }, bundles: [{ name: 'echo', file: 'x' }] }),
    ).rejects.toThrow(/lacks sqs:ReceiveMessage/);
    await other.close();
  });
});
