import {
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import type { ObservedCluster, Reading } from '../../domain/observation.ts';
import type { FleetInstance } from '../../domain/preflight/fleet.ts';
import type { FleetReader } from '../../ports.ts';
import { observedCluster } from './ecs-shapes.ts';
import { ABSENT, isAccessDenied, read, readingOf, unreadable } from './errors.ts';
import { fleetService, fleetTask, preflightTaskDefinition } from './fleet-shapes.ts';
import { allPages, inLots } from './lots.ts';

/** ECS's own limits for one request. */
const LOT = 100;
const SERVICE_LOT = 10;

/** ECS's fleet, in as few requests as ECS takes. */
export function createFleetReader(client: ECSClient): FleetReader {
  return {
    listClusters() {
      const ask = async () =>
        read(
          await allPages(async (nextToken) => {
            const command = new ListClustersCommand({ maxResults: LOT, nextToken });
            const answer = await client.send(command);
            return { items: answer.clusterArns ?? [], next: answer.nextToken };
          }),
        );
      return readingOf(ask(), { call: 'ecs:ListClusters' });
    },
    describeClusters: (clusters) => inLots(clusters, LOT, (lot) => describeLot(client, lot)),
    listServices({ clusterArn, serviceName }) {
      const ask = async () => {
        const names = serviceName === null ? await listServiceArns(client, clusterArn) : [serviceName];
        const services = await inLots(names, SERVICE_LOT, async (lot) => {
          const command = new DescribeServicesCommand({ cluster: clusterArn, services: [...lot] });
          return (await client.send(command)).services ?? [];
        });
        const found = services.map(fleetService).filter((service) => service !== null);
        return serviceName !== null && found.length === 0 ? ABSENT : read(found);
      };
      return readingOf(ask(), { call: 'ecs:ListServices and ecs:DescribeServices', absent: ['ClusterNotFound'] });
    },
    listTasks({ clusterArn, serviceName, taskId }) {
      const ask = async () => {
        const asked = taskId === null ? await listTaskArns(client, clusterArn, serviceName) : [taskId];
        const tasks = await inLots(asked, LOT, async (lot) => {
          const command = new DescribeTasksCommand({ cluster: clusterArn, tasks: [...lot] });
          return (await client.send(command)).tasks ?? [];
        });
        const found = tasks.map(fleetTask).filter((task) => task !== null);
        return taskId !== null && found.length === 0 ? ABSENT : read(found);
      };
      // A service that went away, and what is no task id, are not there.
      const absent = ['ClusterNotFound', 'ServiceNotFound', 'InvalidParameter'];
      return readingOf(ask(), { call: 'ecs:ListTasks and ecs:DescribeTasks', absent });
    },
    findTaskDefinition(taskDefinitionArn) {
      const ask = async () => {
        const command = new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn });
        const { taskDefinition } = await client.send(command);
        return taskDefinition === undefined ? ABSENT : preflightTaskDefinition(taskDefinition);
      };
      return readingOf(ask(), { call: 'ecs:DescribeTaskDefinition', absent: ['Client'] });
    },
    describeInstances({ clusterArn, containerInstanceArns }) {
      const ask = async () => {
        const instances = await inLots(containerInstanceArns, LOT, async (lot) => {
          const command = new DescribeContainerInstancesCommand({ cluster: clusterArn, containerInstances: [...lot] });
          return (await client.send(command)).containerInstances ?? [];
        });
        const found = instances.flatMap(({ containerInstanceArn, versionInfo, ec2InstanceId, attributes = [] }) => {
          const isEc2 = ec2InstanceId?.startsWith('i-') === true;
          const instance: FleetInstance = {
            agentVersion: versionInfo?.agentVersion ?? null,
            ec2InstanceId: isEc2 ? ec2InstanceId : null,
            subnetId: attributes.find(({ name }) => name === 'ecs.subnet-id')?.value ?? null,
          };
          return containerInstanceArn === undefined ? [] : [[containerInstanceArn, instance] as const];
        });
        return read(new Map(found));
      };
      return readingOf(ask(), { call: 'ecs:DescribeContainerInstances', absent: ['ClusterNotFound'] });
    },
  };
}

/** One cluster that may not be read denies the whole lot: then each is asked for itself. */
async function describeLot(client: ECSClient, lot: readonly string[]): Promise<readonly Reading<ObservedCluster>[]> {
  const command = new DescribeClustersCommand({ clusters: [...lot], include: ['CONFIGURATIONS', 'TAGS'] });
  try {
    const { clusters = [], failures = [] } = await client.send(command);
    return lot.map((asked) => {
      const cluster = clusters.find(({ clusterArn, clusterName }) => asked === clusterArn || asked === clusterName);
      if (cluster !== undefined) return cluster.status === 'INACTIVE' ? ABSENT : observedCluster(cluster);
      const failure = failures.find(({ arn }) => arn === asked || arn?.endsWith(`:cluster/${asked}`));
      return failure?.reason === undefined || failure.reason === 'MISSING'
        ? ABSENT
        : unreadable(`ECS does not show the cluster (${failure.reason})`);
    });
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    if (lot.length === 1) return [unreadable('ecs:DescribeClusters is not permitted')];
    return inLots(lot, 1, (one) => describeLot(client, one));
  }
}

function listServiceArns(client: ECSClient, cluster: string): Promise<readonly string[]> {
  return allPages(async (nextToken) => {
    const command = new ListServicesCommand({ cluster, maxResults: LOT, nextToken });
    const answer = await client.send(command);
    return { items: answer.serviceArns ?? [], next: answer.nextToken };
  });
}

function listTaskArns(client: ECSClient, cluster: string, serviceName: string | null): Promise<readonly string[]> {
  return allPages(async (nextToken) => {
    const input = { cluster, maxResults: LOT, nextToken, ...(serviceName === null ? {} : { serviceName }) };
    const answer = await client.send(new ListTasksCommand(input));
    return { items: answer.taskArns ?? [], next: answer.nextToken };
  });
}
