import type { Denial } from './denial.ts';
import { isTaskId } from './task.ts';

/**
 * The ways in which a lost log shows itself. `exec-delivery`: the agent may not create the session's stream. `exec-companion`: the
 * agent was denied another call of the same session. `router`: a FireLens log router may not deliver a task's logs.
 * `awslogs-driver`: the task's execution role may not; never ours to repair.
 */
export type Signal = 'exec-delivery' | 'exec-companion' | 'router' | 'awslogs-driver';

/** What a denial is a signal of; null for every other call. A hint, as the denial is: guardrails decide what it is worth. */
export function signalOf(denial: Denial): Signal | null {
  const { action, source, companion, sessionName } = denial;
  if (source === 'firelens') {
    return ROUTER_ACTIONS.has(action) ? 'router' : null;
  }
  if (action === 'logs:CreateLogStream') {
    return source === 'ecs-exec' ? 'exec-delivery' : source === 'awslogs-driver' ? 'awslogs-driver' : null;
  }
  return companion !== undefined && sessionName !== null && isTaskId(sessionName) ? 'exec-companion' : null;
}

/** The last is the Go plugin's alone: it looks for the stream before it creates it, and gives up where it may not. */
const ROUTER_ACTIONS: ReadonlySet<string> = new Set([
  'logs:CreateLogStream',
  'logs:CreateLogGroup',
  'logs:DescribeLogStreams',
]);
