import { canonicalJson, type Digest } from './canonical.ts';
import type { CaseProposal } from './case.ts';
import type { RemediationPolicy } from './decision.ts';
import type { ExecSession } from './exec-session.ts';
import type { ObservedTask, ObservedTaskDefinition } from './observation.ts';

/**
 * What of a denial may be gone by the time somebody answers: tasks vanish from ECS within the hour. It stands in the remediator's own
 * rows, which nobody else can write. Everything else is read anew at the click.
 */
export interface ProposalEvidence {
  /** The event as it was received; it is parsed again. */
  readonly event: unknown;
  /** null for a log router's denial, which is of no session. */
  readonly session: ExecSession | null;
  readonly task: ObservedTask;
  readonly taskDefinition: ObservedTaskDefinition;
}

/** The first answer of a person who may answer; it stands. */
export interface ProposalAnswer {
  readonly action: 'approve' | 'reject';
  readonly slackUserId: string;
  /** ISO 8601, UTC, by Slack's clock. */
  readonly clickedAt: string;
}

/** A repair that somebody is asked to approve: exactly this plan, for this cause, until it expires. */
export interface Proposal {
  /** One-time, opaque, 128 bits at least. */
  readonly proposalId: string;
  readonly fingerprint: string;
  /** Of the plan that was shown: see `planHashOf`. */
  readonly planHash: string;
  /** ISO 8601, UTC. */
  readonly proposedAt: string;
  readonly expiresAt: string;
  readonly evidence: ProposalEvidence;
  readonly answer: ProposalAnswer | null;
  /** Grows with each write. */
  readonly version: number;
}

/** What a person's approval puts in the place of the denial's age: the proposal had an end of its own. */
export type Approval = Pick<Proposal, 'proposedAt' | 'expiresAt'>;

/** Names a plan: the role by its id, the policy's name and its document, whatever the order of their keys. */
export function planHashOf(roleId: string, policy: RemediationPolicy, digest: Digest): string {
  return digest(canonicalJson([roleId, policy.roleName, policy.policyName, policy.document]));
}

/** The question as people are shown it, before anybody answered: whose session it was, and what the policy would allow. */
export function openProposal(
  { proposalId, expiresAt }: Pick<Proposal, 'proposalId' | 'expiresAt'>,
  { document }: RemediationPolicy,
  session: Pick<ExecSession, 'personArn' | 'containerName'> | null,
): CaseProposal {
  return {
    proposalId,
    state: 'open',
    expiresAt,
    personArn: session?.personArn ?? null,
    containerName: session?.containerName ?? null,
    statements: document.Statement.map(({ Action, Resource }) => ({ actions: Action, resources: Resource })),
    answeredBy: null,
    answeredAt: null,
  };
}
