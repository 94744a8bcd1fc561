import { createAcceptanceStore } from '../../../functions/adapters/aws/acceptance-store.ts';
import { anAcceptance } from '../../support/ledger.ts';
import { allOf } from '../../support/pages.ts';
import { startTable, type TestTable } from '../../support/table.ts';

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const acceptances = () => createAcceptanceStore(store.table);

describe('given a gap that nobody accepted', () => {
  it('is undefined', async () => {
    expect(await acceptances().findAcceptance('nobody')).toBeUndefined();
  });
});

describe('given an accepted gap', () => {
  const first = anAcceptance({ sessionId: 'accepted' });

  it('is read back as it was accepted', async () => {
    expect(await acceptances().saveAcceptance(first)).toBe('saved');
    expect(await acceptances().findAcceptance('accepted')).toEqual(first);
  });

  it('stands against a later acceptance', async () => {
    expect(await acceptances().saveAcceptance({ ...first, reason: 'another reason' })).toBe('known');
    expect(await acceptances().findAcceptance('accepted')).toEqual(first);
  });

  it("is kept as long as the session's line", async () => {
    expect((await store.rowAt('ACCEPTED#accepted'))?.['expiresAt']).toBe(
      Date.parse(first.startedAt) / 1000 + 400 * 86_400,
    );
  });

  it('is accepted by exactly one of two people at once', async () => {
    const raced = anAcceptance({ sessionId: 'raced', startedAt: '2023-03-01T00:00:00Z' });
    const answers = await Promise.all([acceptances().saveAcceptance(raced), acceptances().saveAcceptance(raced)]);
    expect(answers.sort()).toEqual(['known', 'saved']);
  });

  it("is found by the day of the session's start, not of the acceptance", async () => {
    const late = anAcceptance({
      sessionId: 'late',
      startedAt: '2023-04-01T23:59:59Z',
      acceptedAt: '2023-04-09T08:00:00Z',
    });
    await acceptances().saveAcceptance(late);
    expect(await allOf(acceptances().acceptancesOfDay('2023-04-01'))).toEqual([late]);
    expect(await allOf(acceptances().acceptancesOfDay('2023-04-09'))).toEqual([]);
  });
});

describe('given a malformed or forged acceptance', () => {
  it.each([
    { name: 'nobody accepted it', row: { ...anAcceptance({ sessionId: 'odd' }), acceptedBy: '' } },
    { name: 'it gives no reason', row: { ...anAcceptance({ sessionId: 'odd' }), reason: undefined } },
    { name: 'it is of another session', row: anAcceptance({ sessionId: 'other' }) },
  ])('throws where $name', async ({ row }) => {
    await store.forge('ACCEPTED#odd', JSON.parse(JSON.stringify(row)));
    await expect(acceptances().findAcceptance('odd')).rejects.toThrow('The acceptance ACCEPTED#odd in the table');
  });

  it('throws in the pages of its day too', async () => {
    await store.forge('ACCEPTED#page', { sessionId: 'page', day: 'ACCEPTED#2023-05-01' });
    await expect(allOf(acceptances().acceptancesOfDay('2023-05-01'))).rejects.toThrow('ACCEPTED#page');
  });
});
