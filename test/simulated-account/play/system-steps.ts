import { matchesPattern } from '../../../functions/domain/event-pattern.ts';
import { SIGNAL_RULE_NAMES, SIGNAL_RULES, type SignalRuleName } from '../../../functions/domain/rules.ts';
import { policyDiff } from '../../../functions/messages/policy-diff.ts';
import { LOG_CODES } from '../../../functions/telemetry/log-codes.ts';
import type { JsonObject } from '../account-state.ts';
import { DeploymentRefusedError } from '../deployment/deployment-refused.ts';
import { type ExecLog, startExecLog } from '../deployment/exec-log.ts';
import { isObject } from '../schema-check.ts';
import { SimulatedClock } from '../simulated-clock.ts';
import { PlayInputError, type Stage } from './choose-account.ts';
import { ticketText } from './patch-in-ticket.ts';
import { type PlayedSlack, startPlayedSlack } from './played-slack.ts';
import { policiesIn, type RolePolicies } from './promise.ts';
import type { PlayRequest, PlayStep } from './steps.ts';

/** Longer than a denial waits for its session's record. */
const UNTIL_SETTLED_MS = 25 * 60_000;
/** Longer than denials of opt-in rules are collected before one batch is read. */
const UNTIL_READ_MS = 10 * 60_000;

/** A deployment, the opt-in rules that it has, and where it asks people. */
export interface Played {
  readonly system: ExecLog;
  readonly signals: readonly SignalRuleName[];
  /** Null where nobody is asked: a webhook is enough to tell people. */
  readonly slack: PlayedSlack | null;
  /** Ends the deployment, its account and its Slack. */
  readonly close: () => Promise<void>;
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
  const signals = event === null ? (scenario?.kind === 'router' ? scenario.signals : []) : signalsOf(event);
  const clock = new SimulatedClock();
  const slack = mode === 'propose' ? await startPlayedSlack(state, clock) : null;
  const settings = { ...scenario?.settings(mode), ...slack?.deployment.settings };
  const bot = slack === null ? {} : { slackBot: slack.deployment.slackBot };
  try {
    const system = await startExecLog({ account: state, mode, signals, clock, settings, ...bot });
    return {
      system,
      signals,
      slack,
      close: async () => void (await Promise.all([system.close(), slack?.server.close()])),
    };
  } catch (error) {
    await slack?.server.close();
    if (account === null || !(error instanceof DeploymentRefusedError)) throw error;
    throw new PlayInputError(`exec-log cannot be deployed to the given account: ${error.message}`);
  }
}

function signalsOf(event: JsonObject): readonly SignalRuleName[] {
  return SIGNAL_RULE_NAMES.filter((name) => matchesPattern(SIGNAL_RULES[name].pattern, event));
}

/** Everything comes to rest; what is collected or lags is waited for on the account's clock. */
export async function settled({ system: { deployment }, signals }: Pick<Played, 'system' | 'signals'>): Promise<void> {
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
export function* toldWrites(played: Played, before: RolePolicies): Generator<PlayStep> {
  yield* toldPolicies(played.system, before);
  for (const ticket of played.system.account.stores.opsItems.values()) {
    const { OpsItemId = '', Title = '' } = ticket;
    yield { step: 'ticket', id: OpsItemId, title: Title, body: ticketText(ticket) };
  }
  yield* toldMessages(played);
}

/** What the channel shows: the posts of the webhook, or the messages of the bot as they stand, without their threads. */
export function* toldMessages({ system, slack }: Played): Generator<PlayStep> {
  for (const { text, blocks, threadTs } of slack?.server.workspace.messages ?? []) {
    if (threadTs === null) yield { step: 'message', text, blocks };
  }
  for (const post of system.slack.posts) yield { step: 'message', text: String(post['text']), blocks: post['blocks'] };
}

/** Every policy that is not as it was. */
export function* toldPolicies(system: ExecLog, before: RolePolicies): Generator<PlayStep> {
  for (const [key, policy] of policiesIn(system)) {
    const earlier = before.get(key);
    if (earlier?.text === policy.text) continue;
    const { roleName, policyName, document } = policy;
    yield { step: 'policy', roleName, policyName, document, diff: policyDiff(earlier?.document ?? null, document) };
  }
}
