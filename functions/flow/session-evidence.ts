import type { Aftermath, AuditQuestion, SessionEvidence } from '../domain/audit-session.ts';
import type { LedgerLine, LedgerTarget } from '../domain/ledger.ts';
import type { LogTarget } from '../domain/log-target.ts';
import type { Reading } from '../domain/observation.ts';
import { isInPlaceOf, type TranscriptEvidence, transcriptPlaces } from '../domain/transcript-evidence.ts';
import type {
  CallHistory,
  DeniedSessions,
  EcsReader,
  LogGroupReader,
  SessionLifetimes,
  TranscriptReader,
} from '../ports.ts';
import { resolveLine } from './resolve-line.ts';

/** All that is asked about one session. */
export interface EvidencePorts {
  readonly transcripts: TranscriptReader;
  readonly denied: Pick<DeniedSessions, 'findDeniedSession'>;
  readonly lifetimes: SessionLifetimes;
  readonly history: CallHistory;
  readonly logGroups: LogGroupReader;
  readonly ecs: EcsReader;
}

/** A session's target and role: the line's own, or asked again where ECS could not be read when it was written. */
export interface ResolvedPlace {
  readonly target: LedgerTarget;
  readonly taskRoleArn: string | null;
}

const ABSENT = { kind: 'absent' } as const;
const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const FOREIGN = { kind: 'unreadable', because: 'the log group lies in another account or Region' } as const;
/** Around a session: an agent's calls begin with it and end minutes after it. */
const MARGIN_MILLISECONDS = 30 * 60_000;
const DAY_MILLISECONDS = 86_400_000;
/** CloudTrail's 90 days, and ten minutes that pass on the way to the question: it refuses to look further back. */
const HISTORY_MILLISECONDS = 90 * DAY_MILLISECONDS - 10 * 60_000;
/** 200 records of one task; a log router that is denied each second may write more. */
const MAX_PAGES = 4;

/** @throws whatever ECS throws: a throttled question is no answer, and must not settle anything. */
export async function resolvePlace(line: LedgerLine, ecs: EcsReader, now: Date): Promise<ResolvedPlace> {
  const { target, taskRoleArn } = line;
  if (line.kind === 'outside-exec' || target.kind !== 'unresolved') return { target, taskRoleArn };
  const failures: unknown[] = [];
  const watch = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      failures.push(error);
      throw error;
    });
  const watched: EcsReader = {
    findTask: (query) => watch(ecs.findTask(query)),
    findCluster: (clusterArn) => watch(ecs.findCluster(clusterArn)),
    findTaskDefinition: (arn) => watch(ecs.findTaskDefinition(arn)),
  };
  const resolved = await resolveLine(line, watched, now);
  if (failures.length > 0) throw failures[0];
  return { target: resolved.target, taskRoleArn: taskRoleArn ?? resolved.taskRoleArn };
}

/** The evidence with one more part of it read. */
export async function withAnswer(
  question: AuditQuestion,
  line: LedgerLine,
  evidence: SessionEvidence,
  ports: EvidencePorts,
  now: Date,
): Promise<SessionEvidence> {
  const { session } = line;
  switch (question) {
    case 'transcript':
      return evidence.target.kind === 'target'
        ? { ...evidence, transcript: await lookForTranscript(line, evidence.target, ports) }
        : { ...evidence, transcript: { stream: ABSENT, object: ABSENT } };
    case 'note': {
      const note = await ports.denied.findDeniedSession(session.sessionId);
      return { ...evidence, note: note === undefined ? ABSENT : { kind: 'read', value: note } };
    }
    case 'lifetime':
      return { ...evidence, lifetime: await ports.lifetimes.findLifetime(session.sessionId) };
    case 'aftermath':
      return { ...evidence, aftermath: await readAftermath(line, evidence, ports, now) };
  }
}

async function lookForTranscript(
  { session }: LedgerLine,
  target: LogTarget,
  { transcripts }: EvidencePorts,
): Promise<TranscriptEvidence> {
  const places = transcriptPlaces(session, target);
  const [stream, object] = await Promise.all([
    places.stream === null ? ABSENT : isInPlaceOf(session, target) ? transcripts.findStream(places.stream) : FOREIGN,
    places.object === null ? ABSENT : transcripts.findObject(places.object),
  ]);
  return { stream, object };
}

async function readAftermath(
  { session }: LedgerLine,
  { target, lifetime }: SessionEvidence,
  { history, logGroups, ecs }: EvidencePorts,
  now: Date,
): Promise<Aftermath> {
  const startedAt = Date.parse(session.startedAt);
  const told = lifetime?.kind === 'read' && lifetime.value.kind === 'ended' ? lifetime.value.endedAt : null;
  const endedAt = told === null ? startedAt + DAY_MILLISECONDS : Date.parse(told);
  const logTarget = target.kind === 'target' ? target : null;
  const historyBegins = now.getTime() - HISTORY_MILLISECONDS;
  const [records, logGroup, task] = await Promise.all([
    history.findRecords({
      attribute: 'Username',
      // The role session of a task's role is named by the task.
      value: session.taskId,
      from: new Date(Math.max(startedAt - MARGIN_MILLISECONDS, historyBegins)),
      to: new Date(Math.max(Math.min(endedAt + MARGIN_MILLISECONDS, now.getTime()), startedAt)),
      maxPages: MAX_PAGES,
    }),
    findGroup(logTarget, logTarget !== null && isInPlaceOf(session, logTarget), logGroups),
    ecs.findTask({ clusterArn: session.clusterArn, taskId: session.taskId }),
  ]);
  // Of a session from before it, the history may have lost the denial.
  const isCut = records.kind === 'read' && startedAt < historyBegins;
  return { history: isCut ? read({ ...records.value, complete: false }) : records, logGroup, task };
}

async function findGroup(
  target: LogTarget | null,
  isInPlace: boolean,
  logGroups: LogGroupReader,
): Promise<Reading<{ readonly kmsKeyId: string | null }>> {
  const logGroupName = target?.logGroupName ?? null;
  if (logGroupName === null) return FOREIGN;
  return isInPlace ? logGroups.findLogGroup({ logGroupName, withTags: false }) : FOREIGN;
}
