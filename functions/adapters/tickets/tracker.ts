import type { TicketDraft } from '../../ports.ts';

export { TrackerLater, TrackerRefusal } from '../../domain/tracker-error.ts';

/** A ticket of ours as its tracker knows it. */
export interface TrackedTicket {
  readonly ticketId: string;
  /** Where a person finds it; null where the tracker has no page. */
  readonly url: string | null;
  /** False once somebody resolved, closed or cancelled it. */
  readonly isOpen: boolean;
  /** What the ticket said when we last wrote it (`digestOfDraft`); null where it does not tell. */
  readonly digest: string | null;
}

/**
 * One tracker, as far as our tickets need it. Throttling, time-outs and 5xx throw a `TrackerLater`; what the tracker will never
 * take throws a `TrackerRefusal`; both are told apart by who asks.
 */
export interface Tracker {
  /** The newest ticket of a fingerprint, open or not; null where there is none, or somebody deleted it. */
  find(fingerprint: string): Promise<TrackedTicket | null>;
  open(draft: TicketDraft, digest: string): Promise<TrackedTicket>;
  /** Writes title, body, severity and facts anew, adds the comment, and opens the ticket again where it was closed. */
  update(ticket: TrackedTicket, draft: TicketDraft, digest: string, comment: string): Promise<'updated' | 'gone'>;
  /** Resolves it with the evidence as its last comment; one that is closed already stays as it is. */
  close(ticketId: string, evidence: string): Promise<'closed' | 'gone'>;
}
