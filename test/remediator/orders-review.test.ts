import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { anInlinePolicy, GROUP, POLICY_NAME, ROLE_ARN, ROLE_ID, ROLE_NAME, rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const ORDER = { kind: 'review', roleId: ROLE_ID };
const DAY = 24 * 3_600_000;

/** A role that we repaired an hour ago, its people told. */
async function repairedWorld(): Promise<RemediatorWorld> {
  const world = new RemediatorWorld();
  await world.deliver(delivered(aDenialRecord({})));
  await world.deliverOwn();
  later(world, 3_600_000);
  world.messenger.posted.splice(0);
  world.telemetry.counts.splice(0);
  world.telemetry.lines.splice(0);
  return world;
}

const later = (world: RemediatorWorld, milliseconds: number) => {
  world.now = new Date(world.now.getTime() + milliseconds);
};
const theCase = (world: RemediatorWorld) => [...world.cases.cases.values()][0];
const record = (world: RemediatorWorld) => world.cases.policies.get(ROLE_ID);
const policyOf = (world: RemediatorWorld) => world.role.role.inlinePolicies.find(({ name }) => name === POLICY_NAME);
const titles = (world: RemediatorWorld) => world.messenger.posted.map(({ text }) => text);

const REFUSE = async () => ({ kind: 'refused', because: 'iam:DeleteRolePolicy was refused' }) as const;

/** The team writes the permission into its own code. */
function fixInCode(world: RemediatorWorld): void {
  const policy = policyOf(world);
  if (policy === undefined) throw new Error('no policy');
  world.role.replace('team', policy.document);
}

function removeByOthers(world: RemediatorWorld, removed = POLICY_NAME): void {
  const inlinePolicies = world.role.role.inlinePolicies.filter(({ name }) => name !== removed);
  world.role.role = { ...world.role.role, inlinePolicies };
}

describe('given a policy that the role may do without', () => {
  it('removes it, closes the case and tells people', async () => {
    const world = await repairedWorld();
    fixInCode(world);
    expect(await world.deliver(ORDER)).toEqual([]);
    expect(world.role.deletes).toEqual([POLICY_NAME]);
    expect(world.role.role.inlinePolicies.map(({ name }) => name)).toEqual(['exec', 'team']);
    expect(record(world)).toMatchObject({ revertedAt: world.now.toISOString() });
    expect(theCase(world)).toMatchObject({ state: 'closed', reasons: [{ code: 'fixed-in-code' }] });
    await world.deliverOwn();
    expect(titles(world)).toEqual(['✅ Fixed in code: our policy is off nginx-sample-task-nginx-role']);
    expect(world.telemetry.codes()).toContain(LOG_CODES.policyRemoved);
    expect(world.telemetry.counts).toEqual([{ metric: METRICS.policiesRemoved, value: 1, dimensions: {} }]);
  });

  it('does it once when the order comes twice', async () => {
    const world = await repairedWorld();
    fixInCode(world);
    await world.deliver(ORDER, ORDER);
    await world.deliver(ORDER);
    await world.deliverOwn();
    expect({ deletes: world.role.deletes.length, posted: world.messenger.posted.length }).toEqual({
      deletes: 1,
      posted: 1,
    });
  });

  it('takes its own unfinished removal for nobody else, whichever call a Lambda dies in', async () => {
    const calls = await repairedWorld();
    fixInCode(calls);
    calls.calls.splice(0);
    await calls.deliver(ORDER);
    for (const [at] of calls.calls.entries()) {
      const world = await repairedWorld();
      fixInCode(world);
      let left = at;
      world.failing = () => {
        left -= 1;
        return left === -1 ? new Error('killed') : null;
      };
      await world.deliver(ORDER);
      later(world, 180_000);
      await world.deliver(ORDER);
      await world.deliverOwn();
      expect({ policy: policyOf(world), opened: world.tickets.opened, told: titles(world).length }).toEqual({
        policy: undefined,
        opened: 0,
        told: 1,
      });
      expect(theCase(world)).toMatchObject({ state: 'closed', reasons: [{ code: 'fixed-in-code' }] });
      expect(record(world)?.revertedAt).not.toBeNull();
    }
  });

  it('closes the ticket of a policy that stood for too long, and leaves the question of a recurrence open', async () => {
    for (const [code, state] of [
      ['policy-overdue', 'closed'],
      ['first-time', 'ticketed'],
    ] as const) {
      const world = await repairedWorld();
      fixInCode(world);
      const found = theCase(world);
      if (found === undefined) throw new Error('no case');
      const draft = { fingerprint: found.fingerprint, title: '', body: '', severity: 'low', facts: {} } as const;
      const { ticketId } = await world.tickets.fileTicket(draft);
      world.cases.cases.set(found.fingerprint, {
        ...found,
        state: 'ticketed',
        reasons: [{ code, detail: '' }],
        ticketId,
      });
      await world.deliver(ORDER);
      expect(theCase(world)?.state).toBe(state);
      expect(world.tickets.closed.has(ticketId)).toBe(state === 'closed');
    }
  });

  it('files a ticket where IAM refuses', async () => {
    const world = await repairedWorld();
    fixInCode(world);
    world.role.deletePolicy = REFUSE;
    await world.deliver(ORDER);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'removal-refused' }] });
    expect(record(world)).toMatchObject({ revertedAt: null });
  });

  it.each([
    ['IAM refused', (world: RemediatorWorld) => (world.role.deletePolicy = REFUSE)],
    [
      'a Lambda died before it and the role needs the policy again',
      async (world: RemediatorWorld) => {
        world.failing = (call) => (call === 'deletePolicy' ? new Error('killed') : null);
        await world.deliver(ORDER);
        world.failing = () => null;
        removeByOthers(world, 'team');
      },
    ],
  ])('takes the removal by others for its own never again where %s', async (_, given) => {
    const world = await repairedWorld();
    fixInCode(world);
    await given(world);
    await world.deliver(ORDER);
    later(world, DAY);
    removeByOthers(world);
    await world.deliver(ORDER);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'policy-removed' }] });
  });

  it.each([
    ['the deployment holds no IAM write', (world: RemediatorWorld) => (world.hasWriter = false)],
    ['the settings permit no write', (world: RemediatorWorld) => (world.rules = rules({ defaultMode: 'ticket' }))],
  ])('files a ticket where %s', async (_, given) => {
    const world = await repairedWorld();
    fixInCode(world);
    given(world);
    await world.deliverTo(world.coldStart(), ORDER);
    expect({ deletes: world.role.deletes, opened: world.tickets.opened }).toEqual({ deletes: [], opened: 1 });
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'policy-not-needed' }] });
  });

  it('is given back where a statement was changed since the judgement', async () => {
    const world = await repairedWorld();
    fixInCode(world);
    world.role.beforeSnapshot = () => {
      const document = JSON.parse(policyOf(world)?.document ?? '');
      world.role.replace(POLICY_NAME, JSON.stringify({ ...document, Statement: document.Statement.slice(1) }));
    };
    expect(await world.deliver(ORDER)).toEqual(['m0']);
    expect(world.role.deletes).toEqual([]);
  });

  it('is never removed under a name that is not ours', async () => {
    const world = await repairedWorld();
    const known = record(world);
    const policy = policyOf(world);
    if (known === undefined || policy === undefined) throw new Error('nothing attached');
    world.role.replace('TeamLogs', policy.document);
    world.cases.policies.set(ROLE_ID, { ...known, policyName: 'TeamLogs' });
    await world.deliver(ORDER);
    expect({ deletes: world.role.deletes, record: record(world) }).toEqual({
      deletes: [],
      record: { ...known, policyName: 'TeamLogs' },
    });
  });
});

describe('given a policy that others removed or changed', () => {
  it('files a ticket with the patch, once, and never attaches it again', async () => {
    const world = await repairedWorld();
    removeByOthers(world);
    await world.deliver(ORDER, ORDER);
    await world.deliver(ORDER);
    expect({ opened: world.tickets.opened, refreshed: world.tickets.refreshed }).toEqual({ opened: 1, refreshed: 0 });
    expect([...world.tickets.open.values()][0]?.body).toContain(`log-group:${GROUP}:log-stream:ecs-execute-command-*`);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'policy-removed' }] });
    expect(record(world)).toMatchObject({ revertedAt: world.now.toISOString() });
    later(world, DAY);
    await world.deliver(delivered(aDenialRecord({ eventId: '0'.repeat(36), eventTime: world.now.toISOString() })));
    expect(world.role.puts).toHaveLength(1);
  });

  it('files a ticket about a change, and changes nothing back', async () => {
    const world = await repairedWorld();
    world.role.replace(POLICY_NAME, '{"Version":"2012-10-17","Statement":[]}');
    await world.deliver(ORDER);
    await world.deliver(ORDER);
    expect({ opened: world.tickets.opened, refreshed: world.tickets.refreshed }).toEqual({ opened: 1, refreshed: 0 });
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'policy-changed' }] });
    expect(policyOf(world)).toEqual(anInlinePolicy(POLICY_NAME, { Version: '2012-10-17', Statement: [] }));
    expect({ deletes: world.role.deletes, reverted: record(world)?.revertedAt }).toEqual({
      deletes: [],
      reverted: null,
    });
  });

  it('lets go of a role that was made anew', async () => {
    const world = await repairedWorld();
    world.role.role = { ...world.role.role, roleId: 'AROANEW' };
    await world.deliver(ORDER);
    expect(theCase(world)).toMatchObject({ state: 'closed', reasons: [{ code: 'role-gone' }] });
    expect({ reverted: record(world)?.revertedAt, deletes: world.role.deletes }).toEqual({
      reverted: world.now.toISOString(),
      deletes: [],
    });
  });

  it.each([
    ['observe', { defaultMode: 'observe' }, 'observed'],
    [
      'a suppression',
      { suppressions: [{ role: ROLE_ARN, until: '2023-02-11', reason: 'pilot', owner: 'ada' }] },
      'suppressed',
    ],
  ])('heeds %s', async (_, settings, state) => {
    const world = await repairedWorld();
    world.rules = rules(settings);
    removeByOthers(world);
    await world.deliver(ORDER);
    expect(theCase(world)?.state).toBe(state);
    expect({ opened: world.tickets.opened, reverted: record(world)?.revertedAt }).toEqual({
      opened: 0,
      reverted: world.now.toISOString(),
    });
  });
});

describe('given a policy that the role still needs', () => {
  it('warns once when it is old, and files a ticket a week later', async () => {
    const world = await repairedWorld();
    later(world, 30 * DAY);
    await world.deliver(ORDER);
    await world.deliver(ORDER);
    await world.deliverOwn();
    expect(titles(world)).toEqual([`⏳ Stop-gap still attached: ${ROLE_NAME} lives on our policy`]);
    expect(record(world)).toMatchObject({ warnedAt: world.now.toISOString() });
    expect(theCase(world)).toMatchObject({ state: 'repaired', reasons: [{ code: 'policy-old' }] });
    later(world, 7 * DAY);
    await world.deliver(ORDER);
    await world.deliver(ORDER);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'policy-overdue' }] });
    expect({ opened: world.tickets.opened, refreshed: world.tickets.refreshed }).toEqual({ opened: 1, refreshed: 0 });
    expect(policyOf(world)).toBeDefined();
  });

  it('warns nobody about a role that the settings mute', async () => {
    const world = await repairedWorld();
    later(world, 30 * DAY);
    world.rules = rules({ suppressions: [{ role: ROLE_ARN, until: '2099-01-01', reason: 'retired', owner: 'ops' }] });
    await world.deliver(ORDER);
    await world.deliverOwn();
    expect(titles(world)).toEqual([]);
    expect(record(world)).toMatchObject({ warnedAt: world.now.toISOString() });
    expect(theCase(world)).toMatchObject({ state: 'repaired', reasons: [{ code: 'policy-old' }] });
  });

  it('confirms one that a killed Lambda left unconfirmed', async () => {
    const world = await repairedWorld();
    const known = record(world);
    if (known === undefined) throw new Error('nothing attached');
    world.cases.policies.set(ROLE_ID, { ...known, confirmedAt: null });
    await world.deliver(ORDER);
    expect(record(world)).toMatchObject({ confirmedAt: world.now.toISOString(), version: known.version + 1 });
  });

  it.each([
    ['a policy that is as it should be', ORDER, 'kept'],
    ['a role that we never touched', { kind: 'review', roleId: 'AROAOTHER' }, 'void'],
  ])('changes nothing about %s', async (_, order, result) => {
    const world = await repairedWorld();
    const before = { found: theCase(world), record: record(world), role: world.role.role };
    await world.deliver(order);
    expect({ found: theCase(world), record: record(world), role: world.role.role }).toEqual(before);
    expect({ opened: world.tickets.opened, sent: world.queue.sent }).toEqual({ opened: 0, sent: [] });
    expect(world.telemetry.lines.at(-1)).toMatchObject({ code: LOG_CODES.orderCompleted, fields: { result } });
  });
});
