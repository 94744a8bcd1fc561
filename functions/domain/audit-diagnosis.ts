import type { Diagnosis } from './diagnosis.ts';
import type { Reading } from './observation.ts';

/** Two audits of the slowest schedule that can be deployed. */
const LATE_MILLISECONDS = 2 * 60 * 60_000;

/** The check of the schedule: an audit that comes to no end settles no session, and closes no gap. */
export function diagnoseAudit(finishedAt: Reading<string | null>, now: Date): Diagnosis {
  const code = 'audit';
  if (finishedAt.kind === 'unreadable') {
    return {
      code,
      status: 'unknown',
      detail: `the audit's progress cannot be read: ${finishedAt.because}`,
      whatToDo: 'use credentials that may read it, and run the check again',
    };
  }
  const last = finishedAt.kind === 'read' ? finishedAt.value : null;
  const whatToDo = "look at the auditor's errors, time-outs and schedule; its log names what it could not read";
  if (last === null) {
    const first = 'right after a deployment wait for the first one, a quarter of an hour by default; later ';
    return { code, status: 'fail', detail: 'no audit has ever come to its end', whatToDo: `${first}${whatToDo}` };
  }
  return now.getTime() - Date.parse(last) > LATE_MILLISECONDS
    ? { code, status: 'fail', detail: `the last audit ended at ${last}, more than two hours ago`, whatToDo }
    : { code, status: 'ok', detail: `the last audit ended at ${last}`, whatToDo: '' };
}
