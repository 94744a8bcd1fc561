import * as z from 'zod/mini';
import { dayOf, SESSION_STATES, type SessionVerdict } from '../../domain/ledger.ts';
import { SESSION_DAYS } from './ledger-rows.ts';
import { expiryAfter, type Row } from './table.ts';
import { TABLE_KEYS, TABLE_PREFIXES, WORK_LISTS } from './table-keys.ts';

const text = z.string();
const moment = z.iso.datetime();
const optional = <Schema extends z.ZodMiniType>(schema: Schema) => z._default(z.nullable(schema), null);

const verdictSchema = z.object({
  sessionId: text.check(z.minLength(1)),
  account: text,
  region: text,
  clusterArn: text,
  taskArn: text,
  taskRoleArn: optional(text),
  personArn: optional(text),
  sourceIdentity: optional(text),
  startedAt: moment,
  state: z.enum(SESSION_STATES),
  exempt: z.boolean(),
  causes: z.array(z.object({ code: text, detail: text })),
  proof: z.object({ transcript: z.nullable(text), fingerprint: z.nullable(text), eventId: z.nullable(text) }),
  loggingChange: optional(
    z.object({
      changedAt: moment,
      changedBy: z.nullable(text),
      eventId: z.nullable(text),
      logging: z.nullable(text),
    }),
  ),
  endedAt: optional(moment),
  dueAt: optional(moment),
  settledAt: optional(moment),
  version: z.int().check(z.minimum(1)),
});

/** The partition key of a session's verdict. */
export const verdictKey = (sessionId: string): string => `${TABLE_PREFIXES.verdict}${sessionId}`;

/** A moment as the index of unfinished work sorts it: all of one length, or the order of texts is not that of times. */
export const workOrderOf = (moment: Date): string => moment.toISOString();

/** The item of a verdict: in the index of unfinished work until it is settled, and from then on filed under its day. */
export function rowOfVerdict(verdict: SessionVerdict): Row {
  const { startedAt, dueAt, settledAt } = verdict;
  return {
    // What is not known is not written: 10 million rows a year pay for each name.
    ...Object.fromEntries(Object.entries(verdict).filter(([, value]) => value !== null)),
    // Each look at an open session would write the second index too.
    ...(settledAt !== null && { day: dayOf(startedAt) }),
    ...(dueAt !== null && { workList: WORK_LISTS.sessions, workOrder: workOrderOf(new Date(dueAt)) }),
    [TABLE_KEYS.ttl]: expiryAfter(new Date(startedAt), SESSION_DAYS),
  };
}

/**
 * Reads a verdict back, from the table or an index; throws on an item that is none, because a session left out would be a
 * session that nobody misses. Its key is held to its content: other writers can put rows into the same partition of an index.
 */
export function verdictOfRow(row: Row): SessionVerdict {
  const read = z.safeParse(verdictSchema, row);
  const key = row[TABLE_KEYS.partitionKey];
  if (!read.success || key !== verdictKey(read.data.sessionId)) {
    throw new Error(`The verdict of session ${sessionIdOfRow(row)} in the table is malformed.`);
  }
  return read.data;
}

/** The session that a verdict's row is about, by its key alone; the whole key where it is of another kind. */
export function sessionIdOfRow(row: Row): string {
  const text = String(row[TABLE_KEYS.partitionKey]);
  return text.startsWith(TABLE_PREFIXES.verdict) ? text.slice(TABLE_PREFIXES.verdict.length) : text;
}
