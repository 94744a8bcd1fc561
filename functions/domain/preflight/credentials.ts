import { parseRoleArn } from '../arn.ts';
import { trustOf } from '../trust.ts';
import type { PreflightCheck } from './check.ts';
import { found } from './codes.ts';
import type { PreflightSubject } from './subject.ts';

/** Whose credentials the agent takes: those of the task's role, overrides first, else on EC2 those of the instance. */
export function credentialChecks(subject: PreflightSubject): readonly PreflightCheck[] {
  const { taskRoleArn, executionRoleArn, launchType, isInstanceRole, taskDefinition } = subject;
  if (taskRoleArn === null) {
    // Without the task definition nobody knows that it names no role.
    if (launchType === 'FARGATE' && taskDefinition.kind === 'read') return [found('task-role-missing')];
    return isInstanceRole ? [found('instance-role'), ...roleChecks(subject)] : [found('credentials-unknown')];
  }
  return [...roleChecks(subject), ...(taskRoleArn === executionRoleArn ? [found('shared-with-execution-role')] : [])];
}

function roleChecks(subject: PreflightSubject): readonly PreflightCheck[] {
  const { role, taskRoleArn, taskDefinition } = subject;
  if (role.kind === 'unreadable') return [found('role-unreadable', `${role.because}.`)];
  if (role.kind === 'absent') return [found(taskRoleArn === null ? 'credentials-unknown' : 'role-not-found')];
  const { roleArn, trustPolicy } = role.value;
  const isOverride =
    taskRoleArn !== null && taskDefinition.kind === 'read' && taskDefinition.value.taskRoleArn !== taskRoleArn;
  const roleFound = found('role-found', isOverride ? "It overrides the task definition's." : '');
  // An instance's role trusts EC2, and an instance profile is the proof.
  if (taskRoleArn === null) return [roleFound];
  const trust = trustOf(trustPolicy, parseRoleArn(roleArn)?.account ?? '');
  return [roleFound, trust === 'ecs-tasks' ? found('trust-fits') : found('trust-unclear', TRUSTS[trust])];
}

const TRUSTS = {
  wide: 'Its trust policy also trusts everybody or a foreign account.',
  'not-ecs-tasks': 'Its trust policy does not name ecs-tasks.amazonaws.com.',
  unreadable: 'Its trust policy cannot be read.',
} as const;
