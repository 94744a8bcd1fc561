import * as z from 'zod/mini';
import { HOME_ROWS, type RowScope } from '../../domain/jurisdiction.ts';
import type { Clock, DeniedSessions } from '../../ports.ts';
import { companionSchema } from './case-rows.ts';
import { SESSION_DAYS } from './ledger-rows.ts';
import { expiryAfter, NOT_THERE, type Table } from './table.ts';
import { placedKey, TABLE_KEYS, TABLE_PREFIXES } from './table-keys.ts';

const filled = z.string().check(z.minLength(1));

const deniedSessionSchema = z.object({
  sessionId: filled,
  fingerprint: filled,
  eventId: filled,
  companion: z.optional(companionSchema),
});

/**
 * The remediator's notes in DynamoDB of which case a session's denial belongs to. A malformed note throws. The scope keeps the
 * accounts and Regions of a hub apart: a denial chooses the session that it names, also one of another member.
 */
export function createDeniedSessions(table: Table, clock: Clock, scope: RowScope = HOME_ROWS): DeniedSessions {
  const keyOf = (sessionId: string) => `${TABLE_PREFIXES.denial}${placedKey(scope, sessionId)}`;
  return {
    async findDeniedSession(sessionId) {
      const row = await table.read(keyOf(sessionId));
      if (row === undefined) return undefined;
      const read = z.safeParse(deniedSessionSchema, row);
      if (!read.success || read.data.sessionId !== sessionId) {
        throw new Error(`The note of the denial of session ${sessionId} in the table is malformed.`);
      }
      return read.data;
    },

    async noteDeniedSession(denied) {
      const row = { ...denied, [TABLE_KEYS.ttl]: expiryAfter(clock(), SESSION_DAYS) };
      await table.put(keyOf(denied.sessionId), row, NOT_THERE);
    },
  };
}
