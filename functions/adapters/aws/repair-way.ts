import type { IAMClient } from '@aws-sdk/client-iam';
import type { Digest } from '../../domain/canonical.ts';
import type { IamReader, RolePolicyWriter } from '../../ports.ts';
import { createIamReader } from './iam-reader.ts';
import { createManagedPolicyWriter } from './managed-policy-writer.ts';
import { createManagedPolicies } from './prepared-policies.ts';
import { withPreparedPolicies } from './prepared-reader.ts';
import { createRolePolicyWriter } from './role-policy-writer.ts';

/** The log groups that policies are prepared for; null or absent where a deployment repairs by inline policies. */
export type PreparedGroups = readonly string[] | null | undefined;

/** Reads roles, and of prepared policies what the deployment's way to repair needs. */
export function createRepairReader(client: IAMClient, digest: Digest, groups: PreparedGroups): IamReader {
  const reader = createIamReader(client, digest);
  return groups == null ? reader : withPreparedPolicies(reader, createManagedPolicies(client, digest), groups);
}

/** Writes in the deployment's way to repair, and in no other. */
export function createRepairWriter(client: IAMClient, digest: Digest, groups: PreparedGroups): RolePolicyWriter {
  return groups == null ? createRolePolicyWriter(client, digest) : createManagedPolicyWriter(client, digest, groups);
}
