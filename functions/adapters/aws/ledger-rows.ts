import * as z from 'zod/mini';
import type { LedgerLine } from '../../domain/ledger.ts';
import { parseClusterArn, parseTaskArn } from '../../domain/task.ts';
import { expiryAfter, type Row } from './table.ts';
import { TABLE_KEYS } from './table-keys.ts';

/** How long what was found out about a session is kept: an auditor's yearly question can be answered. */
export const SESSION_DAYS = 400;

/** How long a line is kept: it is needed until the session is settled, which CloudTrail's history of 90 days bounds; the verdict tells the rest. */
const LINE_DAYS = 90;

const text = z.string();
const groups = z.array(text);

const bucket = z.object({ name: text, keyPrefix: text, encryptionRequired: z.boolean() });

const sessionKey = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('arn'), arn: text }),
  z.object({ kind: z.literal('unresolved'), keyId: text }),
]);

const target = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('target'),
    logging: z.enum(['DEFAULT', 'OVERRIDE']),
    partition: text,
    account: text,
    region: text,
    logGroupName: z.nullable(text),
    encryptionRequired: z.boolean(),
    bucket: z.nullable(bucket),
    sessionKey: z.nullable(sessionKey),
    otherRegionOption: z.nullable(text),
    otherContainerGroups: groups,
  }),
  z.object({
    kind: z.literal('none'),
    because: z.enum([
      'logging-off',
      'container-unknown',
      'no-awslogs-driver',
      'awslogs-group-missing',
      'override-without-target',
      'log-group-unreadable',
    ]),
    otherContainerGroups: groups,
  }),
  z.object({ kind: z.literal('unresolved'), because: text }),
]);

const sessionFields = {
  sessionId: text,
  account: text,
  partition: text,
  region: text,
  clusterArn: text,
  taskArn: text,
  taskId: text,
  containerName: text.check(z.minLength(1)),
  personArn: z.nullable(text),
  startedAt: z.iso.datetime(),
  eventId: text.check(z.minLength(1)),
};

const lineSchema = z.object({
  ...sessionFields,
  kind: z.enum(['exec', 'outside-exec']),
  sourceIdentity: z.nullable(text),
  taskRoleArn: z.nullable(text),
  target,
  recordedAt: z.iso.datetime(),
});

/** What the lines of the version before this one do not say. */
const EARLIER_VERSION = {
  kind: 'exec',
  sourceIdentity: null,
  taskRoleArn: null,
  target: { kind: 'unresolved', because: 'recorded by a version that did not resolve targets' },
};

/** The item of a line: the session's fields and, beside them, the line's own, as the version before this one laid them. */
export function rowOfLine({ session, ...line }: LedgerLine): Row {
  return { ...session, ...line, [TABLE_KEYS.ttl]: expiryAfter(new Date(session.startedAt), LINE_DAYS) };
}

/** Reads a line back; null for an item that is none, or that does not agree with itself. */
export function lineOfRow(row: Row, sessionId: string): LedgerLine | null {
  const isEarlier = row['kind'] === undefined;
  const parsed = z.safeParse(
    lineSchema,
    isEarlier ? { ...row, ...EARLIER_VERSION, recordedAt: row['startedAt'] } : row,
  );
  if (!parsed.success) return null;
  const { kind, sourceIdentity, taskRoleArn, target, recordedAt, ...session } = parsed.data;
  return isOfOnePiece(session, sessionId) ? { kind, session, sourceIdentity, taskRoleArn, target, recordedAt } : null;
}

function isOfOnePiece(session: LedgerLine['session'], sessionId: string): boolean {
  const task = parseTaskArn(session.taskArn);
  const cluster = parseClusterArn(session.clusterArn);
  return (
    session.sessionId === sessionId &&
    task !== null &&
    cluster !== null &&
    task.taskId === session.taskId &&
    (task.clusterName === null || task.clusterName === cluster.clusterName) &&
    [task, cluster].every(
      (place) =>
        place.account === session.account && place.region === session.region && place.partition === session.partition,
    )
  );
}
