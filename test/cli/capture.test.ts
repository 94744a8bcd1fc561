import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../functions/adapters/digest.ts';
import { maskAccount } from '../../functions/flow/capture-mask.ts';
import { aDenialRecord } from '../support/records.ts';
import { asAws } from './live-account.ts';
import { aFile, at, linesOf, type Ran, runCli } from './run-cli.ts';

const YESTERDAY = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 10);
const TOP = join(__dirname, '../..');
const CAPTURE_MILLISECONDS = 60_000;

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
};

/** A text of some day of the past, as if that day had been yesterday: CloudTrail's history shows no older ones. */
const readAt = (day: string, text: string): unknown => JSON.parse(text.replaceAll(day, YESTERDAY));
const event = (name: string) => readFileSync(join(TOP, 'events', name), 'utf8');

/** A scenario's account with one denial in its history. */
function accountWithDenial(scenario: string, day: string, denialText: string) {
  const path = join(TOP, `test/simulated-account/scenarios/${scenario}.account.json`);
  const account = readAt(day, readFileSync(path, 'utf8'));
  const read = readAt(day, denialText);
  const denial = isFields(read) && 'detail' in read ? read['detail'] : read;
  if (!isFields(account)) throw new Error('the scenario is no account');
  const records = [...listAt(account, 'cloudtrail', 'records'), denial];
  return { account: { ...account, cloudtrail: { records } }, denial };
}

/** Captures an account of which the services named may not be read. */
async function captured(
  account: unknown,
  options: readonly string[] = [],
  refused: readonly string[] = [],
): Promise<Ran> {
  let ran: Ran = { code: -1, stdout: '', stderr: '' };
  await asAws(async ({ faults }) => {
    for (const service of refused) faults.add({ service, kind: 'access-denied' });
    ran = await runCli(['capture', '--since', '3d', ...options]);
  }, account);
  return ran;
}

async function explained(account: unknown, denial: unknown): Promise<Record<string, unknown>> {
  const argv = ['explain', aFile(denial), '--account', aFile(account), '--mode', 'attach', '--json'];
  const { code, stdout, stderr } = await runCli(argv);
  expect([code, stderr]).toEqual([0, '']);
  const [line] = linesOf(stdout);
  if (!isFields(line)) throw new Error('nothing was explained');
  const { input: _, ...explanation } = line;
  return explanation;
}

/** Status and code of every check of every container. */
async function preflightOf(account: unknown): Promise<readonly unknown[]> {
  const { stdout } = await runCli(['preflight', '--account', aFile(account), '--json']);
  return linesOf(stdout).map((line) => [
    at(line, 'status'),
    listAt(line, 'checks').map((check) => [at(check, 'status'), at(check, 'code')]),
  ]);
}

/** What was decided, without the names. */
const verdictOf = (explanation: unknown) => ({
  disposition: at(explanation, 'decision', 'disposition'),
  reasons: listAt(explanation, 'decision', 'reasons').map((reason) => at(reason, 'code')),
  guardrails: listAt(explanation, 'decision', 'guardrails').map((one) => [at(one, 'code'), at(one, 'holds')]),
  statements: listAt(explanation, 'decision', 'policy', 'document', 'Statement').map((one) => [
    at(one, 'Sid'),
    at(one, 'Action'),
    listAt(one, 'Resource').length,
  ]),
});

/** Names of nothing but AWS's own words, which a mask keeps. */
const SAYS_NOTHING = /^[/-]?(?:(?:ecs|exec|task|role|execution|cluster|logs?|bucket)[/-]?)+$/;

describe.each([
  ['nginx-default', '2023-02-11', JSON.stringify(aDenialRecord())],
  ['demo-override', '2021-03-16', event('30-demo-override-log-stream-denied.json')],
  ['cfn-override', '2022-03-04', event('31-cfn-override-log-stream-denied.json')],
  ['firelens', '2021-07-31', event('37-firelens-log-stream-denied-to-cloudwatch-logs.json')],
])('given the account of %s', (scenario, day, denialText) => {
  const { account, denial } = accountWithDenial(scenario, day, denialText);
  let file: unknown;

  beforeAll(async () => {
    const { code, stdout, stderr } = await captured(account);
    expect([code, stderr]).toEqual([0, '']);
    file = JSON.parse(stdout);
  }, CAPTURE_MILLISECONDS);

  it('gives a file by which its denial is explained as by the original', async () => {
    expect(await explained(file, denial)).toEqual(await explained(account, denial));
  });

  it('gives, masked, a file by which its denial is decided the same', async () => {
    if (!isFields(file)) throw new Error('nothing was captured');
    const masked = maskAccount(file, sha256, 'salt');
    const own = listAt(masked, 'cloudtrail', 'records').find((record) => at(record, 'errorCode') !== undefined);
    expect(verdictOf(await explained(masked, own))).toEqual(verdictOf(await explained(account, denial)));
  });

  it('gives, masked or not, a file whose preflight finds the same', async () => {
    if (!isFields(file)) throw new Error('nothing was captured');
    const expected = await preflightOf(account);
    expect(expected.length).toBeGreaterThan(0);
    expect(await preflightOf(file)).toEqual(expected);
    expect(await preflightOf(maskAccount(file, sha256, 'salt'))).toEqual(expected);
  });

  it('gives, masked, a file without a name of it', () => {
    if (!isFields(file)) throw new Error('nothing was captured');
    const text = JSON.stringify(maskAccount(file, sha256, 'salt'));
    const names = [
      at(account, 'account'),
      ...listAt(account, 'iam', 'RoleDetailList').map((role) => at(role, 'RoleName')),
      ...listAt(account, 'ecs', 'clusters').map((cluster) => at(cluster, 'clusterName')),
      ...listAt(account, 'logs', 'logGroups').map((group) => at(group, 'logGroupName')),
      ...Object.keys(Object(at(account, 's3'))),
    ];
    expect(names.length).toBeGreaterThan(3);
    const telling = names.filter((name) => !SAYS_NOTHING.test(String(name)));
    expect(telling.filter((name) => text.includes(String(name)))).toEqual([]);
  });
});

describe('given the command line', () => {
  const { account } = accountWithDenial('nginx-default', '2023-02-11', JSON.stringify(aDenialRecord()));

  it(
    'writes what --out names, for its owner alone, masked if asked',
    async () => {
      const out = `${aFile('', 'captured.json')}.new`;
      expect(await captured(account, ['--out', out, '--mask'])).toEqual({ code: 0, stdout: '', stderr: '' });
      const file: unknown = JSON.parse(readFileSync(out, 'utf8'));
      expect([at(file, 'region'), at(file, 'account')]).toEqual(['ap-northeast-1', expect.stringMatching(/^\d{12}$/)]);
      expect(at(file, 'account')).not.toBe('111111111111');
      expect(statSync(out).mode & 0o777).toBe(0o600);
    },
    CAPTURE_MILLISECONDS,
  );

  it(
    'names a cluster that is not there, and captures nothing of others',
    async () => {
      const { code, stdout, stderr } = await captured(account, ['--cluster', 'elsewhere']);
      const file: unknown = JSON.parse(stdout);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr:
          'exec-log: left out: cluster elsewhere: ECS does not know it; counts as not being there, with all that is in it\n',
      });
      expect([at(file, 'iam', 'RoleDetailList'), at(file, 'ecs', 'tasks'), at(file, 'cloudtrail', 'records')]).toEqual([
        [],
        [],
        [],
      ]);
    },
    CAPTURE_MILLISECONDS,
  );

  it.each([
    [['--since', '91d'], '--since'],
    [['--region', 'nowhere'], '--region'],
  ])('refuses %p', async (options, named) => {
    const { code, stdout, stderr } = await captured(account, options);
    expect([code, stdout, stderr.includes(named)]).toEqual([2, '', true]);
  });

  it(
    'leaves out what may not be read, names it, and has not failed',
    async () => {
      const refused = ['iam', 'kms', 's3', 'logs', 'cloudtrail', 'cloudformation', 'organizations'];
      const demo = accountWithDenial('demo-override', '2021-03-16', event('30-demo-override-log-stream-denied.json'));
      const { code, stdout, stderr } = await captured(demo.account, [], refused);
      const file: unknown = JSON.parse(stdout);
      const calls = [...stderr.matchAll(/: (\w+:\w+) is not permitted \(AccessDenied\); /g)].map(([, call]) => call);
      expect([code, [...new Set(calls)].sort()]).toEqual([
        0,
        [
          'cloudformation:DescribeStackResources',
          'cloudtrail:LookupEvents',
          'iam:GetRole',
          'kms:DescribeKey',
          'logs:DescribeLogGroups',
          'organizations:ListPoliciesForTarget',
          's3:GetEncryptionConfiguration',
        ],
      ]);
      expect([at(file, 'iam'), at(file, 's3'), at(file, 'kms'), at(file, 'cloudtrail', 'records')]).toEqual([
        { RoleDetailList: [], Policies: [] },
        {},
        {},
        [],
      ]);
      expect(listAt(file, 'ecs', 'tasks')).toHaveLength(1);
    },
    CAPTURE_MILLISECONDS,
  );
});
