import { parseArn } from '../domain/arn.ts';
import type { ObservedStack } from '../domain/observation.ts';
import { ownPolicyOn, withRestOfRemoval } from '../domain/own-policy.ts';
import type { StackDeletions } from '../ports.ts';
import { accountRules } from './account-rules.ts';
import { ended, type OrderEnd } from './order-end.ts';
import type { Order } from './own-messages.ts';
import { type Invoked, type ReviewPorts, settleAs, takeOff, type WhyOff } from './take-off.ts';

export interface FreePorts extends ReviewPorts {
  readonly stacks: ReviewPorts['stacks'] & StackDeletions;
}

/**
 * Takes our policy off a role that its stack could not delete, so that the next try can. Whatever was told of the deletion, it counts
 * only as CloudFormation says it now, and only a policy that stands as we left it is removed; the deletion itself is for its people to
 * try again. Asked of CloudFormation last: most roles that cannot be deleted are none of ours.
 */
export async function freeRole(
  { roleName, logicalId }: Extract<Order, { kind: 'stack-deletion' }>,
  invoked: Invoked,
  ports: FreePorts,
): Promise<OrderEnd> {
  const role = await ports.iam.findRole(roleName);
  if (role.kind !== 'read') {
    return ended('void', role.kind === 'absent' ? 'the role is gone' : `the role could not be read: ${role.because}`);
  }
  const stored = await ports.cases.findAttachedPolicy(role.value.roleId);
  if (stored === undefined || stored.revertedAt !== null) {
    return ended('void', 'nothing of ours is attached to this role');
  }
  const record = withRestOfRemoval(stored, role.value);
  const failed = await ports.stacks.findFailedDeletion({ roleName, logicalId });
  if (failed.kind !== 'read') {
    return ended('void', failed.kind === 'absent' ? 'no stack failed to delete this role' : failed.because);
  }
  const rules = await accountRules(invoked.rules, parseArn(record.roleArn)?.account ?? null, ports);
  const own = ownPolicyOn(role.value, record.policyName, { kind: 'read', value: record });
  // Our own removal, which a killed Lambda did not write down.
  if ((own.kind === 'removed' || own.kind === 'none') && record.removalAt !== undefined) {
    return settleAs('removed', record, whyOff(failed.value).removed, { ...invoked, rules }, ports);
  }
  if (own.kind !== 'as-we-left-it' || own.policy.hash !== record.documentHash) {
    return ended('void', 'our policy does not stand there as we left it');
  }
  const look = { record, role, standing: own.policy };
  return takeOff(look, own.policy, whyOff(failed.value), { ...invoked, rules }, ports);
}

function whyOff({ stackName }: ObservedStack): WhyOff {
  const stood = `stack ${stackName} could not delete the role while our policy stood on it`;
  return {
    removed: { code: 'stack-deletion', detail: `${stood}, and ours was removed: delete the stack again` },
    notPermitted: { code: 'policy-blocks-deletion', detail: `${stood}, and this deployment removes nothing` },
  };
}
