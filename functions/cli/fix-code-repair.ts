import type { RemediationPolicy } from '../domain/decision.ts';
import { allowsEverything, answers } from '../domain/guardrails/repair.ts';
import { isPreparedName, policiesOn } from '../domain/prepared-policy.ts';
import { mergedWithEarlier } from '../domain/remediation-policy.ts';
import { causeOf } from '../messages/cause.ts';
import { blockedBy, type FixEvidence } from './fix-code-blockers.ts';

/** What the code of one role should say; or why no code of it helps. */
export type RoleFix =
  | {
      readonly kind: 'patch';
      readonly roleArn: string;
      readonly stackName: string | null;
      readonly policy: RemediationPolicy;
    }
  | { readonly kind: 'nothing-missing'; readonly roleArn: string }
  | {
      readonly kind: 'not-by-policy';
      /** null where the task has none, or none is known. */
      readonly roleArn: string | null;
      readonly code: string;
      readonly what: string;
      readonly owner: string;
    };

/**
 * Causes that stay whatever the role's own policies say: somebody else's policy denies, or what the logs need is not there. Every
 * other reason is one for which exec-log does not write the policy itself, and code may.
 */
const NOT_BY_POLICY: ReadonlySet<string> = new Set([
  'denied-by-boundary',
  'denied-by-scp',
  'denied-by-rcp',
  'denied-by-session-policy',
  'denied-by-vpc-endpoint',
  'denied-by-resource-policy',
  'denied-explicitly',
  'simulated-organization-deny',
  'simulated-boundary-deny',
  'simulated-deny',
  'log-group-missing',
  'bucket-missing',
  'key-missing',
  'key-disabled',
  'key-policy-unreadable',
  'key-not-delegating',
  'key-unresolved',
  'key-elsewhere',
  'target-elsewhere',
  'not-a-role-session',
  'not-the-task-role',
  'router-creates-group',
  'awslogs-driver',
]);

/** The fix for one target of one role. */
export function fixOf(evidence: FixEvidence): RoleFix {
  const { roleArn, repair, simulation, stack, role } = evidence;
  const blocked = evidence.reasons.find(({ code }) => NOT_BY_POLICY.has(code)) ?? blockedBy(evidence);
  if (blocked !== null) return notByPolicy(roleArn, blocked.code, blocked.detail);
  if (repair === null) {
    const [{ code, detail } = UNPLANNED] = evidence.reasons;
    return notByPolicy(roleArn, code, detail);
  }
  const ownStands =
    preparedStands(evidence) ||
    (role.kind === 'read' && policiesOn(role.value).some(({ name }) => name === repair.policy.policyName));
  const isAllowed =
    simulation.kind === 'read' &&
    answers(simulation.value.now, repair.requiredCalls) &&
    allowsEverything(simulation.value.now);
  // What only the policy of exec-log allows is missing in the code.
  if (isAllowed && !ownStands) return { kind: 'nothing-missing', roleArn };
  const stackName = stack.kind === 'read' ? stack.value.stackName : null;
  return { kind: 'patch', roleArn, stackName, policy: repair.policy };
}

/** An attached policy does not show among the inline ones; that it is ours, the record says. */
function preparedStands({ attachedPolicy }: FixEvidence): boolean {
  return (
    attachedPolicy.kind === 'read' &&
    attachedPolicy.value.revertedAt === null &&
    isPreparedName(attachedPolicy.value.policyName)
  );
}

const UNPLANNED = { code: 'target-unresolved', detail: 'no policy could be planned: what the logs need is not known' };

/** The fix that no policy is, with the sentence and the owner of its cause. */
export function notByPolicy(roleArn: string | null, code: string, detail: string): RoleFix {
  const cause = causeOf({ state: 'ticketed' }, { reasons: [{ code, detail }] });
  return cause.code === code
    ? { kind: 'not-by-policy', roleArn, code, what: cause.what, owner: cause.owner }
    : { kind: 'not-by-policy', roleArn, code, what: sentence(detail), owner: ownerOf(code) };
}

function sentence(phrase: string): string {
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1).replace(/\.+$/, '')}.`;
}

function ownerOf(code: string): string {
  if (code.startsWith('key-')) return "the key's owner";
  return code.startsWith('bucket-') ? "the bucket's owner" : "the task role's team";
}

/** Several findings of one role and Region as one document; those whose documents do not go together stay apart. */
export function mergedByRole(fixes: readonly RoleFix[]): readonly RoleFix[] {
  const merged: RoleFix[] = [];
  for (const fix of fixes) {
    const at = merged.findIndex((known) => isOfSameRole(known, fix));
    const known = merged[at];
    const together = known === undefined ? null : mergedFix(known, fix);
    if (together === null) merged.push(fix);
    else merged[at] = together;
  }
  // A role that lacks something in one finding does not lack nothing in another.
  return merged.filter(
    (fix) =>
      fix.kind !== 'nothing-missing' ||
      !merged.some((other) => other.kind !== 'nothing-missing' && other.roleArn === fix.roleArn),
  );
}

function isOfSameRole(known: RoleFix, fix: RoleFix): boolean {
  if (known.kind !== fix.kind || known.roleArn !== fix.roleArn) return false;
  if (known.kind === 'patch' && fix.kind === 'patch') return known.policy.policyName === fix.policy.policyName;
  return known.kind !== 'not-by-policy' || (fix.kind === 'not-by-policy' && known.code === fix.code);
}

function mergedFix(known: RoleFix, fix: RoleFix): RoleFix | null {
  if (known.kind !== 'patch' || fix.kind !== 'patch') return known;
  const document = mergedWithEarlier(JSON.stringify(known.policy.document), fix.policy.document);
  return document === null ? null : { ...known, policy: { ...known.policy, document } };
}
