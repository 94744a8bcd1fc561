import { createCaseStore } from '../../../functions/adapters/aws/case-store.ts';
import type { Table } from '../../../functions/adapters/aws/table.ts';
import { createWorkLists } from '../../../functions/adapters/aws/work-lists.ts';
import type { CaseState } from '../../../functions/domain/case.ts';
import { aCase, anAttachedPolicy, GROUP, NOW, ROLE_ARN } from '../../support/builders.ts';
import { allOf } from '../../support/pages.ts';
import { aProposalOfCase } from '../../support/proposals.ts';
import { startTable, type TestTable } from '../../support/table.ts';

let store: TestTable;
beforeEach(async () => {
  store = await startTable();
});
afterEach(() => store.stop());

const cases = () => createCaseStore(store.table, 'deployment-1', () => NOW);
const lists = (table: Table = store.table) => createWorkLists(table);
const DOCUMENT = { Version: '2012-10-17', Statement: [] } as const;
const policyOf = (roleId: string) => anAttachedPolicy(DOCUMENT, { roleId });

describe('given cases in every state', () => {
  it('lists those that wait for the next recorded session of their role', async () => {
    const states = ['observed', 'suppressed', 'ticketed', 'repaired', 'unverified', 'closed', 'verified'] as const;
    for (const state of states satisfies readonly CaseState[]) {
      await cases().saveCase(aCase({ fingerprint: state, state }), null);
    }
    const { logGroupName } = aCase();
    expect(await allOf(lists().openCases())).toEqual([
      { fingerprint: 'repaired', roleArn: ROLE_ARN, logGroupName, state: 'repaired' },
      { fingerprint: 'ticketed', roleArn: ROLE_ARN, logGroupName, state: 'ticketed' },
      { fingerprint: 'unverified', roleArn: ROLE_ARN, logGroupName, state: 'unverified' },
    ]);
  });

  it('says from when on a proposal is to be ended: at its end, and at once where an answer was not carried out', async () => {
    const proposed = (fingerprint: string, parts: Parameters<typeof aProposalOfCase>[0]) =>
      aCase({ fingerprint, state: 'proposed', proposal: aProposalOfCase(parts) });
    const answeredAt = '2023-02-11T07:00:00.000Z';
    await cases().saveCase(proposed('asked', {}), null);
    await cases().saveCase(proposed('rejected', { state: 'rejected', answeredAt }), null);
    await cases().saveCase(aCase({ fingerprint: 'ticketed', proposal: aProposalOfCase() }), null);
    const common = { roleArn: ROLE_ARN, logGroupName: GROUP, state: 'proposed' };
    expect(await allOf(lists().openCases())).toEqual([
      { ...common, fingerprint: 'asked', proposalExpiresAt: '2023-02-14T06:36:04.000Z' },
      { ...common, fingerprint: 'rejected', proposalExpiresAt: answeredAt },
      { ...common, fingerprint: 'ticketed', state: 'ticketed' },
    ]);
  });

  it('lists one that the settings mute until it is raised again, and none that a tag mutes', async () => {
    const muted = (fingerprint: string, ...codes: string[]) =>
      aCase({ fingerprint, state: 'suppressed', reasons: codes.map((code) => ({ code, detail: '' })) });
    await cases().saveCase(muted('denied', 'suppressed'), null);
    await cases().saveCase(muted('incident', 'unrecorded-missing', 'suppressed'), null);
    await cases().saveCase(muted('tagged', 'tag-off'), null);
    const listed = async () => (await allOf(lists().openCases())).map((open) => `${open.fingerprint} ${open.state}`);
    expect(await listed()).toEqual(['denied suppressed', 'incident suppressed']);
    await cases().saveCase({ ...aCase({ fingerprint: 'denied', state: 'observed' }), version: 2 }, 1);
    expect(await listed()).toEqual(['incident suppressed']);
  });

  it('lists a case no more once it is closed, and again when it comes back', async () => {
    await cases().saveCase(aCase({ fingerprint: 'f', state: 'repaired' }), null);
    await cases().saveCase(aCase({ fingerprint: 'f', state: 'verified', version: 2 }), 1);
    expect(await allOf(lists().openCases())).toEqual([]);
    await cases().saveCase(aCase({ fingerprint: 'f', state: 'ticketed', version: 3 }), 2);
    expect((await allOf(lists().openCases())).map(({ state }) => state)).toEqual(['ticketed']);
  });

  it('reads a role whose path holds the sign that ends the ARN, and a case without a group', async () => {
    const roleArn = 'arn:aws:iam::111111111111:role/team#1/nginx';
    await cases().saveCase(aCase({ fingerprint: 'f', roleArn, logGroupName: null }), null);
    expect(await allOf(lists().openCases())).toEqual([
      { fingerprint: 'f', roleArn, logGroupName: null, state: 'ticketed' },
    ]);
  });
});

describe('given attached policies', () => {
  it('lists the roles on which one should stand, in their order, after any of them', async () => {
    for (const roleId of ['AROA2', 'AROA1', 'AROA4', 'AROA3']) await cases().saveAttachedPolicy(policyOf(roleId), null);
    await cases().saveAttachedPolicy({ ...policyOf('AROA3'), revertedAt: NOW.toISOString(), version: 2 }, 1);
    expect(await allOf(lists().attachedPolicies(null))).toEqual([
      { roleId: 'AROA1' },
      { roleId: 'AROA2' },
      { roleId: 'AROA4' },
    ]);
    expect(await allOf(lists().attachedPolicies('AROA1'))).toEqual([{ roleId: 'AROA2' }, { roleId: 'AROA4' }]);
    expect(await allOf(lists().attachedPolicies('AROA4'))).toEqual([]);
  });

  it('reads no further page than it is asked for', async () => {
    for (const roleId of ['AROA1', 'AROA2', 'AROA3']) await cases().saveAttachedPolicy(policyOf(roleId), null);
    const small: Table = {
      ...store.table,
      query: (index, partition, range) => store.table.query(index, partition, { ...range, limit: 1 }),
    };
    const pages = lists(small).attachedPolicies(null)[Symbol.asyncIterator]();
    expect(await pages.next()).toEqual({ done: false, value: [{ roleId: 'AROA1' }] });
    expect(await pages.next()).toEqual({ done: false, value: [{ roleId: 'AROA2' }] });
  });
});

describe('given a row that another writer put into a list', () => {
  it.each([
    { name: 'of another kind', key: 'VERDICT#a', row: { workOrder: 'arn#f', logGroupName: null, state: 'ticketed' } },
    { name: 'of another order', key: 'CASE#f', row: { workOrder: 'arn#g', logGroupName: null, state: 'ticketed' } },
    { name: 'in no known state', key: 'CASE#f', row: { workOrder: 'arn#f', logGroupName: null, state: 'perfect' } },
  ])('throws on a case $name', async ({ key, row }) => {
    await store.forge(key, { ...row, workList: 'CASES' });
    await expect(allOf(lists().openCases())).rejects.toThrow(`The row of ${key} in the index of unfinished work`);
  });

  it('gives the others to whoever is told of it', async () => {
    await cases().saveCase(aCase({ fingerprint: 'good' }), null);
    await cases().saveAttachedPolicy(policyOf('AROA3'), null);
    await store.forge('CASE#f', { workList: 'CASES', workOrder: 'arn#g', logGroupName: null, state: 'ticketed' });
    await store.forge('POLICY#AROA1', { workList: 'POLICIES', workOrder: 'AROA2' });
    const told: unknown[] = [];
    const onMalformed = (error: unknown) => told.push(error);
    expect((await allOf(lists().openCases(onMalformed))).map(({ fingerprint }) => fingerprint)).toEqual(['good']);
    expect(await allOf(lists().attachedPolicies(null, onMalformed))).toEqual([{ roleId: 'AROA3' }]);
    expect(told).toEqual([
      new Error('The row of CASE#f in the index of unfinished work is malformed.'),
      new Error('The row of POLICY#AROA1 in the index of unfinished work is malformed.'),
    ]);
  });

  it('throws on the policy of another role', async () => {
    await store.forge('POLICY#AROA1', { workList: 'POLICIES', workOrder: 'AROA2' });
    await expect(allOf(lists().attachedPolicies(null))).rejects.toThrow('The row of POLICY#AROA1 in the index');
  });
});
