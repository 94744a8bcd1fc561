import type { Proposal } from '../../../functions/domain/proposal.ts';
import type { ProposalStore } from '../../../functions/ports.ts';

/** A proposal store that keeps its state in memory, with the same conditional writes as the table. */
export class FakeProposalStore implements ProposalStore {
  readonly proposals = new Map<string, Proposal>();

  async findProposal(proposalId: string) {
    return this.proposals.get(proposalId);
  }

  async saveProposal(proposal: Proposal, expectedVersion: number | null) {
    if ((this.proposals.get(proposal.proposalId)?.version ?? null) !== expectedVersion) {
      return 'conflict' as const;
    }
    this.proposals.set(proposal.proposalId, proposal);
    return 'saved' as const;
  }
}
