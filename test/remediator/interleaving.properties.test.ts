import fc from 'fast-check';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const MINUTE = 60_000;
const event = (eventId = '95a42f28-d6de-406c-91df-e24980696995') => delivered(aDenialRecord({ eventId }));

describe('given the same event any number of times, in any interleaving', () => {
  it('writes one policy, and ends in one repaired case with the denials counted once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.subarray(['event-a', 'event-b', 'event-c'], { minLength: 1 }), { minLength: 2, maxLength: 4 }),
        async (scheduler, batches) => {
          const world = new RemediatorWorld();
          world.turn = () => scheduler.schedule(Promise.resolve());
          const invocations = batches.map((batch) =>
            world.deliverTo(world.coldStart(), ...batch.map((id) => event(id))),
          );
          await scheduler.waitFor(Promise.all(invocations));
          // What was returned to the queue is delivered again once every lease and announcement has run out.
          world.turn = async () => undefined;
          world.now = new Date(world.now.getTime() + 3 * MINUTE);
          for (const batch of batches) {
            await world.deliverTo(world.coldStart(), ...batch.map((id) => event(id)));
          }
          expect(world.role.puts).toHaveLength(1);
          expect([...world.cases.cases.values()]).toMatchObject([
            { state: 'repaired', count: new Set(batches.flat()).size },
          ]);
          expect([...world.cases.policies.values()]).toMatchObject([{ confirmedAt: expect.any(String) }]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('given a Lambda that is killed at any call', () => {
  it('loses nothing and doubles nothing when the message comes again', async () => {
    const rehearsal = new RemediatorWorld();
    await rehearsal.deliver(event());
    expect(rehearsal.calls.length).toBeGreaterThan(15);
    for (const [index, call] of rehearsal.calls.entries()) {
      for (const effect of ['before', 'after'] as const) {
        const world = new RemediatorWorld();
        let calls = 0;
        // Nothing after the kill happens; `after` lets the last call take effect at AWS without an answer for us.
        world.failing = () => (calls++ >= index + (effect === 'after' ? 1 : 0) ? new Error('killed') : null);
        await world.deliverTo(world.coldStart(), event());
        world.failing = () => null;
        world.now = new Date(world.now.getTime() + 3 * MINUTE);
        const failures = await world.deliverTo(world.coldStart(), event());
        await world.deliverOwn();
        world.now = new Date(world.now.getTime() + 3 * MINUTE);
        await world.deliverTo(world.coldStart(), event());
        await world.deliverOwn();
        const end = {
          killed: `${effect} ${call}`,
          failures,
          puts: world.role.puts.length,
          cases: [...world.cases.cases.values()].map(({ state, count, outbox }) => ({ state, count, outbox })),
          posted: world.messenger.posted.length,
        };
        expect(end).toEqual({
          killed: `${effect} ${call}`,
          failures: [],
          puts: 1,
          cases: [{ state: 'repaired', count: 1, outbox: [] }],
          posted: 1,
        });
      }
    }
  });
});
