import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { click, pass, proposedWorld } from '../support/approvals.ts';
import { NOW, rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const secondsIn = ({ telemetry }: RemediatorWorld) =>
  telemetry.counts.filter(({ metric }) => metric === METRICS.secondsToRepair).map(({ value }) => value);

/** A world in which a denial of so many seconds ago was delivered. */
async function denied(secondsAgo: number, prepare: (world: RemediatorWorld) => void = () => undefined) {
  const world = new RemediatorWorld();
  prepare(world);
  const eventTime = new Date(NOW.getTime() - secondsAgo * 1000).toISOString().replace('.000Z', 'Z');
  await world.deliver(delivered(aDenialRecord({ eventTime })));
  return world;
}

describe('given a repair', () => {
  it.each([
    [0, 0],
    [60, 60],
    // CloudTrail's clock is not ours.
    [-2, 0],
  ])('measures from the denial %i seconds ago to the write: %i', async (secondsAgo, seconds) => {
    const world = await denied(secondsAgo);
    expect([world.role.puts.length, secondsIn(world)]).toEqual([1, [seconds]]);
  });

  it('measures one that is not read back, too: it was written', async () => {
    const world = await denied(60, ({ role }) => {
      role.staleReads = 100;
    });
    expect(secondsIn(world)).toEqual([60]);
  });

  it('measures an approved one to the write after the click', async () => {
    const { world } = await proposedWorld();
    expect(secondsIn(world)).toEqual([]);
    pass(world, 3_600_000);
    await click(world);
    expect(secondsIn(world)).toEqual([3660]);
  });
});

describe('given no repair', () => {
  it('measures nothing', async () => {
    const ticketed = await denied(60, (world) => {
      world.rules = rules({ defaultMode: 'ticket' });
    });
    const refused = await denied(60, ({ role }) => {
      role.writeAnswers.push({ kind: 'refused', because: 'LimitExceeded' });
    });
    expect([secondsIn(ticketed), secondsIn(refused)]).toEqual([[], []]);
  });
});
