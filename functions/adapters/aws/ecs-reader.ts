import {
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListClustersCommand,
} from '@aws-sdk/client-ecs';
import type { ObservedTask, Reading } from '../../domain/observation.ts';
import type { EcsReader } from '../../ports.ts';
import { observedCluster, observedTask, observedTaskDefinition } from './ecs-shapes.ts';
import { ABSENT, readingOf, unreadable } from './errors.ts';

/** Clusters asked side by side: enough to be quick, too few to drain the account's request bucket. */
const CLUSTERS_AT_ONCE = 4;
const MAX_CLUSTER_PAGES = 20;

/** ECS as it is now; stopped tasks are shown for about an hour. */
export function createEcsReader(client: ECSClient): EcsReader {
  return {
    async findTask({ clusterArn, taskId }) {
      return clusterArn === null ? searchTask(client, taskId) : taskIn(client, clusterArn, taskId);
    },
    findCluster(clusterArn) {
      const ask = async () => {
        const input = { clusters: [clusterArn], include: ['CONFIGURATIONS' as const, 'TAGS' as const] };
        const { clusters = [], failures = [] } = await client.send(new DescribeClustersCommand(input));
        const [cluster] = clusters;
        if (cluster === undefined) return missing('cluster', failures[0]?.reason);
        // A deleted cluster stays discoverable for a while.
        return cluster.status === 'INACTIVE' ? ABSENT : observedCluster(cluster);
      };
      return readingOf(ask(), { call: 'ecs:DescribeClusters', absent: ['ClusterNotFound'] });
    },
    findTaskDefinition(taskDefinitionArn) {
      const ask = async () => {
        const { taskDefinition } = await client.send(
          new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }),
        );
        return taskDefinition === undefined ? ABSENT : observedTaskDefinition(taskDefinition);
      };
      // ECS has no other name for "Unable to describe task definition".
      return readingOf(ask(), { call: 'ecs:DescribeTaskDefinition', absent: ['Client'] });
    },
  };
}

function taskIn(client: ECSClient, cluster: string, taskId: string): Promise<Reading<ObservedTask>> {
  const ask = async () => {
    const { tasks = [], failures = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: [taskId] }));
    const [task] = tasks;
    return task === undefined ? missing('task', failures[0]?.reason) : observedTask(task);
  };
  return readingOf(ask(), { call: 'ecs:DescribeTasks', absent: ['ClusterNotFound'] });
}

/** Stops at the first cluster that knows the task. One that could not be asked counts only if no other knows it. */
async function searchTask(client: ECSClient, taskId: string): Promise<Reading<ObservedTask>> {
  let nextToken: string | undefined;
  let result: Reading<ObservedTask> = ABSENT;
  for (let page = 0; page < MAX_CLUSTER_PAGES; page += 1) {
    const clusters = await readingOf(listClusters(client, nextToken), { call: 'ecs:ListClusters' });
    if (clusters.kind !== 'read') return clusters;
    const { arns } = clusters.value;
    for (let start = 0; start < arns.length; start += CLUSTERS_AT_ONCE) {
      const lot = arns.slice(start, start + CLUSTERS_AT_ONCE);
      const answers = await Promise.all(lot.map((arn) => taskIn(client, arn, taskId)));
      const found = answers.find((answer) => answer.kind === 'read');
      if (found !== undefined) return found;
      result = answers.find((answer) => answer.kind === 'unreadable') ?? result;
    }
    nextToken = clusters.value.nextToken;
    if (nextToken === undefined) return result;
  }
  return unreadable(`the account has more than ${MAX_CLUSTER_PAGES} pages of clusters`);
}

async function listClusters(client: ECSClient, nextToken: string | undefined) {
  const answer = await client.send(new ListClustersCommand({ maxResults: 100, nextToken }));
  return { kind: 'read', value: { arns: answer.clusterArns ?? [], nextToken: answer.nextToken } } as const;
}

/** ECS answers what it does not find in a list of failures, not with an error. */
function missing(what: string, reason: string | undefined) {
  return reason === undefined || reason === 'MISSING'
    ? ABSENT
    : unreadable(`ECS does not show the ${what} (${reason})`);
}
