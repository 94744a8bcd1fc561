import { type BreakerRecord, NOTHING_COUNTED } from '../../functions/domain/breaker.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { NOW, rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

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
const withWriteAt = (at: Date): BreakerRecord => ({
  ...NOTHING_COUNTED,
  writes: [{ id: 'another event', at: at.toISOString() }],
});

describe('given AWS that fails', () => {
  it.each([
    'claim',
    'findCase',
    'ledger',
    'task',
    'role',
    'simulate',
    'readRole',
    'putPolicy',
    'readPolicy',
    'saveCase',
    'sendLater',
    'complete',
  ])('returns the message to the queue when %s fails, and repairs once on the next receive', async (failing) => {
    const world = new RemediatorWorld();
    world.failing = (call) => (call === failing ? new Error('ThrottlingException') : null);
    expect(await world.deliver(event())).toEqual(['m0']);
    world.failing = () => null;
    later(world, 3 * MINUTE);
    expect(await world.deliver(event())).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 1 });
    expect(world.role.puts).toHaveLength(1);
    await world.deliverOwn();
    expect(world.messenger.posted).toHaveLength(1);
  });

  it('leaves the other causes of the batch alone', async () => {
    const world = new RemediatorWorld();
    let failures = 1;
    world.failing = (call) => (call === 'ledger' && failures-- > 0 ? new Error('ThrottlingException') : null);
    const other = event({
      eventId: '44444444-0000-4000-8000-000000000000',
      reason: ' with an explicit deny in a service control policy',
    });
    expect(await world.deliver(event(), other)).toEqual(['m0']);
    expect(theCase(world)).toMatchObject({ state: 'ticketed' });
  });

  it('ends a permanent refusal of the write as a ticket, and remembers nothing as attached', async () => {
    const world = new RemediatorWorld();
    world.role.writeAnswers.push({ kind: 'refused', because: 'LimitExceeded' });
    expect(await world.deliver(event())).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', repairedAt: null });
    expect(theCase(world).reasons).toEqual([{ code: 'write-refused', detail: 'LimitExceeded' }]);
    expect([...world.cases.policies.values()]).toMatchObject([{ fingerprints: [], revertedAt: expect.any(String) }]);
  });

  it('waits for IAM to become consistent, and never writes a second time', async () => {
    const world = new RemediatorWorld();
    world.role.staleReads = 4;
    await world.deliver(event());
    expect(theCase(world).state).toBe('repaired');
    expect(world.role.puts).toHaveLength(1);
  });

  it('says unverified when the policy is not read back within ten seconds', async () => {
    const world = new RemediatorWorld();
    world.role.staleReads = 100;
    await world.deliver(event());
    expect(theCase(world).state).toBe('unverified');
    expect(world.role.puts).toHaveLength(1);
    expect(world.telemetry.counts.map((count) => count.metric)).toContain(METRICS.remediationsUnverified);
  });
});

describe('given a role that changes between decision and write', () => {
  it('writes nothing and asks again', async () => {
    const world = new RemediatorWorld();
    world.role.beforeSnapshot = () => {
      world.role.role = { ...world.role.role, tags: { 'exec-log-remediation': 'off' } };
    };
    expect(await world.deliver(event())).toEqual(['m0']);
    expect(world.role.puts).toEqual([]);
  });
});

describe('given the writes of the hour used up', () => {
  it('writes no more and opens a ticket', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ limits: { writesPerHour: 1 } });
    world.cases.breaker = withWriteAt(new Date(NOW.getTime() - 1000));
    await world.deliver(event());
    expect(world.role.puts).toEqual([]);
    expect(theCase(world).reasons.map((reason) => reason.code)).toEqual(['breaker-closed']);
  });

  it('holds against a write that came between the decision and this one', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ limits: { writesPerHour: 1 } });
    world.failing = (call) => {
      if (call === 'reserveWrite') {
        world.cases.breaker = withWriteAt(NOW);
      }
      return null;
    };
    await world.deliver(event());
    expect(world.role.puts).toEqual([]);
    expect(theCase(world).reasons.map((reason) => reason.code)).toEqual(['breaker-closed']);
  });
});

describe('given a message channel in trouble', () => {
  it('sends the notice again later, as Slack asks, and never repeats the act', async () => {
    const world = new RemediatorWorld();
    await world.deliver(event());
    world.messenger.answers.push({ kind: 'later', afterSeconds: 17 });
    expect(await world.deliverOwn()).toEqual([]);
    expect(world.queue.sent.map((message) => message.delaySeconds)).toEqual([17]);
    await world.deliverOwn();
    expect(world.messenger.posted).toHaveLength(1);
    expect(world.role.puts).toHaveLength(1);
  });

  it('goes on trying for a channel that is down, and alarms after a quarter of an hour', async () => {
    const world = new RemediatorWorld();
    await world.deliver(event());
    for (const minutes of [0, 16]) {
      later(world, minutes * MINUTE);
      world.messenger.answers.push({ kind: 'later', afterSeconds: 60 });
      await world.deliverOwn();
      const failures = world.telemetry.counts.filter(({ metric }) => metric === METRICS.notificationFailures);
      expect({ minutes, failures: failures.length }).toEqual({ minutes, failures: minutes === 0 ? 0 : 1 });
    }
    await world.deliverOwn();
    expect(world.messenger.posted).toHaveLength(1);
  });

  it('grows no second message of a notice, however often its cause is denied meanwhile', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ defaultMode: 'ticket' });
    await world.deliver(event());
    for (let minute = 1; minute <= 30; minute += 1) {
      later(world, MINUTE);
      world.messenger.answers.splice(
        0,
        10,
        ...Array.from({ length: 10 }, () => ({ kind: 'later', afterSeconds: 60 }) as const),
      );
      const bodies = world.queue.drain();
      expect(bodies.length).toBeLessThanOrEqual(2);
      await world.deliver(...bodies, event({ eventId: `00000000-0000-4000-8000-${String(minute).padStart(12, '0')}` }));
    }
    world.messenger.answers.length = 0;
    await world.deliverOwn();
    await world.deliverOwn();
    expect(world.messenger.posted).toHaveLength(1);
    expect(world.queue.sent).toEqual([]);
  });

  it('asks a channel that wants to wait only once in an invocation', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ defaultMode: 'ticket' });
    await world.deliver(event(), event({ eventId: '44444444-0000-4000-8000-000000000000', reason: '' }));
    world.messenger.answers.push({ kind: 'later', afterSeconds: 17 });
    await world.deliverOwn();
    expect(world.messenger.posted).toEqual([]);
    expect(world.queue.sent.map((message) => message.delaySeconds)).toEqual([17, 17]);
  });

  it('keeps a refused notice in the queue and counts the failure', async () => {
    const world = new RemediatorWorld();
    await world.deliver(event());
    world.messenger.answers.push({ kind: 'refused', because: 'no_service' });
    expect(await world.deliverOwn()).toEqual(['m0']);
    expect(world.telemetry.counts.map((count) => count.metric)).toContain(METRICS.notificationFailures);
    expect(theCase(world).outbox).toHaveLength(1);
  });
});

describe('given too little time left', () => {
  it('begins no decision and sends the denial to itself again, without using up a receive or an attempt', async () => {
    const world = new RemediatorWorld();
    world.millisecondsLeft = 10_000;
    expect(await world.deliver(event(), event({ eventId: '11111111-0000-4000-8000-000000000000' }))).toEqual([]);
    expect(world.calls).toEqual(['findCase', 'sendLater']);
    world.millisecondsLeft = 30_000;
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
  });

  it('returns the message to the queue when there is no time for that either', async () => {
    const world = new RemediatorWorld();
    world.millisecondsLeft = 2_000;
    expect(await world.deliver(event())).toEqual(['m0']);
    expect(world.role.puts).toEqual([]);
  });
});

describe('given a task that is gone', () => {
  it('ends as a ticket that says so', async () => {
    const world = new RemediatorWorld();
    world.readings = { task: { kind: 'absent' } };
    await world.deliver(event());
    expect(theCase(world).state).toBe('ticketed');
    expect(theCase(world).reasons.map((reason) => reason.code)).toContain('task-not-found');
  });
});
