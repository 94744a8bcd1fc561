import type { Clock } from '../../ports.ts';

export interface PaceOptions {
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Infinity does not wait at all, for offline accounts. */
  readonly requestsPerSecond: number;
  /** Told of each request, for who counts them. */
  readonly onRequest?: () => void;
}

/** Waits until the next request is due; requests that come together take their turns. */
export function createPace({ clock, sleep, requestsPerSecond, onRequest }: PaceOptions): () => Promise<void> {
  let due = 0;
  return async () => {
    const now = clock().getTime();
    const mine = Math.max(now, due);
    due = mine + 1000 / requestsPerSecond;
    if (mine > now) await sleep(mine - now);
    onRequest?.();
  };
}
