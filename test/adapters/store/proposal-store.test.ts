import { createProposalStore } from '../../../functions/adapters/aws/proposal-store.ts';
import type { ProposalStore } from '../../../functions/ports.ts';
import { aContainer, aTaskDefinition } from '../../support/builders.ts';
import { aProposal } from '../../support/proposals.ts';
import { startTable, type TestTable } from '../../support/table.ts';

const { proposalId } = aProposal();
const ANSWER = { action: 'approve', slackUserId: 'U0GRACE00', clickedAt: '2023-02-11T07:00:00.123Z' } as const;

let store: TestTable;
let proposals: ProposalStore;
beforeEach(async () => {
  store = await startTable();
  proposals = createProposalStore(store.table);
});
afterEach(() => store.stop());

describe('a proposal', () => {
  it('is unknown until it is saved, and read back as it was', async () => {
    expect(await proposals.findProposal(proposalId)).toBeUndefined();
    expect(await proposals.saveProposal(aProposal(), null)).toBe('saved');
    expect(await proposals.findProposal(proposalId)).toEqual(aProposal());
  });

  it('keeps its evidence to the letter: numbers, empty texts, a log router, no session', async () => {
    const event = { count: 1e300, empty: '', none: null, nested: [[{ '': 'x' }]] };
    const router = aContainer({ name: 'router', router: { type: 'fluentbit' } });
    const taskDefinition = aTaskDefinition({ containers: [aContainer(), router] });
    const written = aProposal({ evidence: { ...aProposal().evidence, event, session: null, taskDefinition } });
    await proposals.saveProposal(written, null);
    expect(await proposals.findProposal(proposalId)).toEqual(written);
  });

  it('keeps the first of two answers', async () => {
    await proposals.saveProposal(aProposal(), null);
    const answered = aProposal({ answer: ANSWER, version: 2 });
    const other = aProposal({ answer: { ...ANSWER, action: 'reject' }, version: 2 });
    expect([await proposals.saveProposal(answered, 1), await proposals.saveProposal(other, 1)]).toEqual([
      'saved',
      'conflict',
    ]);
    expect(await proposals.findProposal(proposalId)).toEqual(answered);
  });

  it("takes nobody else's id", async () => {
    await proposals.saveProposal(aProposal(), null);
    expect(await proposals.saveProposal(aProposal({ planHash: 'x' }), null)).toBe('conflict');
  });

  it('goes two weeks behind its end', async () => {
    await proposals.saveProposal(aProposal(), null);
    expect(await store.rowAt(`PROPOSAL#${proposalId}`)).toMatchObject({
      endsAt: '2023-02-14T06:36:04.000Z',
      expiresAt: Date.parse('2023-02-28T06:36:04Z') / 1000,
    });
  });

  it.each([
    ['no evidence', { evidence: 'nothing' }],
    ['evidence of another kind', { evidence: '{"session":null}' }],
    ['no end', { endsAt: 'soon' }],
    ['an answer that is none', { answer: { action: 'perhaps' } }],
    ['the id of another one', { proposalId: 'proposal-id-00000002' }],
  ])('throws where its row holds %s', async (_, parts) => {
    await proposals.saveProposal(aProposal(), null);
    await store.forge(`PROPOSAL#${proposalId}`, { ...(await store.rowAt(`PROPOSAL#${proposalId}`)), ...parts });
    await expect(proposals.findProposal(proposalId)).rejects.toThrow(
      `The proposal ${proposalId} in the table is malformed.`,
    );
  });
});
