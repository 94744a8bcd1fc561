import { isLogGroupName } from './arn.ts';
import type { TaskPlace } from './log-target.ts';
import type { ObservedTaskDefinition } from './observation.ts';

/** Where a task's FireLens log router delivers, derived from the task definition or declared in the settings, never from the denial. */
export interface RouterTarget {
  readonly kind: 'router-target';
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly logGroupName: string;
  /** `auto_create_group` is on: the router also creates the group. */
  readonly createsGroup: boolean;
  readonly origin: 'task-definition' | 'settings';
  /** The container of the router. */
  readonly routerName: string;
}

/** Why no target of a log router is known. */
export type NoRouterTargetReason =
  /** The task definition has no container with a `firelensConfiguration`. */
  | 'no-log-router'
  /** The options of no container name a CloudWatch Logs output, and the settings declare none for the role: it is baked into the image. */
  | 'router-target-baked-in'
  /** The group's name is put together from each record, so that no policy could name it. */
  | 'router-target-template'
  /** The output takes another role by `role_arn`. */
  | 'router-other-role'
  /** The output writes to another Region than the task's. */
  | 'router-region-elsewhere'
  | 'router-group-unreadable';

export interface NoRouterTarget {
  readonly kind: 'no-router-target';
  readonly because: NoRouterTargetReason;
  /** The container of the router, where there is one. */
  readonly routerName: string | null;
}

/** The settings' word for an output that no AWS API shows: this role's router writes to this group. */
export interface DeclaredRouterTarget {
  readonly role: string;
  readonly logGroup: string;
  readonly createsGroup: boolean;
}

const PLUGINS: readonly string[] = ['cloudwatch', 'cloudwatch_logs'];

/**
 * Where a task's log router delivers: the options of its `awsfirelens` containers, else what the settings declare for exactly this
 * role. The denied group only picks among several outputs; none of its text enters a target.
 */
export function resolveRouterTarget(
  taskDefinition: ObservedTaskDefinition,
  place: TaskPlace,
  deniedGroup: string | null,
  declaredTargets: readonly DeclaredRouterTarget[],
  roleArn: string | null,
): RouterTarget | NoRouterTarget {
  const router = taskDefinition.containers.find((container) => container.router != null);
  if (router === undefined) {
    return { kind: 'no-router-target', because: 'no-log-router', routerName: null };
  }
  const at = { partition: place.partition, account: place.account, region: place.region, routerName: router.name };
  const outputs = taskDefinition.containers
    .filter((container) => container.logDriver === 'awsfirelens')
    .map(({ logOptions }) => logOptions)
    .filter((options) => optionsOf(options, 'name').some((name) => PLUGINS.includes(name.toLowerCase())))
    .map((options) => outputTarget(options, at));
  const declared = declaredTargets
    .filter(({ role }) => role === roleArn)
    .map(({ logGroup, createsGroup }) => target(at, logGroup, createsGroup, 'settings'));
  const derived = [...outputs, ...declared].filter((output) => output.kind === 'router-target');
  const [named, ...others] = derived.filter(({ logGroupName }) => logGroupName === deniedGroup);
  return (
    // One of several outputs to a group is enough to create it.
    (named && { ...named, createsGroup: [named, ...others].some((output) => createsAs(named, output)) }) ??
    // Whichever output cannot be resolved may be the one that was denied.
    outputs.find((output) => output.kind === 'no-router-target') ??
    derived[0] ?? { kind: 'no-router-target', because: 'router-target-baked-in', routerName: router.name }
  );
}

function createsAs({ origin }: RouterTarget, output: RouterTarget): boolean {
  return output.createsGroup && output.origin === origin;
}

type RouterPlace = TaskPlace & Pick<RouterTarget, 'routerName'>;

/** One `[OUTPUT]` of Fluent Bit, to which ECS turns the options one to one. */
function outputTarget(options: Readonly<Record<string, string>>, at: RouterPlace): RouterTarget | NoRouterTarget {
  const none = (because: NoRouterTargetReason): NoRouterTarget => ({
    kind: 'no-router-target',
    because,
    routerName: at.routerName,
  });
  const [group, ...moreGroups] = optionsOf(options, 'log_group_name');
  if (optionsOf(options, 'role_arn').length > 0) {
    return none('router-other-role');
  }
  if (optionsOf(options, 'region').some((region) => region !== at.region)) {
    return none('router-region-elsewhere');
  }
  // Record accessors, the Go plugin's `$(...)`, and the environment's `${...}`.
  if (
    optionsOf(options, 'log_group_template').length > 0 ||
    [group, ...moreGroups].some((name) => name?.includes('$'))
  ) {
    return none('router-target-template');
  }
  if (group === undefined || moreGroups.length > 0 || !isLogGroupName(group)) {
    return none('router-group-unreadable');
  }
  const createsGroup = optionsOf(options, 'auto_create_group').some((value) => /^(?:true|on|yes)$/i.test(value));
  return target(at, group, createsGroup, 'task-definition');
}

function target(
  { partition, account, region, routerName }: RouterPlace,
  logGroupName: string,
  createsGroup: boolean,
  origin: RouterTarget['origin'],
): RouterTarget {
  return { kind: 'router-target', partition, account, region, logGroupName, createsGroup, origin, routerName };
}

/** Fluent Bit's names of properties are the same in upper and lower case, so that one may be given twice. */
function optionsOf(options: Readonly<Record<string, string>>, name: string): readonly string[] {
  return Object.entries(options)
    .filter(([key, value]) => key.toLowerCase() === name && value.trim() !== '')
    .map(([, value]) => value.trim());
}
