import type { Case } from '../domain/case.ts';
import { isWantedStill } from './own-policy.ts';

/** What undoes an inline policy of ours. The ticket says it at length. */
export const EXCLUSIVE_WARNING =
  'Terraform that owns all inline policies of the role (`aws_iam_role_policies_exclusive`, or `inline_policy` blocks) removes it with ' +
  'its next apply: add the permission there before it.';

const EXCLUSIVE_WARNING_OF_PREPARED =
  'Terraform that owns all attached policies of the role (`aws_iam_role_policy_attachments_exclusive`, or `managed_policy_arns`) ' +
  'detaches it with its next apply: add the permission there before it.';

/** What undoes our repair of a case, by its kind. */
export function exclusiveWarning({ attachesPrepared }: Pick<Case, 'attachesPrepared'>): string {
  return attachesPrepared === true ? EXCLUSIVE_WARNING_OF_PREPARED : EXCLUSIVE_WARNING;
}

/** The warning, unless the policy is to go anyway. */
export function exclusiveLines(found: Pick<Case, 'attachesPrepared' | 'reasons'>): readonly string[] {
  return isWantedStill(found.reasons) ? [exclusiveWarning(found)] : [];
}
