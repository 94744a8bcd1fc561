import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { aCluster, anExecSession, NOW, POLICY_NAME, ROLE_NAME, read, rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aFinding } from '../support/world.ts';

const event = (parts: Parameters<typeof aDenialRecord>[0] = {}) => delivered(aDenialRecord(parts));
const theCase = (world: RemediatorWorld) => {
  const [found, ...others] = [...world.cases.cases.values()];
  expect(others).toEqual([]);
  if (found === undefined) {
    throw new Error('no case was saved');
  }
  return found;
};
const later = (world: RemediatorWorld, milliseconds: number) => {
  world.now = new Date(world.now.getTime() + milliseconds);
};
const MINUTE = 60_000;

describe("given a task role denied on its session's own log group", () => {
  it('attaches the scoped policy, confirms it and tells people once', async () => {
    const world = new RemediatorWorld();
    expect(await world.deliver(event())).toEqual([]);
    const { target } = aFinding();
    const document = target?.kind === 'target' ? policyDocumentFor(target) : null;
    expect(world.role.puts).toEqual([{ roleName: ROLE_NAME, policyName: POLICY_NAME, document }]);
    expect(theCase(world)).toMatchObject({ state: 'repaired', disposition: 'attach-policy', count: 1 });
    expect([...world.cases.policies.values()]).toMatchObject([{ confirmedAt: expect.any(String), previousHash: null }]);
    expect(await world.deliverOwn()).toEqual([]);
    expect(world.messenger.posted).toHaveLength(1);
    expect(theCase(world).outbox).toEqual([]);
    expect(world.tickets.opened).toBe(0);
  });

  it('drops the same event id, without a call while warm', async () => {
    const world = new RemediatorWorld();
    await world.deliver(event());
    world.calls.length = 0;
    expect(await world.deliver(event(), event())).toEqual([]);
    expect(world.calls).toEqual([]);
    expect(theCase(world).count).toBe(1);
  });

  it('folds a thousand duplicates of one batch into one write and one case', async () => {
    const world = new RemediatorWorld();
    const storm = Array.from({ length: 1000 }, (_, index) =>
      event({ eventId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` }),
    );
    expect(await world.deliver(...storm)).toEqual([]);
    expect(world.role.puts).toHaveLength(1);
    expect(theCase(world).count).toBe(1000);
    expect(world.cases.saves).toBe(1);
  });

  it('counts a later denial of the same cause without reads, and decides again after ten minutes', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ defaultMode: 'ticket' });
    await world.deliver(event());
    await world.deliverOwn();
    world.calls.length = 0;
    later(world, 9 * MINUTE);
    await world.deliver(event({ eventId: '11111111-0000-4000-8000-000000000000' }));
    expect(world.calls).toEqual(['findCase', 'saveCase']);
    expect(theCase(world).count).toBe(2);
    world.calls.length = 0;
    later(world, 2 * MINUTE);
    await world.deliver(event({ eventId: '22222222-0000-4000-8000-000000000000' }));
    expect(world.calls).toContain('role');
    expect(theCase(world).count).toBe(3);
    expect(world.tickets).toMatchObject({ opened: 1, refreshed: 1 });
  });
});

describe('given a denial after the repair', () => {
  const second = { eventId: '11111111-0000-4000-8000-000000000000', logStreamName: 'ecs-execute-command-later' };

  it('joins it when it comes within two minutes of the write', async () => {
    const world = new RemediatorWorld();
    await world.deliver(event());
    world.ledger.set(second.logStreamName, anExecSession({ sessionId: second.logStreamName }));
    await world.deliver(event({ ...second, eventTime: new Date(NOW.getTime() + 2 * MINUTE).toISOString() }));
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
    expect(world.role.puts).toHaveLength(1);
  });

  it('is a recurrence and a ticket when a new session is denied later than that', async () => {
    const world = new RemediatorWorld();
    await world.deliver(event());
    world.role.replace(POLICY_NAME, JSON.stringify(world.role.puts[0]?.document));
    // The policy stands, and the call is denied all the same: say, a boundary that nobody named.
    world.role.simulate = async ({ pairs }) =>
      read(
        pairs.map((pair) => ({
          ...pair,
          allowed: false,
          explicitDeny: false,
          deniedByOrganization: false,
          deniedByBoundary: true,
          missingContextValues: [],
        })),
      ) as Awaited<ReturnType<typeof world.role.simulate>>;
    world.ledger.set(second.logStreamName, anExecSession({ sessionId: second.logStreamName }));
    later(world, 3 * MINUTE);
    await world.deliver(event({ ...second, eventTime: new Date(NOW.getTime() + 2 * MINUTE + 1000).toISOString() }));
    expect(theCase(world)).toMatchObject({ state: 'ticketed', disposition: 'open-ticket' });
    expect(theCase(world).reasons.map((reason) => reason.code)).toContain('recurrence');
    expect(world.role.puts).toHaveLength(1);
  });
});

describe('given a session that nobody recorded yet', () => {
  it('waits in the queue with a growing delay, and repairs once the record is there', async () => {
    const world = new RemediatorWorld();
    world.ledger.clear();
    expect(await world.deliver(event())).toEqual([]);
    expect(world.queue.sent.map((message) => message.delaySeconds)).toEqual([60]);
    later(world, MINUTE);
    expect(await world.deliverOwn()).toEqual([]);
    expect(world.queue.sent.map((message) => message.delaySeconds)).toEqual([120]);
    expect(world.cases.cases.size).toBe(0);
    later(world, 2 * MINUTE);
    world.ledger.set(anExecSession().sessionId, anExecSession());
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 1 });
  });

  it('carries along the denials that were folded into it', async () => {
    const world = new RemediatorWorld();
    world.ledger.clear();
    await world.deliver(event(), event({ eventId: '11111111-0000-4000-8000-000000000000' }));
    expect(world.queue.sent).toHaveLength(1);
    world.ledger.set(anExecSession().sessionId, anExecSession());
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
  });

  it.each([
    ['in the future', '9999-01-01T00:00:00Z'],
    ['that nobody can read', 'yesterday'],
  ])('does not wait for a denial of a time %s', async (_name, eventTime) => {
    const world = new RemediatorWorld();
    world.ledger.clear();
    await world.deliver(event({ eventTime }));
    expect(theCase(world)).toMatchObject({ state: 'ticketed', count: 1 });
  });

  it('takes no message of its own form that it would not have written', async () => {
    const world = new RemediatorWorld();
    const folded = { events: ['0123456789ab'], firstSeenAt: '1 Jan 2099', lastSeenAt: '2023-02-11T06:35:04Z' };
    const forged = [
      { kind: 'deferred-denial', attempt: -1e9, event: event(), folded: null },
      { kind: 'deferred-denial', attempt: 1.5, event: event(), folded: null },
      { kind: 'deferred-denial', attempt: 1, event: event(), folded },
      { kind: 'notice', fingerprint: 'f'.repeat(1000), noticeId: 'n', announcedAt: 'x' },
      { kind: 'notice', fingerprint: 'f', noticeId: 'n', announcedAt: 'x', notBefore: 'never' },
    ];
    expect(await world.deliver(...forged)).toEqual([]);
    expect(world.calls).toEqual([]);
    expect(world.telemetry.codes()).toEqual([LOG_CODES.started, ...forged.map(() => LOG_CODES.refused)]);
  });

  it('carries a thousand denials of the longest stream name in a message that SQS takes', async () => {
    const world = new RemediatorWorld();
    world.ledger.clear();
    const logStreamName = `ecs-execute-command-${'x'.repeat(480)}`;
    const storm = Array.from({ length: 1000 }, (_, index) =>
      event({ logStreamName, eventId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` }),
    );
    expect(await world.deliver(...storm)).toEqual([]);
    expect(world.queue.sent.map(({ body }) => body.length < 64 * 1024)).toEqual([true]);
    world.ledger.set(logStreamName, anExecSession({ sessionId: logStreamName }));
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 1000 });
  });

  it('is a ticket twenty minutes after the denial', async () => {
    const world = new RemediatorWorld();
    world.ledger.clear();
    later(world, 19 * MINUTE);
    await world.deliver(event());
    expect(theCase(world)).toMatchObject({ state: 'ticketed' });
    expect(theCase(world).reasons.map((reason) => reason.code)).toContain('session-not-found');
  });
});

describe('given a forged denial of the same cause', () => {
  it('does not fold the real one away', async () => {
    const world = new RemediatorWorld();
    const forged = { logStreamName: 'ecs-execute-command-forged', eventId: '33333333-0000-4000-8000-000000000000' };
    world.ledger.set(forged.logStreamName, anExecSession({ sessionId: forged.logStreamName, taskId: '0'.repeat(32) }));
    await world.deliver(event(forged));
    expect(theCase(world)).toMatchObject({ state: 'ticketed', sessionDependent: true });
    await world.deliver(event());
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
  });

  it('does not do so with a real session of its own in another container', async () => {
    const world = new RemediatorWorld();
    const own = { logStreamName: 'ecs-execute-command-own', eventId: '33333333-0000-4000-8000-000000000000' };
    world.ledger.set(own.logStreamName, anExecSession({ sessionId: own.logStreamName, containerName: 'sidecar' }));
    await world.deliver(event(own));
    expect(theCase(world)).toMatchObject({ state: 'ticketed', sessionDependent: true });
    await world.deliver(event());
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
  });

  it("does not do so with the victim's session id out of another task, in one batch and ahead of it", async () => {
    const world = new RemediatorWorld();
    const forged = { sessionName: '0'.repeat(32), eventId: '33333333-0000-4000-8000-000000000000' };
    await world.deliver(event(forged), event());
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
  });

  it('does not do so from a cluster whose tag lowers the mode', async () => {
    const world = new RemediatorWorld();
    const own = { logStreamName: 'ecs-execute-command-own', eventId: '33333333-0000-4000-8000-000000000000' };
    world.ledger.set(own.logStreamName, anExecSession({ sessionId: own.logStreamName }));
    world.readings = { cluster: read(aCluster({ tags: { 'exec-log-remediation': 'observe' } })) };
    await world.deliver(event(own));
    expect(theCase(world)).toMatchObject({ state: 'observed', sessionDependent: true });
    world.readings = {};
    await world.deliver(event());
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
  });

  it('does not do so within one batch either', async () => {
    const world = new RemediatorWorld();
    const forged = { logStreamName: 'ecs-execute-command-forged', eventId: '33333333-0000-4000-8000-000000000000' };
    world.ledger.set(forged.logStreamName, anExecSession({ sessionId: forged.logStreamName, taskId: '0'.repeat(32) }));
    await world.deliver(event(forged), event());
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
  });
});

describe('given input that cannot be read', () => {
  it.each<[string, unknown, string]>([
    ['text that is no JSON', 'not json', 'not-json'],
    ['JSON that is no event', { hello: 'world' }, 'not-an-event'],
    ['a forged source', delivered(aDenialRecord(), { source: 'custom.logs' }), 'foreign-event'],
    ['a bare record, which anybody may write', aDenialRecord(), 'foreign-event'],
    ['a denial without a sentence', delivered(aDenialRecord({}, { errorMessage: null })), 'unreadable-sentence'],
    ['a denial of another account', event({ account: '222222222222' }), 'mismatch'],
    ['a denial of another Region', event({ region: 'eu-central-1' }), 'mismatch'],
  ])('acknowledges, counts and writes nothing: %s', async (_name, body, code) => {
    const world = new RemediatorWorld();
    expect(await world.deliver(body)).toEqual([]);
    expect(world.calls).toEqual([]);
    expect(world.telemetry.codes()).toEqual([LOG_CODES.started, LOG_CODES.refused]);
    expect(world.telemetry.counts.filter(({ metric }) => metric === METRICS.refusedEvents)).toEqual([
      { metric: METRICS.refusedEvents, value: 1, dimensions: { code } },
    ]);
  });

  it('does not stop the denials beside it', async () => {
    const world = new RemediatorWorld();
    expect(await world.deliver('not json', event())).toEqual([]);
    expect(theCase(world).state).toBe('repaired');
  });
});

describe('given a mode below attach', () => {
  it('opens one ticket in mode ticket and leaves the role alone', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ defaultMode: 'ticket' });
    await world.deliver(event());
    expect(world.tickets.opened).toBe(1);
    expect(world.role.puts).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', ticketId: expect.any(String) });
  });

  it('opens the ticket again that somebody deleted', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ defaultMode: 'ticket' });
    await world.deliver(event());
    world.tickets.open.clear();
    later(world, 11 * MINUTE);
    await world.deliver(event({ eventId: '11111111-0000-4000-8000-000000000000' }));
    expect(world.tickets).toMatchObject({ opened: 2 });
  });

  it('only keeps the case in mode observe', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ defaultMode: 'observe' });
    await world.deliver(event());
    expect(theCase(world).state).toBe('observed');
    expect({ puts: world.role.puts, opened: world.tickets.opened }).toEqual({ puts: [], opened: 0 });
  });

  it('mutes messages and never the record for a tag off', async () => {
    const world = new RemediatorWorld();
    world.role.role = { ...world.role.role, tags: { 'exec-log-remediation': 'off' } };
    await world.deliver(event());
    expect(theCase(world)).toMatchObject({ state: 'suppressed', outbox: [], count: 1 });
  });
});
