import { parseRoleArn } from '../../domain/arn.ts';
import type { RolePolicyWriter } from '../../ports.ts';

export interface MemberPolicyWriterOptions {
  /** The account whose repair role the writes are made with. */
  readonly account: string;
  readonly partition: string;
  /** Signs with the read role. */
  readonly reader: RolePolicyWriter;
  /** Signs with the repair role, which is assumed with the first write and not before. */
  readonly repairer: RolePolicyWriter;
}

/**
 * The IAM writes of a hub: read by the member's read role, written by its repair role. A role of another account or partition than
 * that of the repair role is never written to, whatever asks for it.
 * @throws Error for such a role, before anything is assumed.
 */
export function createMemberPolicyWriter(options: MemberPolicyWriterOptions): RolePolicyWriter {
  const { reader, repairer } = options;
  return {
    readRole: (roleName) => reader.readRole(roleName),
    readPolicy: (roleName, policyName) => reader.readPolicy(roleName, policyName),
    async putPolicy(policy, roleArn) {
      checkRole(roleArn, policy.roleName, options);
      return repairer.putPolicy(policy, roleArn);
    },
    async deletePolicy(roleName, policyName, roleArn) {
      checkRole(roleArn, roleName, options);
      return repairer.deletePolicy(roleName, policyName, roleArn);
    },
  };
}

function checkRole(roleArn: string, roleName: string, { account, partition }: MemberPolicyWriterOptions): void {
  const role = parseRoleArn(roleArn);
  if (role?.account !== account || role.partition !== partition || role.roleName !== roleName) {
    throw new Error(`the repair role of account ${account} does not write to ${roleArn}`);
  }
}
