import type { AttachedPolicy, Observation, ObservedInlinePolicy, ObservedRole } from './observation.ts';
import { isPreparedName, policiesOn } from './prepared-policy.ts';

/** How the policy of our name on a role stands to what we remember of it. */
export type OwnPolicy =
  /** Nothing there, and nothing remembered that should be. */
  | { readonly kind: 'none' }
  | { readonly kind: 'as-we-left-it'; readonly policy: ObservedInlinePolicy }
  /** A policy of our name that we did not write. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'changed' }
  /** We wrote it, and somebody else removed it. */
  | { readonly kind: 'removed' }
  | { readonly kind: 'unknown'; readonly because: string };

/** Compares the role's policy of our name with our record, by the hash of its canonical document. */
export function ownPolicyOn(role: ObservedRole, policyName: string, record: Observation['attachedPolicy']): OwnPolicy {
  if (record.kind === 'unreadable') {
    return { kind: 'unknown', because: record.because };
  }
  if (isPreparedName(policyName) && role.prepared === undefined) {
    return { kind: 'unknown', because: 'this deployment does not look for prepared policies' };
  }
  const policy = policiesOn(role).find((candidate) => candidate.name === policyName);
  const isOfThisPolicy =
    record.kind === 'read' && record.value.roleId === role.roleId && record.value.policyName === policyName;
  const ours = isOfThisPolicy && record.value.revertedAt === null ? record.value : null;
  if (policy === undefined) {
    // An announced write that was never confirmed is unfinished, not removed.
    return ours === null || (ours.confirmedAt === null && ours.previousHash === null)
      ? { kind: 'none' }
      : { kind: 'removed' };
  }
  if (ours === null) {
    return { kind: 'foreign' };
  }
  const known = policy.hash === ours.documentHash || (ours.confirmedAt === null && policy.hash === ours.previousHash);
  return known ? { kind: 'as-we-left-it', policy } : { kind: 'changed' };
}

/**
 * The record by what a removal of ours left that broke off between two prepared policies: fewer than it was announced for, and no
 * other. It is ours to finish, and nobody else's change; any other record stays as it is.
 */
export function withRestOfRemoval(
  record: AttachedPolicy,
  { prepared }: Pick<ObservedRole, 'prepared'>,
): AttachedPolicy {
  const { removalArns } = record;
  if (prepared?.policy == null || removalArns === undefined) return record;
  const { arns, policy } = prepared;
  const isRest = arns.length < removalArns.length && arns.every((arn) => removalArns.includes(arn));
  return isRest && policy.name === record.policyName ? { ...record, documentHash: policy.hash } : record;
}
