import { createAuditProgressStore } from '../../../functions/adapters/aws/audit-progress.ts';
import { createAuditedPlaces } from '../../../functions/adapters/aws/audited-places.ts';
import { createCaseStore } from '../../../functions/adapters/aws/case-store.ts';
import { createCauseDigests } from '../../../functions/adapters/aws/cause-digests.ts';
import { versionIs } from '../../../functions/adapters/aws/table.ts';
import { createWorkLists } from '../../../functions/adapters/aws/work-lists.ts';
import { HOME_ROWS, type RowScope } from '../../../functions/domain/jurisdiction.ts';
import { anAttachedPolicy, NOW } from '../../support/builders.ts';
import { allOf } from '../../support/pages.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const scopeOf = (account: string, region: string): RowScope => ({ account, place: { account, region } });
const ONE = scopeOf('222222222222', 'eu-central-1');
const ONE_ELSEWHERE = scopeOf('222222222222', 'eu-west-1');
const OTHER = scopeOf('333333333333', 'eu-central-1');
const SCOPES = [HOME_ROWS, ONE, ONE_ELSEWHERE, OTHER];

let store: TestTable;
beforeEach(async () => {
  store = await startTable();
});
afterEach(() => store.stop());

async function allOfItems<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const cases = (scope: RowScope) => createCaseStore(store.table, 'hub', () => NOW, scope);
const policyOf = (roleId: string) => anAttachedPolicy({ Version: '2012-10-17', Statement: [] }, { roleId });

describe('given a hub that keeps rows of several accounts and Regions', () => {
  it('keeps a policy of the same role for each Region, and none for another place', async () => {
    await cases(ONE).saveAttachedPolicy(policyOf('AROAONE'), null);
    await cases(HOME_ROWS).saveAttachedPolicy(policyOf('AROAHOME'), null);
    const found = (roleId: string) =>
      Promise.all(SCOPES.map(async (scope) => (await cases(scope).findAttachedPolicy(roleId)) !== undefined));
    expect(await found('AROAONE')).toEqual([false, true, false, false]);
    expect(await found('AROAHOME')).toEqual([true, false, false, false]);
    expect(await store.table.read('POLICY#AROAHOME')).toBeDefined();
    expect(await store.table.read('POLICY#222222222222#eu-central-1#AROAONE')).toBeDefined();
  });

  it('lists the policies of each place by themselves, and goes on after one of them', async () => {
    for (const scope of SCOPES) {
      for (const roleId of ['AROA1', 'AROA2']) await cases(scope).saveAttachedPolicy(policyOf(roleId), null);
    }
    for (const scope of SCOPES) {
      const lists = createWorkLists(store.table, scope);
      expect(await allOf(lists.attachedPolicies(null))).toEqual([{ roleId: 'AROA1' }, { roleId: 'AROA2' }]);
      expect(await allOf(lists.attachedPolicies('AROA1'))).toEqual([{ roleId: 'AROA2' }]);
      expect(await allOf(lists.attachedPolicies('AROA2'))).toEqual([]);
    }
  });

  it('finds the places where a policy stands, each once, and not its own', async () => {
    const places = createAuditedPlaces(store.table, 'hub');
    expect(await allOfItems(places.placesOfPolicies())).toEqual([]);
    for (const scope of SCOPES) {
      for (const roleId of ['AROA1', 'AROA2']) await cases(scope).saveAttachedPolicy(policyOf(roleId), null);
    }
    expect(await allOfItems(places.placesOfPolicies())).toEqual([ONE.place, ONE_ELSEWHERE.place, OTHER.place]);
  });

  it('remembers the places that it has heard of, by version', async () => {
    const places = createAuditedPlaces(store.table, 'hub');
    const known = { places: [{ account: '222222222222', region: 'eu-central-1' }], last: null, version: 1 };
    expect(await places.readPlaces()).toBeUndefined();
    expect([await places.savePlaces(known, null), await places.savePlaces(known, null)]).toEqual(['saved', 'conflict']);
    expect(await places.readPlaces()).toEqual(known);
    await store.table.put('AUDIT#odd#PLACES', { places: 'none', version: 1 }, versionIs(null));
    await expect(createAuditedPlaces(store.table, 'odd').readPlaces()).rejects.toThrow('malformed');
  });

  it('counts the writes of each account by themselves, whatever their Region', async () => {
    const reserve = (scope: RowScope, reservationId: string) =>
      cases(scope).reserveWrite({ at: NOW, limit: 1, reservationId });
    expect(await reserve(ONE, 'first')).toBe('reserved');
    expect(await reserve(ONE_ELSEWHERE, 'second')).toBe('over-limit');
    expect(await reserve(OTHER, 'third')).toBe('reserved');
    expect(await reserve(HOME_ROWS, 'fourth')).toBe('reserved');
    expect(await store.table.read('WRITES#hub')).toBeDefined();
    expect(await store.table.read('WRITES#hub#222222222222')).toBeDefined();
  });

  it('finds the digest of one account by no other', async () => {
    const openedAt = '2026-01-01T00:00:00.000Z';
    const digest = {
      openedAt,
      because: 'cases' as const,
      until: openedAt,
      causes: 0,
      recentCauses: [],
      lines: [],
      account: '111111111111',
      region: 'eu-central-1',
      chatChannel: null,
      chat: null,
      shownCauses: null,
      turn: 0,
      dueAt: openedAt,
      closedAt: null,
      version: 1,
    };
    await createCauseDigests(store.table, 'hub', ONE).saveDigest(digest, null);
    const found = (scope: RowScope) => createCauseDigests(store.table, 'hub', scope).findDigest(openedAt);
    expect([await found(ONE), await found(OTHER), await found(HOME_ROWS)]).toEqual([digest, undefined, undefined]);
  });

  it('knows how far the audit of each place has come', async () => {
    const progress = { sweptUntil: null, reviewedRoleId: null, finishedAt: null, version: 1 };
    await createAuditProgressStore(store.table, 'hub', ONE).saveProgress(progress, null);
    const read = (scope: RowScope) => createAuditProgressStore(store.table, 'hub', scope).readProgress();
    expect([await read(ONE), await read(ONE_ELSEWHERE), await read(HOME_ROWS)]).toEqual([
      progress,
      undefined,
      undefined,
    ]);
  });
});
