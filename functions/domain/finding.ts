import { parseLogGroupArn, parseRoleArn } from './arn.ts';
import type { Case } from './case.ts';
import type { Denial } from './denial.ts';
import { matchingSession } from './denied-session.ts';
import type { ExecSession } from './exec-session.ts';
import { type LogTarget, type NoLogTarget, resolveLogTarget, type TaskPlace } from './log-target.ts';
import type { Observation, ObservedTask } from './observation.ts';
import { type PlannedRepair, planRepair } from './planned-repair.ts';
import {
  type DeclaredRouterTarget,
  type NoRouterTarget,
  type RouterTarget,
  resolveRouterTarget,
} from './router-target.ts';
import { type Signal, signalOf } from './signal.ts';
import { withKeys } from './target-keys.ts';
import { parseTaskArn } from './task.ts';

/** What a denial turned out to be: who opened which session in which container, and where its transcript should have gone. */
export interface Finding {
  readonly signal: Exclude<Signal, 'awslogs-driver'>;
  readonly denial: Denial;
  readonly fingerprint: string;
  readonly observation: Observation;
  /** The case of this fingerprint so far. */
  readonly found: Case | null;
  /** The session of the denial, if a record of it belongs to this task, account and Region. */
  readonly session: ExecSession | null;
  /** Overrides first; null where ECS shows none. */
  readonly taskRoleArn: string | null;
  readonly executionRoleArn: string | null;
  /** null where ECS did not show enough to derive one. */
  readonly target: LogTarget | NoLogTarget | null;
  /** Where the task's log router delivers; null unless the signal is the router's and ECS showed enough. */
  readonly router: RouterTarget | NoRouterTarget | null;
  /** null where there is no target that a policy could be written for. */
  readonly repair: PlannedRepair | null;
}

/** The readings that a target is derived from. */
export type TargetReadings = Pick<Observation, 'session' | 'task' | 'cluster' | 'taskDefinition' | 'role'> &
  Pick<Observation, 'attachedPolicy'>;

/**
 * Puts what was read together. Nothing here comes from the denial but the question which session or router it was about:
 * container, cluster, target, role and policy are derived from ECS and IAM, or declared in the settings.
 */
export function correlate(
  denial: Denial,
  fingerprint: string,
  observation: Observation,
  found: Case | null,
  declaredTargets: readonly DeclaredRouterTarget[] = [],
): Finding {
  const signal = signalOf(denial);
  const isRouter = signal === 'router';
  const derived = isRouter ? null : deriveTarget(denial, observation);
  const target = derived?.kind === 'target' ? withKeys(derived, observation) : derived;
  const router = isRouter ? deriveRouter(denial, observation, declaredTargets) : null;
  return {
    // Whatever is no signal is decided before anything is correlated.
    signal: isRouter || signal === 'exec-companion' ? signal : 'exec-delivery',
    denial,
    fingerprint,
    observation,
    found,
    session: isRouter ? null : matchingSession(denial, observation),
    taskRoleArn: effectiveRole(observation, 'task'),
    executionRoleArn: effectiveRole(observation, 'execution'),
    target,
    router,
    repair: planRepair(target ?? router, observation),
  };
}

/** The role of a task, its overrides first; null where it has none, or the task is not known. */
function effectiveRole(
  { task, taskDefinition }: Pick<Observation, 'task' | 'taskDefinition'>,
  role: 'task' | 'execution',
): string | null {
  if (task.kind !== 'read') {
    return null;
  }
  const definition = taskDefinition.kind === 'read' ? taskDefinition.value : null;
  return task.value[`${role}RoleArnOverride`] ?? definition?.[`${role}RoleArn`] ?? null;
}

/** The target of the denial's session, or null where session, task, cluster or task definition are not known or not of one piece. */
export function deriveTarget(denial: Denial, readings: TargetReadings): LogTarget | NoLogTarget | null {
  const session = matchingSession(denial, readings);
  const { task, cluster, taskDefinition } = readings;
  if (session === null || task.kind !== 'read' || cluster.kind !== 'read' || taskDefinition.kind !== 'read') {
    return null;
  }
  const isOfOnePiece =
    isTaskOf(session, task.value) &&
    cluster.value.clusterArn === session.clusterArn &&
    taskDefinition.value.taskDefinitionArn === task.value.taskDefinitionArn;
  return isOfOnePiece
    ? resolveLogTarget(cluster.value.execConfiguration, taskDefinition.value, session.containerName, session)
    : null;
}

/** Where the log router of the denial's task delivers, or null where task and task definition are not known or not of one piece. */
export function deriveRouter(
  denial: Denial,
  readings: Pick<Observation, 'task' | 'taskDefinition'>,
  declaredTargets: readonly DeclaredRouterTarget[],
): RouterTarget | NoRouterTarget | null {
  const { task, taskDefinition } = readings;
  if (task.kind !== 'read' || taskDefinition.kind !== 'read') {
    return null;
  }
  const place = parseTaskArn(task.value.taskArn);
  const isOfOnePiece =
    place?.taskId === denial.sessionName && taskDefinition.value.taskDefinitionArn === task.value.taskDefinitionArn;
  return place !== null && isOfOnePiece
    ? resolveRouterTarget(
        taskDefinition.value,
        place,
        denial.logGroupName,
        declaredTargets,
        effectiveRole(readings, 'task'),
      )
    : null;
}

/** Whether this is the session's task: the old ARN format names no cluster, so that the ARNs' texts may differ. */
export function isTaskOf(session: ExecSession, task: ObservedTask): boolean {
  const arn = parseTaskArn(task.taskArn);
  return (
    arn !== null &&
    arn.taskId === session.taskId &&
    arn.account === session.account &&
    arn.region === session.region &&
    arn.partition === session.partition
  );
}

/** Whether the call was denied in the place where the target lies; null where the record does not say what was denied. */
export function isDeniedInPlaceOf(target: TaskPlace, denial: Denial): boolean | null {
  const denied = parseLogGroupArn(denial.resource ?? '');
  // The denial's own account is the principal's; the denied group's stands only in the resource.
  return denied === null
    ? null
    : [target, denied].every(
        ({ partition, account, region }) =>
          partition === denial.partition && account === denial.account && region === denial.region,
      );
}

/** The role's ARN as IAM says it, else as the denial claims it. */
export function roleArnOf(denial: Denial, role: Observation['role']): string | null {
  if (role.kind === 'read') {
    return role.value.roleArn;
  }
  return claimedRoleArn(denial);
}

/** The role's ARN put together from the denial: a claim, good for showing and for asking, never for a policy. */
export function claimedRoleArn(denial: Denial): string | null {
  if (denial.partition === null || denial.account === null || denial.roleName === null) {
    return null;
  }
  const arn = `arn:${denial.partition}:iam::${denial.account}:role${denial.rolePath ?? '/'}${denial.roleName}`;
  return parseRoleArn(arn) === null ? null : arn;
}
