import { type RoutedLogs, type RouterOutput, routeLogs } from '../simulated-account/agent/log-router.ts';
import { type ExecLog, type ExecLogOptions, startExecLog } from '../simulated-account/deployment/exec-log.ts';
import { type AccountState, readAccountFile } from '../simulated-account/index.ts';
import { patchInTicket, ticketText } from '../simulated-account/play/patch-in-ticket.ts';
import { declaredTarget, firelens } from '../simulated-account/scenarios/firelens.ts';
import { accountOfRows, aloneAndInPairs, nameOf, type Permission, type Row } from './scenario-rows.ts';

const GROUPS = 'arn:aws:logs:ap-northeast-1:555555555555:log-group:/ecs/logs/sample-test*';
const POLICY = 'ExecLogDelivery-ap-northeast-1';
/** Longer than denials of routers are collected before one batch is read. */
const UNTIL_READ_MS = 10 * 60_000;

const group: Permission = { action: 'logs:CreateLogGroup', resource: GROUPS };
const look: Permission = { action: 'logs:DescribeLogStreams', resource: GROUPS };
const stream: Permission = { action: 'logs:CreateLogStream', resource: GROUPS };
const events: Permission = { action: 'logs:PutLogEvents', resource: GROUPS };
const needed = { cloudwatch_logs: [stream, group, events], cloudwatch: [group, look, stream, events] } as const;

const roleArnOf = ({ roleName }: Row) => `arn:aws:iam::555555555555:role/${roleName}`;
const groupOf = ({ roleName }: Row) => `/ecs/logs/sample-test${roleName.slice(-3)}`;

/** Each row's router has a group of its own, which the settings declare for its role. */
async function startRows(rows: readonly Row[], account: AccountState): Promise<ExecLog> {
  const targets = rows.map((row) => ({ role: roleArnOf(row), logGroup: groupOf(row), createsGroup: true }));
  return startExecLog({
    account,
    mode: 'attach',
    signals: ['firelens'],
    withoutSlack: true,
    ceiling: { writesPerHour: 1000 },
    settings: { limits: { writesPerHour: 1000 }, fireLens: { mode: 'attach', targets } },
  });
}

const policyOf = ({ account }: ExecLog, { roleName }: Row) =>
  account.state.iam.roles
    .find(({ RoleName }) => RoleName === roleName)
    ?.RolePolicyList?.find(({ PolicyName }) => PolicyName === POLICY);

describe.each(['cloudwatch_logs', 'cloudwatch'] as const)(
  'given the scenario firelens with the plugin %s',
  (plugin) => {
    const all = needed[plugin];
    const { account, rows } = accountOfRows(firelens.file, all, [...aloneAndInPairs(all), all]);
    const ends = new Map<string, { readonly repaired: boolean; readonly next: string }>();
    let system: ExecLog;
    const flush = (row: Row, flushes: number): Promise<RoutedLogs> => {
      const output: RouterOutput = {
        ...firelens.router,
        plugin,
        task: row.taskId,
        logGroupName: groupOf(row),
        flushes,
      };
      return routeLogs(system.account, output);
    };
    beforeAll(async () => {
      system = await startRows(rows, account);
      for (const row of rows) await flush(row, 3);
      await system.deployment.runFor(UNTIL_READ_MS);
      for (const row of rows) {
        const { delivered } = await flush(row, 1);
        ends.set(row.name, {
          repaired: policyOf(system, row) !== undefined,
          next: delivered ? 'delivered' : 'lost',
        });
      }
    }, 60_000);
    afterAll(() => system.close());

    it.each(rows.map(({ name }) => ({ name })).filter(({ name }) => name !== nameOf([events])))(
      'is repaired without $name, and delivers',
      ({ name }) => {
        expect(ends.get(name)).toEqual({ repaired: true, next: 'delivered' });
      },
    );

    it('hears nothing where only logs:PutLogEvents is denied, since CloudTrail never records it', () => {
      expect(ends.get(nameOf([events]))).toEqual({ repaired: false, next: 'lost' });
    });

    it('needs every action of its repair that its plugin calls', async () => {
      const bare = rows.find(({ name }) => name === nameOf(all));
      const policy = bare === undefined ? undefined : policyOf(system, bare);
      if (bare === undefined || policy === undefined) throw new Error('the role that lacks all of it was not repaired');
      const whole = policy.PolicyDocument ?? '{}';
      const without: Record<string, string> = {};
      for (const action of JSON.parse(whole).Statement.flatMap(({ Action }: { Action: string[] }) => Action)) {
        const Statement = JSON.parse(whole).Statement.flatMap((statement: { Action: string[] }) => {
          const Action = statement.Action.filter((other) => other !== action);
          return Action.length === 0 ? [] : [{ ...statement, Action }];
        });
        policy.PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
        const { logs } = system.account.state;
        logs.logGroups = logs.logGroups.filter(({ logGroupName }) => logGroupName !== groupOf(bare));
        logs.logStreams.delete(groupOf(bare));
        without[action] = (await flush(bare, 1)).delivered ? 'delivered' : 'lost';
      }

      expect(without).toEqual({
        'logs:CreateLogStream': 'lost',
        // Only the plugin in Go looks for the stream before it creates it.
        'logs:DescribeLogStreams': plugin === 'cloudwatch' ? 'lost' : 'delivered',
        'logs:PutLogEvents': 'lost',
        'logs:CreateLogGroup': 'lost',
      });
    });
  },
);

describe('given the scenario firelens as published', () => {
  let system: ExecLog;
  afterEach(() => system.close());

  const start = async (settings: ExecLogOptions['settings']) => {
    const account = readAccountFile(structuredClone(firelens.file));
    system = await startExecLog({ account, mode: 'attach', signals: ['firelens'], ...(settings && { settings }) });
    await routeLogs(system.account, { ...firelens.router, flushes: 120 });
    await system.deployment.runFor(UNTIL_READ_MS);
    const [ticket, ...others] = [...system.account.stores.opsItems.values()];
    const cases = (await system.ledger.cases()).map(({ count, reasons }) => [
      count,
      ...reasons.map(({ code }) => code),
    ]);
    return { cases, ticket, others, posts: system.slack.posts.length };
  };

  it('opens one ticket for two minutes of denials, which names router, group and the four actions', async () => {
    const { cases, ticket, others, posts } = await start({ fireLens: { targets: [declaredTarget] } });
    const patch = ticket === undefined ? null : patchInTicket(ticket);
    const text = ticket === undefined ? '' : ticketText(ticket);

    expect([cases, others, posts]).toEqual([[[120, 'mode-allows-attach']], [], 1]);
    expect([text.includes('`log_router`'), text.includes('`/ecs/logs/sample-test`')]).toEqual([true, true]);
    expect([patch?.roleName, patch?.document]).toEqual([
      'sample-test-task-role',
      {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'ExecLogDeliveryRouter',
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
            Resource: ['arn:aws:logs:ap-northeast-1:555555555555:log-group:/ecs/logs/sample-test:*'],
          },
          {
            Sid: 'ExecLogDeliveryRouterGroups',
            Effect: 'Allow',
            Action: ['logs:CreateLogGroup'],
            Resource: ['arn:aws:logs:ap-northeast-1:555555555555:log-group:/ecs/logs/sample-test:*'],
          },
        ],
      },
    ]);
  });

  it('attaches nothing for a group that nobody declared: no API shows what is baked into the image', async () => {
    const { cases, ticket, others } = await start({ fireLens: { mode: 'attach' } });
    const text = ticket === undefined ? '' : ticketText(ticket);

    expect([cases.map((one) => one.slice(0, 3)), others]).toEqual([
      [[120, 'target-confirmed', 'router-target-baked-in']],
      [],
    ]);
    expect([
      text.includes('fireLens.targets'),
      system.account.calls.some(({ operation }) => operation === 'PutRolePolicy'),
    ]).toEqual([true, false]);
  });
});
