import type { PolicyDocument, RemediationPolicy } from './decision.ts';
import type { LogTarget, NoLogTarget } from './log-target.ts';
import type { Observation, ObservedRole } from './observation.ts';
import { type OwnPolicy, ownPolicyOn } from './own-policy.ts';
import { preparedFor, preparedNameFor } from './prepared-policy.ts';
import {
  mergedWithEarlier,
  policyDocumentFor,
  policyNameFor,
  type RequiredCall,
  requiredCalls,
} from './remediation-policy.ts';
import type { NoRouterTarget, RouterTarget } from './router-target.ts';

/** The policy that would repair a finding, and the calls that it has to make possible. */
export interface PlannedRepair {
  readonly policy: RemediationPolicy;
  readonly requiredCalls: readonly RequiredCall[];
}

/**
 * The policy for a target of sessions or of a router, with the earlier targets of our own policy of that Region where it still is as
 * we left it. Where the deployment repairs by prepared policies and has none for the target, it is good for people's code alone.
 */
export function planRepair(
  target: LogTarget | NoLogTarget | RouterTarget | NoRouterTarget | null,
  readings: Pick<Observation, 'role' | 'attachedPolicy'>,
): PlannedRepair | null {
  if ((target?.kind !== 'target' && target?.kind !== 'router-target') || readings.role.kind !== 'read') {
    return null;
  }
  const role = readings.role.value;
  const policy =
    role.prepared === undefined
      ? inlinePolicy(target, role, readings.attachedPolicy)
      : preparedPolicy(target, role, role.prepared.groups, readings.attachedPolicy);
  return policy === null ? null : { policy, requiredCalls: requiredCalls(target) };
}

function inlinePolicy(
  target: LogTarget | RouterTarget,
  role: ObservedRole,
  attachedPolicy: Observation['attachedPolicy'],
): RemediationPolicy | null {
  const added = policyDocumentFor(target);
  const policyName = policyNameFor(target.region);
  const document = added === null ? null : mergedWithOwn(added, ownPolicyOn(role, policyName, attachedPolicy));
  return document === null ? null : { roleName: role.roleName, policyName, document };
}

function preparedPolicy(
  target: LogTarget | RouterTarget,
  role: ObservedRole,
  groups: readonly string[],
  attachedPolicy: Observation['attachedPolicy'],
): RemediationPolicy | null {
  const prepared = preparedFor(target, groups);
  if (prepared === null) {
    return inlinePolicy(target, role, { kind: 'absent' });
  }
  const policyName = preparedNameFor(target.region);
  const document = mergedWithOwn(prepared.document, ownPolicyOn(role, policyName, attachedPolicy));
  return document === null ? null : { roleName: role.roleName, policyName, document, prepared };
}

function mergedWithOwn(document: PolicyDocument, own: OwnPolicy): PolicyDocument | null {
  return own.kind === 'as-we-left-it' ? mergedWithEarlier(own.policy.document, document) : document;
}
