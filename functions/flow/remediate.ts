import { type Case, isFoldable, subjectOf, withAnnouncements, withSightings } from '../domain/case.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import type { Rules } from '../domain/mode.ts';
import type { Reading } from '../domain/observation.ts';
import { signalOf } from '../domain/signal.ts';
import { TrackerLater } from '../domain/tracker-error.ts';
import type { EventLeases } from '../ports.ts';
import { announce } from './notify.ts';
import { findSession } from './observe.ts';
import { deferralOf, MAX_ATTEMPTS, MAX_FOLDED } from './own-messages.ts';
import { foldedOf, type ReceivedDenial, sightingsOf } from './received-denial.ts';
import { RetryLater } from './retry-later.ts';
import { type Completed, type SessionDenials, type SettlePorts, settle } from './settle.ts';

export interface RemediatePorts extends SettlePorts {
  readonly leases: EventLeases;
}

export interface Invocation {
  readonly rules: Rules;
  /** Names this invocation as the owner of leases and announcements. */
  readonly owner: string;
  /** Whether at least this much of the invocation's time is left. */
  readonly hasTime: (milliseconds: number) => boolean;
}

/** Why a ticket is late. `overdue`: people should have been told by now. */
interface TicketWait {
  readonly because: string;
  readonly afterSeconds: number;
  readonly overdue: boolean;
}

/** How a denial ended, for the log and the metrics. */
export type Ended =
  | Completed
  | { readonly kind: 'folded'; readonly found: Case }
  | { readonly kind: 'duplicate' }
  | {
      readonly kind: 'deferred';
      readonly delaySeconds: number;
      /** Where it waits for the ticket system; left out where it waits for its session or for time. */
      readonly ticket?: TicketWait;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

const LEASE_SECONDS = 60;
/** People should have been told by then. */
const TICKET_OVERDUE_MILLISECONDS = 15 * 60_000;
/** CloudTrail's history lags by minutes; a session that it does not know by then, it never will. */
const SESSION_WAIT_MILLISECONDS = 20 * 60_000;
const MAX_SAVE_ATTEMPTS = 5;
const CLOCK_TOLERANCE_MILLISECONDS = 5 * 60_000;
/** A decision takes at most the read-back's 10 seconds and a few reads. */
const MILLISECONDS_FOR_A_DECISION = 15_000;
/** Putting a message into the queue. */
const MILLISECONDS_FOR_A_SEND = 3_000;

/**
 * All denials of one cause in a batch: the first is decided, the others are counted; a session whose denial could be judged
 * otherwise is decided by itself. The answers stand in the order of the input. Never throws: a failure is an answer too.
 */
export async function remediateCause(
  fingerprint: string,
  received: readonly ReceivedDenial[],
  invocation: Invocation,
  ports: RemediatePorts,
): Promise<readonly Ended[]> {
  const ended = new Map<ReceivedDenial, Ended>();
  let waiting = received;
  while (waiting.length > 0) {
    const step = await nextStep(fingerprint, waiting, invocation, ports);
    for (const [item, answer] of step) {
      ended.set(item, answer);
    }
    waiting = waiting.filter((item) => !ended.has(item));
  }
  return received.map((item) => ended.get(item) ?? { kind: 'failed', error: new RetryLater('not reached') });
}

type Step = ReadonlyMap<ReceivedDenial, Ended>;

/** Folds what can be folded, else decides the first denial with all others of its session. Ends at least one. */
async function nextStep(
  fingerprint: string,
  waiting: readonly ReceivedDenial[],
  invocation: Invocation,
  ports: RemediatePorts,
): Promise<Step> {
  const [first] = waiting;
  if (first === undefined) {
    return new Map();
  }
  try {
    const found = await ports.cases.findCase(fingerprint);
    const foldable = found === undefined ? [] : waiting.filter((item) => isFoldable(found, item.denial, ports.clock()));
    if (found !== undefined && foldable.length > 0) {
      const saved = await countInto(found, foldable, ports);
      return new Map(foldable.map((item) => [item, { kind: 'folded', found: saved }]));
    }
    const others = waiting.filter((item) => item !== first && isDecidedWith(item, first));
    const companions = waitingTogether(first, others);
    return await decideFirst({ fingerprint, first, companions, before: found ?? null }, invocation, ports);
  } catch (error) {
    return new Map(waiting.map((item) => [item, { kind: 'failed', error }]));
  }
}

/** As many as can travel in one message if they have to wait: what is left is a step of its own, so that each is counted. */
function waitingTogether(first: ReceivedDenial, others: readonly ReceivedDenial[]): readonly ReceivedDenial[] {
  const foldedIn = ({ folded }: ReceivedDenial) => folded?.events.length ?? 0;
  let room = MAX_FOLDED - foldedIn(first);
  return others.filter((item) => {
    const fits = 1 + foldedIn(item) <= room;
    if (fits) room -= 1 + foldedIn(item);
    return fits;
  });
}

/** No denial of a router or of a driver is judged otherwise than the first of its fingerprint: a storm of them is one decision. */
function isDecidedWith({ denial }: ReceivedDenial, first: ReceivedDenial): boolean {
  return !isOfSession(first) || subjectOf(denial) === subjectOf(first.denial);
}

function isOfSession({ denial }: ReceivedDenial): boolean {
  const signal = signalOf(denial);
  return signal === 'exec-delivery' || signal === 'exec-companion';
}

/** Counts, and announces what a Lambda that was killed between saving a case and announcing its notice left behind. */
async function countInto(before: Case, items: readonly ReceivedDenial[], ports: RemediatePorts): Promise<Case> {
  let found: Case | undefined = before;
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS && found !== undefined; attempt += 1) {
    const now = ports.clock();
    const counted = withAnnouncements(withSightings(found, sightingsOf(items, ports.digest, now)), now);
    if (counted === found) {
      return found;
    }
    const next = { ...counted, version: found.version + 1 };
    if ((await ports.cases.saveCase(next, found.version)) === 'saved') {
      await announce(next, now, ports.queue);
      return next;
    }
    found = await ports.cases.findCase(before.fingerprint);
  }
  throw new RetryLater('other invocations kept changing the case');
}

async function decideFirst(denials: SessionDenials, invocation: Invocation, ports: RemediatePorts): Promise<Step> {
  const { first, companions } = denials;
  const all = [first, ...companions];
  if (!invocation.hasTime(MILLISECONDS_FOR_A_DECISION)) {
    if (!invocation.hasTime(MILLISECONDS_FOR_A_SEND)) {
      throw new RetryLater('no time left in this invocation');
    }
    // In a storm, running out of time must not use up the receives of the denials that matter.
    const deferred = await defer(denials, first.attempt, ports);
    return new Map(all.map((item) => [item, deferred]));
  }
  const claim = await ports.leases.claim(first.eventId, invocation.owner, ports.clock(), LEASE_SECONDS);
  if (claim === 'done') {
    return new Map([[first, { kind: 'duplicate' }]]);
  }
  if (claim === 'in-progress') {
    const error = new RetryLater('another invocation works on this event');
    return new Map([[first, { kind: 'failed', error }]]);
  }
  try {
    const session = await findSession(first.denial, ports, ports.clock());
    if (shouldWait(first, session, ports.clock())) {
      const deferred = await defer(denials, first.attempt + 1, ports);
      await ports.leases.release(first.eventId, invocation.owner);
      return new Map(all.map((item) => [item, deferred]));
    }
    const completed = await settle(denials, session, invocation, ports);
    await ports.leases.complete(first.eventId, invocation.owner, ports.clock());
    return new Map(all.map((item) => [item, item === first ? completed : { kind: 'folded', found: completed.found }]));
  } catch (error) {
    const ended = await failedOrDeferred(denials, error, ports);
    // The lease would end by itself; the error that brought us here is the one to report.
    await ports.leases.release(first.eventId, invocation.owner).catch(() => undefined);
    return new Map(all.map((item) => [item, ended]));
  }
}

/** A ticket system that is away must not use up receives. A ticket is the only write of its decision, so nothing is done twice. */
async function failedOrDeferred(denials: SessionDenials, error: unknown, ports: RemediatePorts): Promise<Ended> {
  if (!(error instanceof TrackerLater)) return { kind: 'failed', error };
  try {
    const { attempt, denial } = denials.first;
    const ageMilliseconds = ports.clock().getTime() - Date.parse(denial.eventTime ?? '');
    const overdue = ageMilliseconds > TICKET_OVERDUE_MILLISECONDS;
    const { message: because, afterSeconds } = error;
    return await defer(denials, attempt, ports, { because, afterSeconds, overdue });
  } catch (failure) {
    return { kind: 'failed', error: failure };
  }
}

/** A time in the future is nobody's clock: it must not make a denial wait for ever. */
function shouldWait(received: ReceivedDenial, session: Reading<ExecSession>, now: Date): boolean {
  const { denial, attempt } = received;
  const ageMilliseconds = now.getTime() - Date.parse(denial.eventTime ?? '');
  return (
    isOfSession(received) &&
    session.kind === 'absent' &&
    attempt < MAX_ATTEMPTS &&
    ageMilliseconds > -CLOCK_TOLERANCE_MILLISECONDS &&
    ageMilliseconds < SESSION_WAIT_MILLISECONDS
  );
}

/** Sends the event to ourselves again: waiting must not use up the receives that lead to the dead-letter queue. */
async function defer(
  { first, companions }: SessionDenials,
  attempt: number,
  ports: RemediatePorts,
  ticket?: TicketWait,
): Promise<Ended> {
  const folded = foldedOf(first, companions, ports.digest, ports.clock());
  const deferral = deferralOf(first.event, attempt, folded);
  const delaySeconds = ticket?.afterSeconds ?? deferral.delaySeconds;
  await ports.queue.sendLater(deferral.body, delaySeconds);
  return { kind: 'deferred', delaySeconds, ...(ticket === undefined ? {} : { ticket }) };
}
