import { createTicketRows } from '../../../functions/adapters/aws/ticket-rows.ts';
import type { TicketClaim, TicketRow } from '../../../functions/adapters/tickets/tracked-tickets.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const NOW = new Date('2026-03-01T10:00:00Z');
const seconds = (count: number) => new Date(NOW.getTime() + count * 1000);
const claimOf = (owner: string, from = 0): TicketClaim => ({ owner, until: seconds(from + 60) });

const emptyRow = (fingerprint: string): TicketRow => ({ fingerprint, ticket: null, openingUntil: null });
const writtenRow = (fingerprint: string): TicketRow => ({
  fingerprint,
  ticket: {
    ticketId: 'OPS-1',
    url: 'https://example.atlassian.net/browse/OPS-1',
    digest: 'd1',
    severity: 'high',
    facts: { role: 'web', cluster: '' },
  },
  openingUntil: null,
});

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const rowsOf = (system = 'jira') => createTicketRows(store.table, () => NOW, system);

describe('given a cause that nobody filed', () => {
  it('is undefined, and is read back empty by the first who claims it', async () => {
    expect(await rowsOf().read('new')).toBeUndefined();
    expect(await rowsOf().claim('new', claimOf('a'), NOW)).toEqual({
      kind: 'claimed',
      row: emptyRow('new'),
      afterExpiry: false,
    });
  });

  it('is claimed by exactly one of two workers at once', async () => {
    const answers = await Promise.all([
      rowsOf().claim('raced', claimOf('a'), NOW),
      rowsOf().claim('raced', claimOf('b'), NOW),
    ]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['busy', 'claimed']);
  });
});

describe('given a claim', () => {
  it.each([
    ['before its end', 59, { kind: 'busy', until: seconds(60) }],
    ['at its end', 60, { kind: 'claimed', row: emptyRow('held-60'), afterExpiry: true }],
  ])('is respected until it ends: %s', async (_, after, answer) => {
    await rowsOf().claim(`held-${after}`, claimOf('a'), NOW);
    expect(await rowsOf().claim(`held-${after}`, claimOf('b', after), seconds(after))).toEqual(answer);
  });

  it('is granted again to its owner, whose first answer got lost', async () => {
    await rowsOf().claim('twice', claimOf('a'), NOW);
    expect(await rowsOf().claim('twice', claimOf('a'), NOW)).toMatchObject({ kind: 'claimed' });
  });

  it('is free for the next worker once it was given back with the ticket', async () => {
    await rowsOf().claim('done', claimOf('a'), NOW);
    expect(await rowsOf().release(writtenRow('done'), claimOf('a'))).toBe('saved');
    expect(await rowsOf().read('done')).toEqual(writtenRow('done'));
    expect(await rowsOf().claim('done', claimOf('b'), NOW)).toEqual({
      kind: 'claimed',
      row: writtenRow('done'),
      afterExpiry: false,
    });
  });

  it.each([
    ['that was given back', 'free'],
    ['that ran out', 'over'],
  ])('%s is taken by exactly one of two workers at once', async (_, fingerprint) => {
    await rowsOf().claim(fingerprint, claimOf('a'), NOW);
    if (fingerprint === 'free') await rowsOf().release(writtenRow(fingerprint), claimOf('a'));
    const answers = await Promise.all(
      ['b', 'c'].map((owner) => rowsOf().claim(fingerprint, claimOf(owner, 60), seconds(60))),
    );
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['busy', 'claimed']);
  });

  it('is kept by a save, which tells of an opening in doubt', async () => {
    const doubtful = { ...emptyRow('doubt'), openingUntil: seconds(60) };
    await rowsOf().claim('doubt', claimOf('a'), NOW);
    expect(await rowsOf().save(doubtful, claimOf('a'))).toBe('saved');
    expect(await rowsOf().claim('doubt', claimOf('b'), seconds(1))).toEqual({ kind: 'busy', until: seconds(60) });
    expect(await rowsOf().read('doubt')).toEqual(doubtful);
  });

  it('lets its owner write no more once another worker took it over', async () => {
    await rowsOf().claim('zombie', claimOf('a'), NOW);
    await rowsOf().claim('zombie', claimOf('b', 60), seconds(60));
    expect(await rowsOf().save(writtenRow('zombie'), claimOf('a'))).toBe('lost');
    expect(await rowsOf().release(writtenRow('zombie'), claimOf('a'))).toBe('lost');
    expect(await rowsOf().read('zombie')).toEqual(emptyRow('zombie'));
  });
});

describe('given the item of a ticket', () => {
  it('stands under tracker and fingerprint, and expires with its case', async () => {
    await rowsOf('servicenow x').claim('f1', claimOf('a'), NOW);
    await rowsOf('servicenow x').release(writtenRow('f1'), claimOf('a'));
    expect(await store.rowAt('TICKET#servicenow x#f1')).toEqual({
      pk: 'TICKET#servicenow x#f1',
      sk: 'ITEM',
      ...writtenRow('f1'),
      owner: 'a',
      claimUntil: 0,
      expiresAt: NOW.getTime() / 1000 + 400 * 86_400,
    });
  });

  it("is not another tracker's", async () => {
    await rowsOf('one').claim('shared', claimOf('a'), NOW);
    expect(await rowsOf('two').read('shared')).toBeUndefined();
  });

  it.each([
    { name: 'it is of another cause', row: { fingerprint: 'other', owner: 'a', claimUntil: 0 } },
    { name: 'nobody ever claimed it', row: { fingerprint: 'odd' } },
    { name: 'its ticket has no id', row: { fingerprint: 'odd', owner: 'a', claimUntil: 0, ticket: { ticketId: '' } } },
    { name: 'its claim ends nowhere', row: { fingerprint: 'odd', owner: 'a', claimUntil: 'tomorrow' } },
  ])('throws where $name', async ({ row }) => {
    await store.forge('TICKET#jira#odd', row);
    await expect(rowsOf().read('odd')).rejects.toThrow('The ticket of odd in the table is malformed');
    await expect(rowsOf().claim('odd', claimOf('a'), NOW)).rejects.toThrow('malformed');
  });
});
