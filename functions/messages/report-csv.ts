import type { CoverageReport, ReportedSession } from '../domain/coverage.ts';
import { isUnrecorded } from '../domain/ledger.ts';
import type { ReportedSuppression } from '../domain/suppression.ts';
import { plainText } from './escape.ts';

/** A spreadsheet's own limit for one cell is 32,767 characters. */
const CELL_MAX = 8000;

const COLUMNS: readonly (readonly [string, (session: ReportedSession) => string | null])[] = [
  ['sessionId', ({ verdict }) => verdict.sessionId],
  ['startedAt', ({ verdict }) => verdict.startedAt],
  ['endedAt', ({ verdict }) => verdict.endedAt],
  ['state', ({ verdict }) => verdict.state],
  ['unrecorded', ({ verdict }) => yesOrNo(isUnrecorded(verdict))],
  ['exempt', ({ verdict }) => yesOrNo(verdict.exempt)],
  ['account', ({ verdict }) => verdict.account],
  ['region', ({ verdict }) => verdict.region],
  ['cluster', ({ clusterName }) => clusterName],
  ['clusterArn', ({ verdict }) => verdict.clusterArn],
  ['taskArn', ({ verdict }) => verdict.taskArn],
  ['taskRoleArn', ({ verdict }) => verdict.taskRoleArn],
  ['person', ({ person }) => person.name],
  ['personKind', ({ person }) => person.kind],
  ['personArn', ({ verdict }) => verdict.personArn],
  ['sourceIdentity', ({ verdict }) => verdict.sourceIdentity],
  ['causeCodes', ({ verdict }) => verdict.causes.map(({ code }) => code).join('; ')],
  ['causes', ({ verdict }) => verdict.causes.map(({ detail }) => detail).join('; ')],
  ['transcript', ({ verdict }) => verdict.proof.transcript],
  ['fingerprint', ({ verdict }) => verdict.proof.fingerprint],
  ['eventId', ({ verdict }) => verdict.proof.eventId],
  ['acceptedBy', ({ acceptance }) => acceptance?.acceptedBy ?? null],
  ['acceptedAt', ({ acceptance }) => acceptance?.acceptedAt ?? null],
  ['acceptedBecause', ({ acceptance }) => acceptance?.reason ?? null],
  ['loggingChangedAt', ({ verdict }) => verdict.loggingChange?.changedAt ?? null],
  ['loggingChangedBy', ({ verdict }) => verdict.loggingChange?.changedBy ?? null],
  ['loggingChangedTo', ({ verdict }) => verdict.loggingChange?.logging ?? null],
];

/** The report as CSV (RFC 4180): a line of names, then every session of the period on a line of its own. */
export function csvReport({ sessions, suppressions }: CoverageReport): string {
  const inForce = (suppressions ?? []).filter(({ hasEnded }) => !hasEnded);
  const columns: typeof COLUMNS = [...COLUMNS, ['suppressed', (session) => suppressedText(session, inForce)]];
  const lines = [
    columns.map(([name]) => name),
    ...sessions.map((session) => columns.map(([, textOf]) => csvCell(textOf(session) ?? ''))),
  ];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** Who mutes the messages about an unrecorded session, and until when. */
function suppressedText({ verdict }: ReportedSession, inForce: readonly ReportedSuppression[]): string | null {
  const found = isUnrecorded(verdict) ? inForce.find(({ role }) => role === verdict.taskRoleArn) : undefined;
  return found === undefined ? null : `until ${found.until} by ${found.owner}`;
}

/** What spreadsheets take for the beginning of a formula, also in its full-width forms. */
const FORMULA = /^[=+\-@＝＋－＠]/;

/** Where the decimal comma is at home, spreadsheets part cells at semicolons, and see no quotes in the middle of a cell. */
const FORMULA_AFTER_SEMICOLON = /(;["' ]*)(?=[=+\-@＝＋－＠])/g;

/**
 * One cell on one line. What a spreadsheet would run as a formula gets an apostrophe before it, which shows it as text: names
 * and reasons are other people's words.
 */
export function csvCell(text: string): string {
  // A tab or a blank before the sign would be stripped by the spreadsheet; here it is stripped first.
  const line = plainText(text, CELL_MAX).replace(FORMULA_AFTER_SEMICOLON, "$1'");
  const harmless = FORMULA.test(line) || /^[\t\r\n]/.test(text) ? `'${line}` : line;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no');
