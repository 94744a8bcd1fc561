/** One thing that counts: a write by its reservation, or a new cause by the beginning of its fingerprint. */
interface BreakerMark {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What the breaker is judged by; one row a deployment. */
export interface BreakerRecord {
  /** In the order in which they were announced. */
  readonly writes: readonly BreakerMark[];
  /** In the order in which they were counted. */
  readonly cases: readonly BreakerMark[];
  /** When the breaker last opened, and by what; null where it never did, as far as the row knows. */
  readonly opened: { readonly at: string; readonly because: BreakerCause } | null;
  /** The last time that a person closed it. What was counted until then counts no more. */
  readonly reclosed: BreakerReclosing | null;
}

export type BreakerCause = 'writes' | 'cases';

export interface BreakerReclosing {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The person's ARN, as AWS names the caller. */
  readonly by: string;
  readonly reason: string;
}

export interface BreakerLimits {
  readonly writesPerHour: number;
  readonly casesPerHour: number;
}

/** How the breaker stands at a moment; `writes` and `cases` are those of the last hour that count. */
export type Breaker = { readonly writes: number; readonly cases: number } & (
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      readonly because: BreakerCause;
      /** ISO 8601, UTC. Names the opening: everybody who asks during it is told the same. */
      readonly since: string;
      /** ISO 8601, UTC: closed by time from then on, if nothing more is counted. */
      readonly until: string;
    }
);

export const NOTHING_COUNTED: BreakerRecord = { writes: [], cases: [], opened: null, reclosed: null };

const HOUR_MILLISECONDS = 3_600_000;
const CLOCK_TOLERANCE_MILLISECONDS = 60_000;
/** More than the limits need to be judged, so that a cause that is delivered again is known. */
const SPARE_CASES = 100;
const CASE_ID_LENGTH = 16;

/** The limits in force: the settings', under the ceiling that the deployment gives. */
export function breakerLimits(rules: {
  readonly settings: { readonly limits: BreakerLimits };
  readonly ceiling: { readonly writesPerHour: number };
}): BreakerLimits {
  const { writesPerHour, casesPerHour } = rules.settings.limits;
  return { writesPerHour: Math.min(writesPerHour, rules.ceiling.writesPerHour), casesPerHour };
}

/**
 * The breaker at a moment. It opens when as many writes or new causes were counted within an hour as a limit says, stays open for an
 * hour, and for as long as either limit is reached; a person who re-closes it begins at zero. A limit of no writes opens nothing:
 * it is a rule, not a storm.
 */
export function breakerAt(record: BreakerRecord, limits: BreakerLimits, now: Date): Breaker {
  const time = now.getTime();
  const from = Math.max(time - HOUR_MILLISECONDS, reclosedAt(record, now) + 1);
  const writes = timesBetween(record.writes, from, time);
  const cases = timesBetween(record.cases, from, time);
  const opened = openingOf(record, now);
  const heldUntil = opened === null ? 0 : Date.parse(opened.at) + HOUR_MILLISECONDS;
  const ways = [reached('cases', cases, limits.casesPerHour), reached('writes', writes, limits.writesPerHour)].filter(
    (way) => way !== null,
  );
  const counts = { writes: writes.length, cases: cases.length };
  if (ways.length === 0 && heldUntil <= time) return { kind: 'closed', ...counts };
  const until = Math.max(heldUntil, ...ways.map((way) => way.until));
  const since = Math.min(...ways.map((way) => way.since));
  return {
    kind: 'open',
    ...counts,
    because: opened?.because ?? ways[0]?.because ?? 'cases',
    since: opened?.at ?? new Date(since).toISOString(),
    until: new Date(until).toISOString(),
  };
}

/** Writes of the last hour that count. */
export function writesUntil(record: BreakerRecord, now: Date): number {
  const from = Math.max(now.getTime() - HOUR_MILLISECONDS, reclosedAt(record, now) + 1);
  return timesBetween(record.writes, from, now.getTime()).length;
}

/** The record with one more new cause; the same record where this one is counted already. */
export function withCase(record: BreakerRecord, fingerprint: string, limits: BreakerLimits, at: Date): BreakerRecord {
  const id = fingerprint.slice(0, CASE_ID_LENGTH);
  if (record.cases.some((known) => known.id === id)) return record;
  // The newest as many as the limit say whether it is reached; more would let a storm of causes grow the row.
  const cases = [...record.cases, { id, at: at.toISOString() }].slice(-(limits.casesPerHour + SPARE_CASES));
  return marked(record, { ...record, cases }, limits, at);
}

/** The record with one more write, and without those of earlier hours. */
export function withWrite(record: BreakerRecord, id: string, limits: BreakerLimits, at: Date): BreakerRecord {
  const from = at.getTime() - HOUR_MILLISECONDS;
  const recent = record.writes.filter((write) => Date.parse(write.at) >= from);
  return marked(record, { ...record, writes: [...recent, { id, at: at.toISOString() }] }, limits, at);
}

/** The record as a person leaves it: closed, and counting from zero. */
export function withReclosing(record: BreakerRecord, reclosed: BreakerReclosing): BreakerRecord {
  return { ...record, reclosed };
}

/**
 * Notes when the count opens the breaker: the hour is held from then, and the digest is named by it. An opening that is over is
 * forgotten, so that no later one goes by its name.
 */
function marked(before: BreakerRecord, after: BreakerRecord, limits: BreakerLimits, at: Date): BreakerRecord {
  if (breakerAt(before, limits, at).kind === 'open' && openingOf(before, at) !== null) return after;
  const now = breakerAt(withoutOpening(after), limits, at);
  return now.kind === 'open'
    ? { ...after, opened: { at: at.toISOString(), because: now.because } }
    : withoutOpening(after);
}

function withoutOpening(record: BreakerRecord): BreakerRecord {
  return { ...record, opened: null };
}

function openingOf(record: BreakerRecord, now: Date): BreakerRecord['opened'] {
  const { opened } = record;
  return opened !== null && Date.parse(opened.at) > reclosedAt(record, now) ? opened : null;
}

/** By the clock of a person's machine: one that lies ahead of every clock of ours must not switch the counting off until then. */
function reclosedAt({ reclosed }: BreakerRecord, now: Date): number {
  const time = reclosed === null ? Number.NEGATIVE_INFINITY : Date.parse(reclosed.at);
  return time > now.getTime() + CLOCK_TOLERANCE_MILLISECONDS ? Number.NEGATIVE_INFINITY : time;
}

/** In their order. What another machine's clock calls a moment later counts; what lies ahead of every clock does not. */
function timesBetween(marks: readonly BreakerMark[], from: number, now: number): readonly number[] {
  return marks
    .map(({ at }) => Date.parse(at))
    .filter((time) => time >= from && time <= now + CLOCK_TOLERANCE_MILLISECONDS)
    .sort((left, right) => left - right);
}

/** Since and until when the last hour holds as many as the limit; null where it does not. */
function reached(because: BreakerCause, times: readonly number[], limit: number) {
  const [since, last] = [times[limit - 1], times[times.length - limit]];
  return since === undefined || last === undefined ? null : { because, since, until: last + HOUR_MILLISECONDS + 1 };
}
