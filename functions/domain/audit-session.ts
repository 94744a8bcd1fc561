import { agentDenialsOf, causeOfCompanion } from './agent-denials.ts';
import type { Digest } from './canonical.ts';
import type { CompanionCall } from './denial.ts';
import { matchesAnyGlob } from './glob.ts';
import type { LedgerLine, LedgerTarget, SessionCause, SessionProof, SessionState } from './ledger.ts';
import { missingCauses } from './missing-causes.ts';
import type { Reading } from './observation.ts';
import { causeOf } from './session-causes.ts';
import { endOfSession, type LifetimeEvidence } from './session-end.ts';
import { type PlaceFinding, type TranscriptEvidence, transcriptFindings } from './transcript-evidence.ts';

/** The case that a session's denial was counted into, as the remediator noted it. */
interface DenialNote {
  readonly fingerprint: string;
  readonly eventId: string;
  /** Which call of the session's was denied; absent where it is the delivery itself. */
  readonly companion?: CompanionCall | undefined;
}

/** What is read of a session that ended and left no transcript. */
export interface Aftermath {
  /** The records of the task's role session around the session, the newest first; `complete` is false where some were left out. */
  readonly history: Reading<{ readonly records: readonly unknown[]; readonly complete: boolean }>;
  readonly logGroup: Reading<{ readonly kmsKeyId: string | null }>;
  /** `absent` where ECS does not show the task any more. */
  readonly task: Reading<unknown>;
}

/** All that may be known of one session; what is null was not asked yet. */
export interface SessionEvidence {
  /** The line's target, or the one found since where the line's is unresolved. */
  readonly target: LedgerTarget;
  readonly transcript: TranscriptEvidence | null;
  readonly note: Reading<DenialNote> | null;
  readonly lifetime: Reading<LifetimeEvidence> | null;
  readonly aftermath: Aftermath | null;
}

/** A part of the evidence that has to be read next. */
export type AuditQuestion = Exclude<keyof SessionEvidence, 'target'>;

export interface AuditOptions {
  /** ARN patterns of clusters whose logging is NONE on purpose. */
  readonly unloggedClusters: readonly string[];
  readonly digest: Digest;
}

/** The end of a session's audit. */
export interface Settled {
  readonly kind: 'settled';
  readonly state: Exclude<SessionState, 'open'>;
  readonly exempt: boolean;
  /** The likeliest first. */
  readonly causes: readonly SessionCause[];
  readonly proof: SessionProof;
  readonly endedAt: string | null;
  /** The CloudTrail record of a denial that nobody delivered; null elsewhere. */
  readonly undelivered: unknown;
}

/** The judgement of one session, or what it lacks. */
export type Judgement =
  | Settled
  /** `dueAt` is later than now; ISO 8601, UTC. */
  | { readonly kind: 'open'; readonly dueAt: string; readonly because: string }
  | { readonly kind: 'ask'; readonly question: AuditQuestion };

/** CloudTrail's history lags by up to a quarter of an hour; logging set to NONE just before a session has an author (threat T20). */
const HISTORY_LAG_MILLISECONDS = 30 * 60_000;
/** One of two destinations was written just now: the agent writes the other one within seconds, and is denied within seconds. */
const SECOND_PLACE_MILLISECONDS = HISTORY_LAG_MILLISECONDS;

/**
 * Judges one session by what is known of it, and asks for no more than it needs: the transcript first, and where that lies no
 * more. `recorded` is reached only by a transcript that was seen; what could not be read leads to an unrecorded state. Total.
 */
export function judgeSession(line: LedgerLine, evidence: SessionEvidence, options: AuditOptions, now: Date): Judgement {
  const { target } = evidence;
  const { session } = line;
  if (line.kind === 'outside-exec') return settled('outside-exec', [causeOf('outside-exec')]);
  if (target.kind === 'none' && target.because === 'logging-off') return judgeOff(line, options, now);
  if (evidence.transcript === null && target.kind === 'target') return ask('transcript');
  const places = transcriptFindings(session, target, evidence.transcript ?? NOT_LOOKED);
  const recorded = judgeTranscript(places, now);
  if (recorded?.kind === 'settled' && isHalf(places)) {
    return withLostDenial(recorded, places, line, evidence, options);
  }
  if (recorded !== null) return recorded;
  if (evidence.note === null) return ask('note');
  if (evidence.lifetime === null) return ask('lifetime');
  // The agent writes once the shell is over: whoever is denied before that is somebody in the container, and the transcript may
  // still arrive.
  if (evidence.note.kind === 'read' && !isRunning(evidence.lifetime)) return byNote(evidence.note.value);
  const end = endOfSession(session.startedAt, evidence.lifetime, places.stream.kind === 'empty', now);
  if (end.kind === 'open') return end;
  if (evidence.aftermath === null) return ask('aftermath');
  return judgeAftermath(line, { ...evidence, aftermath: evidence.aftermath }, places, end, options);
}

/** A session whose line is not there any more, 90 days after it: nobody can prove that it was recorded. */
export function judgeWithoutLine(): Settled {
  return settled('missing', [causeOf('line-gone')]);
}

function judgeOff({ session }: LedgerLine, { unloggedClusters }: AuditOptions, now: Date): Judgement {
  const until = Date.parse(session.startedAt) + HISTORY_LAG_MILLISECONDS;
  if (now.getTime() < until) {
    const because = 'who switched logging off may not be in the history yet';
    return { kind: 'open', dueAt: new Date(until).toISOString(), because };
  }
  const exempt = matchesAnyGlob(unloggedClusters, session.clusterArn);
  return { ...settled('off', [causeOf('logging-off')]), exempt };
}

const isRunning = (lifetime: Reading<LifetimeEvidence>): boolean =>
  lifetime.kind === 'read' && lifetime.value.kind === 'running';

const ask = (question: AuditQuestion): Judgement => ({ kind: 'ask', question });

const NOT_LOOKED: TranscriptEvidence = { stream: { kind: 'absent' }, object: { kind: 'absent' } };

interface Places {
  readonly stream: PlaceFinding;
  readonly object: PlaceFinding;
}

function judgeTranscript({ stream, object }: Places, now: Date): Judgement | null {
  const found = stream.kind === 'found' ? stream : object.kind === 'found' ? object : null;
  if (found === null) return null;
  const other = found === stream ? object : stream;
  const proof = { transcript: found.place, fingerprint: null, eventId: null };
  if (other.kind === 'found' || other.kind === 'none') {
    return settled('recorded', [causeOf('transcript-found')], proof);
  }
  const age = Math.abs(now.getTime() - Date.parse(found.writtenAt ?? ''));
  if (age < SECOND_PLACE_MILLISECONDS && other.kind !== 'unreadable') {
    const dueAt = new Date(now.getTime() + SECOND_PLACE_MILLISECONDS).toISOString();
    return { kind: 'open', dueAt, because: 'one of two destinations was written just now' };
  }
  const code = found === stream ? 'only-log-group' : 'only-bucket';
  // Whether the other one holds it too, nobody knows: that is no gap yet.
  const unread = other.kind === 'unreadable' ? [causeOf('target-unreadable', `It says: ${other.because}.`)] : [];
  return settled('recorded', [causeOf(code), ...unread], proof);
}

/** One of two places has the transcript, and nothing of it is in the other. */
function isHalf({ stream, object }: Places): boolean {
  return stream.kind === 'absent' || (stream.kind === 'found' && object.kind === 'absent');
}

/**
 * One place has the transcript, and the other one was denied it: the case of that denial is the session's too, and a denial that
 * nobody delivered is handed on all the same. The history shows none of a bucket's objects.
 */
function withLostDenial(
  recorded: Settled,
  places: Places,
  { session }: LedgerLine,
  { target, note, aftermath }: SessionEvidence,
  { digest }: AuditOptions,
): Judgement {
  if (note === null) return ask('note');
  if (note.kind === 'read') {
    const { fingerprint, eventId } = note.value;
    return { ...recorded, proof: { ...recorded.proof, fingerprint, eventId } };
  }
  if (places.stream.kind !== 'absent') return recorded;
  if (aftermath === null) return ask('aftermath');
  const records = aftermath.history.kind === 'read' ? aftermath.history.value.records : [];
  const { delivery } = agentDenialsOf(records, session, target.kind === 'target' ? target : null, digest);
  if (delivery === null) return recorded;
  const { fingerprint, eventId, record } = delivery;
  return { ...recorded, proof: { ...recorded.proof, fingerprint, eventId }, undelivered: record };
}

function judgeAftermath(
  { session }: LedgerLine,
  { target, aftermath }: SessionEvidence & { readonly aftermath: Aftermath },
  places: Places,
  end: { readonly endedAt: string | null; readonly isKnown: boolean },
  { digest }: AuditOptions,
): Settled {
  const { endedAt } = end;
  const { history, logGroup } = aftermath;
  const logTarget = target.kind === 'target' ? target : null;
  const denials = history.kind === 'read' ? agentDenialsOf(history.value.records, session, logTarget, digest) : null;
  if (denials?.delivery) return deniedBy(denials.delivery, endedAt, denials.delivery.record);
  if (denials?.start) {
    const { cause, eventId, handed } = denials.start;
    const proof = { transcript: null, fingerprint: handed?.fingerprint ?? null, eventId };
    return { ...settled('refused', [causeOf(cause)], proof), endedAt, undelivered: handed?.record ?? null };
  }
  const isUnencrypted = logGroup.kind === 'absent' || (logGroup.kind === 'read' && logGroup.value.kmsKeyId === null);
  const asksForKey = logTarget !== null && logTarget.logGroupName !== null && logTarget.encryptionRequired;
  // A stream is made after the shell: where one stands, the agent did not refuse.
  if (asksForKey && isUnencrypted && places.stream.kind === 'absent') {
    const more = logGroup.kind === 'absent' ? 'It is absent.' : 'It has no customer key.';
    return { ...settled('refused', [causeOf('log-group-not-encrypted', more)]), endedAt };
  }
  const causes = missingCauses({
    target,
    ...places,
    isGroupAbsent: logGroup.kind === 'absent',
    isTaskGone: aftermath.task.kind === 'absent',
    isHistoryWhole: history.kind === 'read' && history.value.complete,
    isDenialUnreadable: denials?.unreadable === true,
    isEndKnown: end.isKnown,
  });
  return { ...settled('missing', causes), endedAt };
}

/** By the case that the remediator counted the session's denial into. */
function byNote({ fingerprint, eventId, companion }: DenialNote): Settled {
  if (companion === undefined) return deniedBy({ fingerprint, eventId }, null, null);
  // Without the calls before the shell the agent refuses the session; the object is written after it.
  const state = companion === 'object' ? 'denied' : 'refused';
  return settled(state, [causeOf(causeOfCompanion(companion))], { transcript: null, fingerprint, eventId });
}

function deniedBy(
  { fingerprint, eventId }: { readonly fingerprint: string; readonly eventId: string | null },
  endedAt: string | null,
  undelivered: unknown,
): Settled {
  const proof = { transcript: null, fingerprint, eventId };
  return { ...settled('denied', [causeOf('denied-create-log-stream')], proof), endedAt, undelivered };
}

const NO_PROOF: SessionProof = { transcript: null, fingerprint: null, eventId: null };

function settled(state: Settled['state'], causes: readonly SessionCause[], proof = NO_PROOF): Settled {
  return { kind: 'settled', state, exempt: false, causes, proof, endedAt: null, undelivered: null };
}
