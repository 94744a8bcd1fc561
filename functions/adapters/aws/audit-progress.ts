import * as z from 'zod/mini';
import { HOME_ROWS, type RowScope } from '../../domain/jurisdiction.ts';
import type { AuditProgressStore } from '../../ports.ts';
import { type Table, versionIs } from './table.ts';
import { TABLE_PREFIXES } from './table-keys.ts';

const moment = z.iso.datetime();

const progressSchema = z.object({
  sweptUntil: z.nullable(moment),
  reviewedRoleId: z.nullable(z.string()),
  finishedAt: z.nullable(moment),
  // Absent in rows of versions before the check.
  trailCheckedOn: z.optional(z.nullable(z.iso.date())),
  version: z.int().check(z.minimum(1)),
});

/** How far the auditor of a deployment has come, at each place of a hub's by itself, in one item of DynamoDB that never expires. A malformed one throws. */
export function createAuditProgressStore(
  table: Table,
  deploymentId: string,
  { place }: RowScope = HOME_ROWS,
): AuditProgressStore {
  const key = `${TABLE_PREFIXES.audit}${deploymentId}${place === null ? '' : `#${place.account}#${place.region}`}`;
  return {
    async readProgress() {
      const row = await table.read(key);
      if (row === undefined) return undefined;
      const read = z.safeParse(progressSchema, row);
      if (!read.success) throw new Error(`The progress of the audit ${deploymentId} in the table is malformed.`);
      return read.data;
    },

    async saveProgress(progress, expectedVersion) {
      const written = await table.put(key, { ...progress }, versionIs(expectedVersion));
      return written === 'written' ? 'saved' : 'conflict';
    },
  };
}
