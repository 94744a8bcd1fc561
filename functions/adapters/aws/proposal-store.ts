import type { ProposalStore } from '../../ports.ts';
import { proposalOfRow, rowOfProposal } from './proposal-rows.ts';
import { type Table, versionIs } from './table.ts';
import { TABLE_PREFIXES } from './table-keys.ts';

const proposalKey = (proposalId: string) => `${TABLE_PREFIXES.proposal}${proposalId}`;

/** Proposals in DynamoDB: of two answers at once, one is saved. */
export function createProposalStore(table: Table): ProposalStore {
  return {
    async findProposal(proposalId) {
      const row = await table.read(proposalKey(proposalId));
      return row === undefined ? undefined : proposalOfRow(row, proposalId);
    },

    async saveProposal(proposal, expectedVersion) {
      const row = rowOfProposal(proposal);
      const written = await table.put(proposalKey(proposal.proposalId), row, versionIs(expectedVersion));
      return written === 'written' ? 'saved' : 'conflict';
    },
  };
}
