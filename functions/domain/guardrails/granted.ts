import type { GuardrailCode, GuardrailResult } from '../decision.ts';
import type { LogTarget } from '../log-target.ts';
import { type GrantedNames, grantedNames } from '../remediation-policy.ts';
import type { RouterTarget } from '../router-target.ts';
import { type Evidence, fails, holds, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';

/** Holds where no name is objected to; the first name is the target's own and the one to speak of. */
export function everyName(
  code: GuardrailCode,
  praise: string,
  names: readonly string[],
  objection: (name: string) => GuardrailResult | null,
): GuardrailResult {
  return names.map(objection).find((result) => result !== null) ?? holds(code, `${praise} ${names[0] ?? ''}`);
}

/** What the settings allow and the deployment does not. */
export function notPermitted(code: GuardrailCode, what: string): GuardrailResult {
  return fails(code, `the deployment does not permit ${what}`, 'not-permitted-by-deployment');
}

/** Judges the target of sessions or of a router with all that its policy would grant, earlier targets included; none is not evaluable. */
export function withTarget(
  code: GuardrailCode,
  finding: Evidence['finding'],
  judge: (target: LogTarget | RouterTarget, granted: GrantedNames) => GuardrailResult,
): GuardrailResult {
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { repair } = finding;
  const target = finding.target ?? finding.router;
  return target?.kind === 'target' || target?.kind === 'router-target'
    ? judge(target, repair === null ? NOTHING_GRANTED : grantedNames(repair.policy.document))
    : notEvaluable(code, 'no target was derived');
}

const NOTHING_GRANTED: GrantedNames = { logGroups: [], buckets: [], keys: [] };
