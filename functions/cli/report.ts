import { type CoverageReport, daysOf, type ReportPeriod, reportOf } from '../domain/coverage.ts';
import type { Acceptance, SessionVerdict } from '../domain/ledger.ts';
import { type MutedCase, reportedSuppressions, type Suppression } from '../domain/suppression.ts';
import { csvReport } from '../messages/report-csv.ts';
import { htmlReport } from '../messages/report-html.ts';
import { jsonReport } from '../messages/report-json.ts';
import { tableReport } from '../messages/report-table.ts';
import type { Paint } from '../messages/terminal-card.ts';
import type { AcceptanceStore, VerdictStore } from '../ports.ts';
import { deliverOutput } from './deliver-output.ts';
import { UsageError } from './failures.ts';
import { progressOn } from './progress.ts';
import { LONGEST_LIVE_DAYS, readNow, readPeriod } from './report-period.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';

export interface ReportOptions {
  readonly since?: string;
  readonly until?: string;
  readonly format?: string;
  readonly json?: boolean;
  readonly output?: string;
  readonly failUnder?: string;
  readonly account?: string;
  readonly settings?: string;
  readonly settingsPath?: string;
  readonly now?: string;
  readonly region?: string;
  readonly deploymentId: string;
  readonly table?: string;
}

/** What a report reads: what is settled by its day, and what is still due. */
export interface ReportedLedger {
  readonly verdicts: Pick<VerdictStore, 'verdictsOfDay' | 'dueVerdicts'>;
  readonly acceptances: Pick<AcceptanceStore, 'acceptancesOfDay'>;
}

const REPORT_FORMATS = ['table', 'json', 'csv', 'html'] as const;

type Format = (typeof REPORT_FORMATS)[number];

const DEFAULT_DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;
/** Enough to be quick, too few to take the table's capacity from the functions. */
const DAYS_AT_ONCE = 4;

/**
 * Reports how many sessions were recorded, live or of an account file. Findings if the coverage is under the minimum; unreadable
 * input if the file holds sessions that cannot be read, because the report lacks them.
 */
export async function report(options: ReportOptions, terminal: Terminal): Promise<number> {
  const format = readFormat(options);
  const minimum = readMinimum(options.failUnder);
  const now = readNow(options.now);
  if (options.settings !== undefined && options.account === undefined) {
    throw new UsageError(
      '--settings: only with --account; the sessions of a deployment are audited by its own settings',
    );
  }
  const { found, unreadable } =
    options.account === undefined
      ? { found: await reportLive(options, now, terminal), unreadable: 0 }
      : await reportOffline(options, options.account, now, terminal);
  const text = rendered(found, format, now, options.output === undefined ? paintFor(terminal) : NO_PAINT);
  await deliverOutput('the report', text, options.output, terminal);
  const isLow = isUnder(found, minimum, terminal);
  if (unreadable > 0) return EXIT.usage;
  return isLow ? EXIT.findings : EXIT.done;
}

async function reportLive(options: ReportOptions, now: Date, terminal: Terminal): Promise<CoverageReport> {
  const first = (until: Date) => new Date(until.getTime() - DEFAULT_DAYS * DAY_MILLISECONDS);
  const period = readPeriod(options, first, now, LONGEST_LIVE_DAYS);
  const { openDeployedLedger } = await import('./deployed-ledger.ts');
  const ledger = await openDeployedLedger(options, terminal.environment);
  const found = await readReport(period, ledger, terminal);
  const muted = ledger.suppressions?.length ? await ledger.mutedCases() : [];
  return withSuppressions(found, ledger.suppressions, muted, now);
}

function withSuppressions(
  found: CoverageReport,
  suppressions: readonly Suppression[] | null,
  muted: readonly MutedCase[],
  now: Date,
): CoverageReport {
  return {
    ...found,
    suppressions: suppressions && reportedSuppressions(suppressions, found.unrecorded, muted, now),
  };
}

async function reportOffline(
  options: ReportOptions,
  file: string,
  now: Date,
  terminal: Terminal,
): Promise<{ readonly found: CoverageReport; readonly unreadable: number }> {
  // Whatever is wrong with the period is said before the audit, not after it.
  readPeriod(options, (until) => until, now, Number.POSITIVE_INFINITY);
  const { auditAccountFile } = await import('./ledger-of-account.ts');
  const { ledger, unreadable, suppressions } = await auditAccountFile(
    { file, now, settings: options.settings },
    terminal,
  );
  const starts = [...ledger.verdicts.values()].map(({ startedAt }) => Date.parse(startedAt));
  const first = (until: Date) =>
    new Date(starts.reduce((earliest, start) => Math.min(earliest, start), until.getTime()));
  const period = readPeriod(options, first, now, Number.POSITIVE_INFINITY);
  const found = reportOf(ledger.verdicts.values(), ledger.acceptances.values(), period);
  return { found: withSuppressions(found, suppressions, [], now), unreadable };
}

/** Every open session is due by then. */
const EVER = new Date('9999-12-31T23:59:59.999Z');

/** Reads the open sessions, then the days of a period, a few at a time: a session that is settled meanwhile counts as settled. */
export async function readReport(
  period: ReportPeriod,
  { verdicts, acceptances }: ReportedLedger,
  terminal: Pick<Terminal, 'stderr'>,
): Promise<CoverageReport> {
  const waiting = [...daysOf(period)];
  const found = new Map<string, SessionVerdict>();
  const accepted: Acceptance[] = [];
  const progress = progressOn(terminal, 'days');
  const readDays = async () => {
    for (let day = waiting.shift(); day !== undefined; day = waiting.shift()) {
      for await (const page of verdicts.verdictsOfDay(day))
        for (const verdict of page) found.set(verdict.sessionId, verdict);
      for await (const page of acceptances.acceptancesOfDay(day))
        for (const acceptance of page) accepted.push(acceptance);
      progress.step();
    }
  };
  try {
    for await (const page of verdicts.dueVerdicts(EVER))
      for (const verdict of page) found.set(verdict.sessionId, verdict);
    await Promise.all(Array.from({ length: DAYS_AT_ONCE }, readDays));
  } finally {
    // What failed in one of them stops the others after their day.
    waiting.length = 0;
    progress.end();
  }
  return reportOf(found.values(), accepted, period);
}

function rendered(found: CoverageReport, format: Format, now: Date, paint: Paint): string {
  switch (format) {
    case 'table':
      return tableReport(found, paint);
    case 'json':
      return jsonReport(found);
    case 'csv':
      return csvReport(found);
    case 'html':
      return htmlReport(found, now.toISOString());
  }
}

const asIs = (text: string): string => text;
const NO_PAINT: Paint = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs, cyan: asIs };

function isUnder({ total }: CoverageReport, minimum: number | null, { stderr }: Terminal): boolean {
  if (minimum === null) return false;
  if (total.percent === null) {
    stderr.write(`exec-log: no session of this period is settled: nothing to hold against --fail-under ${minimum}\n`);
    return false;
  }
  if (total.percent >= minimum) return false;
  stderr.write(`exec-log: the coverage is ${total.percent} %, under the minimum of ${minimum} %\n`);
  return true;
}

function readFormat({ format, json }: ReportOptions): Format {
  if (json === true && format !== undefined && format !== 'json') {
    throw new UsageError(`--json: is the same as --format json, found --format ${format} too`);
  }
  const named = json === true ? 'json' : (format ?? 'table');
  const known = REPORT_FORMATS.find((candidate) => candidate === named);
  if (known === undefined)
    throw new UsageError(`--format: expected one of ${REPORT_FORMATS.join(', ')}, found "${named}"`);
  return known;
}

function readMinimum(text: string | undefined): number | null {
  if (text === undefined) return null;
  const minimum = /^\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(minimum <= 100)) throw new UsageError(`--fail-under: expected a percentage from 0 to 100, found "${text}"`);
  return minimum;
}
