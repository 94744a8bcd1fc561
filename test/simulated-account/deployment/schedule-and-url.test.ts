import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSample } from '../sample-account.ts';
import type { SimulatedAccount } from '../server.ts';
import { deploy } from './deploy.ts';
import type { Deployment } from './deployment.ts';

/** Tells what it is given; a second run in the same environment fails. */
const code = `
const { setTimeout } = require('node:timers/promises');
let runs = 0;
exports.handler = async (event) => {
  if (event.source !== 'aws.events') return event.rawPath === '/plain' ? { heard: event.body } : { statusCode: 418, headers: { 'x-kind': 'tea' }, body: JSON.stringify(event) };
  await setTimeout(60_000);
  runs += 1;
  console.log(JSON.stringify(event));
  if (runs > 1) throw new Error('second run');
};`;

const FUNCTION = { 'Fn::GetAtt': ['Echo', 'Arn'] };

const Resources = {
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'echo', AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
  },
  Echo: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: 'stack-echo', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Timeout: 5 },
  },
  Schedule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'hourly',
      ScheduleExpression: 'rate(1 hour)',
      Targets: [{ Id: 'Function', Arn: FUNCTION }],
    },
  },
  LetIn: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: FUNCTION,
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Schedule', 'Arn'] },
    },
  },
  Url: { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'AWS_IAM', TargetFunctionArn: FUNCTION } },
};
const Outputs = { EchoUrl: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } };

let account: SimulatedAccount;
let folder: string;

const deployed = (template: object): Promise<Deployment> =>
  deploy({ account, templates: { stack: template }, bundles: [{ name: 'echo', file: join(folder, 'index.cjs') }] });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exec-log-'));
  writeFileSync(join(folder, 'index.cjs'), code);
  account = await startSample();
});
afterEach(async () => {
  await account.close();
  rmSync(folder, { recursive: true });
});

describe('given a function on a schedule', () => {
  it('is run once each time, with the event of its rule and without its pauses', async () => {
    const deployment = await deployed({ Resources, Outputs });
    account.clock.set(new Date('2031-05-05T12:00:00Z'));
    const first = await deployment.runSchedule();
    const second = await deployment.runSchedule();
    await deployment.close();

    expect([...first, ...second].map(({ kind }) => kind)).toEqual(['returned', 'failed']);
    expect(deployment.fn('echo').logs[0]?.json).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '111111111111',
      time: '2031-05-05T12:00:00Z',
      region: 'eu-central-1',
      resources: ['arn:aws:events:eu-central-1:111111111111:rule/hourly'],
      detail: {},
    });
    expect(account.stores.rules.get('hourly')?.rule).toEqual({
      Name: 'hourly',
      State: 'ENABLED',
      ScheduleExpression: 'rate(1 hour)',
    });
  });

  it('hears no event of the bus', async () => {
    const deployment = await deployed({ Resources, Outputs });
    expect(deployment.bus.matchingRules({ source: 'aws.events', detail: {} })).toEqual([]);
    await deployment.close();
  });

  it('is refused if it does not let its rule in', async () => {
    const { LetIn, ...rest } = Resources;
    const other = { ...LetIn, Properties: { ...LetIn.Properties, SourceArn: 'arn:aws:events:eu-central-1:1:rule/x' } };

    await expect(deployed({ Resources: rest, Outputs })).rejects.toThrow(/does not let .*rule\/hourly invoke it/);
    account.state.iam.roles.splice(0);
    await expect(deployed({ Resources: { ...rest, LetIn: other }, Outputs })).rejects.toThrow(/does not let/);
  });
});

describe('given a function with a URL', () => {
  const post = async (deployment: Deployment, path: string, key: string, more: Record<string, string> = {}) => {
    const scope = `${key}/20310505/${more['region'] ?? 'eu-central-1'}/${more['service'] ?? 'lambda'}/aws4_request`;
    const answer = await fetch(new URL(path, deployment.urlOf('echo')), {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=simulated`,
        'content-type': more['type'] ?? 'application/json',
      },
      body: '{"a":1}',
    });
    return { status: answer.status, kind: answer.headers.get('x-kind'), body: await answer.json() };
  };

  it('tells it who called, as the key says, and hands its answer back', async () => {
    const deployment = await deployed({ Resources, Outputs });
    const { accessKeyId } = account.credentialsFor('operator', 'alice');
    const answer = await post(deployment, '/some/path?x=1', accessKeyId);
    const binary = await post(deployment, '/', accessKeyId, { type: 'application/octet-stream' });
    const plain = await post(deployment, '/plain', accessKeyId);
    await deployment.close();

    expect(answer).toMatchObject({
      status: 418,
      kind: 'tea',
      body: {
        rawPath: '/some/path',
        rawQueryString: 'x=1',
        body: '{"a":1}',
        isBase64Encoded: false,
        requestContext: {
          http: { method: 'POST' },
          authorizer: { iam: { userArn: 'arn:aws:iam::111111111111:user/alice', accessKey: accessKeyId } },
        },
      },
    });
    expect(binary.body).toMatchObject({ body: Buffer.from('{"a":1}').toString('base64'), isBase64Encoded: true });
    expect(plain).toEqual({ status: 200, kind: null, body: { heard: '{"a":1}' } });
  });

  it('lets nobody in by an unknown key, nor by a signature for another service or Region', async () => {
    const deployment = await deployed({ Resources, Outputs });
    const { accessKeyId } = account.credentialsFor('operator', 'alice');
    const statuses = [
      await post(deployment, '/', 'AKIAUNKNOWN'),
      await post(deployment, '/', accessKeyId, { service: 'execute-api' }),
      await post(deployment, '/', accessKeyId, { region: 'us-east-1' }),
    ].map(({ status }) => status);
    await deployment.close();

    expect([statuses, deployment.fn('echo').invocations]).toEqual([[403, 403, 403], []]);
  });

  it('is told by the outputs of the stack', async () => {
    const deployment = await deployed({ Resources, Outputs });
    expect(account.stores.stackOutputs.get('stack')).toEqual([
      { OutputKey: 'EchoUrl', OutputValue: deployment.urlOf('echo') },
    ]);
    await deployment.close();
  });
});
