import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asAws } from './live-account.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const SCENARIOS = join(__dirname, '../simulated-account/scenarios');
const CLUSTER = 'nginx-sample-cluster';
const TASK = 'a9112a0a96ed445cbc93a90807e34e37';

interface AccountFile {
  iam: { RoleDetailList: { RoleName: string; RolePolicyList: unknown[] }[] };
  ecs: { clusters: unknown[]; tasks: unknown[]; services?: unknown[]; taskDefinitions: unknown[] };
}

/** The published set-up; its service is known by name only, and stands here as ECS shows it. */
function scenario(name: string): AccountFile {
  const account = JSON.parse(readFileSync(join(SCENARIOS, `${name}.account.json`), 'utf8'));
  return name === 'nginx-default' ? { ...account, ecs: { ...account.ecs, services: [SERVICE] } } : account;
}

const ECS = 'arn:aws:ecs:ap-northeast-1:111111111111';
const SERVICE = {
  serviceArn: `${ECS}:service/${CLUSTER}/nginx-sample-service`,
  serviceName: 'nginx-sample-service',
  clusterArn: `${ECS}:cluster/${CLUSTER}`,
  taskDefinition: `${ECS}:task-definition/nginx-sample-task:1`,
  status: 'ACTIVE',
  launchType: 'FARGATE',
  enableExecuteCommand: true,
};

/** The scenario with its task role allowed all that a delivery may call. */
function repaired(name: string, roleName: string): AccountFile {
  const account = scenario(name);
  const PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['logs:*', 's3:*', 'kms:*'], Resource: '*' }],
  };
  account.iam.RoleDetailList.find((role) => role.RoleName === roleName)?.RolePolicyList.push({
    PolicyName: 'delivery',
    PolicyDocument,
  });
  return account;
}

const preflight = (account: AccountFile, ...options: readonly string[]) =>
  runCli(['preflight', '--account', aFile(account), ...options]);

/** Status of each container, and the codes of its checks that are not green. */
async function findingsIn(account: AccountFile, ...options: readonly string[]) {
  const { code, stdout } = await preflight(account, '--json', ...options);
  const containers = linesOf(stdout).map((line) => {
    const checks = at(line, 'checks');
    const codes = Array.isArray(checks) ? checks.filter((check) => at(check, 'status') !== 'green') : [];
    return { status: at(line, 'status'), codes: codes.map((check) => at(check, 'code')) };
  });
  return { code, containers };
}

describe('given the published set-up nginx-default', () => {
  it('is red: the permission is missing, and the group that people think of is ignored', async () => {
    const { code, containers } = await findingsIn(scenario('nginx-default'));
    expect({ code, status: containers.map(({ status }) => status) }).toEqual({ code: 1, status: ['red'] });
    expect(containers[0]?.codes).toEqual(expect.arrayContaining(['call-not-granted', 'cluster-group-ignored']));
  });

  it('is no longer red with the permission, and still says where the transcript goes', async () => {
    const { code, containers } = await findingsIn(repaired('nginx-default', 'nginx-sample-task-nginx-role'));
    expect({ code, status: containers.map(({ status }) => status) }).toEqual({ code: 0, status: ['yellow'] });
    expect(containers[0]?.codes).toContain('cluster-group-ignored');
    expect(containers[0]?.codes).not.toContain('call-not-granted');
  });

  it.each([
    [['--cluster', CLUSTER]],
    [['--cluster', `arn:aws:ecs:ap-northeast-1:111111111111:cluster/${CLUSTER}`]],
    [['--cluster', CLUSTER, '--task', TASK]],
    [['--cluster', CLUSTER, '--task', `arn:aws:ecs:ap-northeast-1:111111111111:task/${CLUSTER}/${TASK}`]],
    [['--cluster', CLUSTER, '--service', 'nginx-sample-service']],
  ])('finds the same by %j', async (options) => {
    expect(await findingsIn(scenario('nginx-default'), ...options)).toEqual(
      await findingsIn(scenario('nginx-default')),
    );
  });

  it('shows a table for people, and green checks only with --all', async () => {
    const { stdout } = await preflight(scenario('nginx-default'));
    const all = await preflight(scenario('nginx-default'), '--all');
    expect(stdout).toContain('1 container in 1 cluster: 1 red, 0 yellow, 0 green');
    expect([stdout, all.stdout].map((text) => text.includes('log-group-found'))).toEqual([false, true]);
  });
});

describe('given the published set-up cfn-override', () => {
  it('is red, and green with the permission', async () => {
    const green = await findingsIn(repaired('cfn-override', 'ecs-exec-task-role'));
    expect((await findingsIn(scenario('cfn-override'))).code).toBe(1);
    expect(green).toEqual({ code: 0, containers: [{ status: 'green', codes: [] }] });
  });

  it('writes its findings as SARIF', async () => {
    const file = aFile('', 'findings.sarif');
    const { code } = await preflight(scenario('cfn-override'), '--sarif', file);
    const sarif: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect({ code, version: at(sarif, 'version') }).toEqual({ code: 1, version: '2.1.0' });
    expect(at(sarif, 'runs', '0', 'results', '0', 'ruleId')).toBe('call-not-granted');
  });

  it('says which file cannot be written', async () => {
    const { code, stderr } = await preflight(scenario('cfn-override'), '--sarif', '/nowhere/findings.sarif');
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('cannot write /nowhere/findings.sarif'),
    });
  });
});

describe('given --fail-on', () => {
  it.each([
    ['nginx-default', 'red', 1],
    ['nginx-default', 'never', 0],
    ['yellow', 'red', 0],
    ['yellow', 'yellow', 1],
    ['green', 'yellow', 0],
  ])('ends %s with --fail-on %s as %d', async (which, failOn, code) => {
    const accounts: Readonly<Record<string, AccountFile>> = {
      yellow: repaired('nginx-default', 'nginx-sample-task-nginx-role'),
      green: repaired('cfn-override', 'ecs-exec-task-role'),
    };
    expect((await preflight(accounts[which] ?? scenario(which), '--fail-on', failOn)).code).toBe(code);
  });
});

describe('given what is not there', () => {
  it.each([
    [['--task', TASK], '--task: needs --cluster'],
    [['--service', 'web'], '--service: needs --cluster'],
    [['--cluster', CLUSTER, '--service', 'web', '--task', TASK], '--task: a task is looked at without --service'],
    [['--cluster', CLUSTER, '--task', 'web'], '--task: expected a task\'s id or ARN, found "web"'],
    [['--region', 'Frankfurt'], '--region: expected a Region such as eu-central-1, found "Frankfurt"'],
    [
      ['--cluster', `${ECS}:cluster/${CLUSTER}`, '--region', 'eu-central-1'],
      '--cluster: the cluster is in ap-northeast-1, and --region names eu-central-1',
    ],
    [['--cluster', 'nginx'], `--cluster: no cluster "nginx" in this account and Region; there is: ${CLUSTER}`],
    [
      ['--cluster', CLUSTER, '--service', 'web'],
      `--service: no service "web" in cluster ${CLUSTER}; there is: nginx-sample-service`,
    ],
    [
      ['--cluster', CLUSTER, '--task', TASK.replaceAll('a', 'b')],
      `--task: no task ${TASK.replaceAll('a', 'b')} in cluster ${CLUSTER}`,
    ],
  ])('refuses %j in a helpful line', async (options, line) => {
    const { code, stdout, stderr } = await preflight(scenario('nginx-default'), ...options);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(line) });
  });

  it('checks nothing in an account without clusters, and says so', async () => {
    const { code, stdout } = await preflight({
      ...scenario('nginx-default'),
      ecs: { clusters: [], tasks: [], taskDefinitions: [] },
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No container was found: nothing was checked.\n' });
  });
});

describe('given the real account', () => {
  const live = (...options: readonly string[]) =>
    runCli(['preflight', '--json', ...options], {
      environment: { AWS_ENDPOINT_URL: process.env['AWS_ENDPOINT_URL'] ?? '' },
    });

  it('finds what the file of the same account shows, and the trail, which no file holds', async () => {
    const codesIn = (stdout: string) => {
      const checks = at(linesOf(stdout)[0], 'checks');
      return Array.isArray(checks) ? checks.map((check) => at(check, 'code')) : [];
    };
    await asAws(async () => {
      const { code, stdout } = await live();
      const offline = await preflight(scenario('nginx-default'), '--json');
      expect({ code, codes: codesIn(stdout) }).toEqual({
        code: 1,
        codes: [...codesIn(offline.stdout), 'trail-logs-writes'],
      });
    }, scenario('nginx-default'));
  });

  it("takes the Region of a cluster's ARN before the configured one", async () => {
    await asAws(async () => {
      process.env['AWS_REGION'] = 'eu-central-1';
      expect((await live('--cluster', CLUSTER)).code).toBe(2);
      expect((await live('--cluster', `${ECS}:cluster/${CLUSTER}`)).code).toBe(1);
    }, scenario('nginx-default'));
  });

  it('makes a cluster whose tasks may not be listed a yellow result', async () => {
    await asAws(async (account) => {
      account.faults.add({ service: 'ecs', operation: 'ListTasks', kind: 'access-denied' });
      const { code, stdout } = await live();
      const lines = linesOf(stdout).map((line) => [at(line, 'status'), at(line, 'checks', '0', 'code')]);
      expect(code).toBe(1);
      expect(lines).toContainEqual(['yellow', 'cluster-unreadable']);
      expect((await runCli(['preflight'])).stdout).toContain('in  the whole cluster: ');
    }, scenario('nginx-default'));
  });

  it.each([
    ['nobody may list the clusters', 'access-denied', 'no cluster can be looked at: ecs:ListClusters is not permitted'],
    ['the credentials are unknown', 'unknown', 'AWS does not know these credentials'],
  ])('ends as a failure where %s', async (_, kind, line) => {
    await asAws(
      async (account) => {
        if (kind === 'access-denied') account.faults.add({ service: 'ecs', operation: 'ListClusters', kind });
        const { code, stderr } = await live();
        expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(line) });
      },
      scenario('nginx-default'),
      kind === 'unknown' ? 'AKIAUNKNOWNUNKNOWNUN' : undefined,
    );
  });

  it('waits where AWS throttles, and says how often', async () => {
    await asAws(async (account) => {
      account.faults.add({ service: 'ecs', operation: 'DescribeTasks', kind: 'throttle', times: 1 });
      const { code, stderr } = await live();
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'exec-log: sent again after AWS throttled: 1 request\n',
      });
    }, scenario('nginx-default'));
  });

  it('shows what it has found where AWS fails in the middle, and writes no SARIF of a part', async () => {
    const sarif = aFile('', 'part.sarif');
    await asAws(async (account) => {
      account.faults.add({ service: 'ecs', operation: 'ListTasks', kind: 'access-denied' });
      account.faults.add({ service: 'cloudtrail', operation: 'DescribeTrails', kind: 'malformed' });
      const { code, stdout, stderr } = await live('--sarif', sarif);
      expect({ code, statuses: linesOf(stdout).map((line) => at(line, 'status')) }).toEqual({
        code: 3,
        statuses: ['yellow'],
      });
      expect(stderr).toContain('exec-log: stopped before the end');
      expect(readFileSync(sarif, 'utf8')).toBe('');
    }, scenario('nginx-default'));
  });
});
