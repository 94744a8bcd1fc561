import type { EventLeases } from '../../../functions/ports.ts';

interface Lease {
  owner: string;
  until: number;
  done: boolean;
}

/** Leases in memory; `claims` counts what a duplicate costs. */
export class FakeEventLeases implements EventLeases {
  readonly leases = new Map<string, Lease>();
  claims = 0;

  async claim(eventId: string, owner: string, now: Date, leaseSeconds: number) {
    this.claims += 1;
    const lease = this.leases.get(eventId);
    if (lease?.done) {
      return 'done' as const;
    }
    if (lease !== undefined && lease.owner !== owner && lease.until > now.getTime()) {
      return 'in-progress' as const;
    }
    this.leases.set(eventId, { owner, until: now.getTime() + leaseSeconds * 1000, done: false });
    return 'claimed' as const;
  }

  async complete(eventId: string, owner: string) {
    const lease = this.leases.get(eventId);
    if (lease?.owner === owner) {
      lease.done = true;
    }
  }

  async release(eventId: string, owner: string) {
    const lease = this.leases.get(eventId);
    if (lease?.owner === owner && !lease.done) {
      this.leases.delete(eventId);
    }
  }
}
