import type { ExecLog } from '../deployment/exec-log.ts';
import { patchInTicket } from './patch-in-ticket.ts';
import type { PlayStep } from './steps.ts';

/**
 * What the stack's own deployment does with the code of the open ticket: the policy under the name that the code gives it, beside
 * those that the role has. Null where there is no ticket, or none with code.
 */
export function deployTicketCode(
  { account }: ExecLog,
  stackName: string,
): Extract<PlayStep, { step: 'stack-deployment' }> | null {
  for (const ticket of account.stores.opsItems.values()) {
    const patch = patchInTicket(ticket);
    const role = account.state.iam.roles.find(({ RoleName }) => RoleName === patch?.roleName);
    if (patch === null || role === undefined) continue;
    const { code, roleName, policyName, document } = patch;
    role.RolePolicyList = [
      ...(role.RolePolicyList ?? []).filter(({ PolicyName }) => PolicyName !== policyName),
      { PolicyName: policyName, PolicyDocument: JSON.stringify(document) },
    ];
    return { step: 'stack-deployment', stackName, roleName, policyName, code };
  }
  return null;
}
