import { createAcceptanceStore } from '../../../functions/adapters/aws/acceptance-store.ts';
import type { Table } from '../../../functions/adapters/aws/table.ts';
import { createVerdictStore } from '../../../functions/adapters/aws/verdict-store.ts';
import type { SessionVerdict } from '../../../functions/domain/ledger.ts';
import { anAcceptance, aVerdict } from '../../support/ledger.ts';
import { allOf } from '../../support/pages.ts';
import { startTable, type TestTable } from '../../support/table.ts';

let store: TestTable;
beforeEach(async () => {
  store = await startTable();
});
afterEach(() => store.stop());

const verdicts = () => createVerdictStore(store.table);

/** As the recorder opens it. */
async function open(overrides: Partial<SessionVerdict>): Promise<SessionVerdict> {
  const verdict = aVerdict(overrides);
  await store.forge(`VERDICT#${verdict.sessionId}`, { ...verdict, version: 0 });
  await verdicts().saveVerdict(verdict, 0);
  return verdict;
}

const settledFrom = (verdict: SessionVerdict): SessionVerdict => ({
  ...verdict,
  state: 'missing',
  causes: [{ code: 'no-script', detail: 'The image has no script.' }],
  dueAt: null,
  settledAt: '2023-02-11T08:00:00.000Z',
  version: verdict.version + 1,
});

describe('given a verdict', () => {
  it('is undefined where the session is unknown', async () => {
    expect(await verdicts().findVerdict('nobody')).toBeUndefined();
  });

  it('is saved over the version that was read, and no other', async () => {
    const verdict = await open({ sessionId: 'a' });
    const settled = settledFrom(verdict);
    expect(await verdicts().saveVerdict(settled, 1)).toBe('saved');
    expect(await verdicts().saveVerdict({ ...settled, state: 'recorded' }, 1)).toBe('conflict');
    expect(await verdicts().findVerdict('a')).toEqual(settled);
  });

  it('is saved by exactly one of two auditors at once', async () => {
    const settled = settledFrom(await open({ sessionId: 'a' }));
    const answers = await Promise.all([verdicts().saveVerdict(settled, 1), verdicts().saveVerdict(settled, 1)]);
    expect(answers.sort()).toEqual(['conflict', 'saved']);
  });

  it('is a conflict to save where the recorder opened none', async () => {
    expect(await verdicts().saveVerdict(aVerdict({ version: 2 }), 1)).toBe('conflict');
  });
});

describe('given sessions that wait for their verdict', () => {
  it('gives those that are due, the longest due first, and none that is settled', async () => {
    const second = await open({ sessionId: 'second', dueAt: '2023-02-11T07:00:00.500Z' });
    // Without milliseconds: as texts, the order of the two would be the other.
    const first = await open({ sessionId: 'first', dueAt: '2023-02-11T07:00:00Z' });
    await open({ sessionId: 'later', dueAt: '2023-02-11T07:00:00.501Z' });
    const settled = await open({ sessionId: 'settled', dueAt: '2023-02-11T06:00:00.000Z' });
    await verdicts().saveVerdict(settledFrom(settled), 1);
    expect(await allOf(verdicts().dueVerdicts(new Date('2023-02-11T07:00:00.500Z')))).toEqual([first, second]);
  });

  it('gives nothing where nothing is due', async () => {
    expect(await allOf(verdicts().dueVerdicts(new Date()))).toEqual([]);
  });
});

describe('given the sessions of several days', () => {
  it('gives the settled ones that began on the day, and no acceptance', async () => {
    await open({ sessionId: 'a', startedAt: '2023-02-11T12:00:00Z' });
    const early = await open({ sessionId: 'aa', startedAt: '2023-02-11T00:00:00Z' });
    const late = await open({ sessionId: 'b', startedAt: '2023-02-11T23:59:59.999Z' });
    const before = await open({ sessionId: 'c', startedAt: '2023-02-10T23:59:59.999Z' });
    const after = await open({ sessionId: 'd', startedAt: '2023-02-12T00:00:00Z' });
    for (const verdict of [early, late, before, after]) await verdicts().saveVerdict(settledFrom(verdict), 1);
    await createAcceptanceStore(store.table).saveAcceptance(anAcceptance({ sessionId: 'b' }));
    expect(await allOf(verdicts().verdictsOfDay('2023-02-11'))).toEqual([settledFrom(early), settledFrom(late)]);
  });

  it('gives more of them than one page holds', async () => {
    const table: Table = {
      ...store.table,
      query: (index, partition, range) => store.table.query(index, partition, { ...range, limit: 2 }),
    };
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const sessionId of ids) await verdicts().saveVerdict(settledFrom(await open({ sessionId })), 1);
    const pages: number[] = [];
    for await (const page of createVerdictStore(table).verdictsOfDay('2023-02-11')) pages.push(page.length);
    expect(pages).toEqual([2, 2, 1]);
    expect(
      (await allOf(createVerdictStore(table).verdictsOfDay('2023-02-11'))).map(({ sessionId }) => sessionId),
    ).toEqual(ids);
  });
});

describe('given a malformed or forged verdict', () => {
  const forged = { ...aVerdict({ sessionId: 'odd' }), state: 'perfect', day: '2023-02-11' };

  it.each([
    { name: 'an unknown state', row: forged },
    { name: 'a missing field', row: { sessionId: 'odd', version: 1 } },
    { name: 'the verdict of another session', row: aVerdict({ sessionId: 'other' }) },
  ])('throws on $name and says which session', async ({ row }) => {
    await store.forge('VERDICT#odd', { ...row });
    await expect(verdicts().findVerdict('odd')).rejects.toThrow(
      'The verdict of session odd in the table is malformed.',
    );
  });

  it('leaves none out of a page without a word', async () => {
    await open({ sessionId: 'good' });
    await store.forge('VERDICT#odd', { ...forged, workList: 'SESSIONS', workOrder: '2023-02-11T06:00:00.000Z' });
    const MALFORMED = 'The verdict of session odd in the table is malformed.';
    await expect(allOf(verdicts().verdictsOfDay('2023-02-11'))).rejects.toThrow(MALFORMED);
    await expect(allOf(verdicts().dueVerdicts(new Date()))).rejects.toThrow(MALFORMED);
  });

  it('gives the others to whoever is told of it', async () => {
    await open({ sessionId: 'good' });
    await store.forge('VERDICT#odd', { ...forged, workList: 'SESSIONS', workOrder: '2023-02-11T06:00:00.000Z' });
    const told: unknown[] = [];
    const due = await allOf(verdicts().dueVerdicts(new Date(), (sessionId, error) => told.push([sessionId, error])));
    expect(due.map(({ sessionId }) => sessionId)).toEqual(['good']);
    expect(told).toEqual([['odd', new Error('The verdict of session odd in the table is malformed.')]]);
  });

  it('believes no row that another writer put into the day', async () => {
    await store.forge('ACCEPTED#good', { ...aVerdict({ sessionId: 'good', state: 'recorded' }), day: '2023-02-11' });
    await expect(allOf(verdicts().verdictsOfDay('2023-02-11'))).rejects.toThrow(
      'The verdict of session ACCEPTED#good in the table is malformed.',
    );
  });
});

describe('given a table that throttles', () => {
  it('throws on every question', async () => {
    const throttled: Table = {
      ...store.table,
      read: () => Promise.reject(new Error('throttled')),
      put: () => Promise.reject(new Error('throttled')),
      query: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('throttled')) }) }),
    };
    const unheard = createVerdictStore(throttled);
    await expect(unheard.findVerdict('a')).rejects.toThrow('throttled');
    await expect(unheard.saveVerdict(aVerdict(), 1)).rejects.toThrow('throttled');
    await expect(allOf(unheard.dueVerdicts(new Date()))).rejects.toThrow('throttled');
  });
});
