import type { Reason } from '../domain/decision.ts';
import { isWantedStill } from './own-policy.ts';

/** What undoes a policy of ours. The ticket says it at length. */
export const EXCLUSIVE_WARNING =
  'Terraform that owns all inline policies of the role (`aws_iam_role_policies_exclusive`, or `inline_policy` blocks) removes it with ' +
  'its next apply: add the permission there before it.';

/** The warning, unless the policy is to go anyway. */
export function exclusiveLines(reasons: readonly Reason[]): readonly string[] {
  return isWantedStill(reasons) ? [EXCLUSIVE_WARNING] : [];
}
