import type { Disposition, Reason } from './decision.ts';
import type { CompanionCall, Denial } from './denial.ts';
import { sessionIdOf } from './denied-session.ts';

/** How far a cause has come. */
export type CaseState =
  | 'observed'
  | 'suppressed'
  | 'ticketed'
  /** Somebody is asked in Slack. */
  | 'proposed'
  | 'repaired'
  /** Written, and not read back as written. */
  | 'unverified'
  /** The role may do it by now, without us. */
  | 'closed'
  /** A later session's transcript arrived: the repair, ours or somebody else's, is proved. */
  | 'verified';

/** What a case is about, where that is not the denied delivery of exec sessions. */
export type CaseSignal =
  /** `bucketName`: where the transcripts of its cluster go, if they go to a bucket alone. */
  | { readonly kind: 'exec-companion'; readonly companion: CompanionCall; readonly bucketName?: string | undefined }
  /** `routerName` is the router's container; null where none is known. */
  | { readonly kind: 'router'; readonly routerName: string | null; readonly createsGroup: boolean }
  | { readonly kind: 'awslogs-driver' };

/** What is stored per fingerprint: one cause, however many denials. */
export interface Case {
  readonly fingerprint: string;
  readonly state: CaseState;
  readonly disposition: Disposition;
  readonly reasons: readonly Reason[];
  /** Denials counted into this case, each event id once. */
  readonly count: number;
  /** ISO 8601, UTC, by the events' own times. */
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** ISO 8601, UTC, by our clock: when the flow last decided, not only counted. */
  readonly decidedAt: string;
  /** The last 50, oldest first. */
  readonly sessionIds: readonly string[];
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly roleId: string;
  readonly logGroupName: string | null;
  readonly clusterArn: string | null;
  /** Absent for the denied delivery of sessions, and for incidents. */
  readonly signal?: CaseSignal | undefined;
  readonly ticketId: string | null;
  /** Where people open the ticket; absent where its system gives no address. */
  readonly ticketUrl?: string | undefined;
  /** What people were last asked to approve for this cause, and what came of it; null or absent where they never were. */
  readonly proposal?: CaseProposal | null | undefined;
  /** When the role was repaired for this fingerprint; null where never. */
  readonly repairedAt: string | null;
  /** The repair attaches prepared policies; absent where it writes an inline one, or none was planned. */
  readonly attachesPrepared?: true | undefined;
  readonly settingsVersion: string;
  /** A guardrail failed that depends on the session of the denial decided: the next session is decided anew, not folded. */
  readonly sessionDependent: boolean;
  /** The task and stream that were decided last: a denial of the same ones is judged already. */
  readonly decidedFor: string;
  /** Digests of the last 1,000 counted event ids, so that a delivery twice counts once. */
  readonly recentEvents: readonly string[];
  /** The channel that a route of the settings gives it; null or absent: the settings' own. */
  readonly chatChannel?: string | null | undefined;
  /** The one message of this case, where it is shown by a bot; null or absent where none is. */
  readonly chat?: CaseMessage | null | undefined;
  /** How people first learned of it, other than by the message at `chat`; absent where they did not, or not that way. */
  readonly firstTold?: 'webhook' | 'digest' | undefined;
  /** What people still have to be told; saved with the state that it tells of, so that neither is without the other. */
  readonly outbox: readonly Notice[];
  /** Grows with each write, so that two workers cannot overwrite each other. */
  readonly version: number;
}

/** A proposal, as the case's message shows it. */
export interface CaseProposal {
  /** One-time and opaque: it stands in the buttons and names the row `PROPOSAL#`. */
  readonly proposalId: string;
  /** `replaced`: the plan or the mode changed before anybody answered. */
  readonly state: 'open' | 'approved' | 'rejected' | 'expired' | 'replaced';
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  /** Who opened the session that was denied: the ARN of the caller; null or absent where there is none. */
  readonly personArn?: string | null | undefined;
  /** The container in which it ran; null or absent where it is not known. */
  readonly containerName?: string | null | undefined;
  /** What the policy would allow, for people. */
  readonly statements: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
  /** The Slack user who answered, as Slack signed it; null while nobody did. */
  readonly answeredBy: string | null;
  /** ISO 8601, UTC. */
  readonly answeredAt: string | null;
}

/** Where a message stands. */
export interface ChatPlace {
  /** The channel's id, also where the settings give its name. */
  readonly channel: string;
  /** The message's time stamp: its id within the channel. */
  readonly ts: string;
}

interface CaseMessage extends ChatPlace {
  /** ISO 8601, UTC: when it was last brought up to date. */
  readonly shownAt: string;
}

/** A message that is due. Its id is derived from case and state, so that announcing it twice is announcing it once. */
export interface Notice {
  readonly noticeId: string;
  readonly state: CaseState;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC: when it was last put into the queue. A message of an earlier announcement counts no more. */
  readonly announcedAt: string;
  /** No news: only the case's message is brought up to date. */
  readonly quiet?: true | undefined;
  /** The case's message shows it; what is left is the news in its thread. */
  readonly shown?: true | undefined;
  /** Whoever posts the case's first message now; nobody else does until then. */
  readonly claim?: { readonly owner: string; readonly until: string } | undefined;
}

/** One denial, as far as counting needs it. */
export interface Sighting {
  /** A short digest of the event id. */
  readonly event: string;
  readonly sessionId: string | null;
  /** ISO 8601, UTC. */
  readonly seenAt: string;
}

export const MAX_SESSION_IDS = 50;
const MAX_RECENT_EVENTS = 1000;
const FOLD_MILLISECONDS = 10 * 60_000;
/** IAM needs seconds; a new session's denial later than this after our write says that the repair did not hold. */
const PROPAGATION_MILLISECONDS = 2 * 60_000;

/** The case with these sightings counted; an event counted before is not counted again. The version is the caller's matter. */
export function withSightings(found: Case, sightings: readonly Sighting[]): Case {
  const known = new Set(found.recentEvents);
  const fresh = sightings.filter((sighting) => !known.has(sighting.event) && known.add(sighting.event));
  if (fresh.length === 0) {
    return found;
  }
  const times = fresh.map((sighting) => sighting.seenAt);
  const sessionIds = new Set(found.sessionIds);
  for (const { sessionId } of fresh) {
    if (sessionId !== null) {
      sessionIds.add(sessionId);
    }
  }
  return {
    ...found,
    count: found.count + fresh.length,
    firstSeenAt: times.reduce(earlier, found.firstSeenAt),
    lastSeenAt: times.reduce(later, found.lastSeenAt),
    sessionIds: [...sessionIds].slice(-MAX_SESSION_IDS),
    recentEvents: [...found.recentEvents, ...fresh.map((sighting) => sighting.event)].slice(-MAX_RECENT_EVENTS),
  };
}

// Not compared as texts: `:04Z` and `:04.500Z` are both ISO 8601, and the first is greater as a text.
function earlier(left: string, right: string): string {
  return Date.parse(right) < Date.parse(left) ? right : left;
}

function later(left: string, right: string): string {
  return Date.parse(right) > Date.parse(left) ? right : left;
}

/**
 * Whether a denial is only counted, without reads: its cause was decided less than 10 minutes ago, no guardrail failed that
 * another session could pass (a forged denial must not fold the real one away), and it is no recurrence after a repair. A denial
 * of the very session that was decided folds anyway: old agents repeat theirs every second.
 */
export function isFoldable(found: Case, denial: Denial, now: Date): boolean {
  const ageMilliseconds = now.getTime() - Date.parse(found.decidedAt);
  return (
    // What a transcript proved repaired is denied again: that is never only a number.
    found.state !== 'verified' &&
    // Raised without a denial: nobody judged the cause yet.
    !found.reasons.some(({ code }) => code === 'suppression-expired') &&
    ageMilliseconds >= 0 &&
    ageMilliseconds < FOLD_MILLISECONDS &&
    (!found.sessionDependent || found.decidedFor === subjectOf(denial)) &&
    (found.repairedAt === null ||
      found.state === 'ticketed' ||
      found.state === 'proposed' ||
      !isRecurrence(denial, found, found.repairedAt))
  );
}

/**
 * Which session of which task a denial speaks of. Both: a task can name another task's session, not be another task. A call that
 * names no session is known by its minute: a forged one of the same minute leads to the same session.
 */
export function subjectOf(denial: Denial): string {
  const { companion, sessionName, logStreamName, eventTime } = denial;
  return companion === undefined
    ? JSON.stringify([sessionName, logStreamName])
    : JSON.stringify([
        sessionName,
        companion,
        sessionIdOf(denial) ?? eventTime?.slice(0, 'YYYY-MM-DDTHH:MM'.length) ?? null,
      ]);
}

/** A new session's denial, or one of no session, after our write had time to take effect: the repair did not hold. */
export function isRecurrence(denial: Denial, found: Pick<Case, 'sessionIds'> | null, repairedAt: string): boolean {
  const sessionId = sessionIdOf(denial);
  if (sessionId !== null && found?.sessionIds.includes(sessionId)) {
    return false;
  }
  const afterRepair = Date.parse(denial.eventTime ?? '') - Date.parse(repairedAt);
  return Number.isNaN(afterRepair) || afterRepair > PROPAGATION_MILLISECONDS;
}

/** A notice that was announced longer ago than this is announced once more: its message may have died with a Lambda. */
const ANNOUNCED_MILLISECONDS = 2 * 60_000;

/** The case with its overdue notices announced anew; saved before they are sent, so that one message of each is alive. */
export function withAnnouncements(found: Case, now: Date): Case {
  const isOverdue = ({ announcedAt }: Notice) => now.getTime() - Date.parse(announcedAt) > ANNOUNCED_MILLISECONDS;
  return found.outbox.some(isOverdue)
    ? {
        ...found,
        outbox: found.outbox.map((notice) =>
          isOverdue(notice) ? { ...notice, announcedAt: now.toISOString() } : notice,
        ),
      }
    : found;
}
