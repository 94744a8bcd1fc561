import { type TrackedTicket, type Tracker, TrackerLater } from '../../../functions/adapters/tickets/tracker.ts';
import type { Clock, FiledTicket } from '../../../functions/ports.ts';

/** A ticket as the tracker itself has it. */
export interface MemoryTicket {
  readonly ticketId: string;
  readonly fingerprint: string;
  readonly title: string;
  readonly digest: string;
  readonly isOpen: boolean;
  readonly comments: readonly string[];
}

/** The state of a ticket from a moment on; null where it was deleted. */
interface Version {
  readonly at: number;
  readonly ticket: MemoryTicket | null;
}

/** A tracker in memory whose search shows everything `lagSeconds` late, as a search index does. */
export class MemoryTracker implements Tracker {
  private readonly versions = new Map<string, readonly Version[]>();
  /** Requests that were carried out, in order. */
  readonly writes: {
    readonly kind: 'open' | 'update' | 'close';
    readonly ticketId: string;
    readonly changes: boolean;
  }[] = [];
  searches = 0;
  /** What the next requests meet instead of an answer: `before` nothing is done, `after` it is done and the answer lost. */
  troubles: { readonly moment: 'before' | 'after'; readonly error: Error }[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly lagSeconds: number,
  ) {}

  async find(fingerprint: string): Promise<TrackedTicket | null> {
    this.searches += 1;
    const until = this.clock().getTime() - this.lagSeconds * 1000;
    const found = [...this.versions.values()].flatMap((versions) => {
      const shown = versions.filter(({ at }) => at <= until).at(-1)?.ticket ?? null;
      return shown?.fingerprint === fingerprint ? [shown] : [];
    });
    const newest = found.at(-1);
    return newest === undefined ? null : trackedOf(newest);
  }

  open: Tracker['open'] = ({ fingerprint, title }, digest) =>
    this.carryOut(() => {
      const ticketId = `T-${this.versions.size + 1}`;
      const ticket = { ticketId, fingerprint, title, digest, isOpen: true, comments: [] };
      this.keep(ticketId, ticket);
      this.writes.push({ kind: 'open', ticketId, changes: true });
      return trackedOf(ticket);
    });

  update: Tracker['update'] = ({ ticketId }, { title }, digest, comment) =>
    this.carryOut(() => {
      const ticket = this.ticketAt(ticketId);
      if (ticket === null) return 'gone';
      this.writes.push({ kind: 'update', ticketId, changes: ticket.digest !== digest });
      this.keep(ticketId, { ...ticket, title, digest, isOpen: true, comments: [...ticket.comments, comment] });
      return 'updated';
    });

  close: Tracker['close'] = (ticketId, evidence) =>
    this.carryOut(() => {
      const ticket = this.ticketAt(ticketId);
      if (ticket === null) return 'gone';
      if (ticket.isOpen) {
        this.writes.push({ kind: 'close', ticketId, changes: true });
        this.keep(ticketId, { ...ticket, isOpen: false, comments: [...ticket.comments, evidence] });
      }
      return 'closed';
    });

  /** As a person sees them, without the lag; those that were deleted are missing. */
  tickets(): readonly MemoryTicket[] {
    return [...this.versions.keys()].flatMap((ticketId) => this.ticketAt(ticketId) ?? []);
  }

  closeByHand(ticketId: string): void {
    const ticket = this.ticketAt(ticketId);
    if (ticket !== null) this.keep(ticketId, { ...ticket, isOpen: false });
  }

  deleteByHand(ticketId: string): void {
    this.keep(ticketId, null);
  }

  private ticketAt(ticketId: string): MemoryTicket | null {
    return this.versions.get(ticketId)?.at(-1)?.ticket ?? null;
  }

  private keep(ticketId: string, ticket: MemoryTicket | null): void {
    const at = this.clock().getTime();
    this.versions.set(ticketId, [...(this.versions.get(ticketId) ?? []), { at, ticket }]);
  }

  private async carryOut<Result>(request: () => Result): Promise<Result> {
    const trouble = this.troubles.shift();
    if (trouble?.moment === 'before') throw trouble.error;
    const result = request();
    if (trouble !== undefined) throw trouble.error;
    return result;
  }
}

/** No answer came: nobody knows whether the request was carried out. */
export const silence = (moment: 'before' | 'after') =>
  ({ moment, error: new TrackerLater('The tracker did not answer', 60) }) as const;

function trackedOf({ ticketId, isOpen, digest }: MemoryTicket): TrackedTicket {
  return { ticketId, url: pageOf(ticketId), isOpen, digest };
}

function pageOf(ticketId: string): string {
  return `https://tracker.example/${ticketId}`;
}

/** What whoever files is told of a ticket in this tracker. */
export function filed(ticketId: string, opened: boolean): FiledTicket {
  return { ticketId, ticketUrl: pageOf(ticketId), opened };
}
