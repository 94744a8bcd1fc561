import type { Task } from '@aws-sdk/client-ecs';
import { readAccountFile } from '../account-file.ts';
import type { AccountState, JsonObject } from '../account-state.ts';
import type { ExecRequest } from '../agent/exec-session.ts';
import { effectiveTaskRole } from '../agent/log-configuration.ts';
import { cfnOverride } from '../scenarios/cfn-override.ts';
import { demoOverride } from '../scenarios/demo-override.ts';
import { execClients } from '../scenarios/exec-clients.ts';
import { firelens } from '../scenarios/firelens.ts';
import { nginxDefault } from '../scenarios/nginx-default.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { isObject } from '../schema-check.ts';

/** Nothing can be played with this input; the message says why and what would help. */
export class PlayInputError extends Error {
  override readonly name = 'PlayInputError';
}

/** Plays several sessions and their audit instead of one denial: see `ledger-play.ts`. */
export const LEDGER_SCENARIO = 'ledger';

/** The published set-ups that can be played, by name. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'nginx-default': nginxDefault,
  'demo-override': demoOverride,
  'cfn-override': cfnOverride,
  'exec-clients': execClients,
  firelens,
};

/** Every name that `--scenario` takes. */
export const SCENARIO_NAMES: readonly string[] = [...Object.keys(SCENARIOS), LEDGER_SCENARIO];

export interface Stage {
  readonly name: string;
  readonly account: AccountState;
  /** Null where the account was given. */
  readonly scenario: Scenario | null;
  /** The shell that a person opens in this account; null where no task runs that could be entered. */
  readonly session: ExecRequest | null;
}

/** The account to play in: the one given, else the scenario named, else, for an event, the scenario of its account and Region. */
export function chooseStage(request: {
  readonly scenario: string;
  readonly account: unknown;
  readonly event: JsonObject | null;
}): Stage {
  const { scenario, account, event } = request;
  if (scenario === LEDGER_SCENARIO) {
    throw new PlayInputError(
      'the scenario ledger plays its own sessions in its own account: give neither an event nor --account',
    );
  }
  if (account !== null) {
    const state = readAccountFile(account);
    if (event !== null) refuseOtherPlace(state, event);
    return { name: 'the given account', account: state, scenario: null, session: sessionIn(state, event) };
  }
  const known = SCENARIOS[scenario];
  if (known === undefined) {
    throw new PlayInputError(`there is no scenario "${scenario}"; there is ${SCENARIO_NAMES.join(', ')}`);
  }
  if (event === null) return stageOf(scenario, known);
  const place = placeOf(event);
  for (const [name, each] of Object.entries(SCENARIOS)) {
    const stage = stageOf(name, each);
    if (stage.account.account === place.account && stage.account.region === place.region) return stage;
  }
  throw new PlayInputError(
    `no scenario plays in account ${place.account ?? 'unknown'}, Region ${place.region ?? 'unknown'}, of which the event is: give that account with --account FILE`,
  );
}

function stageOf(name: string, scenario: Scenario): Stage {
  const account = readAccountFile(structuredClone(scenario.file));
  return { name, account, scenario, session: scenario.kind === 'exec' ? scenario.next : null };
}

function refuseOtherPlace(state: AccountState, event: JsonObject): void {
  const { account, region } = placeOf(event);
  if (account !== state.account || region !== state.region) {
    throw new PlayInputError(
      `the event is of account ${account ?? 'unknown'}, Region ${region ?? 'unknown'}; the account file is of ${state.account}, ${state.region}`,
    );
  }
}

/** Where the call was made; the record says it, the envelope only repeats it. */
function placeOf(event: JsonObject): { readonly account: string | null; readonly region: string | null } {
  const detail = isObject(event['detail']) ? event['detail'] : {};
  const account = detail['recipientAccountId'] ?? event['account'];
  const region = detail['awsRegion'] ?? event['region'];
  return { account: typeof account === 'string' ? account : null, region: typeof region === 'string' ? region : null };
}

/**
 * A shell in the event's own task if it still runs, else in the first that a shell can be opened in; null where no task runs.
 * Refused where the account file lacks what every such session needs.
 */
function sessionIn(state: AccountState, event: JsonObject | null): ExecRequest | null {
  const running = state.ecs.tasks.filter(
    (task) => task.enableExecuteCommand && (task.lastStatus ?? 'RUNNING') === 'RUNNING',
  );
  const detail = isObject(event?.['detail']) ? event['detail'] : {};
  const principal = isObject(detail['userIdentity']) ? String(detail['userIdentity']['principalId']) : '';
  const own = running.filter(({ taskArn = '' }) =>
    principal.endsWith(`:${taskArn.slice(taskArn.lastIndexOf('/') + 1)}`),
  );
  const openings = (own.length > 0 ? own : running).map((task) => openingOf(state, task));
  const session = openings.find((opening) => typeof opening !== 'string');
  const [problem] = openings;
  if (session === undefined && typeof problem === 'string') throw new PlayInputError(problem);
  return typeof session === 'object' ? session : null;
}

/** How a shell is opened in a task, or what the account file lacks for it. */
function openingOf(state: AccountState, task: Task): ExecRequest | string {
  const { taskArn = '', clusterArn, taskDefinitionArn, containers = [] } = task;
  const container = containers[0]?.name;
  const roleArn = effectiveTaskRole(state, task);
  if (!state.ecs.clusters.some((cluster) => cluster.clusterArn === clusterArn)) {
    return `the account file lacks the cluster ${clusterArn ?? ''} of task ${taskArn}: add it to ecs.clusters`;
  }
  if (container === undefined) return `the account file names no container of task ${taskArn}: add its containers`;
  if (roleArn === null) {
    return `task ${taskArn} has no task role: add its definition ${taskDefinitionArn ?? ''} with a taskRoleArn to ecs.taskDefinitions`;
  }
  if (!state.iam.roles.some(({ Arn }) => Arn === roleArn)) {
    return `the account file lacks the role ${roleArn} of task ${taskArn}: add it to iam.RoleDetailList (get-account-authorization-details)`;
  }
  return { cluster: clusterArn ?? '', task: taskArn, person: 'alice', container };
}
