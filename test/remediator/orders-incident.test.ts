import type { SessionVerdict } from '../../functions/domain/ledger.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { anExecSession, ROLE_ARN, rules, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const ORDER = { kind: 'incident', sessionId: SESSION_ID };
const MISSING: Partial<SessionVerdict> = {
  state: 'missing',
  dueAt: null,
  settledAt: '2023-02-11T08:00:00Z',
  causes: [{ code: 'no-script', detail: 'the image holds no script' }],
};
const CHANGE = { changedAt: '2023-02-11T05:00:00Z', changedBy: null, eventId: 'change-1', logging: 'NONE' };

/** A world whose ledger holds this session, settled so. */
function worldWith(verdict: Partial<SessionVerdict> = MISSING, sessionId = SESSION_ID): RemediatorWorld {
  const world = new RemediatorWorld();
  addSession(world, verdict, sessionId);
  return world;
}

function addSession(world: RemediatorWorld, verdict: Partial<SessionVerdict>, sessionId: string): void {
  world.audited.lines.set(sessionId, aLedgerLine({ session: anExecSession({ sessionId }) }));
  world.audited.verdicts.set(sessionId, aVerdict({ ...verdict, sessionId }));
}

const VISIBILITY_MILLISECONDS = 180_000;
const later = (world: RemediatorWorld, milliseconds: number) => {
  world.now = new Date(world.now.getTime() + milliseconds);
};
const casesOf = (world: RemediatorWorld) => [...world.cases.cases.values()];

describe('given an unrecorded session', () => {
  it('makes a case with a ticket, and tells people once', async () => {
    const world = worldWith();
    expect(await world.deliver(ORDER)).toEqual([]);
    expect(casesOf(world)).toMatchObject([
      {
        state: 'ticketed',
        disposition: 'open-ticket',
        reasons: [
          { code: 'unrecorded-missing', detail: 'the image holds no script' },
          { code: 'simulated-denied', detail: expect.stringContaining('logs:CreateLogStream on ') },
          { code: 'simulated-denied', detail: expect.stringContaining('logs:PutLogEvents on ') },
        ],
        count: 1,
        sessionIds: [SESSION_ID],
        roleArn: ROLE_ARN,
        logGroupName: null,
        ticketId: 'oi-1',
        repairedAt: null,
      },
    ]);
    await world.deliverOwn();
    expect(world.messenger.posted.map(({ text }) => text)).toEqual([
      '🕳️ Unrecorded session in nginx-sample-cluster: no transcript arrived',
    ]);
    expect(world.telemetry.codes().slice(0, 3)).toEqual([
      LOG_CODES.started,
      LOG_CODES.ticketOpened,
      LOG_CODES.orderCompleted,
    ]);
    expect(world.telemetry.counts).toEqual([{ metric: METRICS.ticketsOpened, value: 1, dimensions: {} }]);
  });

  it('doubles nothing when the order comes twice', async () => {
    const world = worldWith();
    await world.deliver(ORDER, ORDER);
    await world.deliver(ORDER);
    const [before] = casesOf(world);
    expect({ opened: world.tickets.opened, refreshed: world.tickets.refreshed, sent: world.queue.sent.length }).toEqual(
      {
        opened: 1,
        refreshed: 0,
        sent: 1,
      },
    );
    expect(before).toMatchObject({ count: 1, version: 1 });
  });

  it('counts further sessions of the same cause into the case and its ticket, without another message', async () => {
    const world = worldWith();
    await world.deliver(ORDER);
    later(world, 60_000);
    addSession(world, MISSING, 'ecs-execute-command-second');
    await world.deliver({ ...ORDER, sessionId: 'ecs-execute-command-second' });
    expect(casesOf(world)).toMatchObject([{ count: 2, sessionIds: [SESSION_ID, 'ecs-execute-command-second'] }]);
    expect({ opened: world.tickets.opened, refreshed: world.tickets.refreshed, sent: world.queue.sent.length }).toEqual(
      {
        opened: 1,
        refreshed: 1,
        sent: 1,
      },
    );
  });

  it('makes a second case for a change of logging', async () => {
    const world = worldWith({ ...MISSING, loggingChange: CHANGE });
    await world.deliver(ORDER);
    expect(casesOf(world).map(({ reasons }) => reasons[0]?.code)).toEqual(['unrecorded-missing', 'logging-changed']);
    expect(world.tickets.opened).toBe(2);
  });

  it('gives the order back where the ticket is refused, and loses nothing', async () => {
    const world = worldWith();
    world.failing = (call) => (call === 'fileTicket' ? new Error('OpsItemLimitExceeded') : null);
    expect(await world.deliver(ORDER)).toEqual(['m0']);
    expect(casesOf(world)).toEqual([]);
    expect(world.telemetry.codes()).toEqual([LOG_CODES.started, LOG_CODES.failed]);
    world.failing = () => null;
    expect(await world.deliver(ORDER)).toEqual([]);
    expect(world.tickets.opened).toBe(1);
  });

  it('ends with one ticket and one message, whichever call a Lambda dies in', async () => {
    const calls = worldWith();
    await calls.deliver(ORDER);
    for (const [at] of calls.calls.entries()) {
      const world = worldWith();
      let left = at;
      world.failing = () => {
        left -= 1;
        return left === -1 ? new Error('killed') : null;
      };
      await world.deliver(ORDER);
      // The queue gives it again once its visibility timeout is over.
      later(world, VISIBILITY_MILLISECONDS);
      await world.deliver(ORDER);
      await world.deliverOwn();
      expect({ opened: world.tickets.opened, posted: world.messenger.posted.length }).toEqual({ opened: 1, posted: 1 });
      expect(casesOf(world)).toMatchObject([{ count: 1, state: 'ticketed' }]);
    }
  });

  it('waits in the queue where the invocation has no time left', async () => {
    const world = worldWith();
    world.millisecondsLeft = 10_000;
    expect(await world.deliver(ORDER)).toEqual([]);
    expect(world.queue.sent).toEqual([{ body: JSON.stringify(ORDER), delaySeconds: 60 }]);
    world.millisecondsLeft = 10_001;
    await world.deliverOwn();
    expect(casesOf(world)).toHaveLength(1);
  });
});

describe('given a mode that says less', () => {
  it('observes and tells, without a ticket', async () => {
    const world = worldWith();
    world.rules = rules({ defaultMode: 'observe' });
    await world.deliver(ORDER);
    expect(casesOf(world)).toMatchObject([{ state: 'observed', disposition: 'observe', ticketId: null }]);
    expect({ opened: world.tickets.opened, sent: world.queue.sent.length }).toEqual({ opened: 0, sent: 1 });
  });

  it.each([
    ['until the end of its last day', '2023-02-11', 'suppressed', 0],
    ['no longer after it', '2023-02-10', 'ticketed', 1],
  ])('keeps a suppressed role to itself, %s', async (_, until, state, opened) => {
    const world = worldWith();
    world.rules = rules({ suppressions: [{ role: ROLE_ARN, until, reason: 'pilot', owner: 'ada' }] });
    await world.deliver(ORDER);
    expect(casesOf(world)).toMatchObject([{ state, count: 1 }]);
    expect({ opened: world.tickets.opened, sent: world.queue.sent.length }).toEqual({ opened, sent: opened });
  });

  it('is not lowered by tags: they mute repairs, never the record', async () => {
    const world = worldWith();
    world.role.role = { ...world.role.role, tags: { 'exec-log-remediation': 'off' } };
    await world.deliver(ORDER);
    expect(casesOf(world)).toMatchObject([{ state: 'ticketed' }]);
  });
});

describe('given a forged order', () => {
  it.each<[string, Partial<SessionVerdict> | null, string]>([
    ['of a session that nobody recorded', null, SESSION_ID],
    ['of another session', MISSING, 'ecs-execute-command-forged'],
    ['of a session that is open', { state: 'open' }, SESSION_ID],
    ['of a session that was recorded', { ...MISSING, state: 'recorded' }, SESSION_ID],
    ['of a denied session, which has its case', { ...MISSING, state: 'denied' }, SESSION_ID],
    ['of a cluster that may go without', { ...MISSING, state: 'off', exempt: true }, SESSION_ID],
  ])('changes nothing %s', async (_, verdict, sessionId) => {
    const world = verdict === null ? new RemediatorWorld() : worldWith(verdict);
    expect(await world.deliver({ kind: 'incident', sessionId })).toEqual([]);
    expect({ cases: casesOf(world), sent: world.queue.sent, opened: world.tickets.opened }).toEqual({
      cases: [],
      sent: [],
      opened: 0,
    });
    expect(world.telemetry.lines.at(-1)).toMatchObject({ code: LOG_CODES.orderCompleted, fields: { result: 'void' } });
  });
});
