import * as fc from 'fast-check';
import { type Case, MAX_SESSION_IDS, type Sighting, withSightings } from '../../functions/domain/case.ts';
import { openCase } from '../../functions/domain/case-outcome.ts';
import { aCase, NOW } from '../support/builders.ts';
import { aWorld, decisionIn } from '../support/world.ts';

const decision = decisionIn(aWorld());

/** Each event with the time and session that it has in every delivery; times with and without fractions of a second. */
const events: fc.Arbitrary<readonly Sighting[]> = fc.uniqueArray(
  fc.record({
    event: fc.nat(2000).map((id) => `event-${id}`),
    sessionId: fc.option(
      fc.nat(100).map((id) => `ecs-execute-command-${id}`),
      { nil: null },
    ),
    seenAt: fc
      .tuple(fc.date({ min: new Date('2023-01-01'), max: new Date('2023-01-02'), noInvalidDate: true }), fc.boolean())
      .map(([date, whole]) => (whole ? `${date.toISOString().slice(0, 19)}Z` : date.toISOString())),
  }),
  { selector: ({ event }) => event, minLength: 1, maxLength: 120 },
);

/** The same events, each once or more often, in any order and in batches of any size. */
const deliveries = events.chain((once) =>
  fc
    .tuple(fc.shuffledSubarray([...once, ...once, ...once], { minLength: 0 }), fc.array(fc.nat(9), { maxLength: 40 }))
    .map(([more, cuts]) => ({ once, batches: batchesOf([...more, ...once], cuts) })),
);

function batchesOf(sightings: readonly Sighting[], cuts: readonly number[]): readonly (readonly Sighting[])[] {
  const batches: Sighting[][] = [[]];
  for (const [at, sighting] of sightings.entries()) {
    batches.at(-1)?.push(sighting);
    if (cuts[at % Math.max(cuts.length, 1)] === 0) {
      batches.push([]);
    }
  }
  return batches;
}

function counted(batches: readonly (readonly Sighting[])[]): Case {
  const [first = [], ...rest] = batches;
  return rest.reduce(withSightings, openCase(aCase(), first, decision, NOW, 'v1'));
}

const time = ({ seenAt }: Sighting): number => Date.parse(seenAt);

describe('given sightings in any order and batching, with duplicates', () => {
  it('counts each event once, and knows the first and the last by their own times', () => {
    fc.assert(
      fc.property(deliveries, ({ once, batches }) => {
        const found = counted(batches);
        expect(found.count).toBe(once.length);
        expect(new Set(found.recentEvents)).toEqual(new Set(once.map(({ event }) => event)));
        expect(Date.parse(found.firstSeenAt)).toBe(Math.min(...once.map(time)));
        expect(Date.parse(found.lastSeenAt)).toBe(Math.max(...once.map(time)));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps each session once, and at most the last fifty', () => {
    fc.assert(
      fc.property(deliveries, ({ once, batches }) => {
        const { sessionIds } = counted(batches);
        const all = new Set(once.flatMap(({ sessionId }) => (sessionId === null ? [] : [sessionId])));
        expect(sessionIds).toHaveLength(Math.min(all.size, MAX_SESSION_IDS));
        expect(new Set(sessionIds).size).toBe(sessionIds.length);
        expect(sessionIds.filter((sessionId) => !all.has(sessionId))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('given a storm', () => {
  it('counts a thousand events exactly, and never forgets that it saw more', () => {
    const storm = Array.from({ length: 1500 }, (_, at) => ({
      event: `event-${at}`,
      sessionId: null,
      seenAt: '2023-01-01T00:00:00Z',
    }));
    const thousand = counted([storm.slice(0, 1000)]);
    expect(withSightings(thousand, storm.slice(0, 1000))).toBe(thousand);
    const found = counted([storm]);
    expect([found.count, found.recentEvents.length]).toEqual([1500, 1000]);
  });
});
