import { parseRoleArn } from '../domain/arn.ts';
import type { PreflightResult } from '../domain/preflight/check.ts';
import { parseClusterArn } from '../domain/task.ts';

/** The cluster's name, or its ARN where that is none. */
export function clusterNameOf(clusterArn: string): string {
  return parseClusterArn(clusterArn)?.clusterName ?? clusterArn;
}

/** `api:7` of a task definition's ARN. */
export function revisionOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.slice(taskDefinitionArn.lastIndexOf('/') + 1);
}

/** `api` of `api:7`: what stays when the next revision comes. */
export function familyOf(taskDefinitionArn: string): string {
  return revisionOf(taskDefinitionArn).replace(/:\d+$/, '');
}

/** `service/container`, or `family:revision/container` for tasks that no service runs; without either, the whole cluster. */
export function containerPathOf({ serviceName, taskDefinitionArn, containerName }: PreflightResult): string {
  if (serviceName === null && taskDefinitionArn === '') return 'the whole cluster';
  return `${serviceName ?? revisionOf(taskDefinitionArn)}/${containerName}`;
}

/** The role's name; null where there is none. */
export function roleNameOf(roleArn: string | null): string | null {
  return roleArn === null ? null : (parseRoleArn(roleArn)?.roleName ?? roleArn);
}
