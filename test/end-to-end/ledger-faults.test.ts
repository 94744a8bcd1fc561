import type { JsonObject } from '../simulated-account/index.ts';
import { LedgerPlay, MINUTE, MISSING_TICKET, usualEnd } from './ledger-world.ts';

/** Whether an event is of this call. */
const isOf =
  (eventName: string) =>
  ({ detail }: JsonObject) =>
    typeof detail === 'object' && detail !== null && Reflect.get(detail, 'eventName') === eventName;

describe('given the four sessions of the scenario and an auditor that has run before', () => {
  let play: LedgerPlay;
  afterEach(() => play.close());

  async function start(options: Parameters<typeof LedgerPlay.start>[0] = {}): Promise<void> {
    play = await LedgerPlay.start(options);
    // What the very first sweep finds is from before the ledger, and counts for no loss.
    await play.audit();
  }

  const undelivered = () => play.system.deployment.fn('auditor').metric('UndeliveredEvents');

  it('ends as usual with nothing gone wrong, and finds no event undelivered', async () => {
    await start();
    await play.sessions();
    await play.audited();

    expect([await play.end(), undelivered()]).toEqual([usualEnd, 0]);
  });

  it('finds sessions that EventBridge never delivered', async () => {
    await start();
    play.system.deployment.bus.faults.lost = isOf('ExecuteCommand');
    await play.sessions();
    await play.audit(20);
    await play.audited();

    expect([await play.end(), undelivered()]).toEqual([usualEnd, 4]);
  });

  it('takes in sessions from before the first audit, and counts none of them as undelivered', async () => {
    play = await LedgerPlay.start();
    play.system.deployment.bus.faults.lost = isOf('ExecuteCommand');
    await play.sessions();
    await play.audit(20);
    await play.audited();

    expect([await play.end(), undelivered()]).toEqual([usualEnd, 0]);
  });

  it('finds a denial that EventBridge never delivered, and has it repaired', async () => {
    await start();
    play.system.deployment.bus.faults.lost = isOf('CreateLogStream');
    await play.sessions();
    await play.audited();

    expect([await play.end(), undelivered()]).toEqual([usualEnd, 1]);
  });

  it('finds both though the history shows them a quarter of an hour late', async () => {
    await start({ lookupLagMs: 14 * MINUTE });
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.ecs' || source === 'aws.logs';
    await play.sessions();
    await play.audit(20);
    await play.audited();

    expect([await play.end(), undelivered()]).toEqual([usualEnd, 5]);
  });

  it('is not misled by events that arrive three times, the last one first', async () => {
    await start();
    Object.assign(play.system.deployment.bus.faults, { copies: 3, reversed: true });
    await play.sessions();
    await play.audited();

    expect([await play.end(), undelivered()]).toEqual([usualEnd, 0]);
  });

  it.each([
    { service: 'dynamodb', kind: 'throttle' },
    { service: 'dynamodb', kind: '500' },
    { service: 'ssm', kind: 'throttle' },
    { service: 'ssm', kind: '500' },
    { service: 'logs', kind: 'throttle' },
    { service: 'logs', kind: '500' },
    { service: 'cloudtrail', kind: 'throttle' },
    { service: 'cloudtrail', kind: '500' },
    { service: 'sqs', kind: '500' },
  ] as const)(
    'settles nothing wrong while $service answers with $kind, and all of it later',
    async ({ service, kind }) => {
      await start();
      await play.sessions();
      await play.passes(40);
      play.system.account.faults.add({ service, kind });
      const ended = await play.audit();
      play.system.account.faults.clear();
      const before = (await play.end()).states;
      await play.audited();

      expect(ended).toEqual(['returned']);
      // A session is open still, or in the very state in which it ends.
      expect(before.filter((state, index) => state !== 'open' && state !== usualEnd.states[index])).toEqual([]);
      expect(await play.end()).toEqual(usualEnd);
    },
  );

  it('is audited by two at once as by one', async () => {
    await start();
    await play.sessions();
    await play.passes(40);
    await Promise.all([play.audit(), play.audit()]);
    await play.passes(5);

    expect(await play.end()).toEqual(usualEnd);
    expect(play.system.deployment.fn('auditor').metric('SessionsSettled')).toBe(4);
  });

  it('ends as usual with every service slow', async () => {
    await start();
    await play.sessions();
    play.system.account.faults.add({ kind: 'slow', latencyMs: 20 });
    await play.audited();

    expect(await play.end()).toEqual(usualEnd);
  });
});

describe('given an auditor that is killed in the middle', () => {
  let play: LedgerPlay;
  afterEach(() => play.close());

  it('loses and doubles nothing, whichever of its calls was the last, whether that went through or not', async () => {
    play = await LedgerPlay.start();
    await play.audit();
    let killed = 0;
    for (let at = 20; at < 46; at += 1) {
      await play.session('missing');
      await play.passes(40);
      // Each call twice: one that goes through and whose answer is lost, one that is lost itself.
      if (await play.auditKilledAt(Math.floor(at / 2), at % 2 === 0)) killed += 1;
      // Progress is saved at an audit's end: without one, no later audit comes to its sessions before it is killed.
      await play.audit();
    }
    await play.audited();
    const count = play.opened.length;

    expect(killed).toBeGreaterThan(12);
    expect(await play.end()).toEqual({
      ...usualEnd,
      states: play.opened.map(() => 'missing'),
      cases: [`ticketed unrecorded-missing ${count}`],
      tickets: [`Open: ${MISSING_TICKET}`],
      posts: ['Unrecorded'],
      policyWrites: [],
    });
  }, 120_000);

  it('repairs once, and once only, if it was killed with the lost denial in its hands', async () => {
    play = await LedgerPlay.start();
    await play.audit();
    play.system.deployment.bus.faults.lost = isOf('CreateLogStream');
    await play.session('denied');
    await play.passes(40);
    const { calls } = play.system.account;
    const madeBefore = calls.length;
    play.system.account.faults.add({
      service: 'sqs',
      operation: 'SendMessage',
      kind: 'slow',
      latencyMs: 300,
      times: 1,
    });
    const running = play.audit();
    const settling = () => calls.slice(madeBefore).some(({ operation }) => operation === 'DescribeSessions');
    while (!settling()) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await play.system.deployment.fn('auditor').kill();
    const ended = await running;
    await play.audited();

    expect(ended).toEqual(['killed']);
    expect(await play.end()).toEqual({
      ...usualEnd,
      states: ['denied'],
      cases: ['repaired all-guardrails-hold 1'],
      tickets: [],
      posts: ['Repaired'],
      policyWrites: ['Remediator:PutRolePolicy'],
    });
  });
});
