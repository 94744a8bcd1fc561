import { canonicalJson, type Digest } from '../domain/canonical.ts';
import type { Sighting } from '../domain/case.ts';
import type { Denial } from '../domain/denial.ts';

/** One received denial. */
export interface ReceivedDenial {
  readonly denial: Denial;
  readonly eventId: string;
  /** The event as received, to be sent again if it has to wait. */
  readonly event: unknown;
  /** How often it has waited for its session record. */
  readonly attempt: number;
  /** Denials that were folded into it while it waited. */
  readonly folded: readonly Sighting[];
}

/** What counting needs of denials, those included that were folded into them while they waited. */
export function sightingsOf(items: readonly ReceivedDenial[], digest: Digest): readonly Sighting[] {
  return items.flatMap((item) => [sightingOf(item, digest), ...item.folded]);
}

function sightingOf({ denial, eventId }: ReceivedDenial, digest: Digest): Sighting {
  return {
    event: digest(canonicalJson(eventId)).slice(0, 12),
    sessionId: denial.logStreamName,
    seenAt: denial.eventTime ?? '',
  };
}
