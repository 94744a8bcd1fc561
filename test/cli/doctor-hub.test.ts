import { createAuditProgressStore } from '../../functions/adapters/aws/audit-progress.ts';
import { createAuditedPlaces } from '../../functions/adapters/aws/audited-places.ts';
import type { SimulatedAccount } from '../simulated-account/index.ts';
import { deployedStack, deployTable } from './deployed-account.ts';
import { asAws } from './live-account.ts';
import { ACCOUNT, nginxAccount, REGION } from './nginx-account.ts';
import { at, linesOf, runCli } from './run-cli.ts';

const BUS = 'exec-log-hub';
const SHOP = '222222222222';
const SILENT = '333333333333';
const CLOSED = '444444444444';
const ELSEWHERE = 'eu-west-1';
const environment = { CEILING: '{"mode":"ticket"}' };

const unit = 'ou-ab12-sandbox1';
const organizations = {
  units: [{ id: unit, name: 'Sandbox', parent: 'r-ab12' }],
  accounts: [
    { id: ACCOUNT, name: 'hub', parent: unit },
    { id: SHOP, name: 'shop', parent: unit },
    { id: SILENT, name: 'silent', parent: unit },
    { id: CLOSED, name: 'closed', parent: unit },
  ],
};
const hubAccount = nginxAccount({ ...deployedStack, organizations });

/** Puts into the account what the template of a hub would, and what its audits leave behind. */
async function deployHub(account: SimulatedAccount, minutesSinceAudit: Readonly<Record<string, number>>) {
  account.stores.stackOutputs.set('exec-log', [{ OutputKey: 'HubBusName', OutputValue: BUS }]);
  account.stores.buses.add(BUS);
  for (const [name, queue] of [
    ['exec-log-denials', 'exec-log-denials'],
    ['exec-log-sessions', 'exec-log-sessions'],
    ['exec-log-starts', 'exec-log-sessions'],
  ] as const) {
    const targets = [{ Id: 'Queue', Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}` }];
    const rule = { Name: name, EventBusName: BUS, EventPattern: '{}', State: 'ENABLED' as const };
    account.stores.rules.set(name, { rule, targets });
    for (const suffix of ['', '-dead-letters', '-undelivered']) account.queues.create(`${queue}${suffix}`);
  }
  const Name = '/exec-log/exec-log/settings';
  account.stores.parameters.set(Name, { Name, Type: 'String', Value: '{}', Version: 1 });
  const closed = account.state.organizations.accounts?.find(({ id }) => id === CLOSED);
  if (closed !== undefined) closed.state = 'CLOSED';
  const table = await deployTable();
  const progressOf = (minutes: number) => ({
    sweptUntil: null,
    reviewedRoleId: null,
    finishedAt: new Date(Date.now() - minutes * 60_000).toISOString(),
    version: 1,
  });
  await createAuditProgressStore(table, 'exec-log').saveProgress(progressOf(10), null);
  const places = Object.keys(minutesSinceAudit).map((key) => {
    const [id = '', region = ''] = key.split(' ');
    return { account: id, region };
  });
  await createAuditedPlaces(table, 'exec-log').savePlaces({ places, last: null, version: 1 }, null);
  for (const place of places) {
    const minutes = minutesSinceAudit[`${place.account} ${place.region}`] ?? 0;
    const store = createAuditProgressStore(table, 'exec-log', { account: place.account, place });
    await store.saveProgress(progressOf(minutes), null);
  }
}

const wrong = (stdout: string) =>
  linesOf(stdout)
    .filter((line) => at(line, 'status') !== 'ok')
    .map((line) => `${at(line, 'code')} ${at(line, 'status')}`);

const ALL_WELL = { [`${ACCOUNT} ${REGION}`]: 10, [`${SHOP} ${ELSEWHERE}`]: 119, [`${SILENT} ${REGION}`]: 10 };

describe('given the hub of an organisation', () => {
  it('ends with 0 where all is well, and only reads', async () => {
    await asAws(async (account) => {
      await deployHub(account, ALL_WELL);
      const before = account.calls.length;
      const { code, stdout, stderr } = await runCli(['doctor', '--json'], { environment });
      expect({ code, stderr, last: linesOf(stdout).slice(-3) }).toEqual({
        code: 0,
        stderr: '',
        last: [
          { code: `bus:${BUS}`, status: 'ok', detail: `the bus ${BUS} is there`, whatToDo: '' },
          { code: 'members', status: 'ok', detail: 'each of 3 active accounts was heard of', whatToDo: '' },
          {
            code: 'audits',
            status: 'ok',
            detail: 'the audit of each of 3 places ended within two hours',
            whatToDo: '',
          },
        ],
      });
      const operations = account.calls.slice(before).map(({ operation }) => operation);
      expect(operations.filter((name) => !/^(Get|Describe|List)/.test(name))).toEqual([]);
    }, hubAccount);
  });

  it('names the accounts that nothing came from, and the places whose audit is late', async () => {
    await asAws(async (account) => {
      await deployHub(account, {
        [`${ACCOUNT} ${REGION}`]: 10,
        [`${SHOP} ${REGION}`]: 10,
        [`${SHOP} ${ELSEWHERE}`]: 121,
      });
      const { code, stdout } = await runCli(['doctor', '--json'], { environment });
      expect([code, wrong(stdout)]).toEqual([1, [`member:${SILENT} warn`, `audit:${SHOP}:${ELSEWHERE} fail`]]);
      const person = await runCli(['doctor'], { environment });
      expect(person.stdout).toContain(`! member:${SILENT}  nothing was ever delivered from ${SILENT} (silent)`);
    }, hubAccount);
  });

  it("does not take a rule on the account's own bus for the hub's", async () => {
    await asAws(async (account) => {
      await deployHub(account, ALL_WELL);
      const denials = account.stores.rules.get('exec-log-denials');
      if (denials !== undefined) denials.rule = { ...denials.rule, EventBusName: 'default' };
      const sessions = account.stores.rules.get('exec-log-sessions');
      if (sessions !== undefined) sessions.rule = { ...sessions.rule, State: 'DISABLED' };
      const { code, stdout } = await runCli(['doctor'], { environment });
      expect(code).toBe(1);
      expect(stdout).toContain('✗ rule:exec-log-denials  there is no rule exec-log-denials\n');
      expect(stdout).toContain(`aws events enable-rule --name exec-log-sessions --event-bus-name ${BUS}\n`);
    }, hubAccount);
  });

  it('misses the bus, and with it its rules', async () => {
    await asAws(async (account) => {
      await deployHub(account, ALL_WELL);
      account.stores.buses.clear();
      const { code, stdout } = await runCli(['doctor', '--json'], { environment });
      const rules = ['denials', 'sessions', 'starts'].map((name) => `rule:exec-log-${name} fail`);
      expect([code, wrong(stdout).sort()]).toEqual([1, [`bus:${BUS} fail`, ...rules]]);
    }, hubAccount);
  });

  it('does not know the members where nobody may look into the organisation', async () => {
    await asAws(async (account) => {
      await deployHub(account, ALL_WELL);
      const { code, stdout } = await runCli(['doctor', '--json'], { environment });
      expect([code, wrong(stdout)]).toEqual([1, ['members unknown']]);
    }, nginxAccount(deployedStack));
  });
});

describe('given credentials that may not read the outputs of the stack', () => {
  it('does not call rules missing that may stand on the bus of a hub', async () => {
    await asAws(async (account) => {
      await deployHub(account, ALL_WELL);
      account.faults.add({ service: 'cloudformation', operation: 'DescribeStacks', kind: 'access-denied' });
      const { code, stdout } = await runCli(['doctor', '--json'], { environment });
      const rules = ['denials', 'sessions', 'starts'].map((name) => `rule:exec-log-${name} unknown`);
      expect([code, wrong(stdout).sort()]).toEqual([1, ['hub unknown', ...rules]]);
    }, hubAccount);
  });
});

describe('given a deployment of its own', () => {
  it('asks neither for a bus nor for an organisation', async () => {
    await asAws(async (account) => {
      await deployHub(account, ALL_WELL);
      account.stores.stackOutputs.clear();
      const before = account.calls.length;
      await runCli(['doctor', '--json'], { environment });
      const asked = account.calls.slice(before).map(({ operation }) => operation);
      expect(asked.filter((name) => ['DescribeEventBus', 'ListAccounts'].includes(name))).toEqual([]);
    }, hubAccount);
  });
});
