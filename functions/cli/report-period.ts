import type { ReportPeriod } from '../domain/coverage.ts';
import { UsageError } from './failures.ts';

const HOUR_MILLISECONDS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR_MILLISECONDS, d: 24 * HOUR_MILLISECONDS };

/** Three years: a day is two queries of the table. */
export const LONGEST_LIVE_DAYS = 1100;

const EXPECTED =
  'a span such as 30d or 24h before now, a date such as 2026-01-31 (its beginning, UTC), or a time such as';
const EXAMPLE = '2026-01-31T06:00:00Z';

/**
 * The period that was asked for, ending now unless told otherwise, and beginning where `defaultSince` says for its end.
 * @throws UsageError that names the option, what was found and what is expected.
 */
export function readPeriod(
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
  defaultSince: (until: Date) => Date,
  now: Date,
  longestDays: number,
): ReportPeriod {
  const to = until === undefined ? now : readMoment('--until', until, now);
  const from = since === undefined ? defaultSince(to) : readMoment('--since', since, now);
  if (from.getTime() > to.getTime()) {
    throw new UsageError(`--since: ${from.toISOString()} lies after the period's end, ${to.toISOString()}`);
  }
  if (to.getTime() - from.getTime() > longestDays * 24 * HOUR_MILLISECONDS) {
    throw new UsageError(
      `--since: expected a period of at most ${longestDays} days, found one since ${from.toISOString()}`,
    );
  }
  return { since: from.toISOString(), until: to.toISOString() };
}

/** The moment that `--now` gives, else the wall clock's. */
export function readNow(now: string | undefined): Date {
  return now === undefined ? new Date() : readTime('--now', now, `expected a date and time such as ${EXAMPLE}`);
}

function readMoment(option: string, text: string, now: Date): Date {
  const [, count, unit = ''] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now.getTime() - Number(count) * (UNITS[unit] ?? 0));
  return readTime(option, text, `expected ${EXPECTED} ${EXAMPLE}`);
}

/** JavaScript reads many forms, some of them in the machine's own zone: only a date, and a time with its offset, are unmistakable. */
function readTime(option: string, text: string, expectation: string): Date {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isDate || isTime ? new Date(isDate ? `${text}T00:00:00Z` : text) : null;
  const isReal = time !== null && !Number.isNaN(time.getTime()) && isCalendarDay(text.slice(0, 10));
  if (!isReal) throw new UsageError(`${option}: ${expectation}, found "${text}"`);
  return time;
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isCalendarDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
