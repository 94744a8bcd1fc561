import type {
  Cluster,
  DescribeClustersRequest,
  DescribeClustersResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListClustersRequest,
  ListClustersResponse,
  ListTasksRequest,
  ListTasksResponse,
  UpdateClusterRequest,
  UpdateClusterResponse,
} from '@aws-sdk/client-ecs';
import {
  DescribeClusters$,
  DescribeTaskDefinition$,
  DescribeTasks$,
  ListClusters$,
  ListTasks$,
  UpdateCluster$,
} from '@aws-sdk/client-ecs';
import { lowerCamel, operation, page, type Service, ServiceError } from '../service.ts';
import { capacityReads, hasService } from './ecs-capacity.ts';
import { executeCommand } from './ecs-exec.ts';
import { badToken, clusterArn, clusterOf, invalid, lastStep, taskArn, tasksOf } from './ecs-lookup.ts';

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
  run: (input, { runtime }) => {
    const { cluster, family, desiredStatus = 'RUNNING', serviceName, containerInstance, nextToken, maxResults } = input;
    const known = clusterOf(runtime, cluster);
    if (serviceName !== undefined && !hasService(runtime, known, serviceName)) {
      throw new ServiceError('ServiceNotFoundException', 'Service not found.');
    }
    const arns = tasksOf(runtime, known)
      .filter((task) => (task.desiredStatus ?? 'RUNNING') === desiredStatus)
      .filter((task) => family === undefined || lastStep(task.taskDefinitionArn ?? '').split(':')[0] === family)
      // A service's tasks are known by their group.
      .filter(({ group }) => serviceName === undefined || group === `service:${lastStep(serviceName)}`)
      .filter((task) => input.launchType === undefined || task.launchType === input.launchType)
      .filter(
        (task) =>
          containerInstance === undefined || lastStep(task.containerInstanceArn) === lastStep(containerInstance),
      )
      .map((task) => task.taskArn ?? '');
    const { items, next } = page(arns, nextToken, runtime.pageLimit(maxResults, 100), badToken);
    return { taskArns: items, ...(next === undefined ? {} : { nextToken: next }) };
  },
});

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
    ...capacityReads,
  ],
};
