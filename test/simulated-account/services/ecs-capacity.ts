import type {
  Cluster,
  ContainerInstance,
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  DescribeServicesRequest,
  DescribeServicesResponse,
  Service as EcsService,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse,
  ListServicesRequest,
  ListServicesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
} from '@aws-sdk/client-ecs';
import {
  DescribeContainerInstances$,
  DescribeServices$,
  ListContainerInstances$,
  ListServices$,
  ListTaskDefinitions$,
} from '@aws-sdk/client-ecs';
import type { AccountRuntime } from '../account-runtime.ts';
import { operation, page } from '../service.ts';
import { badToken, clusterArn, clusterOf, invalid, isIn, lastStep } from './ecs-lookup.ts';

function servicesOf({ state }: AccountRuntime, cluster: Cluster): readonly EcsService[] {
  return (state.ecs.services ?? []).filter((service) => isIn(cluster, service, service.serviceArn));
}

/** Whether a cluster has a service of this name or ARN. */
export function hasService(runtime: AccountRuntime, cluster: Cluster, name: string): boolean {
  return servicesOf(runtime, cluster).some(({ serviceArn }) => lastStep(serviceArn) === lastStep(name));
}

/** A container instance does not say its cluster; only ARNs of the new format do. */
function instancesOf({ state }: AccountRuntime, cluster: Cluster): readonly ContainerInstance[] {
  return (state.ecs.containerInstances ?? []).filter(({ containerInstanceArn }) =>
    isIn(cluster, {}, containerInstanceArn),
  );
}

const arnIn = (runtime: AccountRuntime, kind: string, cluster: string | undefined, name: string) =>
  name.startsWith('arn:') ? name : runtime.arn('ecs', `${kind}/${lastStep(clusterArn(runtime, cluster))}/${name}`);

/** The elements that are asked for, and a failure for each that is not there. */
function found<T>(
  asked: readonly string[],
  known: readonly T[],
  arnOf: (one: T) => string,
  named: (n: string) => string,
) {
  const byName = new Map(known.map((one) => [lastStep(arnOf(one)), one]));
  return {
    all: asked.map((name) => byName.get(lastStep(name))).filter((one) => one !== undefined),
    failures: asked
      .filter((name) => !byName.has(lastStep(name)))
      .map((name) => ({ arn: named(name), reason: 'MISSING' })),
  };
}

const listServices = operation<ListServicesRequest, ListServicesResponse>(ListServices$, {
  demands: ({ cluster }, { runtime }) => [{ resource: '*', context: { 'ecs:cluster': clusterArn(runtime, cluster) } }],
  run: ({ cluster, launchType, nextToken, maxResults }, { runtime }) => {
    const arns = servicesOf(runtime, clusterOf(runtime, cluster))
      .filter((service) => launchType === undefined || service.launchType === launchType)
      .map(({ serviceArn = '' }) => serviceArn);
    // Ten unless more are asked for, a hundred at most.
    const { items, next } = page(arns, nextToken, runtime.pageLimit(maxResults ?? 10, 100), badToken);
    return { serviceArns: items, ...(next === undefined ? {} : { nextToken: next }) };
  },
});

const describeServices = operation<DescribeServicesRequest, DescribeServicesResponse>(DescribeServices$, {
  demands: ({ cluster, services = [] }, { runtime }) =>
    services.map((name) => ({
      resource: arnIn(runtime, 'service', cluster, name),
      context: { 'ecs:cluster': clusterArn(runtime, cluster) },
    })),
  run: ({ cluster, services = [], include = [] }, { runtime }) => {
    if (services.length === 0) throw invalid('Services cannot be empty.');
    if (services.length > 10) throw invalid('Services cannot have more than 10 elements.');
    const known = servicesOf(runtime, clusterOf(runtime, cluster));
    const { all, failures } = found(
      services,
      known,
      ({ serviceArn = '' }) => serviceArn,
      (name) => arnIn(runtime, 'service', cluster, name),
    );
    const withTags = include.includes('TAGS');
    return {
      services: all.map(({ tags, ...service }) => ({ ...service, ...(withTags ? { tags: tags ?? [] } : {}) })),
      failures,
    };
  },
});

const listContainerInstances = operation<ListContainerInstancesRequest, ListContainerInstancesResponse>(
  ListContainerInstances$,
  {
    demands: ({ cluster }, { runtime }) => [{ resource: clusterArn(runtime, cluster) }],
    run: ({ cluster, nextToken, maxResults }, { runtime }) => {
      const arns = instancesOf(runtime, clusterOf(runtime, cluster)).map((one) => one.containerInstanceArn ?? '');
      const { items, next } = page(arns, nextToken, runtime.pageLimit(maxResults, 100), badToken);
      return { containerInstanceArns: items, ...(next === undefined ? {} : { nextToken: next }) };
    },
  },
);

const describeContainerInstances = operation<DescribeContainerInstancesRequest, DescribeContainerInstancesResponse>(
  DescribeContainerInstances$,
  {
    demands: ({ cluster, containerInstances = [] }, { runtime }) =>
      containerInstances.map((name) => ({
        resource: arnIn(runtime, 'container-instance', cluster, name),
        context: { 'ecs:cluster': clusterArn(runtime, cluster) },
      })),
    run: ({ cluster, containerInstances = [] }, { runtime }) => {
      if (containerInstances.length === 0) throw invalid('Container instances cannot be empty.');
      if (containerInstances.length > 100) throw invalid('Container instances cannot have more than 100 elements.');
      const { all, failures } = found(
        containerInstances,
        instancesOf(runtime, clusterOf(runtime, cluster)),
        ({ containerInstanceArn = '' }) => containerInstanceArn,
        (name) => arnIn(runtime, 'container-instance', cluster, name),
      );
      return { containerInstances: all, failures };
    },
  },
);

const listTaskDefinitions = operation<ListTaskDefinitionsRequest, ListTaskDefinitionsResponse>(ListTaskDefinitions$, {
  demands: () => [{ resource: '*' }],
  run: ({ familyPrefix, status = 'ACTIVE', sort = 'ASC', nextToken, maxResults }, { runtime }) => {
    const arns = runtime.state.ecs.taskDefinitions
      .map(({ taskDefinition }) => taskDefinition)
      .filter((one) => (one.status ?? 'ACTIVE') === status)
      // A prefix by its name, yet ECS takes the whole family.
      .filter((one) => familyPrefix === undefined || lastStep(one.taskDefinitionArn).split(':')[0] === familyPrefix)
      .map(({ taskDefinitionArn = '' }) => taskDefinitionArn)
      .sort(byFamilyAndRevision);
    if (sort === 'DESC') arns.reverse();
    const { items, next } = page(arns, nextToken, runtime.pageLimit(maxResults, 100), badToken);
    return { taskDefinitionArns: items, ...(next === undefined ? {} : { nextToken: next }) };
  },
});

function byFamilyAndRevision(a: string, b: string): number {
  const [family = '', revision] = lastStep(a).split(':');
  const [other = '', otherRevision] = lastStep(b).split(':');
  return family === other ? Number(revision) - Number(otherRevision) : family < other ? -1 : 1;
}

/** ECS's reads of services, container instances and the list of task definitions. */
export const capacityReads = [
  listServices,
  describeServices,
  listContainerInstances,
  describeContainerInstances,
  listTaskDefinitions,
];
