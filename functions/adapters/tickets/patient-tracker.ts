import type { Clock } from '../../ports.ts';
import { type Tracker, TrackerLater } from './tracker.ts';

/**
 * A tracker that asked to wait is not asked again before that time, whatever the fingerprint: in a storm, each cause would else
 * spend a time-out on a vendor that is known to be away.
 */
export function patientTracker(tracker: Tracker, clock: Clock): Tracker {
  let waitingUntil = 0;
  const ask = async <Value>(run: () => Promise<Value>): Promise<Value> => {
    const now = clock().getTime();
    if (now < waitingUntil) {
      throw new TrackerLater('The ticket system asked to wait', Math.ceil((waitingUntil - now) / 1000));
    }
    try {
      return await run();
    } catch (error) {
      if (error instanceof TrackerLater) waitingUntil = clock().getTime() + error.afterSeconds * 1000;
      throw error;
    }
  };
  return {
    find: (fingerprint) => ask(() => tracker.find(fingerprint)),
    open: (draft, digest) => ask(() => tracker.open(draft, digest)),
    update: (ticket, draft, digest, comment) => ask(() => tracker.update(ticket, draft, digest, comment)),
    close: (ticketId, evidence) => ask(() => tracker.close(ticketId, evidence)),
  };
}
