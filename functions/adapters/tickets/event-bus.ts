import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { TicketDraft, TicketSystem } from '../../ports.ts';
import { errorName, isAccessDenied } from '../aws/errors.ts';
import { shortened } from './bounded-text.ts';
import { TICKET_EVENT, type TicketEvent } from './event-schema.ts';
import { createTrackedTickets, type TicketRows, type TrackedTicketsOptions } from './tracked-tickets.ts';
import { type Tracker, TrackerLater, TrackerRefusal } from './tracker.ts';

/** An entry must be smaller than 256 KB, and what is delivered of it is larger: 4 KB are left for the envelope. */
const MAX_ENTRY_BYTES = 252 * 1024;
const ENTRY_OVERHEAD = Buffer.byteLength(TICKET_EVENT.source) + Buffer.byteLength(TICKET_EVENT.detailType);
const CUT_NOTE = '\n\n(The text was cut here: an event holds 256 KB.)';

const ID_PREFIX = 'exec-log-';
const RETRY_SECONDS = 60;

/** What asking again would repeat, without `Exception`. An unknown code is asked again. */
const REFUSALS: Readonly<Record<string, string>> = {
  AccessDenied:
    'events:PutEvents on this bus is not permitted to our role (deploy with -c ticketBus=NAME), or not by the policy of the bus',
  NotAuthorizedForSource: 'the policy of the bus must permit the source exec-log',
  NotAuthorizedForDetailType: 'the policy of the bus must permit the detail type "exec-log ticket"',
  InvalidAccountId: 'the account in the ARN of the bus is not valid',
  InvalidArgument: 'the name of the bus, or the event, is not valid',
  MalformedDetail: 'the event is not valid JSON',
  RedactionFailure: 'CloudTrail cannot redact the event',
  ResourceNotFound: 'there is no such bus',
  Validation: 'the name of the bus, or the event, is not valid',
};

export interface EventBusSettings {
  /** Name or ARN. */
  readonly busName: string;
}

/**
 * Tickets as events on an EventBridge bus (`event-schema.ts`), for every system that has no adapter of its own: one event where a
 * ticket opens, changes or closes, none where nothing changed. The ticket's id follows from the fingerprint, so that an event
 * that comes twice is the same ticket. Throws `TrackerLater` where the bus cannot take the event now, `TrackerRefusal` where it
 * never will. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
export function createEventBus(
  client: EventBridgeClient,
  settings: EventBusSettings,
  rows: TicketRows,
  options: Omit<TrackedTicketsOptions, 'lagSeconds'>,
): TicketSystem {
  // Nobody has to be looked for: opening twice is one ticket.
  return createTrackedTickets(busTracker(client, settings), rows, { ...options, lagSeconds: 0 });
}

function busTracker(client: EventBridgeClient, { busName }: EventBusSettings): Tracker {
  const put = (event: TicketEvent) => putEvent(client, entryOf(busName, event));
  return {
    find: async () => null,

    async open(draft, digest) {
      const event = openedEvent(draft);
      await put(event);
      return { ticketId: event.ticketId, url: null, isOpen: true, digest };
    },

    async update(_ticket, { fingerprint, title, body, severity, facts }, _digest, comment) {
      const said = { fingerprint, ticketId: `${ID_PREFIX}${fingerprint}`, title, body, severity, facts };
      await put({ version: '1', change: 'changed', ...said, comment });
      return 'updated';
    },

    async close(ticketId, evidence) {
      const fingerprint = ticketId.slice(ID_PREFIX.length);
      // A ticket of the system that was in use before this one.
      if (!ticketId.startsWith(ID_PREFIX) || fingerprint === '') return 'gone';
      const unsaid = { title: null, body: null, severity: null, facts: null };
      await put({ version: '1', change: 'closed', fingerprint, ticketId, ...unsaid, comment: evidence });
      return 'closed';
    },
  };
}

/** The entry of `PutEvents` that opens the ticket of a draft. */
export function openingEntryOf(busName: string, draft: TicketDraft) {
  return entryOf(busName, openedEvent(draft));
}

function openedEvent({ fingerprint, title, body, severity, facts }: TicketDraft): TicketEvent {
  const said = { fingerprint, ticketId: `${ID_PREFIX}${fingerprint}`, title, body, severity, facts };
  return { version: '1', change: 'opened', ...said, comment: null };
}

function entryOf(busName: string, event: TicketEvent) {
  return {
    EventBusName: busName,
    Source: TICKET_EVENT.source,
    DetailType: TICKET_EVENT.detailType,
    Detail: detailOf(event),
  };
}

async function putEvent(client: EventBridgeClient, entry: ReturnType<typeof entryOf>): Promise<void> {
  const busName = entry.EventBusName;
  const answer = await client.send(new PutEventsCommand({ Entries: [entry] })).catch((error: unknown) => {
    const name = isAccessDenied(error) ? 'AccessDenied' : errorName(error);
    if (Object.hasOwn(REFUSALS, name)) throw refusal(busName, name);
    throw new TrackerLater(`EventBridge took no event (${shortened(name, 100)})`, RETRY_SECONDS);
  });
  // The request succeeds also where its entry fails.
  const failed = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
  if (failed === undefined && (answer.FailedEntryCount ?? 0) === 0) return;
  const code = (failed?.ErrorCode ?? '').replace(/Exception$/, '');
  if (Object.hasOwn(REFUSALS, code)) throw refusal(busName, code);
  throw new TrackerLater(`EventBridge took no event (${shortened(code || 'no code', 100)})`, RETRY_SECONDS);
}

function refusal(busName: string, code: string): TrackerRefusal {
  return new TrackerRefusal(
    `EventBridge refused the event for ${shortened(busName, 200)} (${code}): ${REFUSALS[code]}`,
  );
}

/**
 * The event as JSON that fits: a body, or a comment, that is too long is cut and says so. How the size is counted:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size
 */
function detailOf(event: TicketEvent): string {
  const whole = JSON.stringify(event);
  if (fits(whole)) return whole;
  const withoutBody = event.change === 'closed' ? event : { ...event, body: CUT_NOTE };
  if (event.change !== 'closed' && fits(JSON.stringify(withoutBody))) {
    return longestThatFits(event.body, (body) => JSON.stringify({ ...event, body }));
  }
  const comment = event.comment ?? '';
  const cut = longestThatFits(comment, (text) => JSON.stringify({ ...withoutBody, comment: text }));
  if (!fits(cut)) throw new TrackerRefusal('the facts of the ticket are larger than an event can be');
  return cut;
}

function longestThatFits(text: string, render: (text: string) => string): string {
  let [low, high] = [0, text.length];
  const cutAt = (length: number) => render(`${length === 0 ? '' : shortened(text, length)}${CUT_NOTE}`);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(cutAt(middle))) low = middle;
    else high = middle - 1;
  }
  return cutAt(low);
}

function fits(detail: string): boolean {
  return Buffer.byteLength(detail) + ENTRY_OVERHEAD <= MAX_ENTRY_BYTES;
}
