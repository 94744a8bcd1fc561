import type { DenialSource } from './denial.ts';
import { isTaskId } from './task.ts';

/** ECS Exec names its streams by the session: 17 hex digits until 2024, 26 letters and digits since; the length is not fixed. */
export const isExecStream = (name: string): boolean => /^ecs-execute-command-[A-Za-z0-9]+$/.test(name);

/** `prefix/container/task`, as Docker's awslogs driver names its streams under ECS; the prefix may hold slashes. */
export function isAwslogsStream(name: string): boolean {
  const parts = name.split('/');
  const [taskId = '', container = ''] = parts.reverse();
  return parts.length >= 3 && parts.at(-1) !== '' && /^[A-Za-z0-9_-]{1,255}$/.test(container) && isTaskId(taskId);
}

/**
 * Who made the call, as agent and stream show it. FireLens runs under the same role and task as an exec session, so its agent
 * decides before the stream. Both are the client's own text: good for telling apart, never for authorising.
 */
export function denialSource(userAgent: string, logStreamName: string | null): DenialSource {
  // At the start only: the SSM agent prints AWS_EXECUTION_ENV in the middle, which the container sets.
  if (userAgent.startsWith('aws-fluent-bit-plugin')) return 'firelens';
  if (logStreamName === null) return 'other';
  if (/^ecs-execute-command-[A-Za-z0-9]/.test(logStreamName)) return 'ecs-exec';
  return isAwslogsStream(logStreamName) ? 'awslogs-driver' : 'other';
}
