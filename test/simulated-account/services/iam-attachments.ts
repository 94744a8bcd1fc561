import type { AttachRolePolicyRequest, DetachRolePolicyRequest } from '@aws-sdk/client-iam';
import { AttachRolePolicy$, DetachRolePolicy$ } from '@aws-sdk/client-iam';
import { type Call, type Demand, operation, ServiceError } from '../service.ts';
import { policyNamed } from './iam-policies.ts';
import { demandOnRole, roleNamed } from './iam-roles.ts';
import { modifiable } from './iam-writes.ts';

/** What AWS gives every account, unless it asked for more. */
const ATTACHED_LIMIT = 10;

/** IAM evaluates the role, and knows the policy by a condition key of its own. */
function demandOnAttachment(input: AttachRolePolicyRequest | DetachRolePolicyRequest, call: Call): readonly Demand[] {
  const { PolicyArn = '' } = input;
  return demandOnRole(input, call).map((demand) => ({
    ...demand,
    context: { ...demand.context, 'iam:PolicyARN': PolicyArn },
  }));
}

/** IAM's attaching and detaching of managed policies. What was written is seen at once; there is no lag here. */
export const attachments = [
  operation<AttachRolePolicyRequest, Record<string, never>>(AttachRolePolicy$, {
    demands: demandOnAttachment,
    run: ({ RoleName, PolicyArn = '' }, { runtime }) => {
      const role = modifiable(roleNamed(runtime, RoleName));
      const { PolicyName = PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1) } = policyNamed(runtime, PolicyArn);
      const attached = role.AttachedManagedPolicies ?? [];
      if (attached.some((policy) => policy.PolicyArn === PolicyArn)) return {};
      if (attached.length >= ATTACHED_LIMIT) {
        throw new ServiceError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${ATTACHED_LIMIT}`, 409);
      }
      role.AttachedManagedPolicies = [...attached, { PolicyName, PolicyArn }];
      return {};
    },
  }),
  operation<DetachRolePolicyRequest, Record<string, never>>(DetachRolePolicy$, {
    demands: demandOnAttachment,
    run: ({ RoleName, PolicyArn }, { runtime }) => {
      const role = modifiable(roleNamed(runtime, RoleName));
      const attached = role.AttachedManagedPolicies ?? [];
      const others = attached.filter((policy) => policy.PolicyArn !== PolicyArn);
      if (others.length === attached.length) {
        throw new ServiceError('NoSuchEntity', `Policy ${PolicyArn} was not found.`, 404);
      }
      role.AttachedManagedPolicies = others;
      return {};
    },
  }),
];
