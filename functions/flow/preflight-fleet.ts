import type { ObservedCluster, Reading } from '../domain/observation.ts';
import type { FleetCluster, FleetInstance, FleetLookup, FleetService, FleetTask } from '../domain/preflight/fleet.ts';
import type { PreflightTaskDefinition } from '../domain/preflight/subject.ts';
import type { FleetReader, InstanceReader } from '../ports.ts';
import { sideBySide } from './side-by-side.ts';

/** What to look at: an account's clusters, one cluster, or one service or task of it. */
export interface PreflightScope {
  /** Name or ARN; null for all clusters. */
  readonly cluster: string | null;
  readonly serviceName: string | null;
  /** Id or ARN. */
  readonly taskId: string | null;
}

/** The fleet as it is, before anything of its roles and log targets is read. */
export interface Fleet {
  readonly clusters: readonly FleetCluster[];
  readonly lookup: FleetLookup;
}

export interface FleetPorts {
  readonly fleet: FleetReader;
  readonly instances: InstanceReader;
}

/** How far the reading has come: `done` of `total`, where the total is known. */
export type FleetProgress = (stage: 'clusters' | 'task definitions', done: number, total: number) => void;

/** Readings asked side by side; how fast they go is decided by the account's request buckets. */
const AT_ONCE = 8;
const ABSENT = { kind: 'absent' } as const;

/**
 * Reads clusters, services, tasks, each distinct task definition once, and the machines of the tasks that have any. What may not
 * be read stays an answer; only a list of clusters that may not be read leaves nothing to look at.
 */
export async function readFleet(
  scope: PreflightScope,
  ports: FleetPorts,
  onProgress: FleetProgress = () => {},
): Promise<Reading<Fleet>> {
  const asked = scope.cluster === null ? await ports.fleet.listClusters() : oneCluster(scope.cluster);
  if (asked.kind !== 'read') return asked;
  const described = await ports.fleet.describeClusters(asked.value);
  const clusters: FleetCluster[] = [];
  const readings = asked.value.map((name, index) => ({ name, cluster: described[index] ?? ABSENT }));
  for await (const cluster of sideBySide(readings, AT_ONCE, (one) => readCluster(one, scope, ports.fleet))) {
    clusters.push(cluster);
    onProgress('clusters', clusters.length, readings.length);
  }
  const definitions = await readDefinitions(clusters, ports.fleet, onProgress);
  const lookup = await readInstances(clusters, definitions, ports);
  return { kind: 'read', value: { clusters, lookup } };
}

const oneCluster = (cluster: string): Reading<readonly string[]> => ({ kind: 'read', value: [cluster] });

async function readCluster(
  { name, cluster }: { readonly name: string; readonly cluster: Reading<ObservedCluster> },
  { serviceName, taskId }: PreflightScope,
  fleet: FleetReader,
): Promise<FleetCluster> {
  const clusterArn = cluster.kind === 'read' ? cluster.value.clusterArn : name;
  if (cluster.kind === 'absent') return { clusterArn, cluster, services: ABSENT, tasks: ABSENT };
  if (taskId === null) {
    const query = { clusterArn, serviceName, taskId };
    const [services, tasks] = await Promise.all([fleet.listServices(query), fleet.listTasks(query)]);
    return { clusterArn, cluster, services, tasks };
  }
  const tasks = await fleet.listTasks({ clusterArn, serviceName: null, taskId });
  return { clusterArn, cluster, services: await serviceOfTask(clusterArn, tasks, fleet), tasks };
}

/** The service of the one task that was asked for, and only where it still defines this very task: else it is another shell. */
async function serviceOfTask(
  clusterArn: string,
  tasks: Reading<readonly FleetTask[]>,
  fleet: FleetReader,
): Promise<Reading<readonly FleetService[]>> {
  const task = tasks.kind === 'read' ? tasks.value[0] : undefined;
  if (task === undefined || task.serviceName === null) return { kind: 'read', value: [] };
  const services = await fleet.listServices({ clusterArn, serviceName: task.serviceName, taskId: null });
  if (services.kind !== 'read') return services;
  return {
    kind: 'read',
    value: services.value.map((service) => ({ ...service, taskDefinitionArn: task.taskDefinitionArn })),
  };
}

type Definitions = ReadonlyMap<string, Reading<PreflightTaskDefinition>>;

async function readDefinitions(
  clusters: readonly FleetCluster[],
  fleet: FleetReader,
  onProgress: FleetProgress,
): Promise<Definitions> {
  const arns = new Set(
    clusters.flatMap(({ services, tasks }) =>
      [...valuesOf(tasks), ...valuesOf(services)].map(({ taskDefinitionArn }) => taskDefinitionArn),
    ),
  );
  const definitions = new Map<string, Reading<PreflightTaskDefinition>>();
  const ask = async (arn: string) => ({ arn, definition: await fleet.findTaskDefinition(arn) });
  for await (const { arn, definition } of sideBySide(arns, AT_ONCE, ask)) {
    definitions.set(arn, definition);
    onProgress('task definitions', definitions.size, arns.size);
  }
  return definitions;
}

async function readInstances(
  clusters: readonly FleetCluster[],
  definitions: Definitions,
  { fleet, instances }: FleetPorts,
): Promise<FleetLookup> {
  const found = new Map<string, Reading<FleetInstance>>();
  for (const { clusterArn, tasks } of clusters) {
    const arns = [...new Set(valuesOf(tasks).flatMap(({ containerInstanceArn }) => containerInstanceArn ?? []))];
    if (arns.length === 0) continue;
    const answer = await fleet.describeInstances({ clusterArn, containerInstanceArns: arns });
    for (const arn of arns) found.set(arn, answer.kind === 'read' ? reading(answer.value.get(arn)) : answer);
  }
  const instanceOf = ({ containerInstanceArn }: FleetTask): Reading<FleetInstance> | null =>
    containerInstanceArn === null ? null : (found.get(containerInstanceArn) ?? ABSENT);
  const definitionOf = (arn: string) => definitions.get(arn) ?? ABSENT;
  const ec2Ids = clusters
    .flatMap(({ tasks }) => valuesOf(tasks))
    .filter((task) => lacksRole(task, definitionOf(task.taskDefinitionArn)))
    .flatMap((task) => ec2InstanceIdOf(instanceOf(task)) ?? []);
  const roles = ec2Ids.length === 0 ? new Map() : await instances.findInstanceRoles([...new Set(ec2Ids)]);
  return {
    definitionOf,
    agentVersionOf(task) {
      const instance = instanceOf(task);
      return instance?.kind === 'read' ? reading(instance.value.agentVersion ?? undefined) : instance;
    },
    subnetIdsOf(task) {
      const instance = instanceOf(task);
      if (task.subnetIds.length > 0 || instance?.kind !== 'read') return task.subnetIds;
      return instance.value.subnetId === null ? [] : [instance.value.subnetId];
    },
    instanceRoleOf(task) {
      const instance = instanceOf(task);
      if (instance === null || instance.kind !== 'read') return instance;
      const id = instance.value.ec2InstanceId;
      return id === null ? null : (roles.get(id) ?? ABSENT);
    },
  };
}

/** A definition that cannot be read may have a role: nothing is taken for its task's. */
function lacksRole(task: FleetTask, definition: Reading<PreflightTaskDefinition>): boolean {
  return task.taskRoleArnOverride === null && definition.kind === 'read' && definition.value.taskRoleArn === null;
}

function ec2InstanceIdOf(instance: Reading<FleetInstance> | null): string | null {
  return instance?.kind === 'read' ? instance.value.ec2InstanceId : null;
}

function reading<Value>(value: Value | undefined): Reading<Value> {
  return value === undefined ? ABSENT : { kind: 'read', value };
}

function valuesOf<Value>(values: Reading<readonly Value[]>): readonly Value[] {
  return values.kind === 'read' ? values.value : [];
}
