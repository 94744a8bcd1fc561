import type { Rules } from '../domain/mode.ts';
import { effectiveMode } from '../domain/mode.ts';
import type { AttachedPolicy, ObservedInlinePolicy, ObservedRole } from '../domain/observation.ts';
import { isRemovable } from '../domain/policy-review.ts';
import type { CaseStore, Clock, RolePolicyWriter } from '../ports.ts';
import { isUnchanged } from './attach.ts';
import { RetryLater } from './retry-later.ts';

export interface RemovalPorts {
  /** Without a writer the deployment has no IAM write, and nothing is ever removed. */
  readonly writer: RolePolicyWriter | null;
  readonly cases: CaseStore;
  readonly clock: Clock;
}

/** What became of a removal. `announced` is the record as it stands with the removal in it. */
export type Removal =
  | { readonly kind: 'removed'; readonly announced: AttachedPolicy }
  | { readonly kind: 'refused'; readonly because: string; readonly announced: AttachedPolicy }
  /** The mode or the ceiling permits no IAM write. */
  | { readonly kind: 'not-permitted' }
  /** The name or the text is not ours. */
  | { readonly kind: 'not-ours' };

/**
 * Takes our policy off a role. The removal is announced first, so that a Lambda killed behind it does not take it for somebody
 * else's; right before it, role, record and document are read again, and must be what was judged.
 * @throws RetryLater when anything changed since.
 */
export async function removePolicy(
  { record, role, policy }: { record: AttachedPolicy; role: ObservedRole; policy: ObservedInlinePolicy },
  { rules, owner }: { readonly rules: Rules; readonly owner: string },
  { writer, cases, clock }: RemovalPorts,
): Promise<Removal> {
  const account = role.roleArn.split(':')[4] ?? null;
  const { mode, muted } = effectiveMode(rules, account, [role.tags]);
  if (writer === null || muted || (mode !== 'attach' && mode !== 'propose')) {
    return { kind: 'not-permitted' };
  }
  if (policy.name !== record.policyName || policy.hash !== record.documentHash || !isRemovable(policy)) {
    return { kind: 'not-ours' };
  }
  const announced = {
    ...record,
    removalAt: clock().toISOString(),
    ...(role.prepared !== undefined && { removalArns: role.prepared.arns }),
    owner,
    version: record.version + 1,
  };
  if ((await cases.saveAttachedPolicy(announced, record.version)) === 'conflict') {
    throw new RetryLater('another invocation works on this policy');
  }
  const snapshot = await writer.readRole(role.roleName);
  const latest = await cases.findAttachedPolicy(record.roleId);
  const isAsJudged =
    // Also the role's other policies: the one that makes ours needless must still be there.
    snapshot.kind === 'read' && isUnchanged(role, snapshot.value) && latest?.version === announced.version;
  if (!isAsJudged) {
    throw new RetryLater('the role changed between the judgement and the removal');
  }
  const written = await writer.deletePolicy(role.roleName, policy.name, role.roleArn);
  return written.kind === 'written'
    ? { kind: 'removed', announced }
    : { kind: 'refused', because: written.because, announced };
}
