import { parseRoleArn } from '../domain/arn.ts';
import { resolveLogTarget } from '../domain/log-target.ts';
import type { ObservedContainerDefinition, ObservedTaskDefinition, Reading } from '../domain/observation.ts';
import { type DeclaredRouterTarget, resolveRouterTarget } from '../domain/router-target.ts';
import { parseTaskArn, taskIdOf } from '../domain/task.ts';
import { observeTarget } from '../flow/observe-target.ts';
import type { ObservationPorts } from '../ports.ts';
import { FailureError, UsageError } from './failures.ts';
import { fixOf, notByPolicy, type RoleFix } from './fix-code-repair.ts';

/** The container of a task, as a person names it: names or ARNs. */
export interface AskedTask {
  readonly cluster: string;
  readonly task: string;
  readonly container?: string | undefined;
}

/**
 * The fix for a task that nobody was denied for yet: its target by ECS, what the role lacks by IAM's simulator.
 * `declaredTargets` are the settings' own for log routers.
 * @throws UsageError where cluster, task or container do not exist; FailureError where they cannot be read.
 */
export async function fixOfTask(
  asked: AskedTask,
  ports: ObservationPorts,
  declaredTargets: readonly DeclaredRouterTarget[],
): Promise<RoleFix> {
  const taskId = taskIdOf(asked.task);
  if (taskId === null) throw new UsageError(`--task: expected a task's id or ARN, found "${asked.task}"`);
  const [cluster, task] = await Promise.all([
    ports.ecs.findCluster(asked.cluster).then((reading) => there(reading, 'cluster', asked.cluster)),
    ports.ecs.findTask({ clusterArn: asked.cluster, taskId }).then((reading) => there(reading, 'task', asked.task)),
  ]);
  const definition = there(
    await ports.ecs.findTaskDefinition(task.taskDefinitionArn),
    'task definition',
    task.taskDefinitionArn,
  );
  const place = parseTaskArn(task.taskArn);
  const roleArn = task.taskRoleArnOverride ?? definition.taskRoleArn;
  const roleName = roleArn === null ? undefined : parseRoleArn(roleArn)?.roleName;
  if (place === null || roleArn === null || roleName === undefined) {
    return notByPolicy(null, 'not-a-role-session', 'The task has no task role of its own');
  }
  const container = containerOf(asked, definition);
  // Of its log router a task lacks what the logs need; of every other container, what a session's transcript needs.
  const resolved =
    container.router == null
      ? resolveLogTarget(cluster.execConfiguration, definition, container.name, place)
      : resolveRouterTarget(definition, place, null, declaredTargets, roleArn);
  const [role, stack] = await Promise.all([ports.iam.findRole(roleName), ports.stacks.findOwningStack(roleName)]);
  if (role.kind !== 'read') return notByPolicy(roleArn, 'role-unreadable', `The role ${roleArn} cannot be read`);
  const record = await ports.cases.findAttachedPolicy(role.value.roleId);
  const target = resolved.kind === 'target' || resolved.kind === 'router-target' ? resolved : null;
  const attachedPolicy =
    record === undefined ? ({ kind: 'absent' } as const) : ({ kind: 'read', value: record } as const);
  const observed = await observeTarget(target, role, ports, { attachedPolicy });
  return fixOf({ ...observed, target: observed.target ?? resolved, role, attachedPolicy, stack, roleArn, reasons: [] });
}

function containerOf({ container }: AskedTask, { containers }: ObservedTaskDefinition): ObservedContainerDefinition {
  const [only] = containers;
  if (container === undefined && only !== undefined && containers.length === 1) return only;
  const found = containers.find(({ name }) => name === container);
  if (found !== undefined) return found;
  const names = containers.map(({ name }) => name).join(', ');
  throw new UsageError(`--container: expected one of ${names}, found ${container ?? 'none'}`);
}

function there<T>(reading: Reading<T>, what: string, name: string): T {
  switch (reading.kind) {
    case 'read':
      return reading.value;
    case 'absent':
      throw new UsageError(`there is no ${what} ${name}`);
    case 'unreadable':
      throw new FailureError(`the ${what} ${name} cannot be read: ${reading.because}`);
  }
}
