import type { SimulatedClock } from './simulated-clock.ts';

/** What goes wrong with a call. `malformed` answers 200 with text that is no response; `timeout` never answers. */
type FaultKind = 'throttle' | 'timeout' | '500' | 'access-denied' | 'malformed' | 'slow';

export interface Fault {
  /** The service's signing name: `iam`, `ecs`, `logs`; absent is every service. */
  readonly service?: string;
  /** The operation as its API calls it; absent is every operation. */
  readonly operation?: string;
  readonly kind: FaultKind;
  /** How many calls are hit; absent is all of them until the fault is cleared. */
  readonly times?: number;
  /** For `slow`: how long the answer takes, in real milliseconds. */
  readonly latencyMs?: number;
}

/** A service's bucket of requests: so many at once, and so many more with each second; what exceeds it is throttled. */
export interface RequestLimit {
  readonly service: string;
  /** The operations that share the bucket; absent is all of the service. */
  readonly operations?: readonly string[];
  readonly burst: number;
  readonly refillPerSecond: number;
}

/** A bucket as it stands. */
interface Bucket {
  readonly limit: RequestLimit;
  tokens: number;
  filledAt: number;
}

/** The faults that are switched on. The first one that fits a call is used, and used up. */
export class Faults {
  private readonly active: { fault: Fault; left: number }[] = [];
  private readonly buckets: Bucket[] = [];

  constructor(private readonly clock: SimulatedClock) {}

  add(fault: Fault): void {
    this.active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  /** Limits requests from now on, by the account's clock: one that nobody moves is the machine's own. */
  limit(limit: RequestLimit): void {
    this.buckets.push({ limit, tokens: limit.burst, filledAt: this.clock.now().getTime() });
  }

  clear(): void {
    this.active.length = 0;
    this.buckets.length = 0;
  }

  /** Takes the fault for a call, or null if the call goes well. */
  take(service: string, operation: string): Fault | null {
    const hit = this.active.find(
      ({ fault, left }) =>
        left > 0 && (fault.service ?? service) === service && (fault.operation ?? operation) === operation,
    );
    if (hit === undefined)
      return this.isWithinLimits(service, operation) ? null : { service, operation, kind: 'throttle' };
    hit.left -= 1;
    return hit.fault;
  }

  /** Takes a token of each bucket that the call is in. A refused call takes none, as with AWS. */
  private isWithinLimits(service: string, operation: string): boolean {
    const now = this.clock.now().getTime();
    const concerned = this.buckets.filter(
      ({ limit }) => limit.service === service && (limit.operations?.includes(operation) ?? true),
    );
    for (const bucket of concerned) {
      const { burst, refillPerSecond } = bucket.limit;
      bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * refillPerSecond);
      bucket.filledAt = now;
    }
    if (concerned.some(({ tokens }) => tokens < 1)) return false;
    for (const bucket of concerned) bucket.tokens -= 1;
    return true;
  }
}
