import { TrackerLater } from '../../functions/domain/tracker-error.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import {
  BOB,
  CAROL,
  click,
  clickMessage,
  deliverClicks,
  pass,
  proposedWorld,
  refusals,
  theCase,
} from '../support/approvals.ts';
import { POLICY_NAME } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import type { RemediatorWorld } from '../support/remediator.ts';

const HOUR = 3_600_000;

const counted = (world: RemediatorWorld, metric: string) =>
  world.telemetry.counts.filter((count) => count.metric === metric).length;

describe('given a proposal', () => {
  it('writes nothing until somebody answers', async () => {
    const { world, chat } = await proposedWorld();
    expect(theCase(world)).toMatchObject({
      state: 'proposed',
      disposition: 'propose-policy',
      ticketId: null,
      proposal: { state: 'open', answeredBy: null },
      chat: { channel: 'C0ALERTS' },
    });
    expect([world.role.puts, world.tickets.opened, chat.messages.length]).toEqual([[], 0, 1]);
    expect(world.telemetry.codes()).toContain(LOG_CODES.proposed);
    expect(counted(world, METRICS.proposalsOpened)).toBe(1);
  });

  it('attaches exactly the plan when somebody approves, and shows who and when', async () => {
    const { world, chat } = await proposedWorld();
    pass(world, HOUR);
    expect(await click(world)).toEqual([]);
    expect(world.role.puts.map(({ policyName }) => policyName)).toEqual([POLICY_NAME]);
    expect(theCase(world)).toMatchObject({
      state: 'repaired',
      disposition: 'attach-policy',
      count: 1,
      proposal: { state: 'approved', answeredBy: BOB, answeredAt: world.now.toISOString() },
    });
    await world.deliverOwn();
    expect(chat.messages).toMatchObject([{ edits: 1 }, { thread: theCase(world).chat?.ts }]);
    expect(chat.whispers).toEqual([]);
    const [line] = world.telemetry.lines.filter(({ code }) => code === LOG_CODES.proposalApproved);
    expect(line?.fields).toMatchObject({
      slackUserId: BOB,
      clickedAt: world.now.toISOString(),
      proposal: 'propos',
      outcome: 'attached',
      reasons: ['all-guardrails-hold'],
    });
    expect([counted(world, METRICS.proposalsApproved), counted(world, METRICS.remediationsAttached)]).toEqual([1, 1]);
    expect(world.tickets.opened).toBe(0);
  });

  it('opens a ticket when somebody rejects, and never asks for the cause again', async () => {
    const { world } = await proposedWorld();
    expect(await click(world, { action: 'reject' })).toEqual([]);
    expect(theCase(world)).toMatchObject({
      state: 'ticketed',
      reasons: [
        {
          code: 'proposal-rejected',
          detail: `the Slack user ${BOB} rejected the repair at ${world.now.toISOString()}`,
        },
      ],
      ticketId: 'oi-1',
      proposal: { state: 'rejected', answeredBy: BOB },
    });
    const [draft] = world.tickets.open.values();
    expect(draft?.body).toContain('rejected the repair');
    expect(counted(world, METRICS.proposalsRejected)).toBe(1);
    pass(world, HOUR);
    await world.deliver(delivered(aDenialRecord({ eventId: 'later', eventTime: world.now.toISOString() })));
    expect(theCase(world)).toMatchObject({ state: 'ticketed', proposal: { state: 'rejected' } });
    expect([world.role.puts, world.proposals.proposals.size]).toEqual([[], 1]);
  });

  it('counts further denials into the case, and the proposal stays as it is', async () => {
    const { world } = await proposedWorld();
    const before = theCase(world).proposal;
    pass(world, HOUR);
    await world.deliver(delivered(aDenialRecord({ eventId: 'later', eventTime: world.now.toISOString() })));
    expect(theCase(world)).toMatchObject({ state: 'proposed', count: 2, proposal: before });
    expect(world.proposals.proposals.size).toBe(1);
    await click(world);
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 2 });
  });
});

describe('given a second click', () => {
  it.each([
    { first: 'approve', second: 'approve', state: 'repaired', puts: 1, opened: 0 },
    { first: 'approve', second: 'reject', state: 'repaired', puts: 1, opened: 0 },
    { first: 'reject', second: 'approve', state: 'ticketed', puts: 0, opened: 1 },
    { first: 'reject', second: 'reject', state: 'ticketed', puts: 0, opened: 1 },
  ] as const)('lets the first answer stand: $first, then $second', async ({ first, second, state, puts, opened }) => {
    const { world, chat } = await proposedWorld();
    await click(world, { action: first });
    pass(world, 1000);
    expect(await click(world, { action: second, userId: CAROL })).toEqual([]);
    expect({ state: theCase(world).state, puts: world.role.puts.length, opened: world.tickets.opened }).toEqual({
      state,
      puts,
      opened,
    });
    expect(theCase(world).proposal?.answeredBy).toBe(BOB);
    expect(refusals(world)).toEqual(['proposal-answered']);
    expect(chat.whispers).toMatchObject([{ slackUserId: CAROL, text: expect.stringContaining('first answer stands') }]);
  });

  it('repairs once where both stand in one batch', async () => {
    const { world } = await proposedWorld();
    const first = clickMessage(world);
    pass(world, 1000);
    expect(await deliverClicks(world, first, clickMessage(world, { userId: CAROL }))).toEqual([]);
    expect([world.role.puts.length, refusals(world)]).toEqual([1, ['proposal-answered']]);
  });

  it('does nothing for a replay of the same signed request', async () => {
    const { world, chat } = await proposedWorld();
    const message = clickMessage(world);
    await deliverClicks(world, message, message);
    pass(world, 60_000);
    await deliverClicks(world, message);
    expect([world.role.puts.length, refusals(world), chat.whispers]).toEqual([1, [], []]);
    expect(world.telemetry.codes().filter((code) => code === LOG_CODES.duplicate)).toHaveLength(2);
  });
});

describe('given a ticket system that is away', () => {
  it('stores the answer, tells so, and finishes by an order of its own', async () => {
    const { world, chat } = await proposedWorld();
    world.failing = (call) => (call === 'fileTicket' ? new TrackerLater('Jira answered 503', 240) : null);
    expect(await click(world, { action: 'reject' })).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'proposed', proposal: { state: 'rejected', answeredBy: BOB } });
    expect(chat.whispers).toMatchObject([{ text: expect.stringContaining('Your answer is stored') }]);
    expect(world.queue.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([240, 0]);
    await world.deliverOwn();
    expect(theCase(world).state).toBe('proposed');
    expect(chat.messages).toMatchObject([{ edits: 1 }]);
    world.failing = () => null;
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'proposal-rejected' }] });
    expect([
      world.tickets.opened,
      counted(world, METRICS.proposalsRejected),
      counted(world, METRICS.ticketsOpened),
    ]).toEqual([1, 1, 1]);
  });
});
