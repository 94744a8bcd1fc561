import type { Breaker, BreakerCause } from './breaker.ts';
import type { Case, ChatPlace } from './case.ts';

/** One cause, as the digest shows it. */
export interface DigestLine {
  readonly fingerprint: string;
  readonly roleArn: string;
  readonly clusterArn: string | null;
  readonly ticketId: string | null;
  readonly ticketUrl?: string | undefined;
}

/** What people are shown in place of single messages during one opening of the breaker. */
export interface CauseDigest {
  /** Of the deployment, whose breaker it is. */
  readonly account: string;
  readonly region: string;
  /** ISO 8601, UTC: the opening, by which it is found. */
  readonly openedAt: string;
  readonly because: BreakerCause;
  /** ISO 8601, UTC: as last known. */
  readonly until: string;
  /** Causes in it, each once. */
  readonly causes: number;
  /** The last 1,000 of them by the beginning of their fingerprints, so that a delivery twice counts once. */
  readonly recentCauses: readonly string[];
  /** The first ten. */
  readonly lines: readonly DigestLine[];
  /** The channel of the first cause's route; null: the settings' own. */
  readonly chatChannel: string | null;
  /** Where its message stands; null while none does, and by a webhook. */
  readonly chat: ChatPlace | null;
  /** How many causes people have been shown; null while they were shown nothing. */
  readonly shownCauses: number | null;
  /** Grows with each look at it: a message of an earlier turn is none any more. */
  readonly turn: number;
  /** ISO 8601, UTC: the turn is not before. */
  readonly dueAt: string;
  /** ISO 8601, UTC: people were told that the breaker is closed; null while they were not. */
  readonly closedAt: string | null;
  /** Grows with each write, so that two workers cannot overwrite each other. */
  readonly version: number;
}

export type OpenBreaker = Extract<Breaker, { kind: 'open' }>;

const MAX_LINES = 10;
const MAX_RECENT_CAUSES = 1000;
const CAUSE_LENGTH = 16;

/** A digest without causes, whose first turn is due at a moment. */
export function openDigest(
  { account, region }: Pick<Case, 'account' | 'region'>,
  { since, because, until }: OpenBreaker,
  dueAt: Date,
): CauseDigest {
  return {
    account,
    region,
    openedAt: since,
    because,
    until,
    causes: 0,
    recentCauses: [],
    lines: [],
    chatChannel: null,
    chat: null,
    shownCauses: null,
    turn: 1,
    dueAt: dueAt.toISOString(),
    closedAt: null,
    version: 0,
  };
}

/** The digest with this case; the same digest where it is in it already. */
export function withDigested(digest: CauseDigest, found: Case, { until }: OpenBreaker): CauseDigest {
  const cause = found.fingerprint.slice(0, CAUSE_LENGTH);
  if (digest.recentCauses.includes(cause)) return digest;
  const { fingerprint, roleArn, clusterArn, ticketId, ticketUrl } = found;
  const line: DigestLine = {
    fingerprint,
    roleArn,
    clusterArn,
    ticketId,
    ...(ticketUrl !== undefined && { ticketUrl }),
  };
  return {
    ...digest,
    until,
    causes: digest.causes + 1,
    recentCauses: [...digest.recentCauses, cause].slice(-MAX_RECENT_CAUSES),
    lines: [...digest.lines, line].slice(0, MAX_LINES),
    chatChannel: digest.causes === 0 ? (found.chatChannel ?? null) : digest.chatChannel,
  };
}
