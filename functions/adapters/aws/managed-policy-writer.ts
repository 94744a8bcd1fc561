import type { IAMClient } from '@aws-sdk/client-iam';
import { canonicalJson, type Digest } from '../../domain/canonical.ts';
import type { PreparedPolicy } from '../../domain/decision.ts';
import { isPreparedName } from '../../domain/prepared-policy.ts';
import type { RolePolicyWriter, WriteResult } from '../../ports.ts';
import { ABSENT, read, readingOf } from './errors.ts';
import { type Refusals, written } from './iam-write.ts';
import { createManagedPolicies, type ManagedPolicies } from './prepared-policies.ts';
import { readPrepared } from './prepared-reader.ts';
import { createRolePolicyWriter } from './role-policy-writer.ts';

/** What AWS refuses for good, and why. */
const REFUSALS: Refusals = {
  UnmodifiableEntity: 'the role belongs to an AWS service and cannot be changed',
  LimitExceeded: 'the role would have more managed policies than IAM allows',
  PolicyNotAttachable: 'IAM does not let the policy be attached to a role',
  NoSuchEntity: 'the role or the policy is not there any more',
  InvalidInput: 'IAM does not accept the names of the request',
};

/**
 * The system's IAM write where it repairs by prepared policies: it attaches and detaches them, and writes no document. A policy that
 * does not hold what was planned is not attached, so that whoever edits it does not steer us.
 */
export function createManagedPolicyWriter(
  client: IAMClient,
  digest: Digest,
  groups: readonly string[],
): RolePolicyWriter {
  const inline = createRolePolicyWriter(client, digest);
  const policies = createManagedPolicies(client, digest);
  return {
    async readRole(roleName) {
      const [role, prepared] = await Promise.all([inline.readRole(roleName), readPrepared(policies, roleName, groups)]);
      if (role.kind !== 'read') return role;
      return prepared.kind === 'read' ? read({ ...role.value, prepared: prepared.value }) : prepared;
    },
    async readPolicy(roleName, policyName) {
      if (!isPreparedName(policyName)) return inline.readPolicy(roleName, policyName);
      const ask = async () => {
        const { policy } = await policies.readAttached(roleName);
        return policy?.name === policyName ? read(policy) : ABSENT;
      };
      return readingOf(ask(), { call: 'reading the attached policies', absent: ['NoSuchEntity'] });
    },
    async putPolicy({ roleName, prepared }) {
      if (prepared === undefined) return refused('the plan names no prepared policy');
      const because = await whyNotAsPrepared(prepared, policies, digest);
      if (because !== null) return refused(because);
      return written('iam:AttachRolePolicy', policies.attach(roleName, prepared.arn), REFUSALS);
    },
    async deletePolicy(roleName, policyName) {
      if (!isPreparedName(policyName)) {
        return refused(
          `${policyName} is an inline policy, and this deployment only attaches and detaches prepared ones`,
        );
      }
      const attached = await readPrepared(policies, roleName, groups);
      if (attached.kind === 'unreadable') return refused(attached.because);
      for (const arn of attached.kind === 'read' ? attached.value.arns : []) {
        const result = await written('iam:DetachRolePolicy', policies.detach(roleName, arn), REFUSALS, 'NoSuchEntity');
        if (result.kind === 'refused') return result;
      }
      return { kind: 'written' };
    },
  };
}

const refused = (because: string): WriteResult => ({ kind: 'refused', because });

/** Why the policy is not to be attached, as a sentence; null where it holds exactly what was planned. */
async function whyNotAsPrepared(
  { arn, document }: PreparedPolicy,
  { readDocument }: Pick<ManagedPolicies, 'readDocument'>,
  digest: Digest,
): Promise<string | null> {
  const ask = async () => read(await readDocument(arn));
  const found = await readingOf(ask(), { call: 'reading the prepared policy', absent: ['NoSuchEntity'] });
  switch (found.kind) {
    case 'absent':
      return 'the prepared policy is not there: deploy the template anew';
    case 'unreadable':
      return found.because;
    case 'read':
      return found.value.hash === digest(canonicalJson(document))
        ? null
        : 'somebody changed the prepared policy: it does not hold what the template says';
  }
}
