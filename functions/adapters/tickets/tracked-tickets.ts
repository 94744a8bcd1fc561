import { canonicalJson, type Digest } from '../../domain/canonical.ts';
import type { Language } from '../../domain/language.ts';
import type { Clock, FiledTicket, TicketDraft, TicketSystem } from '../../ports.ts';
import { changeComment, isNews, isOutdated, regressionComment, type Said } from './change-comment.ts';
import { type TrackedTicket, type Tracker, TrackerLater } from './tracker.ts';
import { VendorRefusal } from './vendor-request.ts';

/** Twice the time that a function of ours may run. */
const LEASE_MILLISECONDS = 60_000;
/** A ticket is opened only while this much of the lease is left, so that a worker that hung opens nothing beside its heir. */
const LEAST_LEASE_MILLISECONDS = 15_000;
/** A search index may be this far behind; the vendors promise nothing, and minutes are seen. */
const DEFAULT_LAG_SECONDS = 300;
/** The longest delay of our queue. */
const MAX_SECONDS = 900;

/** The ticket of a fingerprint, with what it says since we last wrote it. */
interface RememberedTicket extends Said {
  readonly ticketId: string;
  readonly url: string | null;
  readonly digest: string;
}

/** All that is remembered of one fingerprint's ticket. */
export interface TicketRow {
  readonly fingerprint: string;
  readonly ticket: RememberedTicket | null;
  /** Until when a worker that remembered nothing of it may have opened a ticket; null where there is no doubt. */
  readonly openingUntil: Date | null;
}

/** One worker's right to file; a fresh `owner` for each, so that two drafts in one function are two workers. */
export interface TicketClaim {
  readonly owner: string;
  readonly until: Date;
}

type TicketClaimAnswer =
  /** `afterExpiry` where the claim of a worker that never gave it back ran out. */
  | { readonly kind: 'claimed'; readonly row: TicketRow; readonly afterExpiry: boolean }
  | { readonly kind: 'busy'; readonly until: Date };

/** What is remembered of tickets, one row a fingerprint. Every write is conditional and safe to repeat. */
export interface TicketRows {
  read(fingerprint: string): Promise<TicketRow | undefined>;
  /** Takes the row where nobody has it, or where the claim on it ran out. The row is read after it was taken. */
  claim(fingerprint: string, claim: TicketClaim, now: Date): Promise<TicketClaimAnswer>;
  /** Writes the row and keeps the claim, while it is the owner's; `lost` where it went to somebody else. */
  save(row: TicketRow, claim: TicketClaim): Promise<'saved' | 'lost'>;
  /** Writes the row and gives the claim back. */
  release(row: TicketRow, claim: TicketClaim): Promise<'saved' | 'lost'>;
}

export interface TrackedTicketsOptions {
  readonly clock: Clock;
  readonly digest: Digest;
  /** A new name each time, e.g. `randomUUID`. */
  readonly owner: () => string;
  /** Of the comments; without it, English. */
  readonly language?: Language;
  /** How far `find` may be behind `open`; without it, 300. */
  readonly lagSeconds?: number;
}

/** A digest of everything that a ticket says: equal digests are the same ticket, and nothing is written. */
export function digestOfDraft({ title, body, severity, facts }: TicketDraft, digest: Digest): string {
  return digest(canonicalJson({ title, body, severity, facts }));
}

/**
 * Tickets in any tracker, one for each fingerprint: although two workers ask at once, the tracker's search lags, or a worker
 * dies between opening and remembering. What is unchanged costs no request. A ticket that a person deleted is followed by a new
 * one; one that a person closed opens again, as a regression, once something happened since. A worker that dies between writing
 * and remembering may repeat one comment. Throws `TrackerLater` where the queue shall ask again, `TrackerRefusal` where a person
 * has to change something.
 */
export function createTrackedTickets(tracker: Tracker, rows: TicketRows, options: TrackedTicketsOptions): TicketSystem {
  const { clock, language = 'en', lagSeconds = DEFAULT_LAG_SECONDS } = options;
  return {
    async fileTicket(draft) {
      const digest = digestOfDraft(draft, options.digest);
      const known = (await rows.read(draft.fingerprint))?.ticket ?? null;
      if (known !== null && saysIt(known, draft, digest)) return filed(known, false);
      const now = clock();
      const claim = { owner: options.owner(), until: new Date(now.getTime() + LEASE_MILLISECONDS) };
      const answer = await rows.claim(draft.fingerprint, claim, now);
      if (answer.kind === 'busy') {
        throw later('Another worker files the ticket of this cause', answer.until.getTime() - now.getTime());
      }
      const { row, afterExpiry } = answer;
      return file({ tracker, rows, clock, language, lagSeconds, draft, digest, claim, row, afterExpiry });
    },

    async closeTicket(ticketId, evidence) {
      await tracker.close(ticketId, evidence);
    },
  };
}

interface Filing {
  readonly tracker: Tracker;
  readonly rows: TicketRows;
  readonly clock: Clock;
  readonly language: Language;
  readonly lagSeconds: number;
  readonly draft: TicketDraft;
  readonly digest: string;
  readonly claim: TicketClaim;
  readonly row: TicketRow;
  readonly afterExpiry: boolean;
}

/** A ticket to bring up to date, and what it said if we know. */
interface Candidate {
  readonly ticket: TrackedTicket;
  readonly before: Said | null;
}

async function file(filing: Filing): Promise<FiledTicket> {
  const { row, rows, claim, tracker, draft, digest } = filing;
  try {
    // Another worker may have written it since we read.
    if (row.ticket !== null && saysIt(row.ticket, draft, digest)) {
      await rows.release(row, claim);
      return filed(row.ticket, false);
    }
    const found = await tracker.find(draft.fingerprint);
    for (const candidate of candidatesOf(filing, found)) {
      if ((await bringUpToDate(filing, candidate)) === 'done') return filed(candidate.ticket, false);
    }
    refuseWhileInDoubt(filing);
  } catch (error) {
    await giveBack(filing, row);
    throw error;
  }
  return openAnew(filing);
}

function candidatesOf({ row, afterExpiry }: Filing, found: TrackedTicket | null): readonly Candidate[] {
  if (row.ticket === null) return found === null ? [] : [{ ticket: found, before: null }];
  const { ticketId, url, digest } = row.ticket;
  if (found === null || found.ticketId !== ticketId) {
    const remembered = { ticket: { ticketId, url, isOpen: true, digest }, before: row.ticket };
    return found?.isOpen === true ? [remembered, { ticket: found, before: null }] : [remembered];
  }
  // What we remember is newer than the index, unless a worker died before it could remember.
  return [{ ticket: afterExpiry ? found : { ...found, digest }, before: row.ticket }];
}

async function bringUpToDate(filing: Filing, { ticket, before }: Candidate): Promise<'done' | 'gone'> {
  const { draft, digest, rows, row, claim, tracker, language } = filing;
  if (ticket.digest !== digest) {
    if (!ticket.isOpen && before !== null && !isNews(before, draft)) {
      // A person closed it and nothing happened since: a new wording is no reason to open it again.
      await rows.release(row, claim);
      return 'done';
    }
    const comment = (ticket.isOpen ? changeComment : regressionComment)(before, draft, language);
    if ((await tracker.update(ticket, draft, digest, comment)) === 'gone') return 'gone';
  }
  await rows.release(remembering(filing, ticket), claim);
  return 'done';
}

/** Throws while a ticket that nobody remembers may be there and the tracker's search cannot show it yet. */
function refuseWhileInDoubt({ row, clock, lagSeconds }: Filing): void {
  if (row.openingUntil === null) return;
  const wait = row.openingUntil.getTime() + lagSeconds * 1000 - clock().getTime();
  if (wait > 0) throw later('A ticket of this cause may have been opened, and the search cannot show it yet', wait);
}

async function openAnew(filing: Filing): Promise<FiledTicket> {
  const { rows, row, claim, clock, tracker, draft, digest } = filing;
  const doubtful = { ...row, ticket: null, openingUntil: claim.until };
  // Said before it is done: whoever comes after a killed worker knows that there may be one.
  const isOurs = (await rows.save(doubtful, claim)) === 'saved';
  if (!isOurs || claim.until.getTime() - clock().getTime() < LEAST_LEASE_MILLISECONDS) {
    await giveBack(filing, { ...doubtful, openingUntil: row.openingUntil });
    throw later('The time for filing this ticket ran out', 1000);
  }
  try {
    const opened = await tracker.open(draft, digest);
    await rows.release(remembering(filing, opened), claim);
    return filed(opened, true);
  } catch (error) {
    // Only the vendor's own refusal says that nothing was opened.
    await giveBack(filing, { ...doubtful, openingUntil: error instanceof VendorRefusal ? null : clock() });
    throw error;
  }
}

function remembering({ row, draft, digest }: Filing, { ticketId, url }: TrackedTicket): TicketRow {
  const { severity, facts } = draft;
  return { fingerprint: row.fingerprint, openingUntil: null, ticket: { ticketId, url, digest, severity, facts } };
}

function filed({ ticketId, url }: Pick<TrackedTicket, 'ticketId' | 'url'>, opened: boolean): FiledTicket {
  return { ticketId, ...(url === null ? {} : { ticketUrl: url }), opened };
}

/** Best effort: the claim runs out by itself, and the first error is the one to tell. */
async function giveBack({ rows, claim }: Filing, row: TicketRow): Promise<void> {
  await rows.release(row, claim).catch(() => undefined);
}

function saysIt(ticket: RememberedTicket, draft: TicketDraft, digest: string): boolean {
  return ticket.digest === digest || isOutdated(ticket, draft);
}

function later(message: string, milliseconds: number): TrackerLater {
  return new TrackerLater(message, Math.min(MAX_SECONDS, Math.max(1, Math.ceil(milliseconds / 1000))));
}
