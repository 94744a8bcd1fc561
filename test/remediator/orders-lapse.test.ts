import { TrackerLater } from '../../functions/domain/tracker-error.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import {
  changed,
  click,
  clickMessage,
  deliverClicks,
  pass,
  proposedWorld,
  proposeRules,
  refusals,
  theCase,
} from '../support/approvals.ts';
import { absent } from '../support/builders.ts';
import type { RemediatorWorld } from '../support/remediator.ts';

const HOURS_72 = 72 * 3_600_000;

const orderOf = (world: RemediatorWorld) => ({ kind: 'lapse', fingerprint: theCase(world).fingerprint });
const counted = (world: RemediatorWorld, metric: string) =>
  world.telemetry.counts.filter((count) => count.metric === metric).length;

/** A world whose proposal nobody answered until its end. */
async function expiredWorld() {
  const { world, chat } = await proposedWorld();
  pass(world, HOURS_72);
  return { world, chat };
}

describe('given a proposal that nobody answered', () => {
  it('is a ticket at its end, with the patch, and the buttons go away', async () => {
    const { world, chat } = await expiredWorld();
    // ECS has forgotten the task by then.
    world.readings = { task: absent, taskDefinition: absent };
    expect(await world.deliver(orderOf(world))).toEqual([]);
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({
      state: 'ticketed',
      disposition: 'open-ticket',
      reasons: [
        {
          code: 'proposal-expired',
          detail: 'nobody answered the proposal of 2023-02-11T06:36:04.000Z before its end, 2023-02-14T06:36:04.000Z',
        },
      ],
      ticketId: 'oi-1',
      proposal: { state: 'expired', answeredBy: null },
    });
    const [draft] = world.tickets.open.values();
    expect(draft?.body).toContain('logs:CreateLogStream');
    expect(world.role.puts).toEqual([]);
    expect(chat.messages).toMatchObject([{ edits: 1 }, { thread: theCase(world).chat?.ts }]);
    expect(JSON.stringify(chat.messages[0]?.blocks)).not.toContain('exec-log-approve');
    expect([counted(world, METRICS.proposalsExpired), counted(world, METRICS.ticketsOpened)]).toEqual([1, 1]);
    expect(world.telemetry.codes()).toEqual(
      expect.arrayContaining([LOG_CODES.proposalExpired, LOG_CODES.ticketOpened, LOG_CODES.orderCompleted]),
    );
  });

  it('is left open a millisecond before its end', async () => {
    const { world } = await proposedWorld();
    pass(world, HOURS_72 - 1);
    const before = theCase(world);
    await world.deliver(orderOf(world));
    expect([theCase(world), world.tickets.opened]).toEqual([before, 0]);
    await click(world);
    expect(theCase(world).state).toBe('repaired');
  });

  it('does nothing twice when the order comes twice', async () => {
    const { world, chat } = await expiredWorld();
    await world.deliver(orderOf(world), orderOf(world));
    await world.deliverOwn();
    await world.deliver(orderOf(world));
    await world.deliverOwn();
    const { opened, refreshed } = world.tickets;
    expect({ opened, refreshed, messages: chat.messages.length }).toEqual({ opened: 1, refreshed: 0, messages: 2 });
    expect(counted(world, METRICS.proposalsExpired)).toBe(1);
  });

  it('is a ticket also where its row is gone', async () => {
    const { world } = await expiredWorld();
    world.proposals.proposals.clear();
    expect(await world.deliver(orderOf(world))).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', proposal: { state: 'expired' } });
    expect([counted(world, METRICS.proposalsExpired), counted(world, METRICS.ticketsOpened)]).toEqual([1, 1]);
  });

  it('waits for a ticket system that is away, and nobody can approve meanwhile', async () => {
    const { world } = await expiredWorld();
    world.failing = (call) => (call === 'fileTicket' ? new TrackerLater('Jira answered 503', 240) : null);
    expect(await world.deliver(orderOf(world))).toEqual([]);
    await click(world);
    expect(refusals(world)).toEqual(['proposal-expired']);
    world.failing = () => null;
    await world.deliverOwn();
    expect([theCase(world).state, world.tickets.opened, world.role.puts]).toEqual(['ticketed', 1, []]);
  });

  it('only observes where the settings say so by now', async () => {
    const { world } = await expiredWorld();
    world.rules = proposeRules({ defaultMode: 'observe' });
    await world.deliver(orderOf(world));
    expect(theCase(world)).toMatchObject({ state: 'observed', proposal: { state: 'expired' } });
    expect(world.tickets.opened).toBe(0);
  });

  it('is put off where no time is left', async () => {
    const { world } = await expiredWorld();
    world.millisecondsLeft = 20_000;
    await world.deliver(orderOf(world));
    expect(theCase(world).state).toBe('proposed');
    world.millisecondsLeft = 20_001;
    await world.deliverOwn();
    expect(theCase(world).state).toBe('ticketed');
  });

  it('takes no answer any more that was judged before the end', async () => {
    const { world } = await proposedWorld();
    pass(world, HOURS_72 - 1);
    const message = clickMessage(world);
    // The order comes between the judgement of the click and the write of its answer.
    let isHeld = true;
    world.turn = async () => {
      if (!isHeld || world.calls.at(-1) !== 'findLine') return;
      isHeld = false;
      pass(world, 1);
      await world.deliverTo(world.coldStart(), orderOf(world));
    };
    expect(await deliverClicks(world, message)).toEqual([]);
    expect([refusals(world), world.role.puts, theCase(world).state]).toEqual([['proposal-expired'], [], 'ticketed']);
  });
});

describe('given an order that does not agree with the case', () => {
  it.each([
    { name: 'a ticket', change: (world: RemediatorWorld) => changed(world, { state: 'ticketed' }) },
    { name: 'verified', change: (world: RemediatorWorld) => changed(world, { state: 'verified' }) },
    { name: 'one that never asked', change: (world: RemediatorWorld) => changed(world, { proposal: null }) },
  ])('changes nothing of a case that is $name', async ({ change }) => {
    const { world } = await expiredWorld();
    change(world);
    const before = theCase(world);
    expect(await world.deliver(orderOf(world))).toEqual([]);
    expect([theCase(world), world.tickets.opened, world.role.puts]).toEqual([before, 0, []]);
  });

  it('knows no such case', async () => {
    const { world } = await expiredWorld();
    expect(await world.deliver({ kind: 'lapse', fingerprint: 'nobody' })).toEqual([]);
    expect(world.tickets.opened).toBe(0);
  });

  it.each([{ kind: 'lapse' }, { kind: 'lapse', fingerprint: 7 }, { kind: 'lapse', fingerprint: 'x'.repeat(201) }])(
    'refuses what we never wrote: %j',
    async (order) => {
      const { world } = await expiredWorld();
      expect(await world.deliver(order)).toEqual([]);
      expect([theCase(world).state, world.telemetry.codes().includes(LOG_CODES.refused)]).toEqual(['proposed', true]);
    },
  );
});
