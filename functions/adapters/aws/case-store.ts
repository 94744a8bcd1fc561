import { HOME_ROWS, type RowScope } from '../../domain/jurisdiction.ts';
import type { CaseStore, Clock } from '../../ports.ts';
import { attachedPolicyOfRow, caseOfRow, rowOfAttachedPolicy, rowOfCase } from './case-rows.ts';
import { type Table, versionIs } from './table.ts';
import { placedKey, TABLE_PREFIXES } from './table-keys.ts';
import { createWriteBudget } from './write-budget.ts';

const caseKey = (fingerprint: string) => `${TABLE_PREFIXES.case}${fingerprint}`;

/**
 * Cases, attached policies and announced writes in DynamoDB. The deployment's id keeps its writes an hour apart from others'; the
 * scope keeps the accounts of a hub apart, and the policies of a role in several Regions. A case has its place in its fingerprint.
 */
export function createCaseStore(
  table: Table,
  deploymentId: string,
  clock: Clock,
  scope: RowScope = HOME_ROWS,
): CaseStore {
  const orderOf = (roleId: string) => placedKey(scope, roleId);
  const policyKey = (roleId: string) => `${TABLE_PREFIXES.attachedPolicy}${orderOf(roleId)}`;
  return {
    ...createWriteBudget(table, deploymentId, scope),

    async findCase(fingerprint) {
      const row = await table.read(caseKey(fingerprint));
      return row === undefined ? undefined : caseOfRow(row, fingerprint);
    },

    async saveCase(found, expectedVersion) {
      const row = rowOfCase(found, clock());
      const written = await table.put(caseKey(found.fingerprint), row, versionIs(expectedVersion));
      return written === 'written' ? 'saved' : 'conflict';
    },

    async findAttachedPolicy(roleId) {
      const row = await table.read(policyKey(roleId));
      return row === undefined ? undefined : attachedPolicyOfRow(row, roleId);
    },

    async saveAttachedPolicy(policy, expectedVersion) {
      const row = rowOfAttachedPolicy(policy, clock(), orderOf(policy.roleId));
      const written = await table.put(policyKey(policy.roleId), row, versionIs(expectedVersion));
      return written === 'written' ? 'saved' : 'conflict';
    },
  };
}
