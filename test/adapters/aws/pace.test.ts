import { createPace } from '../../../functions/adapters/aws/pace.ts';

describe('given a pace of two requests a second', () => {
  it('lets the first go at once and the others in their turns, and tells of each when it goes', async () => {
    let now = 0;
    const told: number[] = [];
    const pace = createPace({
      clock: () => new Date(now),
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
      requestsPerSecond: 2,
      onRequest: () => told.push(now),
    });
    await pace();
    await pace();
    await pace();
    expect(told).toEqual([0, 500, 1000]);
  });
});
