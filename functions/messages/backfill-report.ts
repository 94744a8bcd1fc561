import type { CoverageReport } from '../domain/coverage.ts';
import { claimedRoleArn } from '../domain/finding.ts';
import type { LostCase } from '../domain/lost-case.ts';
import { asciiJson, plainText } from './escape.ts';
import { reportedSessionJson } from './report-json.ts';
import { tableReport } from './report-table.ts';
import { counted, momentText } from './report-words.ts';
import type { Paint } from './terminal-card.ts';

/** A cause of the past, and what would be done about it today; null where nobody could look. */
export interface JudgedCase {
  readonly lost: LostCase;
  readonly today: {
    readonly disposition: string;
    readonly reasons: readonly { readonly code: string; readonly detail: string }[];
  } | null;
}

const VALUE_MAX = 600;

/** The past for a person: the report of its sessions, then the causes, the one that lost most first. */
export function backfillTable(report: CoverageReport, cases: readonly JudgedCase[], paint: Paint): string {
  const table = tableReport(report, paint);
  if (cases.length === 0) return table;
  const sections = cases.flatMap((judged) => caseLines(judged, paint));
  return `${table}\n${paint.bold(counted(cases.length, 'cause of lost transcripts', 'causes of lost transcripts'))}\n${sections.join('\n')}\n`;
}

/** The past for a machine: one line a session, then one line a case. */
export function backfillJson(report: CoverageReport, cases: readonly JudgedCase[]): string {
  const lines = [
    ...report.sessions.map((session) => ({ kind: 'session', ...reportedSessionJson(session) })),
    ...cases.map(({ lost, today }) => ({
      kind: 'case',
      fingerprint: lost.fingerprint,
      roleArn: claimedRoleArn(lost.latest),
      action: lost.latest.action,
      resource: lost.latest.resource,
      logGroupName: lost.latest.logGroupName,
      policyType: lost.latest.policyType,
      denialKind: lost.latest.denialKind,
      sessions: lost.sessions,
      people: lost.people,
      firstSeenAt: lost.firstSeenAt,
      lastSeenAt: lost.lastSeenAt,
      today,
    })),
  ];
  return lines.map((line) => `${asciiJson(line)}\n`).join('');
}

function caseLines({ lost, today }: JudgedCase, paint: Paint): readonly string[] {
  const { latest, fingerprint, sessions, people, firstSeenAt, lastSeenAt } = lost;
  const field = (label: string, value: string) => `    ${paint.dim(label.padEnd(9))} ${plainText(value, VALUE_MAX)}`;
  const when = [firstSeenAt, lastSeenAt].map((moment) => (moment === null ? 'unknown' : momentText(moment)));
  return [
    `  ${paint.red(counted(sessions, 'session'))}  ${paint.bold(plainText(claimedRoleArn(latest) ?? 'no role', VALUE_MAX))}`,
    field('denied', `${latest.action} on ${latest.logGroupName ?? latest.resource ?? 'an unknown resource'}`),
    field('who', people.join(', ')),
    field('between', `${when[0]} and ${when[1]}`),
    field('case', fingerprint),
    ...(today === null
      ? []
      : [
          field(
            'today',
            `${today.disposition}: ${today.reasons.map(({ code, detail }) => `${detail} (${code})`).join('; ')}`,
          ),
        ]),
  ];
}
