import { NOTHING_COUNTED } from '../../functions/domain/breaker.ts';
import { withEnding } from '../../functions/flow/finish-proposal.ts';
import {
  BOB,
  changed,
  click,
  clickMessage,
  deliverClicks,
  pass,
  proposedWorld,
  refusals,
  theCase,
} from '../support/approvals.ts';
import { aCase, aCluster, aLogGroup, aRole, read } from '../support/builders.ts';
import { aProposal, aProposalOfCase } from '../support/proposals.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import type { RemediatorWorld } from '../support/remediator.ts';

const MINUTE = 60_000;
const ANOTHER = aProposalOfCase({ proposalId: 'proposal-id-00000002' });

const theProposal = (world: RemediatorWorld) => {
  const [proposal] = world.proposals.proposals.values();
  if (proposal === undefined) throw new Error('nobody was asked');
  return proposal;
};

describe('given an answer that was stored and not carried out', () => {
  it('carries nothing out where the case asks something else by now', async () => {
    const { world } = await proposedWorld();
    const message = clickMessage(world);
    const proposal = theProposal(world);
    const answer = { action: 'approve', slackUserId: BOB, clickedAt: world.now.toISOString() } as const;
    world.proposals.proposals.set(proposal.proposalId, { ...proposal, answer, version: 2 });
    changed(world, { proposal: ANOTHER });
    expect(await deliverClicks(world, message)).toEqual([]);
    expect([world.role.puts, world.tickets.opened, refusals(world)]).toEqual([[], 0, []]);
    expect(theCase(world)).toMatchObject({ state: 'proposed', proposal: ANOTHER });
  });

  it('leaves what else the case asks as it is', () => {
    const found = aCase({ state: 'proposed', proposal: ANOTHER });
    expect(withEnding(found, aProposal())).toBe(found);
  });
});

describe('given an answer that is carried out', () => {
  it('repairs no second time when the click comes again long after, and nobody remembers its lease', async () => {
    const { world } = await proposedWorld();
    const message = clickMessage(world);
    await deliverClicks(world, message);
    world.leases.leases.clear();
    pass(world, 10 * MINUTE);
    const before = theCase(world);
    expect(await deliverClicks(world, message)).toEqual([]);
    expect([world.role.puts.length, world.tickets.opened, theCase(world)]).toEqual([1, 0, before]);
  });

  it('waits while another invocation is at it, and takes over what a killed one left', async () => {
    const { world } = await proposedWorld();
    const message = clickMessage(world);
    await world.leases.claim(`proposal:${theProposal(world).proposalId}`, 'another', world.now, 60);
    expect(await deliverClicks(world, message)).toEqual(['m0']);
    expect([world.role.puts, world.tickets.opened]).toEqual([[], 0]);
    pass(world, MINUTE);
    expect(await deliverClicks(world, message)).toEqual([]);
    expect([world.role.puts.length, theCase(world).state]).toEqual([1, 'repaired']);
  });

  it('is held by one invocation for longer than a function runs', async () => {
    const { world } = await proposedWorld();
    const held: number[] = [];
    world.failing = (call) => {
      if (call === 'putPolicy') {
        const { proposalId } = theProposal(world);
        const ofProposal = [...world.leases.leases].filter(([id]) => id.includes(proposalId));
        held.push(...ofProposal.map(([, { until }]) => until - world.now.getTime()));
      }
      return null;
    };
    await click(world);
    expect(held).toEqual([MINUTE]);
  });
});

describe("given the writes of the hour, at a person's approval", () => {
  it('counts one write, however often the write is tried', async () => {
    const { world } = await proposedWorld();
    const message = clickMessage(world);
    let failures = 1;
    world.failing = (call) => (call === 'putPolicy' && failures-- > 0 ? new Error('throttled') : null);
    expect(await deliverClicks(world, message)).toEqual(['m0']);
    pass(world, 3 * MINUTE);
    expect(await deliverClicks(world, message)).toEqual([]);
    const { proposalId } = theProposal(world);
    expect(world.cases.breaker.writes).toMatchObject([{ id: proposalId }]);
  });

  it('holds against a write that came between the decision and this one', async () => {
    const { world } = await proposedWorld({ limits: { writesPerHour: 1 } });
    world.failing = (call) => {
      if (call === 'reserveWrite') {
        const writes = [{ id: 'another event', at: world.now.toISOString() }];
        world.cases.breaker = { ...NOTHING_COUNTED, writes };
      }
      return null;
    };
    await click(world);
    expect(world.role.puts).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'breaker-closed' }] });
  });
});

describe("given settings that name an owner's tag", () => {
  it.each([
    ['attaches where the group still is of the same owner', 'web', 1],
    ['writes nothing where it is of another one by now', 'data', 0],
  ])('%s', async (_, owner, puts) => {
    const tags = { team: 'web' };
    const { world } = await proposedWorld({ ownerTag: 'team' }, (before) => {
      before.role.role = aRole({ tags });
      before.readings = { cluster: read(aCluster({ tags })), logGroup: read(aLogGroup({ tags })) };
    });
    expect(theCase(world).state).toBe('proposed');
    world.readings = { ...world.readings, logGroup: read(aLogGroup({ tags: { team: owner } })) };
    await click(world);
    expect(world.role.puts).toHaveLength(puts);
  });
});

describe('given a denial after which another plan would be right', () => {
  it('asks anew, and the first question takes no answer any more', async () => {
    const { world } = await proposedWorld();
    const first = theProposal(world);
    world.proposals.proposals.set(first.proposalId, { ...first, planHash: 'of another plan' });
    pass(world, 11 * MINUTE);
    await world.deliver(delivered(aDenialRecord({ eventId: 'later', eventTime: world.now.toISOString() })));
    expect(theCase(world)).toMatchObject({ state: 'proposed', proposal: { proposalId: ANOTHER.proposalId } });
    await click(world, { proposalId: first.proposalId });
    expect([refusals(world), world.role.puts]).toEqual([['proposal-replaced'], []]);
  });
});
