import type { PreflightCode } from './codes.ts';

/** What may be found about the shell itself: the task, its agents, its credentials and its network. */
export const SHELL_CODES = {
  'exec-enabled': { status: 'green', meaning: 'The running tasks were started with exec enabled.', whatToDo: '' },
  'exec-disabled': {
    status: 'red',
    meaning: 'The task was started without exec: ECS refuses the session.',
    whatToDo: 'set enableExecuteCommand on the service and force a new deployment, or start the task with it',
  },
  'service-exec-disabled': {
    status: 'yellow',
    meaning: 'The service starts its next tasks without exec.',
    whatToDo: 'set enableExecuteCommand on the service',
  },
  'no-running-task': {
    status: 'yellow',
    meaning: 'No task runs, so that agents and platform could not be looked at.',
    whatToDo: 'run the preflight again once a task is up',
  },
  'exec-agent-running': {
    status: 'green',
    meaning: "ECS reports the container's exec agent as running.",
    whatToDo: '',
  },
  'exec-agent-stopped': {
    status: 'red',
    meaning: "The container's exec agent has stopped: ECS refuses the session.",
    whatToDo: 'replace the task; if it stops again, look at the role, the root filesystem and the network below',
  },
  'exec-agent-unknown': {
    status: 'yellow',
    meaning: 'ECS does not report the exec agent of the container as running.',
    whatToDo: 'wait until the task is up; replace the task if it stays so',
  },
  'platform-supports-exec': { status: 'green', meaning: "The task's platform supports exec.", whatToDo: '' },
  'platform-too-old': {
    status: 'red',
    meaning: 'Fargate supports exec on Linux from platform version 1.4.0 on.',
    whatToDo: 'set the platform version to LATEST or 1.4.0 and force a new deployment',
  },
  'platform-unknown': {
    status: 'yellow',
    meaning: 'The platform version of the task is not known.',
    whatToDo: 'check that the platform version is 1.4.0 or later',
  },
  'container-agent-too-old': {
    status: 'red',
    meaning: "The container instance's ECS agent is older than 1.50.2, which does not know exec.",
    whatToDo: 'update the ECS agent: aws ecs update-container-agent, or a newer AMI',
  },
  'container-agent-unknown': {
    status: 'yellow',
    meaning: "The version of the container instance's ECS agent is not known.",
    whatToDo: 'check that it is 1.50.2 or later; allow ecs:DescribeContainerInstances',
  },
  'container-fit': {
    status: 'green',
    meaning: 'Init process, root filesystem, process namespace and environment leave the agent its room.',
    whatToDo: '',
  },
  'init-process-off': {
    status: 'yellow',
    meaning: "Nothing reaps the agent's child processes, which pile up with every session.",
    whatToDo: 'set linuxParameters.initProcessEnabled on the container',
  },
  'read-only-root': {
    status: 'yellow',
    meaning:
      'The root filesystem is read-only: the agent cannot write its state and the transcript unless volumes are mounted.',
    whatToDo: 'mount writable volumes at /var/lib/amazon and /var/log/amazon, or let the root filesystem be written',
  },
  'pid-mode-task': {
    status: 'yellow',
    meaning: 'The containers share one process namespace: only one of them can be entered.',
    whatToDo: 'unset pidMode, or open shells only in one container of the task',
  },
  'environment-keys': {
    status: 'yellow',
    meaning:
      'The container has access keys in its environment; agents before 3.1.1260.0 take them in place of the task role.',
    whatToDo: 'remove the keys and give the task role what the application needs',
  },
  'task-definition-unreadable': {
    status: 'yellow',
    meaning: 'The task definition could not be read.',
    whatToDo: 'allow ecs:DescribeTaskDefinition, and run the preflight again',
  },
  'container-settings-unknown': {
    status: 'yellow',
    meaning: 'The task definition holds no container of this name, so that its settings are not known.',
    whatToDo: 'look for what adds the container to the task',
  },
  'role-found': { status: 'green', meaning: 'The role whose credentials the agent takes exists.', whatToDo: '' },
  'task-role-missing': {
    status: 'red',
    meaning: 'A task on Fargate has no task role, so that the agent has no credentials.',
    whatToDo: 'give the task definition a task role with the four ssmmessages actions',
  },
  'instance-role': {
    status: 'yellow',
    meaning: "The task has no task role: the agent takes the instance's role, if it can reach it, and its calls count.",
    whatToDo: 'give the task definition a task role of its own',
  },
  'credentials-unknown': {
    status: 'yellow',
    meaning: 'No task role is known, and no other credentials of the agent.',
    whatToDo: 'give the task definition a task role of its own, unless it could merely not be read',
  },
  'role-not-found': {
    status: 'red',
    meaning: 'The task role does not exist: ECS gives the task no credentials.',
    whatToDo: 'create the role, or name another in the task definition',
  },
  'role-unreadable': {
    status: 'yellow',
    meaning: 'The role could not be read.',
    whatToDo:
      'allow iam:GetRole, ListRolePolicies, GetRolePolicy and ListInstanceProfilesForRole, and run the preflight again',
  },
  'trust-fits': { status: 'green', meaning: 'The role trusts ECS tasks.', whatToDo: '' },
  'trust-unclear': {
    status: 'yellow',
    meaning: 'It is not certain that the role trusts ecs-tasks.amazonaws.com, and nobody else.',
    whatToDo: "let the role's trust policy allow sts:AssumeRole to ecs-tasks.amazonaws.com only",
  },
  'shared-with-execution-role': {
    status: 'yellow',
    meaning:
      'The task role is also the execution role: what the shell may do and what ECS may do for the task is one thing.',
    whatToDo: 'give the task a role of its own; exec-log never repairs a shared one',
  },
  'endpoints-present': {
    status: 'green',
    meaning: 'The VPC has no interface endpoints, or all that the session needs.',
    whatToDo: '',
  },
  'endpoint-missing': {
    status: 'yellow',
    meaning:
      'The VPC has interface endpoints, and not all that the session needs: it works only with a way to the internet.',
    whatToDo: 'create the missing endpoints, or check that the subnets have a way out',
  },
  'network-unreadable': {
    status: 'yellow',
    meaning: "The VPC's endpoints could not be read.",
    whatToDo: 'allow ec2:DescribeSubnets and ec2:DescribeVpcEndpoints, and run the preflight again',
  },
} as const satisfies Readonly<Record<string, PreflightCode>>;
