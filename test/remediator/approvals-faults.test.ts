import fc from 'fast-check';
import {
  BOB,
  CAROL,
  changed,
  clickMessage,
  deliverClicks,
  type ProposedWorld,
  pass,
  proposedWorld,
  proposeRules,
  refusals,
  theCase,
} from '../support/approvals.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { APPROVALS_QUEUE, type RemediatorWorld } from '../support/remediator.ts';

const MINUTE = 60_000;
const HOURS_72 = 72 * 3_600_000;

const endOf = ({ world, chat }: ProposedWorld) => {
  const { state, outbox, proposal } = theCase(world);
  const { opened } = world.tickets;
  return {
    state,
    outbox,
    answer: proposal?.state,
    puts: world.role.puts.length,
    opened,
    messages: chat.messages.length,
  };
};

const ENDS = {
  approve: { state: 'repaired', outbox: [], answer: 'approved', puts: 1, opened: 0, messages: 2 },
  reject: { state: 'ticketed', outbox: [], answer: 'rejected', puts: 0, opened: 1, messages: 2 },
};

/** Delivers what is left in both queues, as SQS does once leases and announcements have run out. */
async function settled(world: RemediatorWorld, ...clicks: string[]): Promise<string[]> {
  pass(world, 3 * MINUTE);
  const failures = await deliverClicks(world, ...clicks);
  await world.deliverOwn();
  pass(world, 3 * MINUTE);
  await deliverClicks(world, ...clicks);
  await world.deliverOwn();
  await world.deliverOwn();
  return failures;
}

describe.each(['approve', 'reject'] as const)(
  'given a Lambda that is killed at any call of an answer: %s',
  (action) => {
    async function rehearsed(): Promise<readonly string[]> {
      const { world } = await proposedWorld();
      await deliverClicks(world, clickMessage(world, { action }));
      return world.calls;
    }

    it('loses nothing and doubles nothing when the click comes again', async () => {
      const calls = await rehearsed();
      expect(calls.length).toBeGreaterThan(15);
      for (const [index, call] of calls.entries()) {
        for (const effect of ['before', 'after'] as const) {
          const proposed = await proposedWorld();
          const { world } = proposed;
          const message = clickMessage(world, { action });
          world.sentAt = world.now;
          let count = 0;
          world.failing = () => (count++ >= index + (effect === 'after' ? 1 : 0) ? new Error('killed') : null);
          await deliverClicks(world, message);
          world.failing = () => null;
          const failures = await settled(world, message);
          const killed = `${effect} ${call}`;
          expect({ killed, failures, refused: refusals(world), ...endOf(proposed) }).toEqual({
            killed,
            failures: [],
            refused: [],
            ...ENDS[action],
          });
        }
      }
    });

    it('is finished by the order of the auditor when the click never comes again', async () => {
      const calls = await rehearsed();
      const stored = calls.indexOf('saveProposal') + 1;
      expect(stored).toBeGreaterThan(0);
      for (const [offset, call] of calls.slice(stored).entries()) {
        const proposed = await proposedWorld();
        const { world } = proposed;
        let count = 0;
        world.failing = () => (count++ >= stored + offset ? new Error('killed') : null);
        await deliverClicks(world, clickMessage(world, { action }));
        world.failing = () => null;
        pass(world, 3 * MINUTE);
        const order = { kind: 'lapse', fingerprint: theCase(world).fingerprint };
        const failures = await world.deliver(order);
        await world.deliverOwn();
        pass(world, 3 * MINUTE);
        await world.deliver(order);
        await world.deliverOwn();
        await world.deliverOwn();
        expect({ killed: call, failures, ...endOf(proposed) }).toEqual({ killed: call, failures: [], ...ENDS[action] });
      }
    });
  },
);

describe('given two people who click at the same time, in any interleaving', () => {
  it('carries out one answer, once, and refuses the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom('approve' as const, 'reject' as const),
        fc.boolean(),
        async (scheduler, action, denied) => {
          const proposed = await proposedWorld();
          const { world } = proposed;
          const first = clickMessage(world);
          const second = clickMessage(world, { action, userId: CAROL });
          world.sentAt = world.now;
          pass(world, 11 * MINUTE);
          const event = delivered(aDenialRecord({ eventId: 'later', eventTime: world.now.toISOString() }));
          world.turn = () => scheduler.schedule(Promise.resolve());
          await scheduler.waitFor(
            Promise.all([
              world.deliverFrom(APPROVALS_QUEUE, world.coldStart(), first),
              world.deliverFrom(APPROVALS_QUEUE, world.coldStart(), second),
              // The same click twice at once, as SQS delivers now and then.
              world.deliverFrom(APPROVALS_QUEUE, world.coldStart(), first),
              ...(denied ? [world.deliverTo(world.coldStart(), event)] : []),
            ]),
          );
          world.turn = async () => undefined;
          pass(world, 3 * MINUTE);
          await deliverClicks(world, first, second);
          if (denied) await world.deliver(event);
          await world.deliverOwn();
          pass(world, 3 * MINUTE);
          await deliverClicks(world, first, second);
          await world.deliverOwn();
          await world.deliverOwn();
          const isBob = theCase(world).proposal?.answeredBy === BOB;
          const wanted = ENDS[isBob ? 'approve' : action];
          const { messages, ...end } = endOf(proposed);
          const { messages: _, ...told } = wanted;
          expect(end).toEqual(told);
          expect(messages).toBeGreaterThan(1);
          expect(new Set(refusals(world))).toEqual(new Set(['proposal-answered']));
          expect([...world.proposals.proposals.values()]).toMatchObject([
            { answer: { slackUserId: isBob ? BOB : CAROL } },
          ]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('given a denial that is judged while an answer is carried out', () => {
  it('does not go back to asking', async () => {
    const { world } = await proposedWorld();
    world.failing = (call) => (call === 'claim' ? new Error('killed') : null);
    await deliverClicks(world, clickMessage(world));
    expect(theCase(world)).toMatchObject({ state: 'proposed', proposal: { state: 'approved' } });
    world.failing = () => null;
    pass(world, 11 * MINUTE);
    world.calls.splice(0);
    world.turn = async () => {
      const isJudged = world.calls.includes('role') && theCase(world).state === 'proposed';
      if (isJudged) changed(world, { state: 'repaired', version: theCase(world).version + 1 });
    };
    const event = delivered(aDenialRecord({ eventId: 'later', eventTime: world.now.toISOString() }));
    expect(await world.deliver(event)).toEqual(['m0']);
    expect(theCase(world)).toMatchObject({ state: 'repaired', proposal: { state: 'approved' } });
  });
});

describe('given an approval in the last moment, and the order of the auditor at the end, in any interleaving', () => {
  it('ends as a repair or as a ticket, never as both', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat({ max: 45 }), async (scheduler, callsUntilEnd) => {
        const proposed = await proposedWorld();
        const { world } = proposed;
        pass(world, HOURS_72 - 1);
        const message = clickMessage(world);
        world.sentAt = world.now;
        const order = { kind: 'lapse', fingerprint: theCase(world).fingerprint };
        world.turn = async () => {
          if (world.calls.length === callsUntilEnd) pass(world, 1);
          await scheduler.schedule(Promise.resolve());
        };
        await scheduler.waitFor(
          Promise.all([
            world.deliverFrom(APPROVALS_QUEUE, world.coldStart(), message),
            world.deliverTo(world.coldStart(), order),
          ]),
        );
        world.turn = async () => undefined;
        await settled(world, message);
        await world.deliver(order);
        await world.deliverOwn();
        await world.deliverOwn();
        const { messages: _, answer, ...end } = endOf(proposed);
        const ticket = { state: 'ticketed', outbox: [], puts: 0, opened: 1 };
        const repair = { state: 'repaired', outbox: [], puts: 1, opened: 0 };
        expect(end).toEqual(end.puts === 1 ? repair : ticket);
        expect(['approved', 'expired']).toContain(answer);
      }),
      { numRuns: 150 },
    );
  });
});

describe('given somebody who may send to the queue of denials, and knows the id of a proposal', () => {
  it.each(['approve', 'reject'] as const)(
    'does not let a denial of that id stand for the answer: %s',
    async (action) => {
      const { world } = await proposedWorld();
      const { proposalId = '' } = theCase(world).proposal ?? {};
      const { fingerprint } = theCase(world);
      await world.deliver(
        delivered(aDenialRecord({ eventId: proposalId, roleName: 'another', roleId: 'AROAANOTHERONE' })),
      );
      await deliverClicks(world, clickMessage(world, { action }));
      expect(world.cases.cases.get(fingerprint)?.state).toBe(action === 'approve' ? 'repaired' : 'ticketed');
    },
  );
});

describe('given a denial that is decided between an answer and its carrying out', () => {
  it.each(['approve', 'reject'] as const)('tells in the log who answered all the same: %s', async (action) => {
    const { world } = await proposedWorld();
    const message = clickMessage(world, { action });
    world.sentAt = world.now;
    world.failing = (call) => (call === 'claim' ? new Error('killed') : null);
    await deliverClicks(world, message);
    world.failing = () => null;
    pass(world, 11 * MINUTE);
    world.rules = proposeRules({ defaultMode: 'ticket' });
    await world.deliver(delivered(aDenialRecord({ eventId: 'later', eventTime: world.now.toISOString() })));
    expect(theCase(world)).toMatchObject({ state: 'ticketed', proposal: { answeredBy: BOB } });
    expect(await deliverClicks(world, message)).toEqual([]);
    expect(await deliverClicks(world, message)).toEqual([]);
    const told = world.telemetry.lines.filter(({ code }) => /PROPOSAL_(APPROVED|REJECTED)/.test(code));
    expect(told).toMatchObject([
      {
        code: action === 'approve' ? 'EXECLOG_PROPOSAL_APPROVED' : 'EXECLOG_PROPOSAL_REJECTED',
        fields: { slackUserId: BOB, disposition: 'open-ticket', outcome: 'ended-before' },
      },
    ]);
    expect([world.role.puts, world.tickets.opened]).toEqual([[], 1]);
  });
});
