import { TrackerLater, TrackerRefusal } from '../../functions/domain/tracker-error.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { anExecSession, rules, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const MINUTE = 60_000;
const AWAY = new TrackerLater('Jira answered 503', 240);
const ORDER = { kind: 'incident', sessionId: SESSION_ID };

/** A world in mode `ticket` whose ledger holds an unrecorded session, and whose ticket system fails so. */
function worldWhere(error: Error): RemediatorWorld {
  const world = new RemediatorWorld();
  world.rules = rules({ defaultMode: 'ticket', accounts: {} });
  world.audited.lines.set(SESSION_ID, aLedgerLine({ session: anExecSession() }));
  world.audited.verdicts.set(
    SESSION_ID,
    aVerdict({ state: 'missing', dueAt: null, settledAt: '2023-02-11T08:00:00Z', sessionId: SESSION_ID }),
  );
  fail(world, error);
  return world;
}

const fail = (world: RemediatorWorld, error: Error | null) => {
  world.failing = (call) => (call === 'fileTicket' ? error : null);
};
const later = (world: RemediatorWorld, milliseconds: number) => {
  world.now = new Date(world.now.getTime() + milliseconds);
};
const failuresOf = (world: RemediatorWorld) =>
  world.telemetry.counts.filter(({ metric }) => metric === METRICS.ticketFailures).length;
const delaysOf = (world: RemediatorWorld) => world.queue.sent.map(({ delaySeconds }) => delaySeconds);

describe.each([
  ['a denial', delivered(aDenialRecord())],
  ['an order', ORDER],
])('given %s whose ticket system is away', (_, event) => {
  it('waits in the queue for as long as the system asks, saves nothing and uses up no receive', async () => {
    const world = worldWhere(AWAY);
    for (let waited = 0; waited < 15; waited += 1) {
      expect(waited === 0 ? await world.deliver(event) : await world.deliverOwn()).toEqual([]);
      expect(delaysOf(world)).toEqual([240]);
      later(world, 4 * MINUTE);
    }
    expect([...world.cases.cases.values()]).toEqual([]);
    fail(world, null);
    expect(await world.deliverOwn()).toEqual([]);
    expect([...world.cases.cases.values()]).toMatchObject([{ state: 'ticketed', count: 1 }]);
    expect(world.tickets.opened).toBe(1);
  });

  it('raises the alarm once people should have been told', async () => {
    const world = worldWhere(AWAY);
    await world.deliver(event);
    expect(failuresOf(world)).toBe(0);
    later(world, 16 * MINUTE);
    await world.deliverOwn();
    expect(failuresOf(world)).toBe(1);
  });

  it('goes back to the queue, with alarm and advice, where the system refuses for good', async () => {
    const world = worldWhere(new TrackerRefusal('the ticket secret exec-log/jira is empty'));
    expect(await world.deliver(event)).toEqual(['m0']);
    expect([...world.cases.cases.values()]).toEqual([]);
    expect(failuresOf(world)).toBe(1);
    expect(world.telemetry.codes()).toEqual([LOG_CODES.started, LOG_CODES.ticketRefused, LOG_CODES.failed]);
  });
});

it('counts what waits with a denial once it is decided', async () => {
  const world = worldWhere(AWAY);
  const another = delivered(aDenialRecord({ eventId: '44444444-0000-4000-8000-000000000000' }));
  await world.deliver(delivered(aDenialRecord()), another);
  expect(delaysOf(world)).toEqual([240]);
  fail(world, null);
  await world.deliverOwn();
  expect([...world.cases.cases.values()]).toMatchObject([{ count: 2 }]);
});

it.each([
  { denials: 1001, messages: 1 },
  { denials: 1002, messages: 2 },
])('lets $denials denials of one cause wait in $messages messages, and counts each', async ({ denials, messages }) => {
  const world = worldWhere(AWAY);
  const eventId = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const storm = Array.from({ length: denials }, (_, index) => delivered(aDenialRecord({ eventId: eventId(index) })));
  await world.deliver(...storm);
  expect(world.queue.sent).toHaveLength(messages);
  // What waits in messages of its own is not made one again, where it would not fit.
  await world.deliverOwn();
  expect(world.queue.sent).toHaveLength(messages);
  fail(world, null);
  await world.deliverOwn();
  expect([...world.cases.cases.values()]).toMatchObject([{ count: denials }]);
  expect(world.tickets.opened).toBe(1);
});

it('reads the queue anew where even waiting fails', async () => {
  const world = worldWhere(AWAY);
  world.failing = (call) => (call === 'fileTicket' ? AWAY : call === 'sendLater' ? new Error('SQS') : null);
  expect(await world.deliver(delivered(aDenialRecord()))).toEqual(['m0']);
});
