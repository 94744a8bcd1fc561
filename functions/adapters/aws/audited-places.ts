import * as z from 'zod/mini';
import type { AuditedPlaceStore } from '../../ports.ts';
import { type Table, versionIs } from './table.ts';
import { TABLE_INDEXES, TABLE_PREFIXES, WORK_LISTS } from './table-keys.ts';

const place = z.object({
  account: z.string().check(z.regex(/^\d{12}$/)),
  region: z.string().check(z.minLength(1)),
});

const placesSchema = z.object({
  places: z.array(place),
  last: z.nullable(place),
  version: z.int().check(z.minimum(1)),
});

/** Sorts behind every role id. */
const BEHIND_ALL_ROLES = '~';

/** The places of a hub in one item of DynamoDB that never expires. A malformed one throws. */
export function createAuditedPlaces(table: Table, deploymentId: string): AuditedPlaceStore {
  const key = `${TABLE_PREFIXES.audit}${deploymentId}#PLACES`;
  return {
    async readPlaces() {
      const row = await table.read(key);
      if (row === undefined) return undefined;
      const read = z.safeParse(placesSchema, row);
      if (!read.success) throw new Error(`The places of the audit ${deploymentId} in the table are malformed.`);
      return read.data;
    },

    async savePlaces(places, expectedVersion) {
      const written = await table.put(key, { ...places }, versionIs(expectedVersion));
      return written === 'written' ? 'saved' : 'conflict';
    },

    async *placesOfPolicies() {
      let after: string | null = null;
      for (;;) {
        const found: { account: string; region: string } | null = await nextPlace(table, after);
        if (found === null) return;
        yield found;
        after = `${found.account}#${found.region}#${BEHIND_ALL_ROLES}`;
      }
    },
  };
}

/** One row a place is read: the list is sorted by them. */
async function nextPlace(table: Table, after: string | null): Promise<{ account: string; region: string } | null> {
  const range = { limit: 1, ...(after !== null && { after }) };
  for await (const [row] of table.query(TABLE_INDEXES.work, WORK_LISTS.attachedPolicies, range)) {
    if (row === undefined) continue;
    const [, account, region] = /^(\d{12})#([a-z0-9-]+)#/.exec(String(row['workOrder'])) ?? [];
    // Those of the deployment's own place follow, and end with it.
    return account === undefined || region === undefined ? null : { account, region };
  }
  return null;
}
