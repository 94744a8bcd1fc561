import type { ObservedCluster, Reading } from '../observation.ts';
import type { LaunchType, PreflightTask, PreflightTaskDefinition } from './subject.ts';

/** A service as far as its tasks' shells depend on it. */
export interface FleetService {
  readonly serviceName: string;
  readonly taskDefinitionArn: string;
  readonly enableExecuteCommand: boolean;
  /** null where ECS leaves it to capacity providers that name none. */
  readonly launchType: LaunchType | null;
}

/** A running or pending task, before its containers are told apart. */
export interface FleetTask {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  /** null for a task that no service runs. */
  readonly serviceName: string | null;
  readonly lastStatus: string;
  readonly enableExecuteCommand: boolean;
  readonly launchType: LaunchType | null;
  readonly platformVersion: string | null;
  readonly taskRoleArnOverride: string | null;
  readonly executionRoleArnOverride: string | null;
  readonly containerInstanceArn: string | null;
  /** Of the task's own network interface; empty where it uses that of its machine. */
  readonly subnetIds: readonly string[];
  /** The ExecuteCommandAgent's status by the container's name; a container without one is missing. */
  readonly execAgentStatuses: Readonly<Record<string, string>>;
  readonly containerNames: readonly string[];
}

/** The machine of the cluster that a task runs on. */
export interface FleetInstance {
  readonly agentVersion: string | null;
  /** null outside EC2, e.g. on ECS Anywhere. */
  readonly ec2InstanceId: string | null;
  /** null where ECS does not tell it. */
  readonly subnetId: string | null;
}

/** A cluster with all that runs in it, or why that is not known. */
export interface FleetCluster {
  readonly clusterArn: string;
  readonly cluster: Reading<ObservedCluster>;
  readonly services: Reading<readonly FleetService[]>;
  readonly tasks: Reading<readonly FleetTask[]>;
}

/** The tasks in whose containers every shell meets the same log target and the same role. */
export interface Shell {
  readonly cluster: FleetCluster;
  readonly service: { readonly serviceName: string; readonly enableExecuteCommand: boolean } | null;
  readonly taskDefinitionArn: string;
  readonly launchType: LaunchType | null;
  readonly taskRoleArn: string | null;
  readonly executionRoleArn: string | null;
  /** The role of the machine, for tasks without a role of their own; null where there is none to fall back to. */
  readonly instanceRole: Reading<string> | null;
  /** Empty for a service none of whose tasks runs by its present task definition. */
  readonly tasks: readonly FleetTask[];
}

/** What is known of a task beside the task itself. */
export interface FleetLookup {
  readonly definitionOf: (taskDefinitionArn: string) => Reading<PreflightTaskDefinition>;
  readonly instanceRoleOf: (task: FleetTask) => Reading<string> | null;
  /** null on Fargate. */
  readonly agentVersionOf: (task: FleetTask) => PreflightTask['containerAgentVersion'];
  /** The subnets of the task's own network interface, else that of its machine; empty where neither is known. */
  readonly subnetIdsOf: (task: FleetTask) => readonly string[];
}

/** The distinct shells of a cluster, services without tasks included; in the order of its tasks, then of its services. */
export function shellsOf(cluster: FleetCluster, lookup: FleetLookup): readonly Shell[] {
  const services = cluster.services.kind === 'read' ? cluster.services.value : [];
  const tasks = cluster.tasks.kind === 'read' ? cluster.tasks.value : [];
  const shells = new Map<string, Shell & { readonly tasks: FleetTask[] }>();
  for (const task of tasks) {
    const shell = shellOf(cluster, task, services, lookup);
    const { service, taskDefinitionArn, taskRoleArn, executionRoleArn, launchType, instanceRole } = shell;
    const name = service?.serviceName ?? null;
    const key = JSON.stringify([name, taskDefinitionArn, taskRoleArn, executionRoleArn, launchType, instanceRole]);
    const known = shells.get(key);
    if (known === undefined) shells.set(key, { ...shell, tasks: [task] });
    else known.tasks.push(task);
  }
  const found = [...shells.values()];
  const idle = services.filter(
    ({ serviceName, taskDefinitionArn }) =>
      !found.some(
        (shell) => shell.service?.serviceName === serviceName && shell.taskDefinitionArn === taskDefinitionArn,
      ),
  );
  return [...found, ...idle.map((service) => idleShell(cluster, service, lookup))];
}

function shellOf(
  cluster: FleetCluster,
  task: FleetTask,
  services: readonly FleetService[],
  lookup: FleetLookup,
): Omit<Shell, 'tasks'> {
  const definition = lookup.definitionOf(task.taskDefinitionArn);
  const own = definition.kind === 'read' ? definition.value : null;
  const taskRoleArn = task.taskRoleArnOverride ?? own?.taskRoleArn ?? null;
  const known = services.find(({ serviceName }) => serviceName === task.serviceName);
  return {
    cluster,
    // A service that could not be read is known by its tasks alone, which carry its setting.
    service:
      task.serviceName === null
        ? null
        : {
            serviceName: task.serviceName,
            enableExecuteCommand: known?.enableExecuteCommand ?? task.enableExecuteCommand,
          },
    taskDefinitionArn: task.taskDefinitionArn,
    launchType: task.launchType,
    taskRoleArn,
    executionRoleArn: task.executionRoleArnOverride ?? own?.executionRoleArn ?? null,
    instanceRole: taskRoleArn === null ? lookup.instanceRoleOf(task) : null,
  };
}

function idleShell(cluster: FleetCluster, service: FleetService, { definitionOf }: FleetLookup): Shell {
  const definition = definitionOf(service.taskDefinitionArn);
  const own = definition.kind === 'read' ? definition.value : null;
  return {
    cluster,
    service: { serviceName: service.serviceName, enableExecuteCommand: service.enableExecuteCommand },
    taskDefinitionArn: service.taskDefinitionArn,
    launchType: service.launchType,
    taskRoleArn: own?.taskRoleArn ?? null,
    executionRoleArn: own?.executionRoleArn ?? null,
    instanceRole: null,
    tasks: [],
  };
}

/** The containers of a shell's tasks: the definition's; where that cannot be read, those that its tasks show. */
export function containersOf({ tasks, taskDefinitionArn }: Shell, { definitionOf }: FleetLookup): readonly string[] {
  const definition = definitionOf(taskDefinitionArn);
  if (definition.kind === 'read') return definition.value.containers.map(({ name }) => name);
  const shown = [...new Set(tasks.flatMap(({ containerNames }) => containerNames))];
  return shown.length === 0 ? [UNKNOWN_CONTAINER] : shown;
}

/** Stands for a container whose name nobody could read; no container can have it. */
const UNKNOWN_CONTAINER = '*';

/** The tasks as they are for a shell in one of their containers. */
export function tasksIn({ tasks }: Shell, containerName: string, lookup: FleetLookup): readonly PreflightTask[] {
  return tasks.map((task) => ({
    taskArn: task.taskArn,
    lastStatus: task.lastStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    platformVersion: task.platformVersion,
    execAgentStatus: task.execAgentStatuses[containerName] ?? null,
    containerAgentVersion: lookup.agentVersionOf(task),
    subnetIds: lookup.subnetIdsOf(task),
  }));
}
