/** The account's time: the machine's time plus an offset, so that tests wait for nothing. */
export class SimulatedClock {
  private offset = 0;
  private frozenAt: number | undefined;

  /** Starts at the given time, or now; a frozen clock stands still until it is advanced or set. */
  constructor(start?: Date, options: { readonly frozen?: boolean } = {}) {
    if (options.frozen) this.frozenAt = (start ?? new Date()).getTime();
    else if (start) this.set(start);
  }

  now(): Date {
    return new Date(this.frozenAt ?? Date.now() + this.offset);
  }

  advance(milliseconds: number): void {
    if (this.frozenAt !== undefined) this.frozenAt += milliseconds;
    else this.offset += milliseconds;
  }

  set(time: Date): void {
    if (this.frozenAt !== undefined) this.frozenAt = time.getTime();
    else this.offset = time.getTime() - Date.now();
  }
}
