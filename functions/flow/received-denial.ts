import { canonicalJson, type Digest } from '../domain/canonical.ts';
import type { Sighting } from '../domain/case.ts';
import type { Denial } from '../domain/denial.ts';
import { sessionIdOf } from '../domain/denied-session.ts';
import { signalOf } from '../domain/signal.ts';

/** One received denial. */
export interface ReceivedDenial {
  readonly denial: Denial;
  readonly eventId: string;
  /** The event as received, to be sent again if it has to wait. */
  readonly event: unknown;
  /** How often it has waited for its session record. */
  readonly attempt: number;
  /** Denials of the same session that were folded into it while it waited. */
  readonly folded: Folded | null;
}

/** Denials that travel with one that waits: their session is the same, so that counting needs no more than this. */
export interface Folded {
  /** Short digests of the event ids. */
  readonly events: readonly string[];
  /** ISO 8601, UTC. */
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

/**
 * What counting needs of denials, those included that were folded into them while they waited. `sessionId` is the session that
 * they turned out to be of, where the calls themselves name none.
 */
export function sightingsOf(
  items: readonly ReceivedDenial[],
  digest: Digest,
  now: Date,
  sessionId: string | null = null,
): readonly Sighting[] {
  return items
    .flatMap((item) => [sightingOf(item, digest, now), ...foldedSightings(item)])
    .map((sighting) => ({ ...sighting, sessionId: sighting.sessionId ?? sessionId }));
}

/** The denials of one session as one, to travel with the first of them; null where there are none. */
export function foldedOf(
  first: ReceivedDenial,
  companions: readonly ReceivedDenial[],
  digest: Digest,
  now: Date,
): Folded | null {
  const sightings = [...foldedSightings(first), ...sightingsOf(companions, digest, now)];
  const times = sightings.map(({ seenAt }) => seenAt).sort();
  const [firstSeenAt] = times;
  const lastSeenAt = times.at(-1);
  return firstSeenAt === undefined || lastSeenAt === undefined
    ? null
    : { events: sightings.map(({ event }) => event), firstSeenAt, lastSeenAt };
}

function foldedSightings({ folded, denial }: ReceivedDenial): readonly Sighting[] {
  return (folded?.events ?? []).map((event, index) => ({
    event,
    sessionId: countedSessionOf(denial),
    seenAt: index === 0 ? (folded?.firstSeenAt ?? '') : (folded?.lastSeenAt ?? ''),
  }));
}

function sightingOf({ denial, eventId }: ReceivedDenial, digest: Digest, now: Date): Sighting {
  return {
    event: eventDigest(eventId, digest),
    sessionId: countedSessionOf(denial),
    // A record without a readable time was seen when it came.
    seenAt: isMoment(denial.eventTime) ? denial.eventTime : now.toISOString(),
  };
}

/** The session that a denial names by itself, or null. A router's stream and a driver's are no sessions. */
export function countedSessionOf(denial: Denial): string | null {
  const signal = signalOf(denial);
  return signal === 'router' || signal === 'awslogs-driver' ? null : sessionIdOf(denial);
}

/** By what a case knows the events that it counted. */
export function eventDigest(eventId: string, digest: Digest): string {
  return digest(canonicalJson(eventId)).slice(0, 12);
}

/** Whether a text is a moment that the case's row accepts: what cannot be read back would close the case to every later denial. */
export function isMoment(text: string | null): text is string {
  return (
    text !== null &&
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:[0-5]\d(\.\d{1,9})?Z$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}
