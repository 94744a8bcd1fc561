import type { GuardrailResult } from '../decision.ts';
import type { ObservedPrepared, SimulatedCall } from '../observation.ts';
import { ownPolicyOn } from '../own-policy.ts';
import type { PlannedRepair } from '../planned-repair.ts';
import { ATTACHED_POLICIES_LIMIT, isPreparedName } from '../prepared-policy.ts';
import { INLINE_POLICY_LIMIT_CHARACTERS, MAX_TARGETS, type RequiredCall, targetCount } from '../remediation-policy.ts';
import { type Evidence, fails, type Guardrail, holds, missing, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';

/** Whether the simulation can be believed and already allows every required call. */
export function allowsEverything(calls: readonly SimulatedCall[]): boolean {
  return calls.length > 0 && calls.every((call) => call.allowed && call.missingContextValues.length === 0);
}

/** Whether each required call was simulated, and nothing else in its place. */
export function answers(calls: readonly SimulatedCall[], required: readonly RequiredCall[]): boolean {
  return (
    required.length > 0 &&
    calls.length === required.length &&
    calls.every(({ action, resource }, at) => required[at]?.action === action && required[at].resource === resource)
  );
}

/** A grant that changes nothing is only a larger role; a grant that is not enough is worse than none. */
export const grantHelps: Guardrail = ({ finding }: Evidence) => {
  const code = 'grant-helps';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { simulation } = finding.observation;
  if (finding.repair === null) {
    return notEvaluable(code, 'no policy was planned');
  }
  if (simulation.kind !== 'read') {
    return simulation.kind === 'absent'
      ? notEvaluable(code, 'nothing was simulated')
      : missing(code, 'the simulation', simulation, 'simulation-missing');
  }
  const { now, withPolicy } = simulation.value;
  const incomplete = [...now, ...withPolicy].find((call) => call.missingContextValues.length > 0);
  if (incomplete !== undefined) {
    return notEvaluable(
      code,
      `policies of the role ask for ${incomplete.missingContextValues[0]}, which is not known`,
      'simulation-incomplete',
    );
  }
  const { requiredCalls } = finding.repair;
  if (!answers(now, requiredCalls) || !answers(withPolicy, requiredCalls)) {
    return notEvaluable(code, 'the simulation did not answer for every required call', 'simulation-incomplete');
  }
  if (allowsEverything(now)) {
    return fails(code, 'the simulation already allows every required call');
  }
  const denied = withPolicy.find((call) => !call.allowed);
  return denied === undefined
    ? holds(code, 'the simulation denies a required call now, and allows all with the policy')
    : fails(code, `${denied.action} would still be denied ${stillDeniedBy(denied)}`, stillDeniedCause(denied));
};

function stillDeniedBy(call: SimulatedCall): string {
  if (call.deniedByOrganization) {
    return 'by the organisation';
  }
  if (call.deniedByBoundary) {
    return 'by the permissions boundary';
  }
  return call.explicitDeny ? 'explicitly' : 'with the policy';
}

function stillDeniedCause(call: SimulatedCall): string {
  if (call.deniedByOrganization) {
    return 'simulated-organization-deny';
  }
  return call.deniedByBoundary ? 'simulated-boundary-deny' : 'simulated-deny';
}

/**
 * A role has 10,240 characters of inline policies, or ten managed policies attached, for everybody; we take at most five targets of
 * it.
 */
export const fits: Guardrail = ({ finding }: Evidence) => {
  const code = 'fits';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { role } = finding.observation;
  const { repair } = finding;
  if (role.kind !== 'read' || repair === null) {
    return notEvaluable(code, 'no policy was planned');
  }
  if (repair.policy.prepared !== undefined && role.value.prepared !== undefined) {
    return fitsAttached(repair, repair.policy.prepared.arn, role.value.prepared);
  }
  const others = role.value.inlinePolicies.filter((policy) => policy.name !== repair.policy.policyName);
  const characters = [...others.map((policy) => policy.document), JSON.stringify(repair.policy.document)]
    .map((text) => text.replace(/\s/g, '').length)
    .reduce((sum, length) => sum + length, 0);
  if (characters > INLINE_POLICY_LIMIT_CHARACTERS) {
    return fails(
      code,
      `all inline policies together would have ${characters} characters, IAM allows ${INLINE_POLICY_LIMIT_CHARACTERS}`,
      'policy-too-large',
    );
  }
  return withinTargets(repair, `${characters} of ${INLINE_POLICY_LIMIT_CHARACTERS} characters`);
};

/** What is attached already takes no second place. */
function fitsAttached(
  repair: PlannedRepair,
  arn: string,
  { attachedCount, arns }: Pick<ObservedPrepared, 'attachedCount' | 'arns'>,
): GuardrailResult {
  const attached = attachedCount + (arns.includes(arn) ? 0 : 1);
  return attached > ATTACHED_POLICIES_LIMIT
    ? fails(
        'fits',
        `the role would have ${attached} managed policies attached, IAM allows ${ATTACHED_POLICIES_LIMIT}`,
        'too-many-attached',
      )
    : withinTargets(repair, `${attached} of ${ATTACHED_POLICIES_LIMIT} managed policies`);
}

function withinTargets({ policy }: PlannedRepair, praise: string): GuardrailResult {
  const targets = targetCount(policy.document);
  return targets > MAX_TARGETS
    ? fails('fits', `the policy would hold ${targets} targets, at most ${MAX_TARGETS} are allowed`, 'too-many-targets')
    : holds('fits', `${praise}, ${targets} of ${MAX_TARGETS} targets`);
}

/** Nobody else's policy is overwritten, and neither is ours once somebody has changed it. */
export const nameFree: Guardrail = ({ finding }: Evidence) => {
  const code = 'name-free';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { role, attachedPolicy } = finding.observation;
  const policyName = finding.repair?.policy.policyName;
  if (role.kind !== 'read' || policyName === undefined) {
    return notEvaluable(code, 'no policy was planned');
  }
  const record = attachedPolicy.kind === 'read' ? attachedPolicy.value : null;
  if (
    record?.revertedAt === null &&
    record.roleId === role.value.roleId &&
    isPreparedName(record.policyName) !== (role.value.prepared !== undefined)
  ) {
    // One record remembers one policy: a second beside it would be forgotten, or the first.
    return fails(code, `${record.policyName} still stands, of the other way to repair`, 'other-way-stands');
  }
  const own = ownPolicyOn(role.value, policyName, attachedPolicy);
  switch (own.kind) {
    case 'none':
    case 'removed':
      return holds(code, `the role has no policy ${policyName}`);
    case 'as-we-left-it':
      return holds(code, `${policyName} is as we left it`);
    case 'foreign':
      return fails(code, `the role has a policy ${policyName} that we did not write`, 'policy-foreign');
    case 'changed':
      return fails(code, `${policyName} was changed by somebody else`, 'policy-changed');
    case 'unknown':
      return notEvaluable(code, `what we attached could not be read: ${own.because}`);
  }
};
