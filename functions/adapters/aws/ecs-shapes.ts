import type { Cluster, ExecuteCommandConfiguration, Tag, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type {
  ExecConfiguration,
  ObservedCluster,
  ObservedTask,
  ObservedTaskDefinition,
  Reading,
  Tags,
} from '../../domain/observation.ts';
import { read, unreadable } from './errors.ts';

/** A task in domain words; one without its ARNs is unreadable. */
export function observedTask(task: Task): Reading<ObservedTask> {
  const { taskArn, clusterArn, taskDefinitionArn, overrides, lastStatus, containers = [] } = task;
  if (taskArn === undefined || clusterArn === undefined || taskDefinitionArn === undefined) {
    return unreadable('ECS shows the task without its ARN, cluster or task definition');
  }
  return read({
    taskArn,
    clusterArn,
    taskDefinitionArn,
    taskRoleArnOverride: textOf(overrides?.taskRoleArn),
    executionRoleArnOverride: textOf(overrides?.executionRoleArn),
    lastStatus: textOf(lastStatus),
    containers: containers.flatMap(({ name, runtimeId }) =>
      name === undefined ? [] : [{ name, runtimeId: textOf(runtimeId) }],
    ),
  });
}

/** A cluster in domain words. A `logging` that nobody knows makes it unreadable: read as nothing, it would be DEFAULT. */
export function observedCluster(cluster: Cluster): Reading<ObservedCluster> {
  const { clusterArn, clusterName, configuration } = cluster;
  if (clusterArn === undefined || clusterName === undefined) {
    return unreadable('ECS shows the cluster without its ARN or name');
  }
  const exec = configuration?.executeCommandConfiguration;
  const execConfiguration = exec === undefined ? null : execConfigurationOf(exec);
  return execConfiguration === 'unknown-logging'
    ? unreadable('the cluster has an exec logging setting that is not known')
    : read({ clusterArn, clusterName, execConfiguration, tags: tagsOf(cluster.tags) });
}

/** A task definition in domain words. Secret options are not read: ECS keeps them away from the agent's target. */
export function observedTaskDefinition(definition: TaskDefinition): Reading<ObservedTaskDefinition> {
  const { taskDefinitionArn, taskRoleArn, executionRoleArn, containerDefinitions = [] } = definition;
  if (taskDefinitionArn === undefined) return unreadable('ECS shows the task definition without its ARN');
  return read({
    taskDefinitionArn,
    taskRoleArn: textOf(taskRoleArn),
    executionRoleArn: textOf(executionRoleArn),
    containers: containerDefinitions.flatMap(({ name, logConfiguration, firelensConfiguration }) => {
      if (name === undefined) return [];
      const { logDriver, options: logOptions = {} } = logConfiguration ?? {};
      const type = firelensConfiguration?.type;
      const router = type === 'fluentbit' || type === 'fluentd' ? { router: { type } } : {};
      return [{ name, logDriver: textOf(logDriver), logOptions, ...router }];
    }),
  });
}

function execConfigurationOf(exec: ExecuteCommandConfiguration): ExecConfiguration | 'unknown-logging' {
  const logging = loggingOf(exec.logging);
  if (logging === 'unknown') return 'unknown-logging';
  const target = exec.logConfiguration;
  return {
    logging,
    cloudWatchLogGroupName: textOf(target?.cloudWatchLogGroupName),
    cloudWatchEncryptionEnabled: target?.cloudWatchEncryptionEnabled ?? false,
    s3BucketName: textOf(target?.s3BucketName),
    s3KeyPrefix: textOf(target?.s3KeyPrefix),
    s3EncryptionEnabled: target?.s3EncryptionEnabled ?? false,
    kmsKeyId: textOf(exec.kmsKeyId),
  };
}

function loggingOf(logging: string | undefined): ExecConfiguration['logging'] | 'unknown' {
  switch (logging) {
    case undefined:
    case '':
      return null;
    case 'NONE':
    case 'DEFAULT':
    case 'OVERRIDE':
      return logging;
    default:
      return 'unknown';
  }
}

function tagsOf(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? '']])));
}

/** ECS leaves a field out, or gives it empty, where nothing is set. */
function textOf(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
