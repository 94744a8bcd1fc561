import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aDenialRecord } from '../support/records.ts';
import { asAws } from './live-account.ts';
import { GROUP, nginxAccount, REGION, ROLE, ROLE_ARN } from './nginx-account.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const CLUSTER = 'nginx-sample-cluster';
const TASK = 'a9112a0a96ed445cbc93a90807e34e37';
const OF_TASK = ['--cluster', CLUSTER, '--task', TASK];

const logsOf = (...actions: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});
const ALL_LOGS = logsOf('logs:*');

const fixCode = (account: unknown, ...argv: readonly string[]) =>
  runCli(['fix-code', '--account', aFile(account, 'account.json'), ...argv]);

const denial = () => aFile(aDenialRecord());

/** The account with a boundary on the task's role that allows nothing of CloudWatch Logs. */
function boundedAccount(): unknown {
  const { iam, ...account } = nginxAccount();
  const [role] = Object(iam).RoleDetailList;
  const Arn = 'arn:aws:iam::111111111111:policy/boundary';
  const PermissionsBoundary = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: Arn };
  const Document = logsOf('ssmmessages:*');
  const PolicyVersionList = [{ VersionId: 'v1', IsDefaultVersion: true, Document }];
  const Policies = [{ PolicyName: 'boundary', Arn, DefaultVersionId: 'v1', PolicyVersionList }];
  return { ...account, iam: { RoleDetailList: [{ ...role, PermissionsBoundary }], Policies } };
}

const owned = () => ({
  stackResources: [
    {
      StackName: 'nginx-sample',
      LogicalResourceId: 'TaskRole',
      PhysicalResourceId: ROLE,
      ResourceType: 'AWS::IAM::Role',
      ResourceStatus: 'CREATE_COMPLETE',
    },
  ],
});

describe('given a denial', () => {
  it('prints the planned repair in three languages, whatever exec-log may do itself', async () => {
    const { code, stdout, stderr } = await fixCode(nginxAccount(), denial(), '--json');
    const [line, ...more] = linesOf(stdout);
    expect([code, stderr, more]).toEqual([0, '', []]);
    const explained = await runCli([
      'explain',
      denial(),
      '--account',
      aFile(nginxAccount()),
      '--mode',
      'attach',
      '--json',
    ]);
    expect([at(line, 'roleArn'), at(line, 'stackName'), at(line, 'cause')]).toEqual([ROLE_ARN, null, null]);
    expect(at(line, 'policy')).toEqual(at(linesOf(explained.stdout)[0], 'decision', 'policy'));
    expect(Object.keys(Object(at(line, 'patches')))).toEqual(['cloudformation', 'terraform', 'cdk']);
  });

  it('prints one language alone, ready to paste', async () => {
    const { code, stdout } = await fixCode(nginxAccount(), denial(), '--format', 'terraform');
    expect([code, stdout.includes('resource "aws_iam_role_policy"'), stdout.includes('Resources:')]).toEqual([
      0,
      true,
      false,
    ]);
  });

  it("gives the statements for the template of the role's stack, where one owns it", async () => {
    const account = nginxAccount({ cloudformation: owned() });
    const { code, stdout } = await fixCode(account, denial(), '--format', 'cloudformation');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# .*\n# The role belongs to stack nginx-sample: append the statements(.*\n)+Statement:\n/);
  });

  it('says once what two denials of a role lack', async () => {
    const second = aDenialRecord({ eventId: 'second' });
    const { code, stdout } = await fixCode(nginxAccount(), aFile([aDenialRecord(), second]), '--json');
    expect([code, linesOf(stdout).length]).toEqual([0, 1]);
  });

  it('says that nothing is missing where the role is allowed by now', async () => {
    const { code, stdout, stderr } = await fixCode(nginxAccount({}, { logs: ALL_LOGS }), denial());
    expect([code, stdout, stderr]).toEqual([
      0,
      '',
      `exec-log: ${ROLE_ARN} lacks nothing: IAM allows every call that the delivery needs\n`,
    ]);
  });

  it('names who has to act where no policy of the role helps', async () => {
    const { code, stdout, stderr } = await fixCode(boundedAccount(), denial());
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /no policy repairs this\. .* Has to act: the security or platform team \(simulated-boundary-deny\)/,
    );
  });

  it('names the owner of a log group that is not there', async () => {
    const { code, stderr } = await fixCode(nginxAccount({ logs: {} }), denial());
    expect([code, /\(log-group-missing\)/.test(stderr)]).toEqual([1, true]);
  });

  it('ends with 1 for a denial that is no lost log, and with 2 for what is no denial', async () => {
    const foreign = await fixCode(nginxAccount(), aFile(aDenialRecord({ logStreamName: 'app/stream' })));
    expect([foreign.code, foreign.stdout]).toEqual([1, '']);
    const unreadable = await fixCode(nginxAccount(), aFile('{"no": "event"}'));
    expect([unreadable.code, unreadable.stdout]).toEqual([2, '']);
  });
});

describe('given a task', () => {
  it('prints what its role lacks before anybody was denied', async () => {
    const { code, stdout, stderr } = await fixCode(nginxAccount(), ...OF_TASK, '--json');
    const [line] = linesOf(stdout);
    expect([code, stderr, at(line, 'roleArn'), at(line, 'policy', 'policyName')]).toEqual([
      0,
      '',
      ROLE_ARN,
      `ExecLogDelivery-${REGION}`,
    ]);
    expect(JSON.stringify(at(line, 'policy'))).toContain(`${GROUP}:log-stream:ecs-execute-command-*`);
  });

  it('takes ARNs, and the container by name', async () => {
    const arn = `arn:aws:ecs:${REGION}:111111111111`;
    const argv = ['--cluster', `${arn}:cluster/${CLUSTER}`, '--task', `${arn}:task/${CLUSTER}/${TASK}`];
    const { code, stdout } = await fixCode(nginxAccount(), ...argv, '--container', 'nginx', '--json');
    expect([code, linesOf(stdout).length]).toEqual([0, 1]);
  });

  it('says that nothing is missing', async () => {
    const { code, stdout, stderr } = await fixCode(nginxAccount({}, { logs: ALL_LOGS }), ...OF_TASK);
    expect([code, stdout, / lacks nothing: /.test(stderr)]).toEqual([0, '', true]);
  });

  it.each([
    ['a boundary', boundedAccount(), 'simulated-boundary-deny'],
    ['no log group', nginxAccount({ logs: {} }), 'log-group-missing'],
  ])('names who has to act for %s', async (_name, account, cause) => {
    const { code, stdout, stderr } = await fixCode(account, ...OF_TASK);
    expect([code, stdout, stderr.includes(`(${cause})`)]).toEqual([1, '', true]);
  });

  it.each([
    [['--cluster', 'elsewhere', '--task', TASK], 'there is no'],
    [['--cluster', CLUSTER, '--task', TASK.replace('a', 'b')], 'there is no task'],
    [['--cluster', CLUSTER, '--task', 'web'], '--task'],
    [[...OF_TASK, '--container', 'web'], '--container: expected one of nginx'],
    [['--cluster', CLUSTER], '--cluster and --task together'],
    [[], 'pass the files of denials'],
    [[...OF_TASK, 'denial.json'], 'either'],
  ])('refuses %p', async (argv, message) => {
    const { code, stdout, stderr } = await fixCode(nginxAccount(), ...argv);
    expect([code, stdout, stderr.includes(message)]).toEqual([2, '', true]);
  });

  it('reads the real account, and only reads', async () => {
    await asAws(async (account) => {
      const { code, stdout } = await runCli(['fix-code', '--live', ...OF_TASK, '--json']);
      expect([code, at(linesOf(stdout)[0], 'roleArn')]).toEqual([0, ROLE_ARN]);
      const operations = account.calls.map(({ operation }) => operation);
      expect(operations.filter((name) => !/^(Get|Describe|List|Simulate)/.test(name))).toEqual([]);
    });
  });

  it('asks for an account to look into', async () => {
    const { code, stderr } = await runCli(['fix-code', ...OF_TASK]);
    expect([code, stderr.includes('--account FILE or --live')]).toEqual([2, true]);
  });
});

describe('given a folder', () => {
  const names = ['tf', 'ts', 'yaml'].map((extension) => `${ROLE}.ExecSessionLogs-${REGION}.${extension}`);
  const aFolder = () => join(mkdtempSync(join(tmpdir(), 'fix-code-')), 'made');

  it('writes one file a language, and the same again without a word of change', async () => {
    const folder = aFolder();
    const first = await fixCode(nginxAccount(), denial(), '--write', folder);
    const second = await fixCode(nginxAccount(), denial(), '--write', folder);
    expect([first.code, first.stdout, second.code, readdirSync(folder).sort()]).toEqual([0, '', 0, names]);
    expect(second.stderr.match(/is so already/g)).toHaveLength(3);
  });

  it('never touches a file that differs, and names it', async () => {
    const folder = aFolder();
    await fixCode(nginxAccount(), denial(), '--write', folder, '--format', 'cdk');
    const [own = ''] = readdirSync(folder);
    writeFileSync(join(folder, own), 'mine');
    const { code, stderr } = await fixCode(nginxAccount(), denial(), '--write', folder);
    expect([code, readFileSync(join(folder, own), 'utf8'), readdirSync(folder).length]).toEqual([1, 'mine', 3]);
    expect(stderr).toContain(`holds something else and was not touched: ${join(folder, own)}`);
  });
});
