import { TrackerLater } from '../../functions/domain/tracker-error.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { aCluster, ROLE_ARN, read, rules, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const suppression = { role: ROLE_ARN, until: '2023-02-11', reason: 'retired', owner: 'platform' };
const TOLD = 'no suppression holds any more (muted until 2023-02-11 by platform: retired)';
const JUST_INSIDE = new Date('2023-02-11T23:59:59.999Z');
const JUST_OUTSIDE = new Date('2023-02-12T00:00:00.000Z');

/** The settings in force; the role is suppressed until the end of a day. */
const suppressed = (more: object = {}) => rules({ suppressions: [suppression], ...more });

const theCase = (world: RemediatorWorld) => {
  const [found] = world.cases.cases.values();
  if (found === undefined) throw new Error('no case');
  return found;
};
const orderOf = (world: RemediatorWorld) => ({ kind: 'unmute', fingerprint: theCase(world).fingerprint });
const titles = (world: RemediatorWorld) => world.messenger.posted.map(({ text }) => text);
const tagged = (value: string) => ({ 'exec-log-remediation': value });

/** A world with a muted denial, whose suppression ended a moment ago. */
async function mutedWorld(inForce = suppressed()): Promise<RemediatorWorld> {
  const world = new RemediatorWorld();
  world.rules = inForce;
  await world.deliver(delivered(aDenialRecord({})));
  world.now = JUST_OUTSIDE;
  world.calls.splice(0);
  return world;
}

describe('given a muted case whose suppression has ended', () => {
  it('opens a ticket, tells people once, and repairs nothing', async () => {
    const world = await mutedWorld();
    expect(theCase(world)).toMatchObject({ state: 'suppressed', outbox: [] });
    await world.deliver(orderOf(world));
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({
      state: 'ticketed',
      disposition: 'open-ticket',
      reasons: [{ code: 'suppression-expired', detail: TOLD }],
      ticketId: 'oi-1',
      count: 1,
      outbox: [],
    });
    expect(titles(world)).toEqual(['🎫 Ticket: exec transcripts of nginx-sample-task-nginx-role are lost']);
    expect(world.role.role.inlinePolicies.map(({ name }) => name)).toEqual(['exec']);
    const [draft] = world.tickets.open.values();
    expect(draft?.body).toContain('no suppression holds any more');
    expect(draft?.facts).toMatchObject({ cause: 'suppression-expired' });
    expect(world.telemetry.codes()).toEqual(expect.arrayContaining([LOG_CODES.ticketOpened, LOG_CODES.orderCompleted]));
  });

  it('does nothing twice when the order comes twice', async () => {
    const world = await mutedWorld();
    await world.deliver(orderOf(world), orderOf(world));
    await world.deliver(orderOf(world));
    await world.deliverOwn();
    await world.deliver(orderOf(world));
    await world.deliverOwn();
    const { opened, refreshed } = world.tickets;
    expect({ opened, refreshed, told: titles(world).length }).toEqual({ opened: 1, refreshed: 0, told: 1 });
  });

  it('tells once whichever call a Lambda dies in', async () => {
    const calls = await mutedWorld();
    await calls.deliver(orderOf(calls));
    for (const [at] of calls.calls.entries()) {
      const world = await mutedWorld();
      let left = at;
      world.failing = () => {
        left -= 1;
        return left === -1 ? new Error('killed') : null;
      };
      await world.deliver(orderOf(world));
      world.now = new Date(world.now.getTime() + 180_000);
      await world.deliver(orderOf(world));
      await world.deliverOwn();
      expect({ at, state: theCase(world).state, opened: world.tickets.opened, told: titles(world).length }).toEqual({
        at,
        state: 'ticketed',
        opened: 1,
        told: 1,
      });
    }
  });

  it('waits for a ticket system that is away, muted until then', async () => {
    const world = await mutedWorld();
    world.failing = (call) => (call === 'fileTicket' ? new TrackerLater('Jira answered 503', 240) : null);
    expect(await world.deliver(orderOf(world))).toEqual([]);
    expect(theCase(world).state).toBe('suppressed');
    world.failing = () => null;
    await world.deliverOwn();
    await world.deliverOwn();
    expect([theCase(world).state, world.tickets.opened, titles(world).length]).toEqual(['ticketed', 1, 1]);
  });

  it('only observes in mode observe, and tells of it', async () => {
    const world = await mutedWorld(suppressed({ accounts: {}, defaultMode: 'observe' }));
    await world.deliver(orderOf(world));
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'observed', disposition: 'observe', ticketId: null });
    expect([world.tickets.opened, titles(world).length]).toEqual([0, 1]);
  });

  it.each([
    {
      name: 'the role',
      tag: (world: RemediatorWorld) => (world.role.role = { ...world.role.role, tags: tagged('off') }),
    },
    {
      name: 'the cluster',
      tag: (world: RemediatorWorld) => (world.readings = { cluster: read({ ...aCluster(), tags: tagged('off') }) }),
    },
  ])('stays muted by a tag of $name, and is looked at no more', async ({ tag }) => {
    const world = await mutedWorld();
    tag(world);
    await world.deliver(orderOf(world));
    expect(theCase(world)).toMatchObject({ state: 'suppressed', reasons: [{ code: 'tag-off' }], outbox: [] });
    expect(world.tickets.opened).toBe(0);
  });

  it('closes the case of a role that is gone', async () => {
    const world = await mutedWorld();
    world.role.role = { ...world.role.role, roleId: 'AROAANOTHERONE' };
    await world.deliver(orderOf(world));
    expect(theCase(world)).toMatchObject({ state: 'closed', reasons: [{ code: 'role-gone' }] });
    expect(world.tickets.opened).toBe(0);
  });

  it('is judged as ever by the next denial, however soon it comes, and repaired', async () => {
    const world = await mutedWorld();
    await world.deliver(orderOf(world));
    await world.deliver(delivered(aDenialRecord({ eventId: 'another', eventTime: '2023-02-11T23:59:00Z' })));
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2, reasons: [{ code: 'all-guardrails-hold' }] });
  });
});

describe('given an incident that was muted', () => {
  async function incidentWorld(code: 'missing' | 'outside-exec'): Promise<RemediatorWorld> {
    const world = new RemediatorWorld();
    world.rules = suppressed();
    world.audited.lines.set(SESSION_ID, aLedgerLine());
    const verdict = aVerdict({
      sessionId: SESSION_ID,
      state: code,
      dueAt: null,
      settledAt: '2023-02-11T08:00:00Z',
      causes: [{ code: 'script-missing', detail: 'the image holds no script' }],
    });
    world.audited.verdicts.set(SESSION_ID, verdict);
    await world.deliver({ kind: 'incident', sessionId: SESSION_ID });
    // The ledger forgets a line before the suppression ends.
    world.audited.lines.clear();
    world.now = JUST_OUTSIDE;
    return world;
  }

  it.each([
    { code: 'missing', severity: 'medium' },
    { code: 'outside-exec', severity: 'high' },
  ] as const)('raises it as what it is, with what the case knows: $code', async ({ code, severity }) => {
    const world = await incidentWorld(code);
    await world.deliver(orderOf(world));
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({
      state: 'ticketed',
      reasons: [{ code: `unrecorded-${code}` }, { code: 'suppression-expired', detail: TOLD }],
    });
    const [draft] = world.tickets.open.values();
    expect(draft).toMatchObject({ severity, facts: { cause: `unrecorded-${code}`, sessions: '1' } });
    expect(draft?.title).toMatch(/^ECS Exec, no longer muted: the image holds no script/);
    expect(draft?.body).toContain(`exec-log accept ${SESSION_ID} `);
    expect(titles(world)).toEqual([expect.stringContaining('Unrecorded session in nginx-sample-cluster')]);
  });
});

describe('given news of a policy that were muted', () => {
  it('raises them with the command that takes the policy off', async () => {
    const world = await mutedWorld();
    const found = theCase(world);
    const reasons = [
      { code: 'policy-overdue', detail: 'the policy stands for 40 days' },
      { code: 'suppressed', detail: 'muted until 2023-02-11 by platform: retired' },
    ];
    world.cases.cases.set(found.fingerprint, { ...found, reasons });
    await world.deliver(orderOf(world));
    const [draft] = world.tickets.open.values();
    expect(theCase(world).reasons.map(({ code }) => code)).toEqual(['policy-overdue', 'suppression-expired']);
    expect(draft?.title).toContain('the policy stands for 40 days');
    expect(draft?.body).toContain('exec-log revert nginx-sample-task-nginx-role');
  });
});

describe('given an order that does not agree with case or settings', () => {
  it.each([
    { name: 'because the suppression still holds', change: (world: RemediatorWorld) => (world.now = JUST_INSIDE) },
    {
      name: 'because nobody knows the settings',
      change: (world: RemediatorWorld) => (world.rules = { ...rules(), settingsVersion: 'none' }),
    },
    {
      name: 'because a tag mutes the case',
      change: (world: RemediatorWorld) => {
        const found = theCase(world);
        world.cases.cases.set(found.fingerprint, { ...found, reasons: [{ code: 'tag-off', detail: '' }] });
      },
    },
    {
      name: 'because the case is a ticket',
      change: (world: RemediatorWorld) => {
        const found = theCase(world);
        world.cases.cases.set(found.fingerprint, { ...found, state: 'ticketed' });
      },
    },
  ])('changes nothing $name', async ({ change }) => {
    const world = await mutedWorld();
    change(world);
    const before = theCase(world);
    expect(await world.deliver(orderOf(world))).toEqual([]);
    expect({ found: theCase(world), opened: world.tickets.opened, sent: world.queue.sent }).toEqual({
      found: before,
      opened: 0,
      sent: [],
    });
  });

  it.each([{ kind: 'unmute' }, { kind: 'unmute', fingerprint: 7 }, { kind: 'unmute', fingerprint: 'x'.repeat(201) }])(
    'refuses what we never wrote: %j',
    async (order) => {
      const world = await mutedWorld();
      const before = theCase(world);
      expect(await world.deliver(order)).toEqual([]);
      expect(theCase(world)).toBe(before);
      expect(world.telemetry.codes()).toContain(LOG_CODES.refused);
    },
  );

  it('knows no such case', async () => {
    const world = new RemediatorWorld();
    expect(await world.deliver({ kind: 'unmute', fingerprint: 'nobody' })).toEqual([]);
    expect(world.cases.cases.size).toBe(0);
  });
});
