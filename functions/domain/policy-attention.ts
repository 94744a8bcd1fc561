import type { AttachedPolicy, ObservedRole, Reading } from './observation.ts';
import { ownPolicyOn } from './own-policy.ts';

/** Why a standing policy wants a look at once. */
export type PolicyAttention =
  | 'role-gone'
  | 'role-made-again'
  | 'removed'
  | 'changed'
  | 'unconfirmed'
  | 'new'
  | 'too-old';

const MILLISECONDS_PER_DAY = 86_400_000;
/** Every role has one of these moments of the day. */
const SLOT_MILLISECONDS = 15 * 60_000;
const SLOTS = MILLISECONDS_PER_DAY / SLOT_MILLISECONDS;
/** A write is read back within seconds; what is unconfirmed for longer was killed in between. */
const UNCONFIRMED_MILLISECONDS = 10 * 60_000;
/** IAM shows a write everywhere by then, so that a first simulation of it can be trusted. */
const PROPAGATED_MILLISECONDS = 5 * 60_000;

/** Why the policy of this record wants a look at once, or null. What cannot be read waits for the daily review. */
export function policyAttention(
  record: AttachedPolicy,
  role: Reading<ObservedRole>,
  { policyTtlDays, since, now }: { readonly policyTtlDays: number; readonly since: Date | null; readonly now: Date },
): PolicyAttention | null {
  if (record.revertedAt !== null) return null;
  if (role.kind === 'absent') return 'role-gone';
  if (role.kind === 'read') {
    if (role.value.roleId !== record.roleId) return 'role-made-again';
    const own = ownPolicyOn(role.value, record.policyName, { kind: 'read', value: record });
    if (own.kind === 'removed' || own.kind === 'changed') return own.kind;
  }
  if (isWithin(Date.parse(record.attachedAt) + PROPAGATED_MILLISECONDS, since, now)) return 'new';
  const age = now.getTime() - Date.parse(record.attachedAt);
  if (record.confirmedAt === null && age > UNCONFIRMED_MILLISECONDS) return 'unconfirmed';
  return record.warnedAt === null && age > policyTtlDays * MILLISECONDS_PER_DAY ? 'too-old' : null;
}

/** Whether the role's own moment of the day lies after `since`, up to `now`: its policy is reviewed once a day, all spread out. */
export function isReviewDue(roleId: string, since: Date | null, now: Date): boolean {
  const sum = [...roleId].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % SLOTS, 0);
  const today = Math.floor(now.getTime() / MILLISECONDS_PER_DAY) * MILLISECONDS_PER_DAY + sum * SLOT_MILLISECONDS;
  const last = today <= now.getTime() ? today : today - MILLISECONDS_PER_DAY;
  return isWithin(last, since, now);
}

/** Whether a moment has come since then; where nothing is known of an earlier run, since a quarter of an hour. */
function isWithin(moment: number, since: Date | null, now: Date): boolean {
  return moment <= now.getTime() && moment > (since?.getTime() ?? now.getTime() - SLOT_MILLISECONDS);
}
