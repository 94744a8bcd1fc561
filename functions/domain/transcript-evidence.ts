import type { ExecSession } from './exec-session.ts';
import type { LedgerTarget } from './ledger.ts';
import type { LogTarget } from './log-target.ts';
import type { Reading } from './observation.ts';

/** What CloudWatch Logs shows of the session's stream; times are ISO 8601, UTC. */
interface StreamEvidence {
  readonly createdAt: string | null;
  readonly firstEventAt: string | null;
  readonly lastIngestedAt: string | null;
}

/** What S3 shows of the session's object; `lastModifiedAt` is ISO 8601, UTC. */
interface ObjectEvidence {
  readonly sizeBytes: number;
  readonly lastModifiedAt: string;
}

/** What was seen at the two places; the reading of a place that the target does not name is never looked at. */
export interface TranscriptEvidence {
  readonly stream: Reading<StreamEvidence>;
  readonly object: Reading<ObjectEvidence>;
}

/** Where the transcript of one session should lie; null where the target names no such place. */
export interface TranscriptPlaces {
  readonly stream: { readonly logGroupName: string; readonly logStreamName: string } | null;
  readonly object: { readonly bucketName: string; readonly key: string } | null;
}

/**
 * How one place stands: `found` holds the transcript, `empty` was made and holds nothing, `earlier` holds something older than
 * the session, `none` is not part of the target.
 */
export type PlaceFinding =
  | { readonly kind: 'found'; readonly place: string; readonly writtenAt: string | null }
  | { readonly kind: 'empty' | 'earlier' | 'absent' | 'none' }
  | { readonly kind: 'unreadable'; readonly because: string };

/** Clocks of agent, CloudTrail and CloudWatch Logs differ by less than this. */
const START_TOLERANCE_MILLISECONDS = 5 * 60_000;

/** The places of a target: the stream bears the session's id, the object too. */
export function transcriptPlaces({ sessionId }: Pick<ExecSession, 'sessionId'>, target: LogTarget): TranscriptPlaces {
  const { logGroupName, bucket } = target;
  const file = `${sessionId}.log`;
  return {
    stream: logGroupName === null ? null : { logGroupName, logStreamName: sessionId },
    object: bucket === null ? null : { bucketName: bucket.name, key: keyOf(bucket.keyPrefix, file) },
  };
}

function keyOf(prefix: string, file: string): string {
  return prefix === '' || prefix.endsWith('/') ? `${prefix}${file}` : `${prefix}/${file}`;
}

/** Whether the auditor can see the target's log group at all: its clients know one account and Region, the session's. */
export function isInPlaceOf(session: ExecSession, target: LogTarget): boolean {
  return (
    target.account === session.account && target.region === session.region && target.partition === session.partition
  );
}

/** How both places of a session stand. A transcript is presence of at least one event or byte, not older than the session. */
export function transcriptFindings(
  session: ExecSession,
  target: LedgerTarget,
  evidence: TranscriptEvidence,
): { readonly stream: PlaceFinding; readonly object: PlaceFinding } {
  if (target.kind !== 'target') return { stream: NONE, object: NONE };
  const places = transcriptPlaces(session, target);
  const earliest = Date.parse(session.startedAt) - START_TOLERANCE_MILLISECONDS;
  return {
    stream: places.stream === null ? NONE : streamFinding(evidence.stream, places.stream, earliest),
    object: places.object === null ? NONE : objectFinding(evidence.object, places.object, earliest),
  };
}

const NONE: PlaceFinding = { kind: 'none' };

function streamFinding(
  reading: Reading<StreamEvidence>,
  place: NonNullable<TranscriptPlaces['stream']>,
  earliest: number,
): PlaceFinding {
  if (reading.kind !== 'read') return reading;
  const { createdAt, firstEventAt, lastIngestedAt } = reading.value;
  if (firstEventAt === null && lastIngestedAt === null) return { kind: 'empty' };
  // Every time that is known has to fit: a stream that stood before is not this session's, whatever was added to it.
  const times = [createdAt, firstEventAt, lastIngestedAt].filter((time) => time !== null);
  return times.every((time) => Date.parse(time) >= earliest)
    ? {
        kind: 'found',
        place: `log-group:${place.logGroupName}:${place.logStreamName}`,
        writtenAt: lastIngestedAt ?? createdAt,
      }
    : { kind: 'earlier' };
}

function objectFinding(
  reading: Reading<ObjectEvidence>,
  place: NonNullable<TranscriptPlaces['object']>,
  earliest: number,
): PlaceFinding {
  if (reading.kind !== 'read') return reading;
  const { sizeBytes, lastModifiedAt } = reading.value;
  if (sizeBytes <= 0) return { kind: 'empty' };
  return Date.parse(lastModifiedAt) >= earliest
    ? { kind: 'found', place: `s3://${place.bucketName}/${place.key}`, writtenAt: lastModifiedAt }
    : { kind: 'earlier' };
}
