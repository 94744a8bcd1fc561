import { createCaseStore } from '../../../functions/adapters/aws/case-store.ts';
import type { Table } from '../../../functions/adapters/aws/table.ts';
import { createWriteBudget } from '../../../functions/adapters/aws/write-budget.ts';
import { NOTHING_COUNTED } from '../../../functions/domain/breaker.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const NOW = new Date('2026-03-01T10:00:00Z');
const LIMITS = { writesPerHour: 20, casesPerHour: 2 };

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const budgetOf = (deploymentId: string, table: Table = store.table) => createCaseStore(table, deploymentId, () => NOW);

const request = (reservationId: string, overrides: { at?: Date; limit?: number } = {}) => ({
  at: NOW,
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
    expect((await budget.readBreaker()).writes).toHaveLength(2);
  });

  it('announces nothing under a limit of none', async () => {
    expect(await budgetOf('none').reserveWrite(request('a', { limit: 0 }))).toBe('over-limit');
    expect(await store.rowAt('WRITES#none')).toBeUndefined();
  });

  it('announces the same reservation once, also at the limit', async () => {
    const budget = budgetOf('repeat');
    await budget.reserveWrite(request('a', { limit: 1 }));
    expect(await budget.reserveWrite(request('a', { limit: 1 }))).toBe('reserved');
    expect((await budget.readBreaker()).writes).toHaveLength(1);
  });

  it('keeps deployments apart', async () => {
    await budgetOf('one').reserveWrite(request('a'));
    expect(await budgetOf('two').readBreaker()).toEqual(NOTHING_COUNTED);
  });
});

describe('given writes older than the hour', () => {
  it('neither counts nor keeps them', async () => {
    const budget = budgetOf('prune');
    await budget.reserveWrite(request('old', { limit: 1 }));
    const sameHour = new Date('2026-03-01T11:00:00.000Z');
    expect(await budget.reserveWrite(request('new', { at: sameHour, limit: 1 }))).toBe('over-limit');
    const nextHour = new Date('2026-03-01T11:00:00.001Z');
    expect(await budget.reserveWrite(request('new', { at: nextHour, limit: 1 }))).toBe('reserved');
    expect((await store.rowAt('WRITES#prune'))?.['writes']).toEqual([{ id: 'new', at: nextHour.toISOString() }]);
  });
});

describe('given new causes', () => {
  const counted = (fingerprint: string, at = NOW) => ({ fingerprint, at, limits: LIMITS });

  it('counts each once, and says when they opened the breaker', async () => {
    const budget = budgetOf('causes');
    await budget.countCase(counted('first'));
    await budget.countCase(counted('first'));
    expect((await budget.readBreaker()).opened).toBeNull();
    const record = await budget.countCase(counted('second'));
    expect(record).toEqual({
      writes: [],
      cases: [
        { id: 'first', at: NOW.toISOString() },
        { id: 'second', at: NOW.toISOString() },
      ],
      opened: { at: NOW.toISOString(), because: 'cases' },
      reclosed: null,
    });
    expect(await budget.readBreaker()).toEqual(record);
  });

  it('announces no write while they hold the breaker open, but what was announced before stays announced', async () => {
    const budget = budgetOf('held');
    await budget.reserveWrite(request('before'));
    await budget.countCase(counted('first'));
    await budget.countCase(counted('second'));
    expect(await budget.reserveWrite(request('after'))).toBe('over-limit');
    expect(await budget.reserveWrite(request('before'))).toBe('reserved');
  });

  it('begins at zero once a person closed it', async () => {
    const reclosed = { at: NOW.toISOString(), by: 'arn:aws:iam::111111111111:user/alice', reason: 'one boundary' };
    const budget = createWriteBudget(store.table, 'reclosed');
    await budget.countCase(counted('first'));
    await budget.countCase(counted('second'));
    expect(await budget.reclose(reclosed)).toMatchObject({ reclosed });
    const later = new Date(NOW.getTime() + 1000);
    expect(await budget.reserveWrite(request('after', { at: later }))).toBe('reserved');
  });

  it('counts in a row of a version that knew writes alone', async () => {
    await store.forge('WRITES#old', { version: 7, writes: [{ id: 'a', at: NOW.toISOString() }] });
    expect(await budgetOf('old').countCase(counted('first'))).toMatchObject({
      writes: [{ id: 'a' }],
      cases: [{ id: 'first' }],
    });
    expect(await store.rowAt('WRITES#old')).toMatchObject({ version: 8 });
  });
});

describe('given workers who announce at once', () => {
  it('never lets them pass the limit together', async () => {
    const workers = ['a', 'b', 'c', 'd'].map((id) => budgetOf('race').reserveWrite(request(id, { limit: 3 })));
    expect((await Promise.all(workers)).sort()).toEqual(['over-limit', 'reserved', 'reserved', 'reserved']);
    expect((await budgetOf('race').readBreaker()).writes).toHaveLength(3);
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
    await expect(budgetOf('odd').readBreaker()).rejects.toThrow('writes of deployment odd');
    await expect(budgetOf('odd').reserveWrite(request('a'))).rejects.toThrow('writes of deployment odd');
  });
});
