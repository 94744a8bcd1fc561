import type { Container, ContainerDefinition, Service, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Reading } from '../../domain/observation.ts';
import type { FleetService, FleetTask } from '../../domain/preflight/fleet.ts';
import type { LaunchType, PreflightContainer, PreflightTaskDefinition } from '../../domain/preflight/subject.ts';
import { observedTaskDefinition } from './ecs-shapes.ts';

/** A task in domain words; null for one without its ARN or task definition, which ECS does not show. */
export function fleetTask(task: Task): FleetTask | null {
  const { taskArn, taskDefinitionArn, overrides, containers = [], attachments = [] } = task;
  if (taskArn === undefined || taskDefinitionArn === undefined) return null;
  return {
    taskArn,
    taskDefinitionArn,
    serviceName: task.group?.startsWith(SERVICE_GROUP) ? task.group.slice(SERVICE_GROUP.length) : null,
    lastStatus: task.lastStatus ?? 'RUNNING',
    enableExecuteCommand: task.enableExecuteCommand ?? false,
    launchType: launchTypeOf(task.launchType) ?? (task.containerInstanceArn === undefined ? null : 'EC2'),
    platformVersion: textOf(task.platformVersion),
    taskRoleArnOverride: textOf(overrides?.taskRoleArn),
    executionRoleArnOverride: textOf(overrides?.executionRoleArn),
    containerInstanceArn: textOf(task.containerInstanceArn),
    subnetIds: attachments.flatMap(({ details = [] }) =>
      details.flatMap(({ name, value }) => (name === 'subnetId' && value !== undefined ? [value] : [])),
    ),
    execAgentStatuses: Object.fromEntries(containers.flatMap(execAgentOf)),
    containerNames: containers.flatMap(({ name }) => name ?? []),
  };
}

const SERVICE_GROUP = 'service:';

function execAgentOf({ name, managedAgents = [] }: Container): readonly (readonly [string, string])[] {
  const agent = managedAgents.find((managed) => managed.name === 'ExecuteCommandAgent');
  return name === undefined || agent?.lastStatus === undefined ? [] : [[name, agent.lastStatus]];
}

/** A service in domain words; null for one that is no more, or whose tasks another controller defines. */
export function fleetService(service: Service): FleetService | null {
  const { serviceName, taskDefinition, status, capacityProviderStrategy = [] } = service;
  if (serviceName === undefined || taskDefinition === undefined || status === 'INACTIVE') return null;
  const isFargate = capacityProviderStrategy.some(({ capacityProvider }) => capacityProvider?.startsWith('FARGATE'));
  return {
    serviceName,
    taskDefinitionArn: taskDefinition,
    enableExecuteCommand: service.enableExecuteCommand ?? false,
    launchType: launchTypeOf(service.launchType) ?? (isFargate ? 'FARGATE' : null),
  };
}

/** A task definition with what the preflight asks of it. Of environment and secrets only the names are taken. */
export function preflightTaskDefinition(definition: TaskDefinition): Reading<PreflightTaskDefinition> {
  const observed = observedTaskDefinition(definition);
  if (observed.kind !== 'read') return observed;
  const { pidMode, networkMode, runtimePlatform, containerDefinitions = [] } = definition;
  const value = {
    ...observed.value,
    pidMode: pidMode === 'host' || pidMode === 'task' ? pidMode : null,
    networkMode: textOf(networkMode),
    isWindows: runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') ?? false,
    preflightContainers: containerDefinitions.flatMap(preflightContainer),
  };
  return { kind: 'read', value };
}

function preflightContainer(container: ContainerDefinition): readonly PreflightContainer[] {
  const { name, linuxParameters, readonlyRootFilesystem, environment = [], secrets = [] } = container;
  if (name === undefined) return [];
  return [
    {
      name,
      initProcessEnabled: linuxParameters?.initProcessEnabled ?? false,
      readonlyRootFilesystem: readonlyRootFilesystem ?? false,
      variableNames: [...environment, ...secrets].flatMap((variable) => variable.name ?? []),
    },
  ];
}

function launchTypeOf(launchType: string | undefined): LaunchType | null {
  switch (launchType) {
    case 'FARGATE':
    case 'EC2':
    case 'EXTERNAL':
    case 'MANAGED_INSTANCES':
      return launchType;
    default:
      return null;
  }
}

/** ECS leaves a field out, or gives it empty, where nothing is set. */
function textOf(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
