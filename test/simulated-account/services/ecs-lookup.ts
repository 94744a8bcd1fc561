import type { Cluster, Task } from '@aws-sdk/client-ecs';
import type { AccountRuntime } from '../account-runtime.ts';
import { ServiceError } from '../service.ts';

/** What stands behind the last slash of an ARN or of a name. */
export const lastStep = (text = '') => text.slice(text.lastIndexOf('/') + 1);

/** ECS's refusal of a parameter. */
export const invalid = (message: string) => new ServiceError('InvalidParameterException', message);

/** ECS's refusal of a page's token. */
export const badToken = () => invalid('Invalid token');

/** The ARN of a cluster that is named by its ARN, its name or not at all. */
export function clusterArn(runtime: AccountRuntime, cluster: string | undefined): string {
  return cluster?.startsWith('arn:') ? cluster : runtime.arn('ecs', `cluster/${cluster ?? 'default'}`);
}

/** Finds a cluster, or fails as ECS does. */
export function clusterOf(runtime: AccountRuntime, name: string | undefined): Cluster {
  const arn = clusterArn(runtime, name);
  const cluster = runtime.state.ecs.clusters.find((candidate) => candidate.clusterArn === arn);
  if (cluster === undefined) throw new ServiceError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

/** Whether a task, service or instance is in a cluster: by its own word, else by the ARN of the new format. */
export function isIn(cluster: Cluster, one: { readonly clusterArn?: string | undefined }, arn = ''): boolean {
  return one.clusterArn === undefined
    ? arn.split('/').at(-2) === lastStep(cluster.clusterArn)
    : one.clusterArn === cluster.clusterArn;
}

/** The tasks of a cluster. */
export function tasksOf(runtime: AccountRuntime, cluster: Cluster): readonly Task[] {
  return runtime.state.ecs.tasks.filter((task) => isIn(cluster, task, task.taskArn));
}

/** The ARN of a task that is named by its ARN or its id. */
export function taskArn(runtime: AccountRuntime, cluster: string | undefined, task: string): string {
  return task.startsWith('arn:') ? task : runtime.arn('ecs', `task/${lastStep(clusterArn(runtime, cluster))}/${task}`);
}
