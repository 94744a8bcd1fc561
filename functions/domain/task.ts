import { isAccountId, parseArn } from './arn.ts';

export interface ClusterArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly clusterName: string;
}

export interface TaskArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Null in the old ARN format, which does not name the cluster. */
  readonly clusterName: string | null;
  readonly taskId: string;
}

/** What an exec session is opened on, as Systems Manager names it. */
export interface ExecTarget {
  readonly clusterName: string;
  readonly taskId: string;
  readonly runtimeId: string;
}

/** 32 hex digits, or the 36-character UUID that services created before November 2018 still give their tasks. */
export const isTaskId = (text: string): boolean =>
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/.test(text);

const isClusterName = (text: string): boolean => /^[A-Za-z0-9_-]{1,255}$/.test(text);

/** Reads an ECS cluster's ARN. */
export function parseClusterArn(text: string): ClusterArn | null {
  const arn = parseArn(text);
  if (arn?.service !== 'ecs' || arn.region === '' || !isAccountId(arn.account)) return null;
  const [kind, clusterName = '', ...more] = arn.resource.split('/');
  if (kind !== 'cluster' || more.length > 0 || !isClusterName(clusterName)) return null;
  return { partition: arn.partition, region: arn.region, account: arn.account, clusterName };
}

/** Reads an ECS task's ARN, `task/<cluster>/<id>` or the old `task/<id>`. */
export function parseTaskArn(text: string): TaskArn | null {
  const arn = parseArn(text);
  if (arn?.service !== 'ecs' || arn.region === '' || !isAccountId(arn.account)) return null;
  const [kind, ...names] = arn.resource.split('/');
  const taskId = names.at(-1) ?? '';
  const clusterName = names.length === 2 ? (names[0] ?? '') : null;
  if (kind !== 'task' || names.length > 2 || !isTaskId(taskId)) return null;
  if (clusterName !== null && !isClusterName(clusterName)) return null;
  return { partition: arn.partition, region: arn.region, account: arn.account, clusterName, taskId };
}

/** The task's id in an id or an ARN, both of which `ExecuteCommand` accepts. */
export function taskIdOf(idOrArn: string): string | null {
  if (isTaskId(idOrArn)) return idOrArn;
  return parseTaskArn(idOrArn)?.taskId ?? null;
}

/** Reads `ecs:<cluster>_<task>_<runtimeId>` from the right, because a cluster's name may hold `_` and `-`. */
export function parseExecTarget(text: string): ExecTarget | null {
  if (!text.startsWith('ecs:') || text.length > 600) return null;
  const parts = text.slice('ecs:'.length).split('_');
  const runtimeId = parts.pop() ?? '';
  const taskId = parts.pop() ?? '';
  const clusterName = parts.join('_');
  if (!/^[A-Za-z0-9-]{1,128}$/.test(runtimeId) || !isTaskId(taskId) || !isClusterName(clusterName)) return null;
  return { clusterName, taskId, runtimeId };
}
