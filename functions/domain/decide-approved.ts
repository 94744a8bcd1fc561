import type { Digest } from './canonical.ts';
import { decide } from './decide.ts';
import { type Decision, loweredToTicket } from './decision.ts';
import type { Denial } from './denial.ts';
import type { Finding } from './finding.ts';
import type { Rules } from './mode.ts';
import { type Proposal, planHashOf } from './proposal.ts';

/** What the approval of a proposal is measured by. */
export interface ApprovedPlan {
  readonly proposal: Pick<Proposal, 'proposedAt' | 'expiresAt' | 'planHash'>;
  readonly digest: Digest;
}

/**
 * What to do about a denial whose repair a person approved: decided as ever, from what is there now. Attached is exactly the plan
 * that they saw; where another one would be right by now, a ticket says so.
 */
export function decideApproved(
  denial: Denial,
  finding: Finding,
  rules: Rules,
  now: Date,
  { proposal, digest }: ApprovedPlan,
): Decision {
  const decision = decide(denial, finding, rules, now, proposal);
  if (decision.disposition !== 'attach-policy') return decision;
  const { role } = finding.observation;
  const isThatPlan =
    role.kind === 'read' && planHashOf(role.value.roleId, decision.policy, digest) === proposal.planHash;
  return isThatPlan
    ? decision
    : loweredToTicket(decision, {
        code: 'plan-changed',
        detail:
          'the role or the target changed since the repair was proposed; what was approved is not what would be right now',
      });
}
