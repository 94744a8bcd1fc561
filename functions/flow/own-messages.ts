import type { Sighting } from '../domain/case.ts';

/** What we send to our own queue: a denial that waits for its session record, or a notice that is due. */
export type OwnMessage =
  | {
      readonly kind: 'deferred-denial';
      readonly attempt: number;
      readonly event: unknown;
      readonly folded: readonly Sighting[];
    }
  | { readonly kind: 'notice'; readonly fingerprint: string; readonly noticeId: string };

const FIRST_DELAY_SECONDS = 60;
const LONGEST_DELAY_SECONDS = 300;
/** The counted denials travel with the one that waits; a message holds 256 KB, the event included. */
const MAX_FOLDED = 1000;

/** The message for a denial that waits, with a delay that grows: 60, 120, 240, then 300 seconds. */
export function deferralOf(
  event: unknown,
  attempt: number,
  folded: readonly Sighting[],
): { readonly body: string; readonly delaySeconds: number } {
  const message: OwnMessage = { kind: 'deferred-denial', attempt, event, folded: folded.slice(-MAX_FOLDED) };
  return {
    body: JSON.stringify(message),
    delaySeconds: Math.min(FIRST_DELAY_SECONDS * 2 ** Math.min(attempt - 1, 10), LONGEST_DELAY_SECONDS),
  };
}

export function noticeMessage(fingerprint: string, noticeId: string): string {
  const message: OwnMessage = { kind: 'notice', fingerprint, noticeId };
  return JSON.stringify(message);
}

/** Reads a message of our own; null for anything else, above all for an EventBridge event. */
export function readOwnMessage(value: unknown): OwnMessage | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) {
    return null;
  }
  if (value.kind === 'notice' && 'fingerprint' in value && 'noticeId' in value) {
    const { fingerprint, noticeId } = value;
    return typeof fingerprint === 'string' && typeof noticeId === 'string'
      ? { kind: 'notice', fingerprint, noticeId }
      : null;
  }
  if (value.kind === 'deferred-denial' && 'event' in value && 'attempt' in value && 'folded' in value) {
    const { attempt, event, folded } = value;
    return typeof attempt === 'number' && Array.isArray(folded) && folded.every(isSighting)
      ? { kind: 'deferred-denial', attempt, event, folded }
      : null;
  }
  return null;
}

function isSighting(value: unknown): value is Sighting {
  return (
    typeof value === 'object' &&
    value !== null &&
    'event' in value &&
    typeof value.event === 'string' &&
    'seenAt' in value &&
    typeof value.seenAt === 'string' &&
    'sessionId' in value &&
    (typeof value.sessionId === 'string' || value.sessionId === null)
  );
}
