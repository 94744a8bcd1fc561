import * as z from 'zod/mini';
import type { ExecSession } from '../../domain/exec-session.ts';
import type { Reading } from '../../domain/observation.ts';
import { parseClusterArn, parseTaskArn } from '../../domain/task.ts';
import type { SessionLedger, SessionRecorder } from '../../ports.ts';
import { ABSENT, read, readingOf, unreadable } from './errors.ts';
import { expiryAfter, NOT_THERE, type Row, type Table } from './table.ts';
import { TABLE_KEYS, TABLE_PREFIXES } from './table-keys.ts';

/** Longer than a year, so that an auditor's yearly question can be answered. */
const SESSION_DAYS = 400;

const sessionSchema = z.object({
  sessionId: z.string(),
  account: z.string(),
  partition: z.string(),
  region: z.string(),
  clusterArn: z.string(),
  taskArn: z.string(),
  taskId: z.string(),
  containerName: z.string().check(z.minLength(1)),
  personArn: z.nullable(z.string()),
  startedAt: z.iso.datetime(),
  eventId: z.string().check(z.minLength(1)),
});

const keyOf = (sessionId: string) => `${TABLE_PREFIXES.session}${sessionId}`;

/** The ledger in DynamoDB, for its readers. A line that does not agree with itself is unreadable, never believed. */
export function createSessionLedger(table: Table): SessionLedger {
  return {
    findSession(sessionId) {
      return readingOf(
        table.read(keyOf(sessionId)).then((row) => readingOfRow(row, sessionId)),
        { call: 'reading the session ledger', unreadable: ['ResourceNotFound'] },
      );
    },
  };
}

/** The ledger in DynamoDB, for the recorder. */
export function createSessionRecorder(table: Table): SessionRecorder {
  return {
    async recordSession(session) {
      const expiresAt = expiryAfter(new Date(session.startedAt), SESSION_DAYS);
      const row = { ...session, [TABLE_KEYS.ttl]: expiresAt };
      const written = await table.put(keyOf(session.sessionId), row, NOT_THERE);
      return written === 'written' ? 'recorded' : 'known';
    },
  };
}

function readingOfRow(row: Row | undefined, sessionId: string): Reading<ExecSession> {
  if (row === undefined) return ABSENT;
  const session = sessionOf(row, sessionId);
  return session === null ? unreadable('the line of this session in the ledger is malformed') : read(session);
}

function sessionOf(row: Row, sessionId: string): ExecSession | null {
  const parsed = z.safeParse(sessionSchema, row);
  if (!parsed.success) return null;
  const session = parsed.data;
  const task = parseTaskArn(session.taskArn);
  const cluster = parseClusterArn(session.clusterArn);
  const agrees =
    session.sessionId === sessionId &&
    task !== null &&
    cluster !== null &&
    task.taskId === session.taskId &&
    (task.clusterName === null || task.clusterName === cluster.clusterName) &&
    [task, cluster].every(
      (place) =>
        place.account === session.account && place.region === session.region && place.partition === session.partition,
    );
  return agrees ? session : null;
}
