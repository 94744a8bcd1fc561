import {
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import type { Reading } from '../../domain/observation.ts';
import { type Printed, printed } from './capture-json.ts';
import { ABSENT, read, readingOf } from './errors.ts';
import { allPages, inLots } from './lots.ts';

/** ECS's limits for one describing call. */
const CLUSTERS_A_CALL = 100;
const TASKS_A_CALL = 100;
const SERVICES_A_CALL = 10;

/** ECS as the CLI prints it, whole. A list of which one call is refused is unreadable as a whole: half of it would pass for all. */
export function createEcsCapture(client: ECSClient) {
  return {
    /** Each cluster once, with its configuration and tags; names or ARNs, null for all of the Region. */
    clusters: (names: readonly string[] | null): Promise<Reading<readonly Printed[]>> =>
      readingOf(clusters(client, names).then(read), { call: 'ecs:ListClusters or ecs:DescribeClusters' }),
    /** Those that run, and those that stopped within the hour. */
    tasks: (cluster: string): Promise<Reading<readonly Printed[]>> =>
      readingOf(tasks(client, cluster).then(read), { call: 'ecs:ListTasks or ecs:DescribeTasks' }),
    services: (cluster: string): Promise<Reading<readonly Printed[]>> =>
      readingOf(services(client, cluster).then(read), { call: 'ecs:ListServices or ecs:DescribeServices' }),
    containerInstances: (cluster: string): Promise<Reading<readonly Printed[]>> =>
      readingOf(instances(client, cluster).then(read), {
        call: 'ecs:ListContainerInstances or ecs:DescribeContainerInstances',
      }),
    /** `taskDefinition` with `tags` beside it. */
    taskDefinition: (arn: string): Promise<Reading<Printed>> =>
      // ECS has no other name for "Unable to describe task definition".
      readingOf(taskDefinition(client, arn), { call: 'ecs:DescribeTaskDefinition', absent: ['Client'] }),
  };
}

async function clusters(client: ECSClient, names: readonly string[] | null): Promise<readonly Printed[]> {
  const asked =
    names ??
    (await allPages(async (nextToken) => {
      const answer = await client.send(new ListClustersCommand({ maxResults: 100, nextToken }));
      return { items: answer.clusterArns ?? [], next: answer.nextToken };
    }));
  return inLots(asked, CLUSTERS_A_CALL, async (lot) => {
    const answer = await client.send(
      new DescribeClustersCommand({ clusters: [...lot], include: ['CONFIGURATIONS', 'TAGS'] }),
    );
    // A deleted cluster stays discoverable for a while.
    return (answer.clusters ?? []).filter(({ status }) => status !== 'INACTIVE').map(printed);
  });
}

async function tasks(client: ECSClient, cluster: string): Promise<readonly Printed[]> {
  const listed = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      allPages(async (nextToken) => {
        const answer = await client.send(new ListTasksCommand({ cluster, desiredStatus, nextToken }));
        return { items: answer.taskArns ?? [], next: answer.nextToken };
      }),
    ),
  );
  return inLots([...new Set(listed.flat())], TASKS_A_CALL, async (lot) => {
    const answer = await client.send(new DescribeTasksCommand({ cluster, tasks: [...lot], include: ['TAGS'] }));
    return (answer.tasks ?? []).map(printed);
  });
}

async function services(client: ECSClient, cluster: string): Promise<readonly Printed[]> {
  const arns = await allPages(async (nextToken) => {
    const answer = await client.send(new ListServicesCommand({ cluster, maxResults: 100, nextToken }));
    return { items: answer.serviceArns ?? [], next: answer.nextToken };
  });
  return inLots(arns, SERVICES_A_CALL, async (lot) => {
    const answer = await client.send(new DescribeServicesCommand({ cluster, services: [...lot], include: ['TAGS'] }));
    return (answer.services ?? []).map(printed);
  });
}

async function instances(client: ECSClient, cluster: string): Promise<readonly Printed[]> {
  const arns = await allPages(async (nextToken) => {
    const answer = await client.send(new ListContainerInstancesCommand({ cluster, maxResults: 100, nextToken }));
    return { items: answer.containerInstanceArns ?? [], next: answer.nextToken };
  });
  return inLots(arns, TASKS_A_CALL, async (lot) => {
    const answer = await client.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: [...lot], include: ['TAGS'] }),
    );
    return (answer.containerInstances ?? []).map(printed);
  });
}

async function taskDefinition(client: ECSClient, arn: string): Promise<Reading<Printed>> {
  const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }));
  return answer.taskDefinition === undefined
    ? ABSENT
    : read({ taskDefinition: printed(answer.taskDefinition), tags: (answer.tags ?? []).map(printed) });
}
