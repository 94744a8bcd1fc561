import { parseArn } from './arn.ts';
import type { PolicyStatement } from './decision.ts';
import type { AttachedPolicy, ObservedInlinePolicy, ObservedRole, Reading, SimulatedCall } from './observation.ts';
import { logsArnIn, readOwnDocument, SESSION, SID } from './own-document.ts';
import { ownPolicyOn } from './own-policy.ts';
import { isPreparedName, preparedNameFor } from './prepared-policy.ts';
import { policyNameFor, type RequiredCall, routerProbe } from './remediation-policy.ts';

/** What a policy that we attached wants, by what stands on the role. */
export type PolicyJudgement =
  /** Nothing to do, or nothing that could be known; the next round looks again. */
  | { readonly kind: 'keep'; readonly because: string }
  /** An announced write that was never made; what stood before it stands. */
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'role-gone'; readonly because: string }
  /** Our own removal, which a killed Lambda did not write down. */
  | { readonly kind: 'removed-by-us' }
  | { readonly kind: 'removed-by-others' }
  | { readonly kind: 'changed' }
  /** The role is allowed every call that our policy makes possible, by its other policies. */
  | { readonly kind: 'not-needed'; readonly policy: ObservedInlinePolicy }
  | { readonly kind: 'old'; readonly days: number }
  | { readonly kind: 'overdue'; readonly days: number };

/** All that a judgement rests on. */
export interface ReviewedPolicy {
  readonly record: AttachedPolicy;
  readonly role: Reading<ObservedRole>;
  /** The calls of `callsOf` for the policy that stands, simulated with the policies named; absent where none stands. */
  readonly simulation: Reading<readonly SimulatedCall[]>;
  readonly policyTtlDays: number;
  readonly now: Date;
}

const MILLISECONDS_PER_DAY = 24 * 3_600_000;
/** A write may still be under way, or not be visible yet. */
const FRESH_MILLISECONDS = 5 * 60_000;
/** No retry of the denial that announced a write comes later. */
const UNFINISHED_MILLISECONDS = 3_600_000;
const DAYS_AFTER_WARNING = 7;

/** What to do about a policy of ours. Total; what could not be read changes nothing. */
export function reviewPolicy({ record, role, simulation, policyTtlDays, now }: ReviewedPolicy): PolicyJudgement {
  const age = now.getTime() - Date.parse(record.attachedAt);
  if (record.revertedAt !== null) {
    return { kind: 'keep', because: 'nothing of ours is attached' };
  }
  // Also where the time cannot be read.
  if (!(age >= FRESH_MILLISECONDS)) {
    return { kind: 'keep', because: 'it was written a moment ago' };
  }
  if (role.kind === 'unreadable') {
    return { kind: 'keep', because: `the role could not be read: ${role.because}` };
  }
  if (role.kind === 'absent') {
    return { kind: 'role-gone', because: 'the role was deleted, and our policy with it' };
  }
  if (role.value.roleId !== record.roleId) {
    return { kind: 'role-gone', because: 'the role was deleted and another one made under its name' };
  }
  const own = ownPolicyOn(role.value, record.policyName, { kind: 'read', value: record });
  switch (own.kind) {
    case 'none':
    case 'removed':
      if (record.removalAt !== undefined) return { kind: 'removed-by-us' };
      return own.kind === 'removed' ? { kind: 'removed-by-others' } : unfinished(age);
    case 'changed':
      return { kind: 'changed' };
    case 'as-we-left-it':
      if (own.policy.hash !== record.documentHash) return unfinished(age);
      return standing(own.policy, record, role.value, simulation, { policyTtlDays, now });
    case 'foreign':
    case 'unknown':
      return { kind: 'keep', because: 'what stands there is not known to be ours' };
  }
}

function unfinished(age: number): PolicyJudgement {
  return age >= UNFINISHED_MILLISECONDS
    ? { kind: 'withdraw' }
    : { kind: 'keep', because: 'an announced write may still be made' };
}

function standing(
  policy: ObservedInlinePolicy,
  record: AttachedPolicy,
  role: ObservedRole,
  simulation: ReviewedPolicy['simulation'],
  { policyTtlDays, now }: Pick<ReviewedPolicy, 'policyTtlDays' | 'now'>,
): PolicyJudgement {
  if (record.confirmedAt === null) {
    return { kind: 'confirm' };
  }
  if (isNotNeeded(policy, role, simulation)) {
    return { kind: 'not-needed', policy };
  }
  const days = Math.floor((now.getTime() - Date.parse(record.attachedAt)) / MILLISECONDS_PER_DAY);
  if (days < policyTtlDays) {
    return { kind: 'keep', because: 'the role needs it' };
  }
  if (record.warnedAt === null) {
    return { kind: 'old', days };
  }
  return now.getTime() - Date.parse(record.warnedAt) >= DAYS_AFTER_WARNING * MILLISECONDS_PER_DAY
    ? { kind: 'overdue', days }
    : { kind: 'keep', because: 'people were told that it is old' };
}

/**
 * Whether the policy may be removed from the role: its name, form and place are ours. The hash is compared elsewhere, with the
 * record; nothing else of a role is ever deleted.
 */
export function isRemovable({ name, document }: ObservedInlinePolicy): boolean {
  const region = parseArn(logsArnIn(readOwnDocument(document, null) ?? []))?.region;
  return region !== undefined && (name === policyNameFor(region) || name === preparedNameFor(region));
}

/**
 * The calls that a standing policy of ours makes possible, by its own document: for each stream pattern creating and writing,
 * and whatever else it grants, since it does not say which of its targets ask for encryption. Empty for what is not of our form.
 */
export function callsOf({ document }: ObservedInlinePolicy): readonly RequiredCall[] {
  return (readOwnDocument(document, null) ?? []).flatMap((own) =>
    // The agent asks for no list of streams.
    own.Sid === `${SID}DescribeStreams`
      ? []
      : own.Resource.flatMap((resource) =>
          own.Action.map((action) => ({ action, resource: concrete(own.Sid, action, resource), ...viaServiceOf(own) })),
        ),
  );
}

function viaServiceOf({ Condition }: PolicyStatement): Pick<RequiredCall, 'viaService'> {
  const values = Condition?.StringEquals;
  return values !== undefined && 'kms:ViaService' in values ? { viaService: values['kms:ViaService'] } : {};
}

/** A resource that no earlier grant can name: a policy for one dead stream must not pass for the team's own permission. */
function concrete(sid: string, action: string, resource: string): string {
  const probe = SESSION.replace('*', 'probe');
  switch (sid) {
    case `${SID}DescribeGroups`:
      return resource.replace(/\*$/, ':log-stream:');
    case `${SID}Objects`:
      return resource.replace(SESSION, `${probe}.log`);
    case `${SID}Router`:
    case `${SID}RouterGroups`:
      return routerProbe(action, resource);
    default:
      return resource.replace(SESSION, probe);
  }
}

/** Every call is allowed by a statement that is neither ours nor the boundary's, which only limits. */
function isNotNeeded(
  policy: ObservedInlinePolicy,
  role: ObservedRole,
  simulation: ReviewedPolicy['simulation'],
): boolean {
  const required = callsOf(policy);
  if (simulation.kind !== 'read' || required.length === 0 || simulation.value.length !== required.length) {
    return false;
  }
  const boundary = role.permissionsBoundaryArn?.split('/').at(-1);
  const notTheirs = new Set(
    [policy.name, `role_${role.roleName}_${policy.name}`, ...(boundary === undefined ? [] : [boundary])].map(lowered),
  );
  // Prepared policies are several, each called after ours and its group.
  const isOurs = (name: string) =>
    notTheirs.has(name) || (isPreparedName(policy.name) && name.includes(`${lowered(policy.name)}.`));
  return simulation.value.every(
    (call, at) =>
      call.action === required[at]?.action &&
      call.resource === required[at].resource &&
      call.allowed &&
      call.missingContextValues.length === 0 &&
      (call.matchedPolicies ?? []).some((name) => !isOurs(lowered(name))),
  );
}

/** IAM's names are the same in upper and lower case. */
function lowered(name: string): string {
  return name.toLowerCase();
}

/** The record as it was before an announced write that was not made, whose cause was the last one; by what stands there. */
export function withdrawn(record: AttachedPolicy, standingHash: string | null, now: Date): AttachedPolicy {
  return standingHash === null
    ? { ...record, fingerprints: [], revertedAt: now.toISOString() }
    : {
        ...record,
        documentHash: standingHash,
        previousHash: null,
        confirmedAt: now.toISOString(),
        fingerprints: record.fingerprints.slice(0, -1),
      };
}
