import { createAuditProgressStore } from '../../functions/adapters/aws/audit-progress.ts';
import { ALL_MANAGEMENT_EVENTS, DENIAL_RULE_PATTERN } from '../../functions/domain/rules.ts';
import type { SimulatedAccount } from '../simulated-account/index.ts';
import { deployedStack, deployTable } from './deployed-account.ts';
import { asAws } from './live-account.ts';
import { nginxAccount, REGION } from './nginx-account.ts';
import { at, linesOf, runCli } from './run-cli.ts';

const NAMES = ['exec-log-denials', 'exec-log-sessions'];
const CEILING = { CEILING: '{"mode":"ticket"}' };
/** Puts into the account what the template would. */
async function deploy(account: SimulatedAccount, settings = '{}', minutesSinceAudit = 10): Promise<void> {
  for (const name of NAMES) {
    for (const queue of [name, `${name}-dead-letters`, `${name}-undelivered`]) account.queues.create(queue);
    const targets = [{ Id: 'Queue', Arn: `arn:aws:sqs:${REGION}:111111111111:${name}` }];
    const rule = { Name: name, EventPattern: JSON.stringify(DENIAL_RULE_PATTERN), State: 'ENABLED' as const };
    account.stores.rules.set(name, { rule, targets });
    // The queue of the sessions is filled by two rules.
    if (name !== 'exec-log-sessions') continue;
    account.stores.rules.set('exec-log-starts', { rule: { ...rule, Name: 'exec-log-starts' }, targets });
  }
  const Name = '/exec-log/exec-log/settings';
  account.stores.parameters.set(Name, { Name, Type: 'String', Value: settings, Version: 1 });
  const audits = createAuditProgressStore(await deployTable(), 'exec-log');
  const finishedAt = new Date(Date.now() - minutesSinceAudit * 60_000).toISOString();
  await audits.saveProgress({ sweptUntil: null, reviewedRoleId: null, finishedAt, version: 1 }, null);
}

const wrong = (stdout: string) =>
  linesOf(stdout)
    .filter((line) => at(line, 'status') !== 'ok')
    .map((line) => `${at(line, 'code')} ${at(line, 'status')}`);

describe('given a deployment in a real account', () => {
  it('ends with 0 where all is well, and only reads', async () => {
    await asAws(async (account) => {
      await deploy(account);
      const before = account.calls.length;
      const { code, stdout, stderr } = await runCli(['doctor', '--json'], { environment: CEILING });
      expect({ code, stderr, wrong: wrong(stdout), checks: linesOf(stdout).length }).toEqual({
        code: 0,
        stderr: '',
        wrong: [],
        checks: 15,
      });
      const operations = account.calls.slice(before).map(({ operation }) => operation);
      expect(operations.filter((name) => !/^(Get|Describe|List)/.test(name))).toEqual([]);
    }, nginxAccount(deployedStack));
  });

  it('ends with 1 and says what to do where something is wrong', async () => {
    await asAws(async (account) => {
      await deploy(account, '{"defaultMode":"attach"}');
      const [trail] = account.stores.trails;
      if (trail !== undefined) trail.isLogging = false;
      account.stores.rules.delete('exec-log-denials');
      const { code, stdout } = await runCli(['doctor', '--json'], { environment: CEILING });
      expect([code, wrong(stdout)]).toEqual([1, ['trail fail', 'rule:exec-log-denials fail', 'ceiling warn']]);
      const person = await runCli(['doctor'], { environment: CEILING });
      expect(person.stdout).toContain(
        '✗ rule:exec-log-denials  there is no rule exec-log-denials\n    to do: deploy the stack',
      );
    }, nginxAccount(deployedStack));
  });

  it('ends with 1 where sessions outside ECS Exec are not delivered', async () => {
    await asAws(async (account) => {
      await deploy(account);
      account.stores.rules.delete('exec-log-starts');
      const { code, stdout } = await runCli(['doctor', '--json'], { environment: CEILING });
      expect([code, wrong(stdout)]).toEqual([1, ['rule:exec-log-starts fail']]);
    }, nginxAccount(deployedStack));
  });

  it('looks for approver, URL and people where the settings ask for proposals', async () => {
    await asAws(async (account) => {
      await deploy(account, '{"defaultMode":"propose"}');
      const environment = { CEILING: '{"mode":"propose","accounts":["*"]}' };
      const without = await runCli(['doctor', '--json'], { environment });
      const missing = ['approver-url warn', 'approvers fail'];
      expect([without.code, wrong(without.stdout)]).toEqual([1, ['queue:exec-log-approvals fail', ...missing]]);
      for (const queue of ['exec-log-approvals', 'exec-log-approvals-dead-letters']) account.queues.create(queue);
      const { code, stdout } = await runCli(['doctor', '--json'], { environment });
      expect([code, wrong(stdout)]).toEqual([1, missing]);
    }, nginxAccount(deployedStack));
  });

  it('checks opt-in rules and the queue of the routers where they are deployed', async () => {
    await asAws(async (account) => {
      await deploy(account);
      const addRule = (name: string, queue: string, State: 'ENABLED' | typeof ALL_MANAGEMENT_EVENTS) => {
        const targets = [{ Id: 'Queue', Arn: `arn:aws:sqs:${REGION}:111111111111:${queue}` }];
        account.stores.rules.set(name, { rule: { Name: name, EventPattern: '{}', State }, targets });
      };
      addRule('exec-log-signal-session-key', 'exec-log-denials', ALL_MANAGEMENT_EVENTS);
      addRule('exec-log-signal-awslogs-driver', 'exec-log-routers', 'ENABLED');
      for (const queue of ['exec-log-routers', 'exec-log-routers-undelivered']) account.queues.create(queue);
      const { code, stdout } = await runCli(['doctor', '--json'], { environment: CEILING });
      const codes = linesOf(stdout).map((line) => at(line, 'code'));
      expect([code, wrong(stdout)]).toEqual([1, ['queue:exec-log-routers-dead-letters fail']]);
      expect(codes).toEqual(
        expect.arrayContaining([
          'trail-reads',
          'rule:exec-log-signal-session-key',
          'rule:exec-log-signal-awslogs-driver',
          'queue:exec-log-routers',
        ]),
      );
    }, nginxAccount(deployedStack));
  });

  it('checks the rule of stack deletions where the deployment has one', async () => {
    await asAws(async (account) => {
      await deploy(account);
      const targets = [{ Id: 'Queue', Arn: `arn:aws:sqs:${REGION}:111111111111:exec-log-denials` }];
      const rule = { Name: 'exec-log-stack-deletions', EventPattern: '{}', State: 'DISABLED' } as const;
      account.stores.rules.set(rule.Name, { rule, targets });
      const { code, stdout } = await runCli(['doctor', '--json'], { environment: CEILING });
      expect([code, wrong(stdout)]).toEqual([1, ['rule:exec-log-stack-deletions fail']]);
    }, nginxAccount(deployedStack));
  });

  it('warns where a trail keeps reads from a rule that waits for them', async () => {
    await asAws(async (account) => {
      await deploy(account);
      const [trail] = account.stores.trails;
      if (trail !== undefined) trail.managementEvents = 'WriteOnly';
      const targets = [{ Id: 'Queue', Arn: `arn:aws:sqs:${REGION}:111111111111:exec-log-denials` }];
      const rule = { Name: 'exec-log-signal-session-key', EventPattern: '{}', State: ALL_MANAGEMENT_EVENTS } as const;
      account.stores.rules.set(rule.Name, { rule, targets });
      const { code, stdout } = await runCli(['doctor', '--json'], { environment: CEILING });
      expect([code, wrong(stdout)]).toEqual([1, ['trail-reads warn']]);
    }, nginxAccount(deployedStack));
  });

  it('warns of a suppression that has ended', async () => {
    await asAws(async (account) => {
      const role = 'arn:aws:iam::111111111111:role/legacy';
      const suppressions = [{ role, until: '2020-01-31', reason: 'retired', owner: 'platform' }];
      await deploy(account, JSON.stringify({ suppressions }));
      const { code, stdout } = await runCli(['doctor'], { environment: CEILING });
      expect([code, stdout]).toEqual([
        1,
        expect.stringContaining(`! suppressions  ${role} ended with 2020-01-31 (platform)\n`),
      ]);
    }, nginxAccount(deployedStack));
  });

  it('ends with 1 where no audit ended for two hours', async () => {
    await asAws(async (account) => {
      await deploy(account, '{}', 121);
      const { code, stdout } = await runCli(['doctor', '--json'], { environment: CEILING });
      expect([code, wrong(stdout)]).toEqual([1, ['audit fail']]);
    }, nginxAccount(deployedStack));
  });

  it('finds nothing deployed in an empty account', async () => {
    await asAws(async () => {
      const { code, stdout } = await runCli(['doctor', '--json']);
      expect([code, wrong(stdout).filter((line) => !/^(rule|queue):/.test(line))]).toEqual([
        1,
        ['settings fail', 'ceiling unknown', 'table fail', 'suppressions unknown', 'audit fail'],
      ]);
    });
  });

  it('ends with 3 where AWS does not know the credentials', async () => {
    await asAws(
      async () => {
        expect(await runCli(['doctor'])).toMatchObject({ code: 3, stdout: '' });
      },
      nginxAccount(),
      'AKIAUNKNOWN',
    );
  });
});
