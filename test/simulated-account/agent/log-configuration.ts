import type { Cluster, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { AccountState } from '../account-state.ts';

/** What the control plane hands to the agent with a session. */
export interface SessionConfiguration {
  readonly kmsKeyId: string | null;
  readonly logGroup: string | null;
  readonly logGroupMustBeEncrypted: boolean;
  readonly bucket: string | null;
  readonly keyPrefix: string;
  readonly bucketMustBeEncrypted: boolean;
}

const nothing: SessionConfiguration = {
  kmsKeyId: null,
  logGroup: null,
  logGroupMustBeEncrypted: false,
  bucket: null,
  keyPrefix: '',
  bucketMustBeEncrypted: false,
};

/**
 * Where a session's transcript goes, as ECS resolves it: DEFAULT (also unset) takes the container's awslogs group and ignores the
 * cluster's log configuration, OVERRIDE takes the cluster's, NONE takes nothing. Written apart from the product on purpose.
 */
export function sessionConfiguration(
  state: AccountState,
  cluster: Cluster,
  task: Task,
  containerName: string,
): SessionConfiguration {
  const configured = cluster.configuration?.executeCommandConfiguration;
  const kmsKeyId = configured?.kmsKeyId ?? null;
  switch (configured?.logging ?? 'DEFAULT') {
    case 'NONE':
      return { ...nothing, kmsKeyId };
    case 'OVERRIDE': {
      const target = configured?.logConfiguration;
      return {
        kmsKeyId,
        logGroup: target?.cloudWatchLogGroupName ?? null,
        logGroupMustBeEncrypted: target?.cloudWatchEncryptionEnabled ?? false,
        bucket: target?.s3BucketName ?? null,
        keyPrefix: target?.s3KeyPrefix ?? '',
        bucketMustBeEncrypted: target?.s3EncryptionEnabled ?? false,
      };
    }
    default: {
      const driver = taskDefinitionOf(state, task)?.containerDefinitions?.find(
        ({ name }) => name === containerName,
      )?.logConfiguration;
      const logGroup = driver?.logDriver === 'awslogs' ? (driver.options?.['awslogs-group'] ?? null) : null;
      return { ...nothing, kmsKeyId, logGroup };
    }
  }
}

/** The task's own role: an override comes before the task definition; null is none. */
export function effectiveTaskRole(state: AccountState, task: Task): string | null {
  return task.overrides?.taskRoleArn ?? taskDefinitionOf(state, task)?.taskRoleArn ?? null;
}

/** The definition that a task runs, if the account file has it. */
export function taskDefinitionOf(state: AccountState, task: Task): TaskDefinition | undefined {
  return state.ecs.taskDefinitions.find(
    ({ taskDefinition }) => taskDefinition.taskDefinitionArn === task.taskDefinitionArn,
  )?.taskDefinition;
}
