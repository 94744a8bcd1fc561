import { createEventLeases } from '../../../functions/adapters/aws/event-leases.ts';
import type { EventLeases } from '../../../functions/ports.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const NOW = new Date('2026-03-01T10:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

let store: TestTable;
let leases: EventLeases;
beforeAll(async () => {
  store = await startTable();
  leases = createEventLeases(store.table);
});
afterAll(() => store.stop());

describe('given an event that nobody has', () => {
  it('goes to the one who asks', async () => {
    expect(await leases.claim('new', 'a', NOW, 60)).toBe('claimed');
  });

  it('goes to exactly one of two workers who ask at once', async () => {
    const answers = await Promise.all([leases.claim('race', 'a', NOW, 60), leases.claim('race', 'b', NOW, 60)]);
    expect(answers.sort()).toEqual(['claimed', 'in-progress']);
  });
});

describe('given an event in work', () => {
  it('is in progress for others until the lease ends', async () => {
    await leases.claim('leased', 'a', NOW, 60);
    expect(await leases.claim('leased', 'b', later(59), 60)).toBe('in-progress');
  });

  it('is claimed again by its owner', async () => {
    await leases.claim('own', 'a', NOW, 60);
    expect(await leases.claim('own', 'a', later(1), 60)).toBe('claimed');
  });

  it('goes to another worker at the end of the lease of a killed one', async () => {
    await leases.claim('killed', 'a', NOW, 60);
    expect(await leases.claim('killed', 'b', later(60), 60)).toBe('claimed');
  });

  it('goes to another worker once it is given back', async () => {
    await leases.claim('released', 'a', NOW, 60);
    await leases.release('released', 'a');
    expect(await leases.claim('released', 'b', later(1), 60)).toBe('claimed');
  });
});

describe('given an event that is done', () => {
  it('is done for everybody, its owner too', async () => {
    await leases.claim('done', 'a', NOW, 60);
    await leases.complete('done', 'a', later(5));
    expect(await leases.claim('done', 'b', later(6), 60)).toBe('done');
    expect(await leases.claim('done', 'a', later(3600), 60)).toBe('done');
  });

  it('is remembered for 7 days', async () => {
    await leases.claim('kept', 'a', NOW, 60);
    await leases.complete('kept', 'a', later(5));
    expect((await store.rowAt('EVENT#kept'))?.['expiresAt']).toBe(later(5).getTime() / 1000 + 7 * 86_400);
  });

  it('stays done when its owner gives it back afterwards', async () => {
    await leases.claim('late release', 'a', NOW, 60);
    await leases.complete('late release', 'a', later(5));
    await leases.release('late release', 'a');
    expect(await leases.claim('late release', 'b', later(6), 60)).toBe('done');
  });
});

describe('given a worker whose lease went to another', () => {
  beforeEach(async () => {
    await leases.release('taken', 'b');
    await leases.claim('taken', 'a', NOW, 60);
    await leases.claim('taken', 'b', later(60), 60);
  });

  it('cannot complete it', async () => {
    await leases.complete('taken', 'a', later(61));
    expect(await leases.claim('taken', 'c', later(62), 60)).toBe('in-progress');
  });

  it('cannot give it back', async () => {
    await leases.release('taken', 'a');
    expect(await leases.claim('taken', 'c', later(62), 60)).toBe('in-progress');
  });

  it('completes nothing where nothing is', async () => {
    await leases.complete('never claimed', 'a', NOW);
    expect(await store.rowAt('EVENT#never claimed')).toBeUndefined();
  });
});

describe('given a malformed lease', () => {
  it('throws, so that the event stays in the queue', async () => {
    await store.forge('EVENT#odd', { state: 'whatever' });
    await expect(leases.claim('odd', 'a', NOW, 60)).rejects.toThrow(
      'The lease of event odd in the table is malformed.',
    );
  });
});
