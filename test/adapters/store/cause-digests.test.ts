import { createCauseDigests } from '../../../functions/adapters/aws/cause-digests.ts';
import { openDigest, withDigested } from '../../../functions/domain/cause-digest.ts';
import { aCase } from '../../support/builders.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const SINCE = '2026-03-01T10:00:00.000Z';
const BREAKER = {
  kind: 'open',
  writes: 0,
  cases: 20,
  because: 'cases',
  since: SINCE,
  until: '2026-03-01T11:00:00.000Z',
} as const;

let store: TestTable;
beforeAll(async () => {
  store = await startTable();
});
afterAll(() => store.stop());

const empty = openDigest({ account: '111111111111', region: 'ap-northeast-1' }, BREAKER, new Date(SINCE));
const digest = {
  ...withDigested(empty, aCase({ ticketId: 'OPS-7', ticketUrl: 'https://acme.example/OPS-7' }), BREAKER),
  version: 1,
};

describe('given a digest', () => {
  it('is read as it was saved, by its opening and deployment', async () => {
    const digests = createCauseDigests(store.table, 'one');
    expect(await digests.saveDigest(digest, null)).toBe('saved');
    expect(await digests.findDigest(SINCE)).toEqual(digest);
    expect(await digests.findDigest(BREAKER.until)).toBeUndefined();
    expect(await createCauseDigests(store.table, 'two').findDigest(SINCE)).toBeUndefined();
  });

  it('is saved on the version that was read alone', async () => {
    const digests = createCauseDigests(store.table, 'versions');
    await digests.saveDigest({ ...empty, version: 1 }, null);
    const next = { ...digest, chat: { channel: 'C1', ts: '1.0' }, shownCauses: 1, version: 2 };
    expect([
      await digests.saveDigest(next, null),
      await digests.saveDigest(next, 1),
      await digests.saveDigest(next, 1),
    ]).toEqual(['conflict', 'saved', 'conflict']);
    expect(await digests.findDigest(SINCE)).toEqual(next);
  });

  it('throws on a row that is none', async () => {
    await store.forge(`DIGEST#odd#${SINCE}`, { ...digest, recentCauses: '', lines: 'none' });
    await expect(createCauseDigests(store.table, 'odd').findDigest(SINCE)).rejects.toThrow('malformed');
  });
});

describe('withDigested', () => {
  it('counts each cause once, and keeps the first ten of them and the first channel', () => {
    const cases = Array.from({ length: 1200 }, (_, index) => {
      const fingerprint = `${String(index).padStart(16, '0')}ffff`;
      return aCase({ fingerprint, chatChannel: index === 0 ? 'web' : 'other' });
    });
    const full = [...cases, ...cases.slice(-1000)].reduce((known, found) => withDigested(known, found, BREAKER), empty);
    expect(full).toMatchObject({ causes: 1200, chatChannel: 'web' });
    expect([full.lines.length, full.recentCauses.length]).toEqual([10, 1000]);
  });
});
