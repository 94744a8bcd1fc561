import { randomUUID } from 'node:crypto';
import type {
  Cluster,
  DescribeClustersRequest,
  DescribeClustersResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  DescribeTasksRequest,
  DescribeTasksResponse,
  ExecuteCommandRequest,
  ExecuteCommandResponse,
  ListClustersRequest,
  ListClustersResponse,
  ListTasksRequest,
  ListTasksResponse,
  Task,
  UpdateClusterRequest,
  UpdateClusterResponse,
} from '@aws-sdk/client-ecs';
import {
  DescribeClusters$,
  DescribeTaskDefinition$,
  DescribeTasks$,
  ExecuteCommand$,
  ListClusters$,
  ListTasks$,
  UpdateCluster$,
} from '@aws-sdk/client-ecs';
import type { AccountRuntime } from '../account-runtime.ts';
import { type Call, lowerCamel, operation, page, type Service, ServiceError } from '../service.ts';
import { startEcsSession } from './ssm-sessions.ts';

const lastStep = (text: string) => text.slice(text.lastIndexOf('/') + 1);
const invalid = (message: string) => new ServiceError('InvalidParameterException', message);
const badToken = () => invalid('Invalid token');

function clusterArn(runtime: AccountRuntime, cluster: string | undefined): string {
  return cluster?.startsWith('arn:') ? cluster : runtime.arn('ecs', `cluster/${cluster ?? 'default'}`);
}

function clusterOf(runtime: AccountRuntime, name: string | undefined): Cluster {
  const arn = clusterArn(runtime, name);
  const cluster = runtime.state.ecs.clusters.find((candidate) => candidate.clusterArn === arn);
  if (cluster === undefined) throw new ServiceError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

function tasksOf(runtime: AccountRuntime, cluster: Cluster): readonly Task[] {
  const name = lastStep(cluster.clusterArn ?? '');
  return runtime.state.ecs.tasks.filter((task) =>
    task.clusterArn === undefined ? task.taskArn?.includes(`:task/${name}/`) : task.clusterArn === cluster.clusterArn,
  );
}

function taskArn(runtime: AccountRuntime, cluster: string | undefined, task: string): string {
  return task.startsWith('arn:') ? task : runtime.arn('ecs', `task/${lastStep(clusterArn(runtime, cluster))}/${task}`);
}

const describeTasks = operation<DescribeTasksRequest, DescribeTasksResponse>(DescribeTasks$, {
  demands: (input, { runtime }) =>
    (input.tasks ?? []).map((task) => ({
      resource: taskArn(runtime, input.cluster, task),
      context: { 'ecs:cluster': clusterArn(runtime, input.cluster) },
    })),
  run: ({ cluster, tasks = [], include = [] }, { runtime }) => {
    if (tasks.length === 0) throw invalid('Tasks cannot be empty.');
    if (tasks.length > 100) throw invalid('Tasks cannot have more than 100 elements.');
    // ECS refuses what is no task id; the two lengths are those of the new and the old format.
    if (tasks.some((task) => ![32, 36].includes(lastStep(task).length))) {
      throw invalid('taskId length should be one of [32,36]');
    }
    const known = tasksOf(runtime, clusterOf(runtime, cluster));
    // The short id finds old tasks too, whose ARN names no cluster.
    const found = tasks.map((asked) => known.find((task) => lastStep(task.taskArn ?? '') === lastStep(asked)));
    return {
      tasks: found
        .filter((task) => task !== undefined)
        .map(({ tags, ...task }) => (include.includes('TAGS') ? { ...task, tags: tags ?? [] } : { ...task, tags: [] })),
      failures: tasks
        .filter((_, index) => found[index] === undefined)
        .map((task) => ({ arn: taskArn(runtime, cluster, task), reason: 'MISSING' })),
    };
  },
});

const describeClusters = operation<DescribeClustersRequest, DescribeClustersResponse>(DescribeClusters$, {
  demands: (input, { runtime }) =>
    (input.clusters ?? ['default']).map((name) => ({ resource: clusterArn(runtime, name) })),
  run: ({ clusters = ['default'], include = [] }, { runtime }) => {
    if (clusters.length > 100) throw invalid('Clusters cannot have more than 100 elements.');
    const arns = clusters.map((name) => clusterArn(runtime, name));
    const known = new Map(runtime.state.ecs.clusters.map((cluster) => [cluster.clusterArn, cluster]));
    return {
      clusters: arns
        .map((arn) => known.get(arn))
        .filter((cluster) => cluster !== undefined)
        .map(({ configuration, tags, ...cluster }) => ({
          ...cluster,
          tags: include.includes('TAGS') ? (tags ?? []) : [],
          ...(include.includes('CONFIGURATIONS') && configuration ? { configuration } : {}),
        })),
      failures: arns.filter((arn) => !known.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  },
});

const describeTaskDefinition = operation<DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse>(
  DescribeTaskDefinition$,
  {
    demands: () => [{ resource: '*' }],
    run: ({ taskDefinition: asked = '', include = [] }, { runtime }) => {
      const name = lastStep(asked);
      const matching = runtime.state.ecs.taskDefinitions.filter(({ taskDefinition: { taskDefinitionArn = '' } }) => {
        const known = lastStep(taskDefinitionArn);
        return known === name || (!name.includes(':') && known.split(':')[0] === name);
      });
      // A family without a revision is its newest active revision.
      const newest = matching
        .filter(({ taskDefinition }) => name.includes(':') || taskDefinition.status !== 'INACTIVE')
        .sort((a, b) => (b.taskDefinition.revision ?? 0) - (a.taskDefinition.revision ?? 0))[0];
      if (newest === undefined) throw new ServiceError('ClientException', 'Unable to describe task definition.');
      return {
        taskDefinition: newest.taskDefinition,
        ...(include.includes('TAGS') ? { tags: [...newest.tags] } : {}),
      };
    },
  },
);

const listClusters = operation<ListClustersRequest, ListClustersResponse>(ListClusters$, {
  demands: () => [{ resource: '*' }],
  run: ({ nextToken, maxResults }, { runtime }) => {
    const arns = runtime.state.ecs.clusters.map((cluster) => cluster.clusterArn ?? '');
    const { items, next } = page(arns, nextToken, runtime.pageLimit(maxResults, 100), badToken);
    return { clusterArns: items, ...(next === undefined ? {} : { nextToken: next }) };
  },
});

const listTasks = operation<ListTasksRequest, ListTasksResponse>(ListTasks$, {
  demands: ({ cluster }, { runtime }) => [
    {
      resource: runtime.arn('ecs', `container-instance/${lastStep(clusterArn(runtime, cluster))}/*`),
      context: { 'ecs:cluster': clusterArn(runtime, cluster) },
    },
  ],
  run: ({ cluster, family, desiredStatus = 'RUNNING', nextToken, maxResults }, { runtime }) => {
    const arns = tasksOf(runtime, clusterOf(runtime, cluster))
      .filter((task) => (task.desiredStatus ?? 'RUNNING') === desiredStatus)
      .filter((task) => family === undefined || lastStep(task.taskDefinitionArn ?? '').split(':')[0] === family)
      .map((task) => task.taskArn ?? '');
    const { items, next } = page(arns, nextToken, runtime.pageLimit(maxResults, 100), badToken);
    return { taskArns: items, ...(next === undefined ? {} : { nextToken: next }) };
  },
});

const executeCommand = operation<ExecuteCommandRequest, ExecuteCommandResponse>(ExecuteCommand$, {
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

function openSession({ cluster: name, task: id = '', container, interactive }: ExecuteCommandRequest, call: Call) {
  const { runtime } = call;
  const cluster = clusterOf(runtime, name);
  const task = tasksOf(runtime, cluster).find((candidate) => lastStep(candidate.taskArn ?? '') === lastStep(id));
  if (task === undefined) throw invalid('The specified task was not found.');
  if (!interactive) throw invalid('Interactive is the only mode supported currently.');
  const containers = task.containers ?? [];
  if (container === undefined && containers.length > 1) throw invalid('A container name is required for this task.');
  const chosen = containers.find((candidate) => container === undefined || candidate.name === container);
  if (chosen === undefined) throw invalid('The specified container was not found in the task.');
  if (!task.enableExecuteCommand || (task.lastStatus ?? 'RUNNING') !== 'RUNNING') {
    throw new ServiceError(
      'TargetNotConnectedException',
      "The execute command failed due to an internal error. Try again later or check the task's exec agent.",
    );
  }
  const session = startEcsSession(call, {
    cluster: lastStep(cluster.clusterArn ?? ''),
    taskId: lastStep(task.taskArn ?? ''),
    runtimeId: chosen.runtimeId ?? `${lastStep(task.taskArn ?? '')}-0000000000`,
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

const updateCluster = operation<UpdateClusterRequest, UpdateClusterResponse>(UpdateCluster$, {
  demands: ({ cluster }, { runtime }) => [{ resource: clusterArn(runtime, cluster) }],
  recordedResponse: (response) => lowerCamel(response),
  run: ({ cluster: name, configuration, settings }, { runtime }) => {
    const known = clusterOf(runtime, name);
    const cluster: Cluster = {
      ...known,
      ...(configuration === undefined ? {} : { configuration: { ...known.configuration, ...configuration } }),
      ...(settings === undefined ? {} : { settings }),
    };
    const { clusters } = runtime.state.ecs;
    clusters[clusters.indexOf(known)] = cluster;
    return { cluster };
  },
});

export const ecs: Service = {
  signingName: 'ecs',
  iamPrefix: 'ecs',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.ecs',
  eventSource: 'ecs.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [
    describeTasks,
    describeClusters,
    describeTaskDefinition,
    listClusters,
    listTasks,
    executeCommand,
    updateCluster,
  ],
};
