import type { GuardrailResult } from '../decision.ts';
import { type Finding, isDeniedInPlaceOf } from '../finding.ts';
import { matchesAnyGlob } from '../glob.ts';
import type { LogTarget } from '../log-target.ts';
import { unsafeName } from '../names-safe.ts';
import type { PlannedRepair } from '../planned-repair.ts';
import type { Ceiling } from '../settings.ts';
import { companionConfirmed } from './companion.ts';
import { groupExists, noTarget, notDerived } from './confirmed.ts';
import { everyName, notPermitted, withTarget } from './granted.ts';
import { type Evidence, fails, type Guardrail, holds, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';
import { routerConfirmed } from './router.ts';

/** What was denied is what ECS says that it has to be, and the group exists where its logs go. */
export const targetConfirmed: Guardrail = ({ finding }: Evidence) => {
  if (finding === null) {
    return notEvaluable('target-confirmed', NEEDS_ACCOUNT);
  }
  switch (finding.signal) {
    case 'exec-delivery':
      return deliveryConfirmed(finding);
    case 'exec-companion':
      return companionConfirmed(finding);
    case 'router':
      return routerConfirmed(finding);
  }
};

/** The denied group is the one that the cluster and the task definition say. */
function deliveryConfirmed(finding: Finding): GuardrailResult {
  const code = 'target-confirmed';
  const { target, denial } = finding;
  if (target === null) {
    return notDerived(finding);
  }
  if (
    denial.logGroupName !== null &&
    target.otherContainerGroups.includes(denial.logGroupName) &&
    !isTargetGroup(target, denial.logGroupName)
  ) {
    return fails(
      code,
      `${denial.logGroupName} is the log group of another container of the same task`,
      'target-other-container',
    );
  }
  if (target.kind === 'none') {
    return noTarget(target);
  }
  if (target.logGroupName === null || target.logGroupName !== denial.logGroupName) {
    const derived = target.logGroupName === null ? 'no log group, only a bucket' : target.logGroupName;
    return fails(code, `the session's target is ${derived}, the denied call went elsewhere`, 'target-unexpected');
  }
  const isHere = isDeniedInPlaceOf(target, denial);
  if (isHere === null) {
    return notEvaluable(code, 'the record does not show which log group was denied');
  }
  return isHere
    ? groupExists(target, finding)
    : fails(code, 'the target or the denied group lies in another account or Region', 'target-elsewhere');
}

function isTargetGroup(target: { kind: string } | LogTarget, group: string): boolean {
  return 'logGroupName' in target && target.logGroupName === group;
}

// Groups of AWS services and of audit itself; no setting removes these.
function isBuiltInDenied(group: string): boolean {
  return (
    (group.startsWith('/aws/') && !group.startsWith('/aws/ecs/')) ||
    group.startsWith('/aws/ecs/containerinsights/') ||
    group.startsWith('aws-cloudtrail-logs-')
  );
}

/**
 * Whoever may register a task definition chooses the group, so the list of groups that may be granted is not theirs. Groups that
 * our policy holds from earlier are granted anew, and must still be allowed.
 */
export const groupAllowed: Guardrail = ({ finding, rules }: Evidence) => {
  const code = 'group-allowed';
  return withTarget(code, finding, (target, granted) => {
    if (target.logGroupName === null) {
      return fails(code, 'the target has no log group');
    }
    const { allow, deny } = rules.settings.logGroups;
    return everyName(code, 'the settings allow', [target.logGroupName, ...granted.logGroups], (group) => {
      if (isBuiltInDenied(group)) {
        return fails(code, `${group} is on the built-in deny-list`, 'group-built-in-denied');
      }
      if (matchesAnyGlob(deny, group) || !matchesAnyGlob(allow, group)) {
        return fails(code, `the settings do not allow ${group}`);
      }
      if (!matchesAnyGlob(rules.ceiling.logGroups, group)) return notPermitted(code, group);
      return unprepared(group, finding?.repair ?? null, rules.ceiling);
    });
  });
};

/** Where the deployment repairs by prepared policies, only the groups that it has them for, and only if nothing else is needed. */
function unprepared(
  group: string,
  repair: PlannedRepair | null,
  { repair: way, preparedGroups = [] }: Ceiling,
): GuardrailResult | null {
  if (way !== 'managed-policy') return null;
  const code = 'group-allowed';
  if (!preparedGroups.includes(group)) {
    return fails(code, `the deployment prepared no policy for ${group}`, 'group-not-prepared');
  }
  return repair?.policy.prepared === undefined
    ? fails(code, `the policy prepared for ${group} does not grant all that the logs need`, 'group-not-prepared')
    : null;
}

/** A wildcard or a variable in a name would widen the policy beyond its target. */
export const namesSafe: Guardrail = ({ finding }: Evidence) => {
  const code = 'names-safe';
  return withTarget(code, finding, (target) => {
    const unsafe = unsafeName(target);
    return unsafe === null
      ? holds(code, "every name is of AWS's own character set")
      : fails(code, `the ${unsafe} holds characters that must not enter a policy`);
  });
};
