import type { Disposition } from '../../../functions/domain/decision.ts';
import { asDelivered } from '../../../functions/domain/delivered-event.ts';
import { policyDiff } from '../../../functions/messages/policy-diff.ts';
import { LOG_CODES } from '../../../functions/telemetry/log-codes.ts';
import type { JsonObject } from '../account-state.ts';
import type { ExecRequest, ExecSessionResult } from '../agent/exec-session.ts';
import { envelopeOf } from '../cloudtrail-log.ts';
import { DeploymentRefusedError } from '../deployment/deployment-refused.ts';
import { type ExecLog, startExecLog } from '../deployment/exec-log.ts';
import { isObject } from '../schema-check.ts';
import { streamKey } from '../stores.ts';
import { chooseStage, LEDGER_SCENARIO, PlayInputError, type Stage } from './choose-account.ts';
import { deploymentStep } from './deployment-step.ts';
import { playLedger } from './ledger-play.ts';
import { movedToNow } from './moved-times.ts';
import { policiesIn, promiseOf, type RolePolicies } from './promise.ts';
import type { PlayedSession, PlayRequest, PlayStep } from './steps.ts';

/** Longer than a denial waits for its session's record. */
const UNTIL_SETTLED_MS = 25 * 60_000;

/**
 * Plays a lost transcript and what becomes of it: a session, its denial, the decision, what was written, and the next session.
 * Every step is what happened on the simulated account, through rules, queues and the built bundles. What cannot be played is
 * refused before the first step is asked for.
 */
export function play(request: PlayRequest): AsyncGenerator<PlayStep> {
  if (request.scenario === LEDGER_SCENARIO && request.event === null && request.account === null) {
    return playLedger(request.mode);
  }
  const stage = chooseStage({ ...request, event: delivered(request.event) });
  const event = request.event === null ? null : movedToNow(delivered(request.event) ?? {}, stage.account, new Date());
  if (event === null && stage.session === null)
    throw new PlayInputError('no task of the account can be entered by ECS Exec');
  return played(request, stage, event);
}

async function* played(request: PlayRequest, stage: Stage, event: JsonObject | null): AsyncGenerator<PlayStep> {
  const system = await deployed(request, stage);
  try {
    yield deploymentStep(system, stage.name, request.mode);
    const before = policiesIn(system);
    const opened = event === null && stage.session !== null ? await open(system, stage.session) : null;
    if (opened !== null) yield* toldLoss(system, opened);
    const denial = event ?? lastDenial(system);
    if (denial !== null) yield eventStep(system, denial);
    if (event !== null) system.deployment.bus.put(event);
    await settled(system);
    yield* toldDecision(system);
    yield* toldWrites(system, before);
    const [found] = await system.ledger.cases();
    const disposition: Disposition = found?.disposition ?? 'not-applicable';
    const next = stage.session === null ? null : await open(system, stage.session);
    if (next !== null) yield nextStep(system, next);
    // The scenario's next session must join the case that is there; after a given event it would be a cause of its own.
    if (event === null) await settled(system);
    const transcript = next?.result.transcript === 'recorded' ? 'recorded' : 'lost';
    const ending = { decision: found ?? null, next: next === null ? null : transcript } as const;
    yield { step: 'promise', mode: request.mode, ...promiseOf(request.mode, system, before, ending) };
    yield { step: 'result', transcript, disposition };
  } finally {
    await system.close();
  }
}

/** A given account that refuses the deployment is an input that cannot be played; a scenario that does is a fault of ours. */
async function deployed({ mode, account }: PlayRequest, stage: Stage): Promise<ExecLog> {
  try {
    return await startExecLog({ account: stage.account, mode });
  } catch (error) {
    if (account === null || !(error instanceof DeploymentRefusedError)) throw error;
    throw new PlayInputError(`exec-log cannot be deployed to the given account: ${error.message}`);
  }
}

interface Opened {
  readonly request: ExecRequest;
  readonly result: ExecSessionResult;
}

async function open(system: ExecLog, request: ExecRequest): Promise<Opened> {
  return { request, result: await system.exec({ ...request, minutes: 2 }) };
}

/** Everything comes to rest; a denial whose session's record lags is waited for on the account's clock. */
async function settled({ deployment }: ExecLog): Promise<void> {
  await deployment.settle();
  if (deployment.queueOf('remediator').nextVisibleAt() !== null) await deployment.runFor(UNTIL_SETTLED_MS);
}

function delivered(event: JsonObject | null): JsonObject | null {
  const value = event === null ? null : asDelivered(event);
  return isObject(value) ? value : null;
}

function playedSession({ request, result }: Opened): PlayedSession {
  const { person, cluster, task, container = '' } = request;
  const { sessionId, configuration } = result;
  return { sessionId, person, cluster, task, container, logGroupName: configuration.logGroup };
}

function* toldLoss(system: ExecLog, opened: Opened): Generator<PlayStep> {
  const { configuration, calls } = opened.result;
  const configured = system.account.state.ecs.clusters.find(({ clusterArn = '' }) =>
    clusterArn.endsWith(`/${opened.request.cluster}`),
  )?.configuration?.executeCommandConfiguration;
  const ignored = configured?.logging === 'OVERRIDE' ? undefined : configured?.logConfiguration?.cloudWatchLogGroupName;
  yield { step: 'session', ...playedSession(opened) };
  yield {
    step: 'loss',
    logGroupName: configuration.logGroup,
    because: `the cluster's logging is ${configured?.logging ?? 'unset, so DEFAULT'}${ignored === undefined ? '' : `, which ignores its ${ignored}`}`,
    calls,
  };
}

function lastDenial({ account }: ExecLog): JsonObject | null {
  const record = account.state.cloudtrail.records.findLast(
    ({ eventName, errorCode }) => eventName === 'CreateLogStream' && errorCode === 'AccessDenied',
  );
  return record === undefined ? null : envelopeOf(record);
}

function eventStep({ deployment }: ExecLog, event: JsonObject): PlayStep {
  const detail = isObject(event['detail']) ? event['detail'] : {};
  const { errorCode: code, errorMessage: message } = detail;
  return {
    step: 'event',
    rules: deployment.bus.matchingRules(event),
    errorCode: typeof code === 'string' ? code : null,
    errorMessage: typeof message === 'string' ? message : null,
    event,
  };
}

async function* toldDecision({ ledger, deployment }: ExecLog): AsyncGenerator<PlayStep> {
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

function* toldWrites(system: ExecLog, before: RolePolicies): Generator<PlayStep> {
  for (const [key, policy] of policiesIn(system)) {
    const earlier = before.get(key);
    if (earlier?.text === policy.text) continue;
    const { roleName, policyName, document } = policy;
    yield { step: 'policy', roleName, policyName, document, diff: policyDiff(earlier?.document ?? null, document) };
  }
  for (const { OpsItemId = '', Title = '', Description = '' } of system.account.stores.opsItems.values()) {
    yield { step: 'ticket', id: OpsItemId, title: Title, body: Description };
  }
  for (const post of system.slack.posts) yield { step: 'message', text: String(post['text']), blocks: post['blocks'] };
}

function nextStep({ account }: ExecLog, opened: Opened): PlayStep {
  const { transcript, sessionId, configuration } = opened.result;
  const events = account.stores.logEvents.get(streamKey(configuration.logGroup ?? '', sessionId)) ?? [];
  return {
    step: 'next-session',
    ...playedSession(opened),
    transcript: transcript === 'recorded' ? 'recorded' : 'lost',
    text: events.length === 0 ? null : events.map(({ message = '' }) => message).join(''),
  };
}
