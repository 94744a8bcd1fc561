import { createCaseStore } from '../../../functions/adapters/aws/case-store.ts';
import type { Table } from '../../../functions/adapters/aws/table.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const NOW = new Date('2026-03-01T10:00:00Z');
const SINCE = new Date('2026-03-01T09:00:00Z');

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const budgetOf = (deploymentId: string, table: Table = store.table) => createCaseStore(table, deploymentId, () => NOW);

const request = (reservationId: string, overrides: { at?: Date; since?: Date; limit?: number } = {}) => ({
  at: NOW,
  since: SINCE,
  limit: 2,
  reservationId,
  ...overrides,
});

describe('given a deployment that announces writes', () => {
  it('announces up to the limit and not one more', async () => {
    const budget = budgetOf('limit');
    const answers = [
      await budget.reserveWrite(request('a')),
      await budget.reserveWrite(request('b')),
      await budget.reserveWrite(request('c')),
    ];
    expect(answers).toEqual(['reserved', 'reserved', 'over-limit']);
    expect(await budget.countWritesSince(SINCE)).toBe(2);
  });

  it('announces nothing under a limit of none', async () => {
    expect(await budgetOf('none').reserveWrite(request('a', { limit: 0 }))).toBe('over-limit');
    expect(await store.rowAt('WRITES#none')).toBeUndefined();
  });

  it('announces the same reservation once, also at the limit', async () => {
    const budget = budgetOf('repeat');
    await budget.reserveWrite(request('a', { limit: 1 }));
    expect(await budget.reserveWrite(request('a', { limit: 1 }))).toBe('reserved');
    expect(await budget.countWritesSince(SINCE)).toBe(1);
  });

  it('keeps deployments apart', async () => {
    await budgetOf('one').reserveWrite(request('a'));
    expect(await budgetOf('two').countWritesSince(SINCE)).toBe(0);
  });
});

describe('given writes older than the hour', () => {
  it('neither counts nor keeps them', async () => {
    const budget = budgetOf('prune');
    await budget.reserveWrite(request('old', { limit: 1 }));
    const nextHour = new Date('2026-03-01T10:00:00.001Z');
    expect(await budget.countWritesSince(nextHour)).toBe(0);
    expect(await budget.reserveWrite(request('new', { at: nextHour, since: nextHour, limit: 1 }))).toBe('reserved');
    expect((await store.rowAt('WRITES#prune'))?.['writes']).toEqual([{ id: 'new', at: nextHour.toISOString() }]);
  });

  it('counts one that is exactly as old as the hour', async () => {
    const budget = budgetOf('edge');
    await budget.reserveWrite(request('a'));
    expect(await budget.countWritesSince(NOW)).toBe(1);
  });
});

describe('given workers who announce at once', () => {
  it('never lets them pass the limit together', async () => {
    const workers = ['a', 'b', 'c', 'd'].map((id) => budgetOf('race').reserveWrite(request(id, { limit: 3 })));
    expect((await Promise.all(workers)).sort()).toEqual(['over-limit', 'reserved', 'reserved', 'reserved']);
    expect(await budgetOf('race').countWritesSince(SINCE)).toBe(3);
  });

  it('throws after five lost races, so that the queue asks again', async () => {
    let tries = 0;
    const losing: Table = {
      ...store.table,
      put: () => {
        tries += 1;
        return Promise.resolve('refused');
      },
    };
    await expect(budgetOf('lost', losing).reserveWrite(request('a'))).rejects.toThrow('5 times in a row');
    expect(tries).toBe(5);
  });
});

describe('given a malformed item', () => {
  it('throws instead of counting nothing', async () => {
    await store.forge('WRITES#odd', { version: 1, writes: 'none' });
    await expect(budgetOf('odd').countWritesSince(SINCE)).rejects.toThrow('writes of deployment odd');
    await expect(budgetOf('odd').reserveWrite(request('a'))).rejects.toThrow('writes of deployment odd');
  });
});
