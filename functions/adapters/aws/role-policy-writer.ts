import { DeleteRolePolicyCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Digest } from '../../domain/canonical.ts';
import type { Reading } from '../../domain/observation.ts';
import type { RolePolicyWriter, RoleSnapshot } from '../../ports.ts';
import { ABSENT, read, readingOf, unreadable } from './errors.ts';
import { getRole, readInlinePolicies, readInlinePolicy, tagsOf } from './iam-role.ts';
import { type Refusals, written } from './iam-write.ts';

const REFUSALS: Refusals = {
  UnmodifiableEntity: 'the role belongs to an AWS service and cannot be changed',
  LimitExceeded: "the role's inline policies would exceed IAM's size limit",
  MalformedPolicyDocument: 'IAM does not accept the policy document',
  NoSuchEntity: 'the role is not there any more',
  InvalidInput: 'IAM does not accept the names or characters of the request',
};

/** The system's IAM write where it repairs by inline policies. Documents are never logged: this class has no logger, and its sentences quote nothing. */
export function createRolePolicyWriter(client: IAMClient, digest: Digest): RolePolicyWriter {
  return {
    readRole(roleName) {
      return readingOf(snapshotOf(client, roleName, digest), { call: 'reading the role', absent: ['NoSuchEntity'] });
    },
    readPolicy(roleName, policyName) {
      const ask = async () => {
        const policy = await readInlinePolicy(client, roleName, policyName, digest);
        return policy === undefined ? ABSENT : read(policy);
      };
      return readingOf(ask(), { call: 'iam:GetRolePolicy' });
    },
    putPolicy({ roleName, policyName, document }) {
      const input = { RoleName: roleName, PolicyName: policyName, PolicyDocument: JSON.stringify(document) };
      return written('iam:PutRolePolicy', client.send(new PutRolePolicyCommand(input)), REFUSALS);
    },
    deletePolicy(roleName, policyName) {
      const input = { RoleName: roleName, PolicyName: policyName };
      return written('iam:DeleteRolePolicy', client.send(new DeleteRolePolicyCommand(input)), REFUSALS, 'NoSuchEntity');
    },
  };
}

async function snapshotOf(client: IAMClient, roleName: string, digest: Digest): Promise<Reading<RoleSnapshot>> {
  const [role, inlinePolicies] = await Promise.all([
    getRole(client, roleName),
    readInlinePolicies(client, roleName, digest),
  ]);
  return role.RoleId === undefined
    ? unreadable('IAM shows the role without its id')
    : read({ roleId: role.RoleId, tags: tagsOf(role), inlinePolicies });
}
