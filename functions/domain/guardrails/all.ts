import { GUARDRAIL_CODES, type GuardrailCode, type GuardrailResult } from '../decision.ts';
import { type Signal, signalOf } from '../signal.ts';
import { identityPolicyMissing } from './cause.ts';
import type { Evidence, Guardrail } from './guardrail.ts';
import { breakerClosed, firstTime } from './history.ts';
import { bucketAllowed, keyAllowed } from './keys.ts';
import { modeAllowsAttach } from './mode.ts';
import { roleUnmanaged, sameOwner } from './owner.ts';
import { fits, grantHelps, nameFree } from './repair.ts';
import { roleAllowed, roleConfirmed } from './role.ts';
import { realRouter } from './router.ts';
import { fresh, realSession } from './session.ts';
import { groupAllowed, namesSafe, targetConfirmed } from './target.ts';

const GUARDRAILS: Readonly<Record<GuardrailCode, Guardrail>> = {
  'mode-allows-attach': modeAllowsAttach,
  'identity-policy-missing': identityPolicyMissing,
  'real-session': realSession,
  'real-router': realRouter,
  'target-confirmed': targetConfirmed,
  'role-confirmed': roleConfirmed,
  'role-allowed': roleAllowed,
  'role-unmanaged': roleUnmanaged,
  'group-allowed': groupAllowed,
  'bucket-allowed': bucketAllowed,
  'key-allowed': keyAllowed,
  'same-owner': sameOwner,
  'names-safe': namesSafe,
  'grant-helps': grantHelps,
  fits,
  'name-free': nameFree,
  fresh,
  'first-time': firstTime,
  'breaker-closed': breakerClosed,
};

/** The guardrails of a signal, in the order of README "Guardrails": a router's running task stands in the place of a person's session. */
export function guardrailsOf(signal: Signal | null): readonly GuardrailCode[] {
  const foreign: GuardrailCode = signal === 'router' ? 'real-session' : 'real-router';
  return GUARDRAIL_CODES.filter((code) => code !== foreign);
}

/** Every guardrail of the denial's signal. */
export function evaluateGuardrails(evidence: Evidence): readonly GuardrailResult[] {
  return guardrailsOf(signalOf(evidence.denial)).map((code) => GUARDRAILS[code](evidence));
}

/**
 * What the session of a denial decides: its container, its cluster and so its target. Somebody's own session elsewhere, or a
 * forged one, must not hide the real denial of the same role and group.
 */
const SESSION_DEPENDENT: ReadonlySet<GuardrailCode> = new Set<GuardrailCode>([
  'real-session',
  'target-confirmed',
  'role-confirmed',
  'bucket-allowed',
  'key-allowed',
  'same-owner',
  'names-safe',
  'grant-helps',
  'fresh',
]);

/** Whether the next session of the same cause could be judged otherwise: such a decision folds no other session away. */
export function isSessionDependent(results: readonly GuardrailResult[]): boolean {
  return results.some((result) => result.holds !== true && SESSION_DEPENDENT.has(result.code));
}

/**
 * Whether all that speaks against the repair is of the denial's session: another session's denial says nothing of it. What could
 * not be evaluated, for want of a session's target above all, speaks neither way.
 */
export function failsBySessionAlone(results: readonly GuardrailResult[]): boolean {
  const failed = results.filter(({ holds }) => holds === false);
  return failed.length > 0 && failed.every(({ code }) => SESSION_DEPENDENT.has(code));
}
