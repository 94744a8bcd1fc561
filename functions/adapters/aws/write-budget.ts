import * as z from 'zod/mini';
import type { BreakerReclosing } from '../../domain/breaker.ts';
import {
  type BreakerRecord,
  breakerAt,
  NOTHING_COUNTED,
  withCase,
  withReclosing,
  withWrite,
} from '../../domain/breaker.ts';
import { HOME_ROWS, type RowScope } from '../../domain/jurisdiction.ts';
import type { CaseStore } from '../../ports.ts';
import { expiryAfter, type Table, versionIs } from './table.ts';
import { accountKey, TABLE_KEYS, TABLE_PREFIXES } from './table-keys.ts';

/** After as many lost races the queue asks again. */
const MAX_TRIES = 5;

const EXPIRY_DAYS = 1;

const marks = z.array(z.object({ id: z.string(), at: z.iso.datetime() }));

const rowSchema = z.object({
  version: z.int().check(z.minimum(1)),
  writes: marks,
  // Rows of versions before the digest lack them.
  cases: z._default(marks, []),
  opened: z._default(z.nullable(z.object({ at: z.iso.datetime(), because: z.enum(['writes', 'cases']) })), null),
  reclosed: z._default(z.nullable(z.object({ at: z.iso.datetime(), by: z.string(), reason: z.string() })), null),
});

/** The row that the breaker is judged by, as the terminal works on it. */
export interface BreakerRow {
  readBreaker(): Promise<BreakerRecord>;
  /** Closes it in a person's name: nothing counted until then counts any more. */
  reclose(reclosing: BreakerReclosing): Promise<BreakerRecord>;
}

/**
 * The announced writes and the new cases of a deployment, or of one account of a hub's, all in one item: one conditional write then counts and announces at once,
 * so that parallel workers cannot pass a limit together.
 */
export function createWriteBudget(
  table: Table,
  deploymentId: string,
  scope: RowScope = HOME_ROWS,
): Pick<CaseStore, 'reserveWrite' | 'countCase'> & BreakerRow {
  const key = `${TABLE_PREFIXES.writes}${accountKey(scope, deploymentId)}`;

  const read = async (): Promise<{ readonly record: BreakerRecord; readonly version: number | null }> => {
    const row = await table.read(key);
    if (row === undefined) return { record: NOTHING_COUNTED, version: null };
    const parsed = z.safeParse(rowSchema, row);
    if (!parsed.success) throw new Error(`The writes of deployment ${deploymentId} in the table are malformed.`);
    const { version, ...record } = parsed.data;
    return { record, version };
  };

  /** `change` gives the record as it was where there is nothing to write. */
  const changed = async (
    at: Date,
    change: (record: BreakerRecord) => BreakerRecord,
  ): Promise<{ readonly before: BreakerRecord; readonly after: BreakerRecord }> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { record: before, version } = await read();
      const after = change(before);
      if (after === before) return { before, after };
      const row = { ...after, version: (version ?? 0) + 1, [TABLE_KEYS.ttl]: expiryAfter(at, EXPIRY_DAYS) };
      if ((await table.put(key, row, versionIs(version))) === 'written') return { before, after };
    }
    throw new Error(`Other workers announced writes at the same moment, ${MAX_TRIES} times in a row.`);
  };

  return {
    async readBreaker() {
      return (await read()).record;
    },

    async reserveWrite({ at, limit, reservationId }) {
      const limits = { writesPerHour: limit, casesPerHour: Number.POSITIVE_INFINITY };
      const { before, after } = await changed(at, (record) =>
        isReserved(record, reservationId) || limit < 1 || breakerAt(record, limits, at).kind === 'open'
          ? record
          : withWrite(record, reservationId, limits, at),
      );
      return after !== before || isReserved(before, reservationId) ? 'reserved' : 'over-limit';
    },

    async countCase({ fingerprint, at, limits }) {
      return (await changed(at, (record) => withCase(record, fingerprint, limits, at))).after;
    },

    async reclose(reclosing) {
      return (await changed(new Date(reclosing.at), (record) => withReclosing(record, reclosing))).after;
    },
  };
}

function isReserved({ writes }: BreakerRecord, reservationId: string): boolean {
  return writes.some(({ id }) => id === reservationId);
}
