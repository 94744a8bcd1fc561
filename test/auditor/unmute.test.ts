import { AuditorWorld, anOpenCase } from '../support/auditor.ts';
import { ROLE_ARN } from '../support/builders.ts';

const suppression = { role: ROLE_ARN, until: '2023-02-11', reason: 'retired', owner: 'platform' };
const JUST_INSIDE = new Date('2023-02-11T23:59:59.999Z');
const JUST_OUTSIDE = new Date('2023-02-12T00:00:00.000Z');
const UNMUTE = { kind: 'unmute', fingerprint: 'f1' };

/** An account whose role is suppressed until the end of a day, with one muted case. */
function mutedWorld(now: Date): AuditorWorld {
  const world = new AuditorWorld();
  world.now = now;
  world.settings = { suppressions: [suppression] };
  world.openCases.push(anOpenCase({ roleArn: ROLE_ARN, state: 'suppressed' }));
  return world;
}

describe('given a muted case', () => {
  it.each([
    { name: 'nothing while its suppression holds', now: JUST_INSIDE, ordered: [] },
    { name: 'a look once it has ended', now: JUST_OUTSIDE, ordered: [UNMUTE] },
  ])('orders $name', async ({ now, ordered }) => {
    const world = mutedWorld(now);
    await world.audit();
    expect(world.ordered()).toEqual(ordered);
  });

  it('orders a look once the suppression was taken out of the settings', async () => {
    const world = mutedWorld(JUST_INSIDE);
    world.settings = {};
    await world.audit();
    expect(world.ordered()).toEqual([UNMUTE]);
  });

  it('orders it again as long as the case is muted, and no more', async () => {
    const world = mutedWorld(JUST_OUTSIDE);
    await world.audit();
    await world.audit();
    world.openCases[0] = anOpenCase({ roleArn: ROLE_ARN, state: 'ticketed' });
    await world.audit();
    expect(world.ordered()).toEqual([UNMUTE, UNMUTE]);
  });

  it('orders nothing about cases that are not muted', async () => {
    const world = mutedWorld(JUST_OUTSIDE);
    world.openCases[0] = anOpenCase({ roleArn: ROLE_ARN, state: 'repaired' });
    await world.audit();
    expect(world.ordered()).toEqual([]);
  });

  it('comes to no end where the order cannot be sent, and sends it the next time', async () => {
    const world = mutedWorld(JUST_OUTSIDE);
    world.failing = (call) => (call === 'order' ? new Error('SQS') : null);
    await world.audit();
    expect(world.ledger.progress?.finishedAt ?? null).toBeNull();
    world.failing = () => null;
    await world.audit();
    expect(world.ordered()).toEqual([UNMUTE]);
  });

  it('leaves the order to the next run where no time is left', async () => {
    const world = mutedWorld(JUST_OUTSIDE);
    world.millisecondsLeft = () => 1;
    await world.audit();
    expect(world.ordered()).toEqual([]);
  });
});
