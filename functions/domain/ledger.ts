import type { ExecSession } from './exec-session.ts';
import type { LogTarget, NoLogTarget } from './log-target.ts';

/**
 * Where a session stands. `open` is not settled yet; every session ends in exactly one of the others. `recorded` is presence of a
 * transcript, not its completeness.
 */
export const SESSION_STATES = ['open', 'recorded', 'denied', 'refused', 'missing', 'off', 'outside-exec'] as const;

export type SessionState = (typeof SESSION_STATES)[number];

/** What the ledger knows of where a session's transcript should go. */
export type LedgerTarget =
  | LogTarget
  | NoLogTarget
  /** ECS could not be read when the session was recorded; the auditor asks again. */
  | { readonly kind: 'unresolved'; readonly because: string };

/** One line of the ledger, as it was recorded when the session began; nothing in it changes afterwards. */
export interface LedgerLine {
  /** `outside-exec`: opened by `ssm:StartSession` on the ECS target, past ECS Exec and its logging. */
  readonly kind: 'exec' | 'outside-exec';
  /** Of a session outside ECS Exec, `containerName` is the container's runtime id: its target names no more. */
  readonly session: ExecSession;
  /** The source identity of the caller's role session, which outlives role chaining; null where none was set. */
  readonly sourceIdentity: string | null;
  /** The task's effective role when the session began; null where it has none or ECS could not be read. */
  readonly taskRoleArn: string | null;
  /** Of a session outside ECS Exec always unresolved: nothing is written anywhere. */
  readonly target: LedgerTarget;
  /** ISO 8601, UTC, by our clock. */
  readonly recordedAt: string;
}

/** Why a session is in its state, the likeliest first: a machine code of README "Session states" and a sentence. */
export interface SessionCause {
  readonly code: string;
  readonly detail: string;
}

/** A change of a cluster's exec configuration close to a session: an incident of its own (threat T20). */
export interface LoggingChange {
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly changedBy: string | null;
  readonly eventId: string | null;
  /** `logging` as the call set it; null where the call did not say. */
  readonly logging: string | null;
}

/** What the state rests on. */
export interface SessionProof {
  /** `log-group:<name>:<stream>` or `s3://<bucket>/<key>` of a transcript that was found; null elsewhere. */
  readonly transcript: string | null;
  /** The case of the denial; null elsewhere. */
  readonly fingerprint: string | null;
  /** The CloudTrail event that shows a denial or refusal; null elsewhere. */
  readonly eventId: string | null;
}

/** What the auditor found out about one session so far. */
export interface SessionVerdict {
  readonly sessionId: string;
  readonly account: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly taskArn: string;
  readonly taskRoleArn: string | null;
  readonly personArn: string | null;
  readonly sourceIdentity: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly state: SessionState;
  /** Only for `off`: the settings list the cluster, so that the session does not count as unrecorded. */
  readonly exempt: boolean;
  readonly causes: readonly SessionCause[];
  readonly proof: SessionProof;
  readonly loggingChange: LoggingChange | null;
  /** ISO 8601, UTC: when Systems Manager says that it ended; null where unknown. */
  readonly endedAt: string | null;
  /** ISO 8601, UTC: when it is looked at next; null once settled. */
  readonly dueAt: string | null;
  /** ISO 8601, UTC; null while open. */
  readonly settledAt: string | null;
  /** Grows with each write. */
  readonly version: number;
}

/** A person's acceptance of a gap. The first one stands. */
export interface Acceptance {
  readonly sessionId: string;
  /** The verified ARN of who accepted it. */
  readonly acceptedBy: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly acceptedAt: string;
  /** The session's start, by whose day the acceptance is filed. */
  readonly startedAt: string;
}

/** Agents deliver within seconds of a session's end, and most shells are short: a first look is cheap. */
const FIRST_LOOK_MILLISECONDS = 5 * 60_000;
/** CloudTrail's history lags by up to a quarter of an hour: before that, who changed the logging just before may not be seen. */
const HISTORY_LAG_MILLISECONDS = 20 * 60_000;

const NO_PROOF: SessionProof = { transcript: null, fingerprint: null, eventId: null };

/** The verdict of a session that was just recorded: open, and due soon; at once where nothing has to be waited for. */
export function openVerdict(line: LedgerLine): SessionVerdict {
  const { session, sourceIdentity, taskRoleArn, recordedAt } = line;
  const { sessionId, account, region, clusterArn, taskArn, personArn, startedAt } = session;
  return {
    sessionId,
    account,
    region,
    clusterArn,
    taskArn,
    taskRoleArn,
    personArn,
    sourceIdentity,
    startedAt,
    state: 'open',
    exempt: false,
    causes: [],
    proof: NO_PROOF,
    loggingChange: null,
    endedAt: null,
    dueAt: line.kind === 'exec' ? firstLookAt(line) : new Date(Date.parse(recordedAt)).toISOString(),
    settledAt: null,
    version: 1,
  };
}

function firstLookAt({ session, recordedAt }: LedgerLine): string {
  const [recorded, started] = [recordedAt, session.startedAt].map((moment) => Date.parse(moment));
  const earliest = [Number(recorded) + FIRST_LOOK_MILLISECONDS, Number(started) + HISTORY_LAG_MILLISECONDS];
  return new Date(Math.max(...earliest)).toISOString();
}

/** Whether nobody can read what was done in this session. `open` is not known yet; an exempt `off` is meant so. */
export function isUnrecorded({ state, exempt }: Pick<SessionVerdict, 'state' | 'exempt'>): boolean {
  switch (state) {
    case 'denied':
    case 'refused':
    case 'missing':
    case 'outside-exec':
      return true;
    case 'off':
      return !exempt;
    case 'open':
    case 'recorded':
      return false;
  }
}

/** The day by which a session is filed: its start, in UTC. */
export function dayOf(startedAt: string): string {
  return startedAt.slice(0, 10);
}
