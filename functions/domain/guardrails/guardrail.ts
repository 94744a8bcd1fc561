import type { GuardrailCode, GuardrailResult } from '../decision.ts';
import type { Denial } from '../denial.ts';
import type { Finding } from '../finding.ts';
import type { EffectiveMode, Rules } from '../mode.ts';
import type { Reading } from '../observation.ts';
import type { Approval } from '../proposal.ts';

/** What a guardrail may look at. Without an account there is no finding, and what needs one cannot be evaluated. */
export interface Evidence {
  readonly denial: Denial;
  readonly finding: Finding | null;
  readonly mode: EffectiveMode;
  readonly rules: Rules;
  readonly now: Date;
  /** A person approved this repair; absent where nobody was asked. */
  readonly approval?: Approval | undefined;
}

/** One condition of the repair: total, pure, and false or null rather than wrong. */
export type Guardrail = (evidence: Evidence) => GuardrailResult;

export function holds(code: GuardrailCode, detail: string): GuardrailResult {
  return { code, holds: true, detail };
}

export function fails(code: GuardrailCode, detail: string, cause?: string): GuardrailResult {
  return { code, holds: false, detail, ...(cause === undefined ? {} : { cause }) };
}

/** Counts as failed: a check that cannot be evaluated never lets a write through. */
export function notEvaluable(code: GuardrailCode, detail: string, cause?: string): GuardrailResult {
  return { code, holds: null, detail, ...(cause === undefined ? {} : { cause }) };
}

export const NEEDS_ACCOUNT = 'needs the account, which was not read';

/** The failure of a guardrail that needs something which is not there, or which we may not read. */
export function missing(
  code: GuardrailCode,
  what: string,
  reading: Exclude<Reading<unknown>, { kind: 'read' }>,
  absentCause: string,
): GuardrailResult {
  return reading.kind === 'absent'
    ? fails(code, `${what} was not found`, absentCause)
    : notEvaluable(code, `${what} could not be read: ${reading.because}`);
}
