import type { JsonObject } from '../account-state.ts';
import { routeLogs } from '../agent/log-router.ts';
import { envelopeOf } from '../cloudtrail-log.ts';
import type { ExecLog } from '../deployment/exec-log.ts';
import type { PublishedRouter, RouterScenario } from '../scenarios/scenario.ts';
import { askedBy, toldApproval } from './approval-steps.ts';
import type { Stage } from './choose-account.ts';
import { deploymentStep } from './deployment-step.ts';
import { type Ending, policiesIn, promiseOf } from './promise.ts';
import type { PlayedRouter, PlayRequest, PlayStep } from './steps.ts';
import { deployed, eventStep, settled, toldDecision, toldWrites } from './system-steps.ts';

/** Half a minute of lost logs. */
const FLUSHES = 30;

/** Plays an application's lost logs: flushes that are denied, their one case, what was written, and the next flush. */
export async function* playRouter(
  request: PlayRequest,
  stage: Stage,
  { router }: RouterScenario,
  event: JsonObject | null,
): AsyncGenerator<PlayStep> {
  const played = await deployed(request, stage, event);
  const { system, signals } = played;
  try {
    yield deploymentStep(system, stage.name, request.mode, signals);
    const before = policiesIn(system);
    if (event === null) yield await lostFlushes(system, router);
    const denial = event ?? lastDenial(system);
    if (denial !== null) yield eventStep(system, denial);
    if (event !== null) system.deployment.bus.put(event);
    await settled(played);
    yield* toldDecision(system);
    yield* toldWrites(played, before);
    const asked = askedBy(played, before);
    yield* toldApproval(played, before);
    const [found] = await system.ledger.cases();
    const { calls, delivered } = await routeLogs(system.account, { ...router, flushes: 1 });
    const logs = delivered ? 'delivered' : 'lost';
    yield { step: 'next-flush', ...playedRouter(router), logs, calls };
    const ending: Ending = { subject: 'flush', places: [], decision: found ?? null, next: logs, asked, deployed: null };
    yield { step: 'promise', mode: request.mode, ...promiseOf(request.mode, system, before, ending) };
    yield { step: 'router-result', logs, disposition: found?.disposition ?? 'not-applicable' };
  } finally {
    await played.close();
  }
}

async function lostFlushes({ account }: ExecLog, router: PublishedRouter): Promise<PlayStep> {
  const { calls } = await routeLogs(account, { ...router, flushes: FLUSHES });
  const denials = calls.filter(({ outcome }) => outcome.startsWith('AccessDenied')).length;
  return {
    step: 'flushes',
    ...playedRouter(router),
    flushes: FLUSHES,
    denials,
    calls: calls.slice(0, calls.length / FLUSHES),
  };
}

function playedRouter({ routerName, container, task, logGroupName }: PublishedRouter): PlayedRouter {
  return { routerName, container, task, logGroupName };
}

function lastDenial({ account }: ExecLog): JsonObject | null {
  const record = account.state.cloudtrail.records.findLast(({ errorCode }) =>
    String(errorCode).startsWith('AccessDenied'),
  );
  return record === undefined ? null : envelopeOf(record);
}
