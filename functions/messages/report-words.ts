import { type Coverage, unrecordedIn } from '../domain/coverage.ts';
import type { LoggingChange, SessionState } from '../domain/ledger.ts';
import { personOf } from '../domain/person.ts';
import type { ReportedSuppression } from '../domain/suppression.ts';

/** What each state means to somebody who has never read about ECS Exec, in the order in which reports list them. */
export const STATE_MEANINGS: Readonly<Record<SessionState, string>> = {
  recorded:
    'A transcript that began with the session was found where it belongs: it is there, which does not prove that it is complete.',
  denied: 'AWS refused the task role the delivery of the transcript.',
  refused: 'The agent refused to write: the encryption that the cluster asks for could not be confirmed.',
  missing: 'The session ended, and no transcript arrived.',
  off: "The cluster's logging was off. Clusters that the settings list are exempt.",
  'outside-exec': 'Opened through Systems Manager, past ECS Exec and its logging.',
  open: 'Not settled yet: the session still runs, or its transcript may still arrive.',
};

/** The columns of every table of counts, in their order. */
export const COUNTED = [
  { key: 'sessions', label: 'sessions' },
  { key: 'recorded', label: 'recorded' },
  { key: 'denied', label: 'denied' },
  { key: 'refused', label: 'refused' },
  { key: 'missing', label: 'missing' },
  { key: 'off', label: 'off' },
  { key: 'outsideExec', label: 'outside exec' },
  { key: 'open', label: 'open' },
  { key: 'accepted', label: 'accepted' },
] as const satisfies readonly { readonly key: keyof Coverage['counts']; readonly label: string }[];

/** `99.98 %`; a dash where nothing is settled. The number is rounded already. */
export function percentText(percent: number | null): string {
  return percent === null ? '–' : `${percent} %`;
}

/** `1 session`, `12,345 sessions`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** A count with commas between its thousands, the same in every locale. */
export function numberText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `2026-01-31 13:05:09 UTC` for a moment in ISO 8601, UTC; anything else as it is. */
export function momentText(moment: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(moment) ?? [];
  return day === undefined || time === undefined ? moment : `${day} ${time} UTC`;
}

/** The answer to "was every shell recorded?", in one or two sentences. */
export function answerOf(total: Coverage): string {
  const { counts, exempt } = total;
  const unrecorded = unrecordedIn(total);
  const settled = counts.recorded + unrecorded;
  const asides = [
    ...(counts.open === 0 ? [] : [`${counted(counts.open, 'session is', 'sessions are')} not settled yet`]),
    ...(exempt === 0 ? [] : [`${counted(exempt, 'session is', 'sessions are')} exempt`]),
  ];
  const aside = asides.length === 0 ? '' : ` ${asides.join(', ')}.`;
  if (counts.sessions === 0) return 'No exec session began in this period.';
  if (settled === 0) return `No session of this period counts yet.${aside}`;
  if (unrecorded === 0) {
    const all = settled === 1 ? 'The one settled session' : `All ${numberText(settled)} settled sessions`;
    return `${all} left a transcript.${aside}`;
  }
  const gaps = counts.accepted === 0 ? 'no gap is' : counted(counts.accepted, 'gap is', 'gaps are');
  return `${numberText(unrecorded)} of ${counted(settled, 'settled session')} left no transcript; ${gaps} accepted.${aside}`;
}

/** A change of a cluster's logging close to a session, in one sentence. */
export function loggingChangeText({ changedAt, changedBy, logging }: LoggingChange): string {
  const to = logging === null ? '' : ` to ${logging}`;
  return `logging was set${to} by ${changedBy === null ? 'somebody unnamed' : personOf(changedBy).name} at ${momentText(changedAt)}`;
}

/** Where nobody can say what is muted: silence would read as "nothing". */
export const SUPPRESSIONS_UNKNOWN = 'The suppressions are not known: the settings of the deployment cannot be used.';

/** Until when a suppression mutes, in words. */
export function suppressionEnd({ until, hasEnded, daysLeft }: ReportedSuppression): string {
  return hasEnded ? `ended with ${until}` : `until ${until} (${counted(daysLeft, 'day')} left)`;
}

/** What a suppression mutes of the period, in words. */
export function suppressionEffect({ hasEnded, sessionIds }: ReportedSuppression): string {
  const sessions = `${counted(sessionIds.length, 'unrecorded session')} of this period`;
  return hasEnded ? `no longer ${sessions}: its cases are raised again` : sessions;
}
