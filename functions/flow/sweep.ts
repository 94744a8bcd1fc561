import { asDelivered } from '../domain/delivered-event.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import { SESSION_CALLS, sweptRefusal, sweptSession } from '../domain/swept-session.ts';
import type { CallHistory, DelayQueue, SessionRecorder } from '../ports.ts';
import type { OrderPlace } from './own-messages.ts';

/** All that the sweep works with. */
export interface SweepPorts {
  readonly history: CallHistory;
  /** Whether there is a verdict, not what it says: one that cannot be read shall not stop the sweep for ever. */
  readonly recorder: Pick<SessionRecorder, 'isKnown'>;
  /** The recorder's queue. */
  readonly sessions: DelayQueue;
  /** Of a hub: whose history it is. */
  readonly orderPlace?: OrderPlace | undefined;
}

export interface SweepOptions {
  /** ISO 8601, UTC; null before the first sweep. */
  readonly sweptUntil: string | null;
  /** Where the first sweep begins; by default a day ago. */
  readonly since?: Date;
  /** The history holds nothing older, and may refuse a question about it. */
  readonly historyBegins?: Date;
  readonly now: Date;
  /** How much of the history is asked for at once, as long as it is not too full; an hour by default. */
  readonly longestSliceMilliseconds?: number;
  /** How far it has come, after each slice: ISO 8601, UTC. */
  readonly onSlice?: (sweptUntil: string) => Promise<void>;
  /** A record that may have opened a session, and that cannot be read. */
  readonly onUnreadable?: (record: unknown, detail: string) => void;
  readonly hasTime: (milliseconds: number) => boolean;
  /** A session that the ledger does not know was sent to the recorder; `isFirst` while the ledger is still being begun. */
  readonly onFound: (session: ExecSession, isFirst: boolean) => void;
}

/** How far the sweep came. */
export interface Swept {
  /** ISO 8601, UTC. */
  readonly sweptUntil: string | null;
  readonly isFinished: boolean;
}

const MINUTE = 60_000;
/** EventBridge delivers in seconds, seldom in minutes: a younger event is still on its way, and left to the next sweep. */
const MARGIN_MILLISECONDS = 15 * MINUTE;
/** The history lags by up to a quarter of an hour; every record is seen by at least one sweep after that and the margin. */
const OVERLAP_MILLISECONDS = 30 * MINUTE;
/** Sessions from before the ledger was begun, as far as they may still run. */
const FIRST_LOOK_BACK_MILLISECONDS = 24 * 60 * MINUTE;
const LONGEST_SLICE_MILLISECONDS = 60 * MINUTE;
/** CloudTrail's times are whole seconds: a slice cannot be cut further. */
const SHORTEST_SLICE_MILLISECONDS = 1000;
/** What a slice of two questions takes at one page a second, and some. */
const SLICE_TIME_MILLISECONDS = 60_000;
/** 1,000 records, so that memory stays flat. */
const MAX_PAGES = 20;
const SPARSE_RECORDS = 400;

/**
 * Compares CloudTrail's history with the ledger, slice by slice, and sends what the ledger does not know to the recorder, as if it
 * had just been delivered. Sending twice is harmless: the recorder keeps the first line of a session.
 * @throws Error when the history may not be read.
 */
export async function sweep(options: SweepOptions, ports: SweepPorts): Promise<Swept> {
  const isFirst = options.sweptUntil === null;
  const end = options.now.getTime() - MARGIN_MILLISECONDS;
  let swept = options.sweptUntil;
  const begin = isFirst
    ? (options.since?.getTime() ?? options.now.getTime() - FIRST_LOOK_BACK_MILLISECONDS)
    : Math.min(Date.parse(options.sweptUntil ?? ''), end) - OVERLAP_MILLISECONDS;
  let from = Math.max(begin, options.historyBegins?.getTime() ?? begin);
  const longest = options.longestSliceMilliseconds ?? LONGEST_SLICE_MILLISECONDS;
  let length = longest;
  while (from < end) {
    if (!options.hasTime(SLICE_TIME_MILLISECONDS)) return { sweptUntil: swept, isFinished: false };
    const to = Math.min(from + length, end);
    const slice = await readSlice(new Date(from), new Date(to), ports);
    if (!slice.complete && to - from > SHORTEST_SLICE_MILLISECONDS) {
      // The history is told from its newest end: what does not fit would be the oldest, and lost.
      length = Math.max(Math.floor((to - from) / 2), SHORTEST_SLICE_MILLISECONDS);
      continue;
    }
    for (const { record, detail } of slice.unreadable) options.onUnreadable?.(record, detail);
    for (const [sessionId, { session, record }] of slice.found) {
      if (await ports.recorder.isKnown(sessionId)) continue;
      await ports.sessions.sendLater(JSON.stringify(asDelivered(record)), 0);
      options.onFound(session, isFirst);
    }
    from = to;
    // A storm is over some time: what is quiet again needs no questions of seconds.
    if (slice.isSparse) length = Math.min(length * 2, longest);
    swept = laterOf(swept, new Date(to).toISOString());
    await options.onSlice?.(swept);
  }
  return { sweptUntil: swept, isFinished: true };
}

interface Slice {
  readonly found: ReadonlyMap<string, { readonly session: ExecSession; readonly record: unknown }>;
  readonly unreadable: readonly { readonly record: unknown; readonly detail: string }[];
  readonly complete: boolean;
  /** Twice as long a slice would very likely have fitted. */
  readonly isSparse: boolean;
}

async function readSlice(from: Date, to: Date, { history, orderPlace }: SweepPorts): Promise<Slice> {
  const found = new Map<string, { session: ExecSession; record: unknown }>();
  const unreadable: { record: unknown; detail: string }[] = [];
  let most = 0;
  for (const eventName of SESSION_CALLS) {
    const query = { attribute: 'EventName', value: eventName, from, to, maxPages: MAX_PAGES } as const;
    const reading = await history.findRecords(query);
    if (reading.kind !== 'read') throw new Error(`CloudTrail's history is ${reading.kind}`);
    most = Math.max(most, reading.value.records.length);
    for (const record of reading.value.records) {
      const session = sweptSession(record, eventName);
      if (session !== null && isToldBy(orderPlace, session)) found.set(session.sessionId, { session, record });
      const refusal = session === null ? sweptRefusal(record, eventName) : null;
      if (refusal !== null) unreadable.push({ record, detail: refusal.detail });
    }
    if (!reading.value.complete) return { found, unreadable, complete: false, isSparse: false };
  }
  return { found, unreadable, complete: true, isSparse: most <= SPARSE_RECORDS };
}

/** The envelope is put around the record here, and would vouch for whatever account it names: a member speaks for itself alone. */
function isToldBy(place: OrderPlace | undefined, { account, region }: ExecSession): boolean {
  return place === undefined || (place.account === account && place.region === region);
}

function laterOf(left: string | null, right: string): string {
  return left !== null && Date.parse(left) > Date.parse(right) ? left : right;
}
