import { randomUUID } from 'node:crypto';
import type { Container, ExecuteCommandRequest, ExecuteCommandResponse, Task } from '@aws-sdk/client-ecs';
import { ExecuteCommand$ } from '@aws-sdk/client-ecs';
import type { AccountRuntime } from '../account-runtime.ts';
import { taskDefinitionOf } from '../agent/log-configuration.ts';
import { type Call, lowerCamel, operation, ServiceError } from '../service.ts';
import { clusterArn, clusterOf, invalid, lastStep, taskArn, tasksOf } from './ecs-lookup.ts';
import { startEcsSession } from './ssm-sessions.ts';
import { credentialsIn } from './task-identity.ts';

/** ExecuteCommand: opens a session of Systems Manager to the agent in a container, if that agent is connected. */
export const executeCommand = operation<ExecuteCommandRequest, ExecuteCommandResponse>(ExecuteCommand$, {
  demands: ({ cluster, task = '', container }, { runtime }) => [
    {
      resource: clusterArn(runtime, cluster),
      context: {
        'ecs:cluster': clusterArn(runtime, cluster),
        ...(container ? { 'ecs:container-name': container } : {}),
      },
    },
    { resource: taskArn(runtime, cluster, task), context: { 'ecs:cluster': clusterArn(runtime, cluster) } },
  ],
  recordedResponse: ({ session, ...response }) => ({
    ...lowerCamel(response),
    session: { ...lowerCamel(session), tokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
  }),
  run: (input, call) => openSession(input, call),
});

async function openSession(
  { cluster: name, task: id = '', container, interactive }: ExecuteCommandRequest,
  call: Call,
) {
  const { runtime } = call;
  const cluster = clusterOf(runtime, name);
  const task = tasksOf(runtime, cluster).find((candidate) => lastStep(candidate.taskArn) === lastStep(id));
  if (task === undefined) throw invalid('The specified task was not found.');
  if (!interactive) throw invalid('Interactive is the only mode supported currently.');
  const containers = task.containers ?? [];
  if (container === undefined && containers.length > 1) throw invalid('A container name is required for this task.');
  const chosen = containers.find((candidate) => container === undefined || candidate.name === container);
  if (chosen === undefined) throw invalid('The specified container was not found in the task.');
  if (!hasAgent(runtime, task, chosen) || !(await mayOpenChannels(runtime, task))) {
    throw new ServiceError(
      'TargetNotConnectedException',
      "The execute command failed due to an internal error. Try again later or check the task's exec agent.",
    );
  }
  const session = startEcsSession(call, {
    cluster: lastStep(cluster.clusterArn),
    taskId: lastStep(task.taskArn),
    runtimeId: chosen.runtimeId ?? `${lastStep(task.taskArn)}-0000000000`,
  });
  return {
    clusterArn: cluster.clusterArn,
    containerArn: chosen.containerArn ?? runtime.arn('ecs', `container/${randomUUID()}`),
    containerName: chosen.name,
    interactive: true,
    session: { sessionId: session.SessionId, streamUrl: session.StreamUrl, tokenValue: session.TokenValue },
    taskArn: task.taskArn,
  };
}

/** Whether an agent runs in the container: exec is on, the platform can, it could be installed, and it has not died. */
function hasAgent({ state }: AccountRuntime, task: Task, container: Container): boolean {
  const agent = container.managedAgents?.find(({ name }) => name === 'ExecuteCommandAgent');
  const definition = taskDefinitionOf(state, task)?.containerDefinitions?.find(({ name }) => name === container.name);
  return (
    task.enableExecuteCommand === true &&
    (task.lastStatus ?? 'RUNNING') === 'RUNNING' &&
    agent?.lastStatus !== 'STOPPED' &&
    definition?.readonlyRootFilesystem !== true &&
    platformKnowsExec(task)
  );
}

/** Fargate for Linux knows ECS Exec since 1.4.0; the versions of Windows count anew. */
function platformKnowsExec({ platformVersion = '', platformFamily = 'Linux' }: Task): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(platformVersion) ?? [];
  if (major === undefined || /windows/i.test(platformFamily)) return true;
  return Number(major) > 1 || Number(minor) >= 4;
}

const CHANNELS = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'] as const;

/** The agent keeps its channels open under the task's role. Without a known role nothing tells that it could not. */
async function mayOpenChannels(runtime: AccountRuntime, task: Task): Promise<boolean> {
  const identity = credentialsIn(runtime.state, task);
  if (identity === null) return true;
  const { roleArn: principalRole, sessionName } = identity;
  if (!runtime.state.iam.roles.some(({ Arn }) => Arn === principalRole)) return false;
  for (const channel of CHANNELS) {
    const action = `ssmmessages:${channel}`;
    const decision = await runtime.decide({ principalRole, sessionName, action, resource: '*' });
    if (!decision.allowed) return false;
  }
  return true;
}
