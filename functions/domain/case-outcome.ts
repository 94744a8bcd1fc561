import {
  type Case,
  type CaseProposal,
  type CaseSignal,
  type CaseState,
  type Notice,
  type Sighting,
  withSightings,
} from './case.ts';
import type { Decision } from './decision.ts';
import { failsBySessionAlone } from './guardrails/all.ts';

/** Less than the ten minutes between two decisions, because a message is shown a moment after its decision. */
const REFRESH_MILLISECONDS = 9 * 60_000;

/** What became of a decision. */
export type Outcome =
  | { readonly kind: 'attached'; readonly attachedAt: string }
  | { readonly kind: 'unverified'; readonly attachedAt: string }
  | {
      readonly kind: 'ticketed';
      readonly ticketId: string;
      readonly ticketUrl?: string | undefined;
      readonly opened: boolean;
    }
  /** `isNew`: people have not been asked this before. */
  | { readonly kind: 'proposed'; readonly proposal: CaseProposal; readonly isNew: boolean }
  | { readonly kind: 'observed' }
  | { readonly kind: 'suppressed' }
  | { readonly kind: 'joined'; readonly repairedAt: string }
  | { readonly kind: 'closed' };

/** What a case is made of besides its sightings. */
export interface CaseFacts {
  readonly fingerprint: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly roleId: string;
  readonly logGroupName: string | null;
  readonly clusterArn: string | null;
  readonly signal?: CaseSignal | undefined;
  readonly chatChannel?: string | null | undefined;
  readonly decidedFor: string;
  readonly sessionDependent: boolean;
}

/** A case before its first decision is carried out: counted, and nothing else. */
export function openCase(
  facts: CaseFacts,
  sightings: readonly Sighting[],
  decision: Decision,
  now: Date,
  settingsVersion: string,
): Case {
  const seenAt = sightings[0]?.seenAt ?? now.toISOString();
  const empty: Case = {
    ...facts,
    state: 'observed',
    disposition: decision.disposition,
    reasons: decision.reasons,
    count: 0,
    firstSeenAt: seenAt,
    lastSeenAt: seenAt,
    decidedAt: now.toISOString(),
    sessionIds: [],
    ticketId: null,
    repairedAt: null,
    settingsVersion,
    recentEvents: [],
    outbox: [],
    version: 0,
  };
  return withSightings(empty, sightings);
}

/** The case after a decision was carried out, with a notice if its state is another one than people were told of. */
export function afterOutcome(
  found: Case,
  isNew: boolean,
  decision: Decision,
  outcome: Outcome,
  facts: CaseFacts,
  now: Date,
  settingsVersion: string,
): Case {
  const asks = stillAsks(found, decision, outcome, now);
  const state = asks ? 'proposed' : stateAfter(found, outcome);
  const keeps =
    asks ||
    (outcome.kind === 'joined' && state === 'ticketed') ||
    (outcome.kind === 'closed' && state === 'repaired') ||
    state === 'verified';
  const isTold = state !== 'suppressed' && !(isNew && state === 'closed');
  // A ticket that somebody closed and that had to be opened again is news, though the state is the same.
  const isChange =
    isNew ||
    state !== found.state ||
    (outcome.kind === 'ticketed' && outcome.opened && !asks) ||
    (outcome.kind === 'proposed' && outcome.isNew);
  return {
    ...found,
    ...facts,
    ...placeAfter(found, facts),
    clusterArn: facts.clusterArn ?? found.clusterArn,
    state,
    disposition: keeps ? found.disposition : decision.disposition,
    reasons: keeps ? found.reasons : decision.reasons,
    decidedAt: now.toISOString(),
    ...(outcome.kind === 'ticketed' ? { ticketId: outcome.ticketId, ticketUrl: outcome.ticketUrl } : {}),
    ...(outcome.kind === 'proposed' ? { proposal: outcome.proposal } : proposalAfter(found, state, now)),
    repairedAt: repairedAt(found, outcome),
    ...(decision.policy?.prepared === undefined ? {} : { attachesPrepared: true as const }),
    settingsVersion,
    outbox: isTold ? [...found.outbox, ...dueNotices(found, state, isChange, now)] : untoldOutbox(found, state, now),
  };
}

/**
 * Whether people are asked as before, although this denial got a ticket: a task can make up denials of sessions that never were, and
 * must not thereby withdraw the question about a real one. The answer judges everything anew.
 */
function stillAsks({ state, proposal }: Case, { guardrails }: Decision, outcome: Outcome, now: Date): boolean {
  return (
    outcome.kind === 'ticketed' &&
    state === 'proposed' &&
    proposal?.state === 'open' &&
    now.getTime() < Date.parse(proposal.expiresAt) &&
    failsBySessionAlone(guardrails)
  );
}

/** A case that is no longer proposed asks nobody any more. What somebody answered stays answered. */
function proposalAfter({ proposal }: Case, state: CaseState, now: Date): Pick<Case, 'proposal'> {
  if (proposal?.state !== 'open' || state === 'proposed') return {};
  const isOver = now.getTime() >= Date.parse(proposal.expiresAt);
  return { proposal: { ...proposal, state: isOver ? 'expired' : 'replaced' } };
}

/** A change is news. A count that grew is none: the case's message, if it has one, is brought up to date now and then. */
function dueNotices(found: Case, state: CaseState, isChange: boolean, now: Date): readonly Notice[] {
  if (isChange) return [noticeOf(found, state, now)];
  const { chat, outbox } = found;
  // Any notice that is due already brings the whole message up to date.
  if (chat == null || outbox.length > 0) return [];
  const isRecent = now.getTime() - Date.parse(chat.shownAt) < REFRESH_MILLISECONDS;
  return isRecent ? [] : [{ ...noticeOf(found, state, now), quiet: true }];
}

/** The case with its message due to be brought up to date, where it has one: there is no news. */
export function withRefresh(found: Case, now: Date): Case {
  const { chat, outbox, state } = found;
  // Any notice that is due already brings the whole message up to date.
  if (chat == null || outbox.length > 0) return found;
  return { ...found, outbox: [{ ...noticeOf(found, state, now), quiet: true }] };
}

/** Of a muted case nobody hears. But a message that asked people must not go on asking: its buttons count no more. */
function untoldOutbox(found: Case, state: CaseState, now: Date): readonly Notice[] {
  const isAsking = found.state === 'proposed' && state !== 'proposed';
  return isAsking ? withRefresh({ ...found, state }, now).outbox : found.outbox;
}

/** Where the case's logs go: what this look does not show, because the task is gone by now, an earlier one did. */
function placeAfter(found: Case, { logGroupName, signal }: CaseFacts): Pick<Case, 'logGroupName' | 'signal'> {
  const isShown =
    signal?.kind === 'router'
      ? signal.routerName !== null
      : logGroupName !== null || (signal?.kind === 'exec-companion' && signal.bucketName !== undefined);
  return isShown || found.signal?.kind !== signal?.kind
    ? { logGroupName, signal }
    : { logGroupName: found.logGroupName, signal: found.signal };
}

/** What happened to a case by our own doing or by what we saw, without a denial. */
export interface CaseNews {
  readonly state: CaseState;
  readonly disposition: Decision['disposition'];
  /** The first one says what the news is. */
  readonly reasons: Decision['reasons'];
  /** The ticket that tells of it, where one was filed. */
  readonly ticketId?: string;
  readonly ticketUrl?: string | undefined;
  /** What came of the proposal; without it, leaving `proposed` replaces one that is open. */
  readonly proposal?: CaseProposal;
}

/** The case with its news, and a notice of them unless it is muted, by its state or by `isMuted`. */
export function withNews(found: Case, news: CaseNews, now: Date, settingsVersion: string, isMuted = false): Case {
  return {
    ...found,
    ...proposalAfter(found, news.state, now),
    ...news,
    decidedAt: now.toISOString(),
    settingsVersion,
    outbox:
      isMuted || news.state === 'suppressed'
        ? untoldOutbox(found, news.state, now)
        : [...found.outbox, noticeOf(found, news.state, now)],
  };
}

/** Whether these news were saved before. */
export function isToldOf(found: Case, { state, reasons }: Pick<CaseNews, 'state' | 'reasons'>): boolean {
  return found.state === state && found.reasons[0]?.code === reasons[0]?.code;
}

function noticeOf(found: Case, state: CaseState, now: Date): Notice {
  return {
    noticeId: `${found.fingerprint}-${found.version + 1}-${state}`,
    state,
    createdAt: now.toISOString(),
    announcedAt: now.toISOString(),
  };
}

function stateAfter(found: Case, outcome: Outcome): CaseState {
  switch (outcome.kind) {
    case 'attached':
      return 'repaired';
    case 'joined':
      if (found.state === 'verified') return 'verified';
      // A recurrence is a person's question: a late denial of an older session does not answer it.
      return found.state === 'ticketed' && found.repairedAt !== null ? 'ticketed' : 'repaired';
    case 'closed':
      // A role that we repaired is allowed from then on; that is no news.
      return found.state === 'repaired' || found.state === 'verified' ? found.state : 'closed';
    case 'ticketed':
    case 'proposed':
    case 'unverified':
    case 'observed':
    case 'suppressed':
      return outcome.kind;
  }
}

function repairedAt(found: Case, outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'attached':
    case 'unverified':
      return outcome.attachedAt;
    case 'joined':
      return found.repairedAt ?? outcome.repairedAt;
    default:
      return found.repairedAt;
  }
}
