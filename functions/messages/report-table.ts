import {
  type Coverage,
  type CoverageReport,
  type CoverageSlice,
  PERSON_KINDS,
  type ReportedSession,
  unrecordedIn,
} from '../domain/coverage.ts';
import { personOf } from '../domain/person.ts';
import type { ReportedChange } from '../domain/reported-changes.ts';
import type { ReportedSuppression } from '../domain/suppression.ts';
import { acceptCommand } from './commands.ts';
import { plainText } from './escape.ts';
import {
  answerOf,
  COUNTED,
  counted,
  loggingChangeText,
  momentText,
  numberText,
  percentText,
  SUPPRESSIONS_UNKNOWN,
  suppressionEffect,
  suppressionEnd,
} from './report-words.ts';
import type { Paint } from './terminal-card.ts';

const NAME_MAX = 40;
const VALUE_MAX = 1100;

/** The report for a person at a terminal: the answer, coverage by account, cluster, week and person, then every unrecorded session,
 * every suppression and every change of logging. */
export function tableReport(report: CoverageReport, paint: Paint): string {
  const { since, until, total, unrecorded, loggingChanges } = report;
  const sections: readonly (readonly string[])[] = [
    [
      paint.dim(`exec sessions from ${momentText(since)} to ${momentText(until)}`),
      `${gradePaint(total, paint)(paint.bold(percentText(total.percent)))}  ${answerOf(total)}`,
    ],
    sliceLines('total', [{ key: '', name: 'all sessions', detail: '', ...total }], paint),
    sliceLines('account', report.accounts, paint),
    sliceLines('cluster', report.clusters, paint),
    sliceLines('week', report.weeks, paint),
    sliceLines('person', report.people, paint),
    unrecorded.length === 0
      ? []
      : [
          paint.bold(`${counted(unrecorded.length, 'unrecorded session')}`),
          ...unrecorded.flatMap((session) => sessionLines(session, paint)),
        ],
    suppressionSection(report.suppressions, paint),
    loggingChanges.length === 0
      ? []
      : [
          paint.bold(counted(loggingChanges.length, 'change of exec logging', 'changes of exec logging')),
          ...loggingChanges.flatMap((change) => changeLines(change, paint)),
        ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function sliceLines(title: string, slices: readonly CoverageSlice[], paint: Paint): readonly string[] {
  if (slices.length === 0) return [];
  const heads = [title, 'coverage', ...COUNTED.map(({ label }) => label)];
  const rows = slices.map((slice) => [
    nameOf(slice),
    percentText(slice.percent),
    ...COUNTED.map(({ key }) => numberText(slice.counts[key])),
  ]);
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const aligned = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return [
    paint.bold(aligned(heads).join('  ')),
    ...rows.map((row, index) => {
      const [name = '', percent = '', ...counts] = aligned(row);
      const slice = slices[index];
      const shown = slice === undefined ? percent : gradePaint(slice, paint)(percent);
      return [name, shown, ...counts.map((count) => (count.trim() === '0' ? paint.dim(count) : count))].join('  ');
    }),
  ];
}

function nameOf({ name, detail }: CoverageSlice): string {
  const shown = plainText(name, NAME_MAX);
  return detail === '' ? shown : `${shown} (${plainText(detail, NAME_MAX)})`;
}

/** Green is only for what lacks nothing. */
function gradePaint(coverage: Coverage, paint: Paint): (text: string) => string {
  if (coverage.percent === null) return paint.dim;
  const unrecorded = unrecordedIn(coverage);
  if (unrecorded === 0) return paint.green;
  return coverage.counts.accepted === unrecorded ? paint.yellow : paint.red;
}

function sessionLines(
  { verdict, person, clusterName, taskId, acceptance }: ReportedSession,
  paint: Paint,
): readonly string[] {
  const { state, sessionId, startedAt, account, region, causes, loggingChange, proof, sourceIdentity } = verdict;
  const field = fieldOf(paint);
  return [
    `  ${paint.red(state.padEnd(12))}  ${paint.bold(shown(sessionId))}  ${shown(momentText(startedAt))}`,
    field(
      'who',
      `${shown(person.name)} (${PERSON_KINDS[person.kind]})${sourceIdentity === null ? '' : `, source identity ${shown(sourceIdentity)}`}`,
    ),
    field('where', `cluster ${shown(clusterName)}, task ${shown(taskId)} (${shown(account)} ${shown(region)})`),
    ...causes.map(({ code, detail }) => field('why', `${shown(detail)} ${paint.dim(`(${shown(code)})`)}`)),
    ...(proof.fingerprint === null ? [] : [field('case', shown(proof.fingerprint))]),
    ...(loggingChange === null ? [] : [field('change', paint.yellow(shown(loggingChangeText(loggingChange))))]),
    acceptance === null
      ? field('accepted', paint.yellow(`not yet: ${acceptCommand(shown(sessionId), verdict.region)}`))
      : field(
          'accepted',
          `by ${shown(personOf(acceptance.acceptedBy).name)} at ${shown(momentText(acceptance.acceptedAt))}: ${shown(acceptance.reason)}`,
        ),
  ];
}

function suppressionSection(suppressions: CoverageReport['suppressions'], paint: Paint): readonly string[] {
  if (suppressions === null) return [paint.yellow(SUPPRESSIONS_UNKNOWN)];
  return suppressions.length === 0
    ? []
    : [
        paint.bold(counted(suppressions.length, 'suppression')),
        ...suppressions.flatMap((suppression) => suppressionLines(suppression, paint)),
      ];
}

function suppressionLines(suppression: ReportedSuppression, paint: Paint): readonly string[] {
  const { role, reason, owner, hasEnded, sessionIds, fingerprints } = suppression;
  const field = fieldOf(paint);
  const state = (hasEnded ? 'ended' : 'muted').padEnd(12);
  return [
    `  ${hasEnded ? paint.red(state) : paint.yellow(state)}  ${paint.bold(shown(role))}  ${shown(suppressionEnd(suppression))}`,
    field('owner', shown(owner)),
    field('reason', shown(reason)),
    field(hasEnded ? 'muted' : 'mutes', suppressionEffect(suppression)),
    ...(sessionIds.length === 0 ? [] : [field('sessions', shown(sessionIds.join(', ')))]),
    ...(fingerprints.length === 0 ? [] : [field('cases', shown(fingerprints.join(', ')))]),
  ];
}

function changeLines(change: ReportedChange, paint: Paint): readonly string[] {
  const { clusterName, clusterArn, sessions, unrecorded } = change;
  const field = fieldOf(paint);
  return [
    `  ${paint.yellow(shown(loggingChangeText(change)))}`,
    field('where', `cluster ${shown(clusterName)} (${shown(clusterArn)})`),
    field('close to', `${counted(sessions, 'session')}, ${numberText(unrecorded)} unrecorded`),
  ];
}

const shown = (text: string): string => plainText(text, VALUE_MAX);

function fieldOf(paint: Paint): (label: string, value: string) => string {
  return (label, value) => `    ${paint.dim(label.padEnd(9))} ${value}`;
}
