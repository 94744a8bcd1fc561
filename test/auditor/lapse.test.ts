import { orderLapses } from '../../functions/flow/lapse-cases.ts';
import { AuditorWorld, anOpenCase } from '../support/auditor.ts';
import { FakeQueue } from '../support/fakes/outside.ts';

const EXPIRES_AT = '2023-02-14T06:36:04.000Z';
const AT_END = new Date(EXPIRES_AT);
const BEFORE = new Date(AT_END.getTime() - 1);
const LAPSE = { kind: 'lapse', fingerprint: 'f1' };

function proposedWorld(now: Date): AuditorWorld {
  const world = new AuditorWorld();
  world.now = now;
  world.openCases.push(anOpenCase({ state: 'proposed', proposalExpiresAt: EXPIRES_AT }));
  return world;
}

describe('given a case that asks somebody', () => {
  it.each([
    { name: 'nothing before the end of the proposal', now: BEFORE, ordered: [] },
    { name: 'a look at its end', now: AT_END, ordered: [LAPSE] },
  ])('orders $name', async ({ now, ordered }) => {
    const world = proposedWorld(now);
    await world.audit();
    expect(world.ordered()).toEqual(ordered);
  });

  it.each([
    { name: 'that is a ticket by now', open: anOpenCase({ state: 'ticketed', proposalExpiresAt: EXPIRES_AT }) },
    { name: 'that never asked', open: anOpenCase({ state: 'proposed' }) },
  ])('orders nothing about one $name', async ({ open }) => {
    const world = proposedWorld(AT_END);
    world.openCases[0] = open;
    await world.audit();
    expect(world.ordered()).toEqual([]);
  });

  it('orders it again as long as the case asks', async () => {
    const world = proposedWorld(AT_END);
    await world.audit();
    await world.audit();
    world.openCases[0] = anOpenCase({ state: 'ticketed' });
    await world.audit();
    expect(world.ordered()).toEqual([LAPSE, LAPSE]);
  });

  it('comes to no end where the order cannot be sent, and sends it the next time', async () => {
    const world = proposedWorld(AT_END);
    world.failing = (call) => (call === 'order' ? new Error('SQS') : null);
    await world.audit();
    expect(world.ledger.progress?.finishedAt ?? null).toBeNull();
    world.failing = () => null;
    await world.audit();
    expect(world.ordered()).toEqual([LAPSE]);
  });

  it('leaves the rest to the next audit where no time is left', async () => {
    const openCases = ['f1', 'f2', 'f3'].map((fingerprint) =>
      anOpenCase({ fingerprint, state: 'proposed', proposalExpiresAt: EXPIRES_AT }),
    );
    const orders = new FakeQueue();
    const hasTime = () => orders.sent.length < 2;
    const ports = { orders, clock: () => AT_END };
    await expect(orderLapses({ openCases: async () => openCases }, { hasTime }, ports)).resolves.toEqual({
      isFinished: false,
    });
    expect(orders.drain().map((body) => JSON.parse(body))).toEqual([LAPSE, { ...LAPSE, fingerprint: 'f2' }]);
  });
});
