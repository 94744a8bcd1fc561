import { matchesPattern } from '../../../functions/domain/event-pattern.ts';
import { SIGNAL_RULE_NAMES, SIGNAL_RULES, type SignalRuleName } from '../../../functions/domain/rules.ts';
import { policyDiff } from '../../../functions/messages/policy-diff.ts';
import { LOG_CODES } from '../../../functions/telemetry/log-codes.ts';
import type { JsonObject } from '../account-state.ts';
import { DeploymentRefusedError } from '../deployment/deployment-refused.ts';
import { type ExecLog, startExecLog } from '../deployment/exec-log.ts';
import { isObject } from '../schema-check.ts';
import { PlayInputError, type Stage } from './choose-account.ts';
import { ticketText } from './patch-in-ticket.ts';
import { policiesIn, type RolePolicies } from './promise.ts';
import type { PlayRequest, PlayStep } from './steps.ts';

/** Longer than a denial waits for its session's record. */
const UNTIL_SETTLED_MS = 25 * 60_000;
/** Longer than denials of opt-in rules are collected before one batch is read. */
const UNTIL_READ_MS = 10 * 60_000;

/** A deployment, and the opt-in rules that it has. */
export interface Played {
  readonly system: ExecLog;
  readonly signals: readonly SignalRuleName[];
}

/**
 * Deploys what is to be played. A given event finds the opt-in rules that match it switched on. A given account that refuses the
 * deployment is an input that cannot be played; a scenario that does is a fault of ours.
 */
export async function deployed(
  { mode, account }: PlayRequest,
  { account: state, scenario }: Stage,
  event: JsonObject | null,
): Promise<Played> {
  const told = scenario === null ? {} : { settings: scenario.settings(mode) };
  const signals = event === null ? (scenario?.kind === 'router' ? scenario.signals : []) : signalsOf(event);
  try {
    return { system: await startExecLog({ account: state, mode, signals, ...told }), signals };
  } catch (error) {
    if (account === null || !(error instanceof DeploymentRefusedError)) throw error;
    throw new PlayInputError(`exec-log cannot be deployed to the given account: ${error.message}`);
  }
}

function signalsOf(event: JsonObject): readonly SignalRuleName[] {
  return SIGNAL_RULE_NAMES.filter((name) => matchesPattern(SIGNAL_RULES[name].pattern, event));
}

/** Everything comes to rest; what is collected or lags is waited for on the account's clock. */
export async function settled({ system: { deployment }, signals }: Played): Promise<void> {
  await deployment.runFor(signals.length > 0 ? UNTIL_READ_MS : 0);
  if (deployment.queueOf('remediator').nextVisibleAt() !== null) await deployment.runFor(UNTIL_SETTLED_MS);
}

/** A record as CloudTrail delivers it, and the rules that it matches. */
export function eventStep({ deployment }: ExecLog, event: JsonObject): PlayStep {
  const detail = isObject(event['detail']) ? event['detail'] : {};
  const { errorCode: code, errorMessage: message } = detail;
  return {
    step: 'event',
    rules: deployment.bus.matchingRules(event),
    optIn: signalsOf(event),
    errorCode: typeof code === 'string' ? code : null,
    errorMessage: typeof message === 'string' ? message : null,
    event,
  };
}

/** What the remediator made of it: refusals, and each case as it stands. */
export async function* toldDecision({ ledger, deployment }: ExecLog): AsyncGenerator<PlayStep> {
  for (const { refusal } of deployment.fn('remediator').linesWithCode(LOG_CODES.refused)) {
    if (isObject(refusal)) yield { step: 'refusal', code: String(refusal['code']), detail: String(refusal['detail']) };
  }
  for (const { disposition, reasons, count, fingerprint } of await ledger.cases()) {
    const line = deployment
      .fn('remediator')
      .linesWithCode(LOG_CODES.completed)
      .find((each) => each['fingerprint'] === fingerprint);
    const mode =
      (['observe', 'ticket', 'propose', 'attach'] as const).find((known) => known === line?.['mode']) ?? 'observe';
    yield { step: 'decision', disposition, mode, reasons, count };
  }
}

/** What was written: policies, tickets and messages. */
export function* toldWrites(system: ExecLog, before: RolePolicies): Generator<PlayStep> {
  for (const [key, policy] of policiesIn(system)) {
    const earlier = before.get(key);
    if (earlier?.text === policy.text) continue;
    const { roleName, policyName, document } = policy;
    yield { step: 'policy', roleName, policyName, document, diff: policyDiff(earlier?.document ?? null, document) };
  }
  for (const ticket of system.account.stores.opsItems.values()) {
    const { OpsItemId = '', Title = '' } = ticket;
    yield { step: 'ticket', id: OpsItemId, title: Title, body: ticketText(ticket) };
  }
  for (const post of system.slack.posts) yield { step: 'message', text: String(post['text']), blocks: post['blocks'] };
}
