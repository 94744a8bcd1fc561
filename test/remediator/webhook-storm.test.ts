import { NOTHING_COUNTED } from '../../functions/domain/breaker.ts';
import { rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const MINUTE = 60_000;

describe('given a case that people know by a webhook, and then a storm of others', () => {
  it('posts its news by itself, and counts it no second time', async () => {
    const world = new RemediatorWorld();
    world.rules = rules({ defaultMode: 'ticket', slack: { secret: 'secretsmanager:exec-log/slack' } });
    await world.deliver(delivered(aDenialRecord()));
    await world.deliverOwn();
    expect(world.messenger.posted).toHaveLength(1);
    expect(world.cases.breaker.cases).toHaveLength(1);

    world.now = new Date(world.now.getTime() + 11 * MINUTE);
    const at = world.now.toISOString();
    const cases = Array.from({ length: 20 }, (_, index) => ({ id: `other-${index}`, at }));
    world.cases.breaker = { ...NOTHING_COUNTED, cases, opened: { at, because: 'cases' } };
    // Somebody resolved the ticket, and the denial opens another: that is news.
    world.tickets.open.clear();
    await world.deliver(delivered(aDenialRecord({ eventId: 'later', eventTime: at })));
    await world.deliverOwn();
    expect(world.messenger.posted).toHaveLength(2);
    expect([world.cases.breaker.cases.length, world.digests.digests.size]).toEqual([20, 0]);
  });
});
