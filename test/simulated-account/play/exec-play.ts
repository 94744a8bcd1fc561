import type { JsonObject } from '../account-state.ts';
import type { ExecSessionResult } from '../agent/exec-session.ts';
import { envelopeOf } from '../cloudtrail-log.ts';
import type { ExecLog } from '../deployment/exec-log.ts';
import type { ClientSession, ExecScenario } from '../scenarios/scenario.ts';
import { streamKey } from '../stores.ts';
import { askedBy, toldApproval } from './approval-steps.ts';
import { audited } from './audit-step.ts';
import type { Stage } from './choose-account.ts';
import { deploymentStep } from './deployment-step.ts';
import { toldPreflight } from './preflight-step.ts';
import { type Ending, policiesIn, promiseOf } from './promise.ts';
import { deployTicketCode } from './stack-deployment.ts';
import type { PlayedSession, PlayRequest, PlayStep } from './steps.ts';
import { deployed, eventStep, settled, toldDecision, toldWrites } from './system-steps.ts';

type Session = Omit<ClientSession, 'container'> & { readonly container?: string };

/**
 * Plays a lost transcript and what becomes of it: sessions or an event, the denial, the audit where no rule delivers it, the
 * decision, what was written, and the next session.
 */
export async function* playExec(
  request: PlayRequest,
  stage: Stage,
  event: JsonObject | null,
): AsyncGenerator<PlayStep> {
  const scenario = stage.scenario?.kind === 'exec' ? stage.scenario : null;
  const played = await deployed(request, stage, event);
  const { system, signals } = played;
  try {
    yield deploymentStep(system, stage.name, request.mode, signals);
    if (event === null && scenario !== null) yield* toldPreflight(system, scenario);
    const before = policiesIn(system);
    if (event === null)
      yield* toldLosses(system, scenario?.sessions ?? (stage.session === null ? [] : [stage.session]));
    const denial = event ?? lastDenial(system);
    if (denial !== null) yield eventStep(system, denial);
    if (event !== null) system.deployment.bus.put(event);
    await settled(played);
    // What no rule delivers, the auditor finds.
    if (event === null && (await system.ledger.cases()).length === 0) yield await audited(system);
    yield* toldDecision(system);
    yield* toldWrites(played, before);
    const asked = askedBy(played, before);
    yield* toldApproval(played, before);
    const [found] = await system.ledger.cases();
    const stack = event === null ? deployedByStack(system, scenario) : null;
    if (stack !== null) yield stack;
    const next = stage.session === null ? null : await open(system, stage.session);
    if (next !== null) yield nextStep(system, next);
    // The scenario's next session must join the case that is there; after a given event it would be a cause of its own.
    if (event === null) await settled(played);
    const transcript = next?.result.transcript === 'recorded' ? 'recorded' : 'lost';
    const ending: Ending = {
      subject: 'session',
      asked,
      places: next === null ? [] : placesOf(next),
      decision: found ?? null,
      next: next === null ? null : transcript === 'recorded' ? 'delivered' : 'lost',
      deployed: stack,
    };
    yield { step: 'promise', mode: request.mode, ...promiseOf(request.mode, system, before, ending) };
    yield { step: 'result', transcript, disposition: found?.disposition ?? 'not-applicable' };
  } finally {
    await played.close();
  }
}

interface Opened {
  readonly request: Session;
  readonly result: ExecSessionResult;
}

async function open(system: ExecLog, request: Session, changes: Partial<ClientSession> = {}): Promise<Opened> {
  return { request, result: await system.exec({ ...request, minutes: 2, ...changes }) };
}

/** One shell after the other: nothing is repaired before the last of them is closed. */
async function* toldLosses(system: ExecLog, sessions: readonly Session[]): AsyncGenerator<PlayStep> {
  const last = sessions.length - 1;
  for (const [index, session] of sessions.entries()) {
    const opened = await open(system, session, sessions.length > 1 ? { whileOpen: async () => {} } : {});
    yield { step: 'session', ...playedSession(opened), transcript: lostAs(opened) };
    if (index === last) yield lossStep(system, opened);
  }
}

function playedSession({ request, result }: Opened): PlayedSession {
  const { person, cluster, task, container = '', client = null } = request;
  const { sessionId, configuration } = result;
  return { sessionId, person, cluster, task, container, logGroupName: configuration.logGroup, client };
}

const lostAs = ({ result }: Opened) => (result.transcript === 'refused' ? 'refused' : 'lost');

function lossStep(system: ExecLog, opened: Opened): PlayStep {
  const { request, result } = opened;
  const { configuration, calls } = result;
  const configured = system.account.state.ecs.clusters.find(({ clusterArn = '' }) =>
    clusterArn.endsWith(`/${request.cluster}`),
  )?.configuration?.executeCommandConfiguration;
  const ignored = configured?.logging === 'OVERRIDE' ? undefined : configured?.logConfiguration?.cloudWatchLogGroupName;
  return {
    step: 'loss',
    transcript: lostAs(opened),
    logGroupName: configuration.logGroup,
    objectPrefix: configuration.bucket === null ? null : `s3://${configuration.bucket}/${configuration.keyPrefix}`,
    because: `the cluster's logging is ${configured?.logging ?? 'unset, so DEFAULT'}${ignored === undefined ? '' : `, which ignores its ${ignored}`}`,
    calls,
  };
}

/** What the agent was denied: the stream, if it came so far, else the call that refused the session. */
function lastDenial({ account }: ExecLog): JsonObject | null {
  const { records } = account.state.cloudtrail;
  for (const name of ['CreateLogStream', 'Decrypt', 'DescribeLogGroups', 'GetBucketEncryption', 'PutObject']) {
    const record = records.findLast(
      ({ eventName, errorCode }) => eventName === name && String(errorCode).startsWith('AccessDenied'),
    );
    if (record !== undefined) return envelopeOf(record);
  }
  return null;
}

function deployedByStack(system: ExecLog, scenario: ExecScenario | null) {
  return scenario === null || scenario.stackName === null ? null : deployTicketCode(system, scenario.stackName);
}

function placesOf({ result: { configuration } }: Opened): readonly string[] {
  return [
    ...(configuration.logGroup === null ? [] : ['the log group']),
    ...(configuration.bucket === null ? [] : ['the bucket']),
  ];
}

function nextStep({ account }: ExecLog, opened: Opened): PlayStep {
  const { transcript, sessionId, configuration } = opened.result;
  const events = account.stores.logEvents.get(streamKey(configuration.logGroup ?? '', sessionId)) ?? [];
  const object = [...account.stores.objectTexts.keys()].find((key) => key.endsWith(`${sessionId}.log`));
  return {
    step: 'next-session',
    ...playedSession(opened),
    transcript,
    text: events.length === 0 ? null : events.map(({ message = '' }) => message).join(''),
    object: object === undefined ? null : `s3://${object}`,
  };
}
