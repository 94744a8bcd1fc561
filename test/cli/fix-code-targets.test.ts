import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const TOP = join(__dirname, '../..');
const scenario = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(TOP, `test/simulated-account/scenarios/${name}.account.json`), 'utf8'));
const event = (name: string) => join(TOP, 'events', name);

const KEY = 'arn:aws:kms:ap-southeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const BUCKET = 'ecs-exec-demo-output-3637495736';

/** The scenario `demo-override` with other keys or buckets. */
const demo = (sections: Readonly<Record<string, unknown>> = {}) => ({ ...scenario('demo-override'), ...sections });
const key = (metadata: object, policy?: object) => ({
  kms: { [KEY]: { metadata: { Arn: KEY, ...metadata }, policy } },
});
const encryptedBy = (keyId: string) => ({
  [BUCKET]: {
    encryption: {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId } }],
      },
    },
  },
});

const OF_TASK = ['--cluster', 'ecs-exec-demo-cluster', '--task', '3b3b695a6d104ef5ae31fdb596f27429'];
const ofTask = (account: object) => runCli(['fix-code', '--account', aFile(account), ...OF_TASK, '--json']);
const sidsOf = (line: unknown) => {
  const statements = at(line, 'policy', 'document', 'Statement');
  return (Array.isArray(statements) ? statements : []).map((statement) => at(statement, 'Sid'));
};

const WHOLE = ['Streams', 'DescribeStreams', 'DescribeGroups', 'Objects', 'BucketEncryption', 'SessionKey'].map(
  (name) => `ExecLogDelivery${name}`,
);

describe('given a target with a session key and a bucket', () => {
  it('prints the policy of the whole target, whatever the settings list', async () => {
    const { code, stdout } = await ofTask(demo());
    expect([code, sidsOf(linesOf(stdout)[0])]).toEqual([0, WHOLE]);
  });

  it('lets the role have S3 use the key of the bucket, in every language', async () => {
    const { code, stdout } = await ofTask(demo({ s3: encryptedBy(KEY) }));
    const [line] = linesOf(stdout);
    expect([code, sidsOf(line)]).toEqual([0, [...WHOLE, 'ExecLogDeliveryBucketKey']]);
    const viaService = 's3.ap-southeast-1.amazonaws.com';
    expect([
      String(at(line, 'patches', 'cloudformation')).includes(`"kms:ViaService": "${viaService}"`),
      String(at(line, 'patches', 'terraform')).includes(`"kms:ViaService" = "${viaService}"`),
      String(at(line, 'patches', 'cdk')).includes(`'kms:ViaService': '${viaService}'`),
    ]).toEqual([true, true, true]);
  });

  it.each([
    ['a key that does not exist', demo({ kms: {} }), 'key-missing'],
    ['a disabled key', demo(key({ Enabled: false })), 'key-disabled'],
    [
      'a key whose policy leaves nothing to IAM',
      demo(key({ Enabled: true }, { Version: '2012-10-17', Statement: [] })),
      'key-not-delegating',
    ],
    ['a bucket that does not exist', demo({ s3: {} }), 'bucket-missing'],
    ['a log group that does not exist', demo({ logs: {} }), 'log-group-missing'],
  ])('names who has to act for %s', async (_name, account, cause) => {
    const { code, stdout } = await ofTask(account);
    const [line] = linesOf(stdout);
    expect([code, at(line, 'policy'), at(line, 'cause', 'code')]).toEqual([1, null, cause]);
  });

  it('prints what a bucket alone needs, where the cluster sends nowhere else', async () => {
    const text = JSON.stringify(demo()).replace('"cloudWatchLogGroupName":', '"formerLogGroupName":');
    const { code, stdout } = await ofTask(JSON.parse(text));
    expect([code, sidsOf(linesOf(stdout)[0])]).toEqual([0, WHOLE.slice(3)]);
  });

  it('says for a companion denial what it says for the delivery', async () => {
    const account = aFile(demo());
    const patches = await Promise.all(
      ['28-demo-override-session-key-denied', '30-demo-override-log-stream-denied'].map(async (name) => {
        const { code, stdout } = await runCli(['fix-code', event(`${name}.json`), '--account', account, '--json']);
        return [code, at(linesOf(stdout)[0], 'policy')];
      }),
    );
    expect(patches[0]).toEqual(patches[1]);
    expect(patches[0]?.[0]).toBe(0);
  });
});

describe('given a log router', () => {
  const OF_ROUTER = ['--cluster', 'sample-test-cluster', '--task', 'a4f3e2d1c0b94a8796857463524130ff'];
  const account = scenario('firelens');
  const roles: unknown = at(account, 'ecs', 'taskDefinitions');
  const role = at(Array.isArray(roles) ? roles[0] : undefined, 'taskDefinition', 'taskRoleArn');
  const declared = { fireLens: { targets: [{ role, logGroup: '/ecs/logs/sample-test', createsGroup: true }] } };
  const ofRouter = (...argv: readonly string[]) =>
    runCli(['fix-code', '--account', aFile(account), ...OF_ROUTER, '--container', 'log_router', '--json', ...argv]);

  it('prints the four actions for the target that the settings declare', async () => {
    const { code, stdout } = await ofRouter('--settings', aFile(declared));
    const statements = at(linesOf(stdout)[0], 'policy', 'document', 'Statement');
    const actions = (Array.isArray(statements) ? statements : []).flatMap((statement) => at(statement, 'Action'));
    expect([code, [...actions].sort()]).toEqual([
      0,
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    ]);
  });

  it('prints no three of them where the router was denied the fourth', async () => {
    const targets = declared.fireLens.targets.map((target) => ({ ...target, createsGroup: false }));
    const settings = aFile({ fireLens: { targets } });
    const denied = event('40-firelens-log-group-denied-to-cloudwatch.json');
    const argv = ['fix-code', denied, '--account', aFile(account), '--settings', settings, '--json'];
    const { code, stdout } = await runCli(argv);
    expect([code, at(linesOf(stdout)[0], 'cause', 'code')]).toEqual([1, 'router-creates-group']);
  });

  it('says that the target is baked into the image where nobody declares it', async () => {
    const { code, stdout } = await ofRouter();
    expect([code, at(linesOf(stdout)[0], 'cause', 'code')]).toEqual([1, 'router-target-baked-in']);
  });
});
