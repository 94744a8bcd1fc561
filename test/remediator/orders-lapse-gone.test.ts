import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { changed, pass, proposedWorld, proposeRules, theCase } from '../support/approvals.ts';
import { ROLE_ARN } from '../support/builders.ts';
import type { RemediatorWorld } from '../support/remediator.ts';

const orderOf = (world: RemediatorWorld) => ({ kind: 'lapse', fingerprint: theCase(world).fingerprint });
const ticketsCounted = (world: RemediatorWorld) =>
  world.telemetry.counts.filter(({ metric }) => metric === METRICS.ticketsOpened).length;

/** A world in which the row of the case's proposal is gone. */
async function forgottenWorld() {
  const { world, chat } = await proposedWorld();
  world.proposals.proposals.clear();
  pass(world, 60_000);
  return { world, chat };
}

describe('given a proposal whose row is gone', () => {
  it('counts the ticket that it opens, and not one that stood before', async () => {
    const { world } = await forgottenWorld();
    const order = orderOf(world);
    await world.deliver(order);
    expect([world.tickets.opened, ticketsCounted(world)]).toEqual([1, 1]);
    // As a Lambda leaves it that was killed before the case was saved.
    changed(world, { state: 'proposed' });
    await world.deliver(order);
    expect([world.tickets.opened, world.tickets.refreshed, ticketsCounted(world)]).toEqual([1, 1, 1]);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', ticketId: 'oi-1' });
  });

  it('leaves a case as it is that was repaired while the ticket was filed', async () => {
    const { world } = await forgottenWorld();
    const order = orderOf(world);
    world.failing = (call) => {
      if (call === 'fileTicket') changed(world, { state: 'repaired' });
      return null;
    };
    await world.deliver(order);
    expect(theCase(world)).toMatchObject({ state: 'repaired', ticketId: null });
  });

  it('tells nobody where the settings mute the role by now', async () => {
    const { world, chat } = await forgottenWorld();
    const suppression = { role: ROLE_ARN, until: '2099-01-31', reason: 'retired', owner: 'platform' };
    world.rules = proposeRules({ suppressions: [suppression] });
    await world.deliver(orderOf(world));
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'ticketed', ticketId: 'oi-1' });
    expect(chat.messages.filter(({ thread }) => thread !== null)).toEqual([]);
  });
});
