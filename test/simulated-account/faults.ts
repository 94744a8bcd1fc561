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

/** The faults that are switched on. The first one that fits a call is used, and used up. */
export class Faults {
  private readonly active: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.active.length = 0;
  }

  /** Takes the fault for a call, or null if the call goes well. */
  take(service: string, operation: string): Fault | null {
    const hit = this.active.find(
      ({ fault, left }) =>
        left > 0 && (fault.service ?? service) === service && (fault.operation ?? operation) === operation,
    );
    if (hit === undefined) return null;
    hit.left -= 1;
    return hit.fault;
  }
}
