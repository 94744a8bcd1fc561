import type { ExecSession } from '../domain/exec-session.ts';
import { isTaskOf } from '../domain/finding.ts';
import type { LedgerLine, LedgerTarget } from '../domain/ledger.ts';
import { resolveLogTarget } from '../domain/log-target.ts';
import type { ObservedCluster, ObservedTask, ObservedTaskDefinition, Reading } from '../domain/observation.ts';
import type { EcsReader } from '../ports.ts';

/** A session that was opened, as its record tells of it. */
export interface OpenedSession {
  readonly kind: LedgerLine['kind'];
  readonly session: ExecSession;
  readonly sourceIdentity: string | null;
}

/**
 * The ledger's line of a session that was just opened, with the task's effective role and the log target as ECS shows them now.
 * A task that is gone leaves the target that its cluster alone decides. Never throws: a line that says `unresolved` is worth more than a line that waits for ECS, and the auditor asks again.
 */
export async function resolveLine(opened: OpenedSession, ecs: EcsReader, now: Date): Promise<LedgerLine> {
  const { kind, session, sourceIdentity } = opened;
  const line = { kind, session, sourceIdentity, recordedAt: now.toISOString() };
  const [task, cluster] = await Promise.all([
    readTask(session, ecs),
    kind === 'exec' ? readingOf('the cluster', () => ecs.findCluster(session.clusterArn)) : null,
  ]);
  const taskRoleArn = task.kind === 'read' ? task.value.taskRoleArn : null;
  if (cluster === null) {
    return { ...line, taskRoleArn, target: unresolved('a session outside ECS Exec is written nowhere') };
  }
  if (task.kind !== 'read') {
    const target = task.kind === 'absent' ? targetOfCluster(session, cluster) : null;
    return { ...line, taskRoleArn, target: target ?? unresolved(because(task, 'the task')) };
  }
  if (cluster.kind !== 'read') return { ...line, taskRoleArn, target: unresolved(because(cluster, 'the cluster')) };
  const { clusterArn, execConfiguration } = cluster.value;
  if (clusterArn !== session.clusterArn) {
    return { ...line, taskRoleArn, target: unresolved('ECS showed another cluster') };
  }
  const target = resolveLogTarget(execConfiguration, task.value.definition, session.containerName, session);
  return { ...line, taskRoleArn, target };
}

/** Where sessions of a cluster go whatever the task is; null under DEFAULT, which takes the task definition's group. */
function targetOfCluster(session: ExecSession, cluster: Reading<ObservedCluster>): LedgerTarget | null {
  if (cluster.kind !== 'read' || cluster.value.clusterArn !== session.clusterArn) return null;
  const { execConfiguration } = cluster.value;
  const logging = execConfiguration?.logging ?? 'DEFAULT';
  return logging === 'DEFAULT'
    ? null
    : resolveLogTarget(execConfiguration, NO_DEFINITION, session.containerName, session);
}

const NO_DEFINITION: ObservedTaskDefinition = {
  taskDefinitionArn: '',
  taskRoleArn: null,
  executionRoleArn: null,
  containers: [],
};

interface ResolvedTask {
  readonly taskRoleArn: string | null;
  readonly definition: ObservedTaskDefinition;
}

async function readTask(session: ExecSession, ecs: EcsReader): Promise<Reading<ResolvedTask>> {
  const { clusterArn, taskId } = session;
  const task = await readingOf('the task', () => ecs.findTask({ clusterArn, taskId }));
  if (task.kind !== 'read') return task;
  if (!isTaskOf(session, task.value)) return { kind: 'unreadable', because: 'ECS showed another task' };
  return readDefinition(task.value, ecs);
}

async function readDefinition(task: ObservedTask, ecs: EcsReader): Promise<Reading<ResolvedTask>> {
  const { taskDefinitionArn, taskRoleArnOverride } = task;
  const definition = await readingOf('the task definition', () => ecs.findTaskDefinition(taskDefinitionArn));
  if (definition.kind === 'absent') {
    return { kind: 'unreadable', because: 'ECS does not know the task definition any more' };
  }
  if (definition.kind !== 'read') return definition;
  const taskRoleArn = taskRoleArnOverride ?? definition.value.taskRoleArn;
  return { kind: 'read', value: { taskRoleArn, definition: definition.value } };
}

/** What a port throws is throttling, a time-out or 5xx: here an answer like any other. */
async function readingOf<T>(what: string, ask: () => Promise<Reading<T>>): Promise<Reading<T>> {
  try {
    return await ask();
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    return { kind: 'unreadable', because: `${what} could not be read (${name})` };
  }
}

const because = (reading: Exclude<Reading<unknown>, { kind: 'read' }>, what: string): string =>
  reading.kind === 'absent' ? `ECS does not know ${what} any more` : reading.because;

const unresolved = (reason: string): LedgerTarget => ({ kind: 'unresolved', because: reason.slice(0, 200) });
