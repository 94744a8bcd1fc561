import type { CaseProposal } from '../../functions/domain/case.ts';
import type { Proposal } from '../../functions/domain/proposal.ts';
import { ACCOUNT, anExecSession, aTask, aTaskDefinition, GROUP, NOW, REGION } from './builders.ts';

/** What a case's message asks, for three days; nobody answered. */
export function aProposalOfCase(overrides: Partial<CaseProposal> = {}): CaseProposal {
  return {
    proposalId: 'proposal-id-00000001',
    state: 'open',
    expiresAt: '2023-02-14T06:36:04.000Z',
    statements: [
      { actions: ['logs:CreateLogStream'], resources: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}:*`] },
    ],
    answeredBy: null,
    answeredAt: null,
    ...overrides,
  };
}

/** The row of the same proposal, with what was seen in the set-up `nginx-default`. */
export function aProposal(overrides: Partial<Proposal> = {}): Proposal {
  return {
    proposalId: 'proposal-id-00000001',
    fingerprint: 'f'.repeat(32),
    planHash: 'p'.repeat(64),
    proposedAt: NOW.toISOString(),
    expiresAt: '2023-02-14T06:36:04.000Z',
    evidence: { event: { detail: {} }, session: anExecSession(), task: aTask(), taskDefinition: aTaskDefinition() },
    answer: null,
    version: 1,
    ...overrides,
  };
}
