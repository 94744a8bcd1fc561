import * as z from 'zod/mini';
import type { CaseStore } from '../../ports.ts';
import { expiryAfter, type Table, versionIs } from './table.ts';
import { TABLE_KEYS, TABLE_PREFIXES } from './table-keys.ts';

/** After as many lost races the queue asks again. */
const MAX_TRIES = 5;

const EXPIRY_DAYS = 1;

const writesSchema = z.object({
  version: z.int().check(z.minimum(1)),
  writes: z.array(z.object({ id: z.string(), at: z.iso.datetime() })),
});

type Writes = z.infer<typeof writesSchema>;

/**
 * The announced writes of a deployment, all in one item: one conditional write then counts and announces at once, so that
 * parallel workers cannot pass the limit together.
 */
export function createWriteBudget(
  table: Table,
  deploymentId: string,
): Pick<CaseStore, 'countWritesSince' | 'reserveWrite'> {
  const key = `${TABLE_PREFIXES.writes}${deploymentId}`;

  const read = async (): Promise<Writes | null> => {
    const row = await table.read(key);
    if (row === undefined) return null;
    const writes = z.safeParse(writesSchema, row);
    if (!writes.success) throw new Error(`The writes of deployment ${deploymentId} in the table are malformed.`);
    return writes.data;
  };

  return {
    async countWritesSince(since) {
      return writesSince(await read(), since).length;
    },

    async reserveWrite({ at, since, limit, reservationId }) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const known = await read();
        const recent = writesSince(known, since);
        if (recent.some((write) => write.id === reservationId)) return 'reserved';
        if (recent.length >= limit) return 'over-limit';
        const row = {
          version: (known?.version ?? 0) + 1,
          writes: [...recent, { id: reservationId, at: at.toISOString() }],
          [TABLE_KEYS.ttl]: expiryAfter(at, EXPIRY_DAYS),
        };
        if ((await table.put(key, row, versionIs(known?.version ?? null))) === 'written') return 'reserved';
      }
      throw new Error(`Other workers announced writes at the same moment, ${MAX_TRIES} times in a row.`);
    },
  };
}

function writesSince(known: Writes | null, since: Date): Writes['writes'] {
  return (known?.writes ?? []).filter((write) => Date.parse(write.at) >= since.getTime());
}
