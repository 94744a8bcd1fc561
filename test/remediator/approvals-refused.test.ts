import type { Case } from '../../functions/domain/case.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import {
  BOB,
  CAROL,
  CAROL_ARN,
  type Click,
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
import { APPROVALS_QUEUE, type RemediatorWorld } from '../support/remediator.ts';

const HOURS_72 = 72 * 3_600_000;
/** Everything that a click can have changed. */
const standing = (world: RemediatorWorld) => ({
  found: theCase(world),
  proposals: [...world.proposals.proposals.values()],
  puts: world.role.puts.length,
  opened: world.tickets.opened,
  sent: world.queue.sent.length,
});

const ofProposal = (world: RemediatorWorld, parts: object): Partial<Case> => {
  const { proposal } = theCase(world);
  if (proposal == null) throw new Error('nobody was asked');
  return { proposal: { ...proposal, ...parts } };
};

interface Row {
  readonly code: string;
  readonly name: string;
  readonly before: (world: RemediatorWorld) => unknown;
  readonly over?: Partial<Click>;
}

/** A click just outside of what may answer. */
const OUTSIDE: readonly Row[] = [
  {
    code: 'proposal-unknown',
    name: 'an id that was never given',
    before: () => null,
    over: { proposalId: 'x'.repeat(32) },
  },
  {
    code: 'proposal-unknown',
    name: 'a proposal whose row is gone',
    before: (world) => world.proposals.proposals.clear(),
  },
  {
    code: 'proposal-replaced',
    name: 'a case that asks for something else by now',
    before: (world) => changed(world, ofProposal(world, { proposalId: 'another-proposal-1' })),
    over: { proposalId: 'proposal-id-00000001' },
  },
  {
    code: 'proposal-replaced',
    name: 'a proposal that was replaced',
    before: (world) => changed(world, ofProposal(world, { state: 'replaced' })),
  },
  {
    code: 'proposal-replaced',
    name: 'a case that was verified meanwhile',
    before: (world) => changed(world, { state: 'verified' }),
  },
  { code: 'proposal-expired', name: 'its very end', before: (world) => pass(world, HOURS_72) },
  {
    code: 'proposal-expired',
    name: 'a second after its end',
    before: (world) => pass(world, HOURS_72 + 1000),
  },
  {
    code: 'proposal-expired',
    name: 'a proposal that the auditor ended, by a clock that runs ahead',
    before: (world) => changed(world, { ...ofProposal(world, { state: 'expired' }), state: 'ticketed' }),
  },
  {
    code: 'wrong-message',
    name: 'another message of the channel',
    before: () => null,
    over: { ts: '1676097364.000002' },
  },
  { code: 'wrong-message', name: 'another channel', before: () => null, over: { channel: 'C0OTHER' } },
  {
    code: 'approver-unmapped',
    name: 'somebody whom the settings do not know',
    before: () => null,
    over: { userId: 'U0MALLORY' },
  },
  {
    code: 'approver-unmapped',
    name: 'somebody who was taken out of the settings since',
    before: (world) => {
      world.rules = proposeRules({ people: [{ slack: CAROL, principals: [CAROL_ARN] }] });
    },
  },
];

describe('given a click that may not answer', () => {
  it.each(OUTSIDE)('changes nothing, and tells who clicked: $code, $name', async ({ code, before, over }) => {
    const { world, chat } = await proposedWorld();
    before(world);
    const then = standing(world);
    expect(await click(world, over)).toEqual([]);
    expect(standing(world)).toEqual(then);
    expect(refusals(world)).toEqual([code]);
    expect(world.telemetry.counts).toContainEqual({ metric: METRICS.approvalsRefused, value: 1, dimensions: { code } });
    const { channel, ts, userId } = { channel: 'C0ALERTS', ts: '1676097364.000001', userId: BOB, ...over };
    expect(chat.whispers).toMatchObject([
      { slackUserId: userId, place: { channel, ts }, text: expect.stringContaining('Nothing was changed.') },
    ]);
  });

  it('says that the case is gone', async () => {
    const { world } = await proposedWorld();
    const message = clickMessage(world);
    world.cases.cases.clear();
    expect(await deliverClicks(world, message)).toEqual([]);
    expect(refusals(world)).toEqual(['proposal-replaced']);
  });

  it('is taken a millisecond before the end', async () => {
    const { world } = await proposedWorld();
    pass(world, HOURS_72 - 1);
    await click(world);
    expect([theCase(world).state, refusals(world)]).toEqual(['repaired', []]);
  });

  it.each([
    {
      name: 'takes no whisper',
      prepare: (world: RemediatorWorld) => {
        if (world.chat !== null) world.chat.whispering = false;
      },
    },
    {
      name: 'is out of order',
      prepare: (world: RemediatorWorld) => {
        if (world.chat !== null) world.chat.whisper = async () => Promise.reject(new Error('Slack answered 500'));
      },
    },
  ])('is refused once where Slack $name', async ({ prepare }) => {
    const { world } = await proposedWorld();
    prepare(world);
    expect(await click(world, { userId: 'U0MALLORY' })).toEqual([]);
    expect(refusals(world)).toEqual(['approver-unmapped']);
  });

  it('comes again where the message of the case is not known yet', async () => {
    const { world } = await proposedWorld();
    const message = clickMessage(world);
    const { chat } = theCase(world);
    changed(world, { chat: null });
    expect(await deliverClicks(world, message)).toEqual(['m0']);
    changed(world, { chat });
    expect(await deliverClicks(world, message)).toEqual([]);
    expect(theCase(world).state).toBe('repaired');
  });
});

describe('given what Slack did not sign', () => {
  it('is refused without a word to anybody', async () => {
    const { world, chat } = await proposedWorld();
    const then = standing(world);
    expect(await click(world, { signingSecret: 'f'.repeat(32) })).toEqual([]);
    expect([refusals(world), chat.whispers, standing(world)]).toEqual([['forged'], [], then]);
  });

  it.each([
    { seconds: 300, refused: [] },
    { seconds: 301, refused: ['too-old'] },
  ])('measures the window by when it was handed on, not by now: $seconds s', async ({ seconds, refused }) => {
    const { world } = await proposedWorld();
    const message = clickMessage(world);
    world.sentAt = new Date(world.now.getTime() + seconds * 1000);
    pass(world, 3 * 3_600_000);
    await deliverClicks(world, message);
    expect(refusals(world)).toEqual(refused);
  });

  it.each([
    {
      name: 'no usable secret',
      prepare: (world: RemediatorWorld) => (world.slackSecret = { kind: 'unusable', because: 'empty' }),
    },
    {
      name: 'no Slack in the settings',
      prepare: (world: RemediatorWorld) => (world.rules = proposeRules({ slack: null })),
    },
  ])('comes again, and changes nothing, with $name', async ({ prepare }) => {
    const { world } = await proposedWorld();
    const message = clickMessage(world);
    prepare(world);
    const then = standing(world);
    expect(await deliverClicks(world, message)).toEqual(['m0']);
    expect(standing(world)).toEqual(then);
    expect(world.telemetry.codes()).toContain(LOG_CODES.failed);
  });
});

describe('given the two queues', () => {
  it.each([
    {
      name: 'a click from the queue of denials',
      deliver: (world: RemediatorWorld) => world.deliver(clickMessage(world)),
    },
    {
      name: 'an order from the queue of the approver',
      deliver: (world: RemediatorWorld) =>
        world.deliverFrom(APPROVALS_QUEUE, null, { kind: 'lapse', fingerprint: theCase(world).fingerprint }),
    },
    {
      name: 'a click in a deployment whose ceiling permits none',
      deliver: (world: RemediatorWorld) => {
        world.approvalsQueueUrl = null;
        return world.deliverFrom(APPROVALS_QUEUE, world.coldStart(), clickMessage(world));
      },
    },
  ])('refuses $name', async ({ deliver }) => {
    const { world } = await proposedWorld();
    pass(world, HOURS_72);
    const then = standing(world);
    expect(await deliver(world)).toEqual([]);
    expect(standing(world)).toEqual(then);
    const [line] = world.telemetry.lines.filter(({ code }) => code === LOG_CODES.refused);
    expect(line?.fields['refusal']).toMatchObject({ code: 'foreign-event' });
  });

  it('leaves a click in its queue where no time is left', async () => {
    const { world } = await proposedWorld();
    world.millisecondsLeft = 20_000;
    expect(await click(world)).toEqual(['m0']);
    expect(world.calls).toEqual([]);
    world.millisecondsLeft = 20_001;
    expect(await click(world)).toEqual([]);
    expect(theCase(world).state).toBe('repaired');
  });
});
