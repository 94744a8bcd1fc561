import type { Reading } from './observation.ts';

/** What Systems Manager says of a session's life; `endedAt` is ISO 8601, UTC, or null where it does not say when. */
export type LifetimeEvidence =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly endedAt: string | null };

/** Whether a session is over, long enough for its transcript to have arrived. */
export type SessionEnd =
  | { readonly kind: 'over'; readonly endedAt: string | null; readonly isKnown: boolean }
  | { readonly kind: 'open'; readonly dueAt: string; readonly because: string };

const MINUTE = 60_000;
/** The transcript is uploaded at the session's end, and CloudTrail's history lags by up to a quarter of an hour. */
const WAIT_MILLISECONDS = 30 * MINUTE;
/** CloudWatch Logs shows a stream at once, and when something was written to it within an hour or so. */
const WAIT_FOR_STREAM_MILLISECONDS = 120 * MINUTE;
/** A session of which nobody tells the end has ended by then. */
const LONGEST_UNKNOWN_MILLISECONDS = 24 * 60 * MINUTE;
/** Clocks of Systems Manager and ours differ by less than this. */
const CLOCK_TOLERANCE_MILLISECONDS = 5 * MINUTE;
const SHORTEST_LOOK_MILLISECONDS = 5 * MINUTE;
const LONGEST_LOOK_MILLISECONDS = 60 * MINUTE;

/**
 * Whether the session is over: 30 minutes after the end that Systems Manager tells, or two hours where its stream stands and shows
 * nothing yet; where no end is told, 24 hours after the start.
 * The next look comes after a quarter of the session's age, so that a long session costs few.
 */
export function endOfSession(
  startedAt: string,
  lifetime: Reading<LifetimeEvidence>,
  hasEmptyStream: boolean,
  now: Date,
): SessionEnd {
  const age = now.getTime() - Date.parse(startedAt);
  const nextLook = now.getTime() + clamp(age / 4, SHORTEST_LOOK_MILLISECONDS, LONGEST_LOOK_MILLISECONDS);
  if (lifetime.kind === 'read' && lifetime.value.kind === 'running') {
    return { kind: 'open', dueAt: isoOf(nextLook), because: 'the session still runs' };
  }
  const endedAt = lifetime.kind === 'read' && lifetime.value.kind === 'ended' ? lifetime.value.endedAt : null;
  const told = Date.parse(endedAt ?? '');
  // An end that lies ahead is of another clock, and none to wait for.
  if (told <= now.getTime() + CLOCK_TOLERANCE_MILLISECONDS) {
    const until = told + (hasEmptyStream ? WAIT_FOR_STREAM_MILLISECONDS : WAIT_MILLISECONDS);
    return now.getTime() >= until
      ? { kind: 'over', endedAt, isKnown: true }
      : { kind: 'open', dueAt: isoOf(until), because: 'the session ended a short time ago' };
  }
  if (age >= LONGEST_UNKNOWN_MILLISECONDS) return { kind: 'over', endedAt: null, isKnown: false };
  const until = Date.parse(startedAt) + LONGEST_UNKNOWN_MILLISECONDS;
  return { kind: 'open', dueAt: isoOf(Math.min(nextLook, until)), because: 'nobody tells whether the session ended' };
}

const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
