import type { GuardrailResult } from '../decision.ts';
import type { Denial } from '../denial.ts';
import { matchingSession, sessionIdOf } from '../denied-session.ts';
import type { Approval } from '../proposal.ts';
import { type Evidence, fails, type Guardrail, holds, missing, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';

/** A person's `ExecuteCommand` stands behind the denial: a task can provoke denials, but not that record. */
export const realSession: Guardrail = ({ denial, finding }: Evidence) => {
  const code = 'real-session';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { session } = finding.observation;
  if (session.kind !== 'read') {
    return missing(code, `an ExecuteCommand record of ${sessionNamed(denial)}`, session, 'session-not-found');
  }
  return matchingSession(denial, finding.observation) === null
    ? fails(
        code,
        isStart(denial)
          ? 'the ExecuteCommand record names another task, account or Region, or another time'
          : 'the ExecuteCommand record of this session names another task, account or Region',
        'session-of-another-task',
      )
    : holds(code, `session ${session.value.sessionId} was opened by ${session.value.personArn ?? 'an unnamed person'}`);
};

/** One of the calls that the agent makes before the shell starts, and that name no session. */
function isStart({ companion }: Denial): boolean {
  return companion !== undefined && companion !== 'object';
}

function sessionNamed(denial: Denial): string {
  return isStart(denial) ? 'a session of this task at that time' : `session ${sessionIdOf(denial) ?? '(none)'}`;
}

const MILLISECONDS_PER_HOUR = 3_600_000;
/** Clocks differ; an event from further ahead than this is not believed. */
const CLOCK_TOLERANCE_MILLISECONDS = 5 * 60_000;

/** An old event says little about the account as it is now. Where a person approved, the proposal's own end counts instead. */
export const fresh: Guardrail = ({ denial, rules, now, approval }: Evidence) => {
  const code = 'fresh';
  if (approval !== undefined) {
    return unexpired(approval, now);
  }
  if (denial.eventTime === null) {
    return notEvaluable(code, 'the record gives no time');
  }
  const ageMilliseconds = now.getTime() - Date.parse(denial.eventTime);
  const { maxEventAgeHours } = rules.settings.limits;
  if (Number.isNaN(ageMilliseconds) || ageMilliseconds < -CLOCK_TOLERANCE_MILLISECONDS) {
    return notEvaluable(code, 'the time of the record lies in the future');
  }
  return ageMilliseconds < maxEventAgeHours * MILLISECONDS_PER_HOUR
    ? holds(code, `the denial is younger than ${maxEventAgeHours} hours`)
    : fails(code, `the denial is older than ${maxEventAgeHours} hours`);
};

/** What was proposed stays proposed for as long as people were told, not a moment longer. */
function unexpired({ proposedAt, expiresAt }: Approval, now: Date): GuardrailResult {
  const code = 'fresh';
  const age = now.getTime() - Date.parse(proposedAt);
  const left = Date.parse(expiresAt) - now.getTime();
  if (Number.isNaN(left) || Number.isNaN(age) || age < -CLOCK_TOLERANCE_MILLISECONDS) {
    return notEvaluable(code, 'the time of the proposal lies in the future');
  }
  return left > 0
    ? holds(code, `the proposal of ${proposedAt} is answered before its end, ${expiresAt}`)
    : fails(code, `the proposal of ${proposedAt} ended at ${expiresAt}`, 'proposal-expired');
}
