import type { Task } from '@aws-sdk/client-ecs';
import type { AccountState } from '../account-state.ts';
import { effectiveTaskRole } from '../agent/log-configuration.ts';
import { lastStep } from './ecs-lookup.ts';

/** A session of a role, as STS names it. */
export interface RoleSession {
  readonly roleArn: string;
  readonly sessionName: string;
}

/**
 * Whose credentials a process in a container finds: of the task's role, under the task's id; a task without a role falls back to its
 * instance's, under the instance's id, where the account file shows it. Null is none that is known.
 */
export function credentialsIn(state: AccountState, task: Task): RoleSession | null {
  const roleArn = effectiveTaskRole(state, task);
  return roleArn === null ? ofInstance(state, task) : { roleArn, sessionName: lastStep(task.taskArn) };
}

/** The role in the profile of the instance that runs the task. */
function ofInstance(state: AccountState, { containerInstanceArn }: Task): RoleSession | null {
  const sessionName = state.ecs.containerInstances?.find(
    (one) => one.containerInstanceArn === containerInstanceArn,
  )?.ec2InstanceId;
  const instance = state.ec2?.instances.find(({ InstanceId }) => InstanceId === sessionName);
  const profile = instance?.IamInstanceProfile?.Arn;
  const role = state.iam.roles.find(({ InstanceProfileList = [] }) =>
    InstanceProfileList.some(({ Arn }) => Arn === profile),
  );
  if (sessionName === undefined || profile === undefined || role === undefined) return null;
  return { roleArn: role.Arn, sessionName };
}
