import * as z from 'zod/mini';
import { type Acceptance, dayOf } from '../../domain/ledger.ts';
import type { AcceptanceStore } from '../../ports.ts';
import { SESSION_DAYS } from './ledger-rows.ts';
import { expiryAfter, NOT_THERE, type Row, type Table } from './table.ts';
import { TABLE_INDEXES, TABLE_KEYS, TABLE_PREFIXES } from './table-keys.ts';

const filled = z.string().check(z.minLength(1));

const acceptanceSchema = z.object({
  sessionId: filled,
  acceptedBy: filled,
  reason: filled,
  acceptedAt: z.iso.datetime(),
  startedAt: z.iso.datetime(),
});

const keyOf = (sessionId: string) => `${TABLE_PREFIXES.acceptance}${sessionId}`;

/** Apart from the verdicts of that day: a report reads both, each once. */
const dayKey = (day: string) => `${TABLE_PREFIXES.acceptance}${day}`;

/** Acceptances in DynamoDB; kept as long as the session that they are about. */
export function createAcceptanceStore(table: Table): AcceptanceStore {
  return {
    async findAcceptance(sessionId) {
      const row = await table.read(keyOf(sessionId));
      return row === undefined ? undefined : acceptanceOfRow(row);
    },

    async saveAcceptance(acceptance) {
      const { sessionId, startedAt } = acceptance;
      const row = {
        ...acceptance,
        day: dayKey(dayOf(startedAt)),
        [TABLE_KEYS.ttl]: expiryAfter(new Date(startedAt), SESSION_DAYS),
      };
      return (await table.put(keyOf(sessionId), row, NOT_THERE)) === 'written' ? 'saved' : 'known';
    },

    async *acceptancesOfDay(day) {
      for await (const rows of table.query(TABLE_INDEXES.day, dayKey(day))) {
        yield rows.map(acceptanceOfRow);
      }
    },
  };
}

/** Throws on an item that is none: a gap is accepted by a person or not at all. */
function acceptanceOfRow(row: Row): Acceptance {
  const read = z.safeParse(acceptanceSchema, row);
  const key = row[TABLE_KEYS.partitionKey];
  if (!read.success || key !== keyOf(read.data.sessionId)) {
    throw new Error(`The acceptance ${String(key)} in the table is malformed.`);
  }
  return read.data;
}
