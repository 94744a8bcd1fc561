import type {
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  DescribeStacksInput,
  DescribeStacksOutput,
  StackResource,
} from '@aws-sdk/client-cloudformation';
import { DescribeStackResources$, DescribeStacks$ } from '@aws-sdk/client-cloudformation';
import type { AccountRuntime } from '../account-runtime.ts';
import { operation, page, type Service, ServiceError } from '../service.ts';

const validation = (message: string) => new ServiceError('ValidationError', message);

function resourcesOf(runtime: AccountRuntime, stack: string): readonly StackResource[] {
  return runtime.state.cloudformation.stackResources.filter(
    (resource) => resource.StackName === stack || resource.StackId === stack,
  );
}

const describeStackResources = operation<DescribeStackResourcesInput, DescribeStackResourcesOutput>(
  DescribeStackResources$,
  {
    demands: ({ StackName }, { runtime }) => [
      {
        resource: StackName?.startsWith('arn:')
          ? StackName
          : runtime.arn('cloudformation', `stack/${StackName ?? '*'}/*`),
      },
    ],
    run: ({ StackName, PhysicalResourceId, LogicalResourceId }, { runtime }) => {
      if ((StackName === undefined) === (PhysicalResourceId === undefined)) {
        throw validation('Either StackName or PhysicalResourceId must be specified, but not both.');
      }
      const owner = runtime.state.cloudformation.stackResources.find(
        (resource) => resource.PhysicalResourceId === PhysicalResourceId,
      );
      const stack = StackName ?? owner?.StackName ?? owner?.StackId;
      const resources = stack === undefined ? [] : resourcesOf(runtime, stack);
      if (resources.length === 0) {
        throw validation(
          StackName === undefined
            ? `Stack for ${PhysicalResourceId} does not exist`
            : `Stack with id ${StackName} does not exist`,
        );
      }
      // By a physical id, AWS returns the whole stack that owns it, at most 100 resources.
      const wanted = resources.filter(
        (resource) => LogicalResourceId === undefined || resource.LogicalResourceId === LogicalResourceId,
      );
      return { StackResources: wanted.slice(0, 100).map((resource) => withDefaults(resource)) };
    },
  },
);

function withDefaults(resource: StackResource): StackResource {
  return {
    ...resource,
    Timestamp: resource.Timestamp ?? new Date(0),
    ResourceStatus: resource.ResourceStatus ?? 'CREATE_COMPLETE',
  };
}

const describeStacks = operation<DescribeStacksInput, DescribeStacksOutput>(DescribeStacks$, {
  demands: ({ StackName }, { runtime }) => [
    {
      resource: StackName?.startsWith('arn:')
        ? StackName
        : runtime.arn('cloudformation', `stack/${StackName ?? '*'}/*`),
    },
  ],
  run: ({ StackName, NextToken }, { runtime }) => {
    const owned =
      StackName === undefined ? runtime.state.cloudformation.stackResources : resourcesOf(runtime, StackName);
    if (StackName !== undefined && owned.length === 0) throw validation(`Stack with id ${StackName} does not exist`);
    const byName = new Map(owned.map((resource) => [resource.StackName ?? resource.StackId ?? '', resource]));
    const stacks = [...byName].map(([name, { StackId }]) => ({
      StackName: name,
      ...(StackId === undefined ? {} : { StackId }),
      CreationTime: new Date(0),
      StackStatus: 'CREATE_COMPLETE' as const,
      Outputs: [...(runtime.stores.stackOutputs.get(name) ?? [])],
    }));
    const { items, next } = page(stacks, NextToken, runtime.pageLimit(undefined, 100), () =>
      validation('Invalid token'),
    );
    return { Stacks: items, ...(next === undefined ? {} : { NextToken: next }) };
  },
});

export const cloudformation: Service = {
  signingName: 'cloudformation',
  iamPrefix: 'cloudformation',
  protocol: 'query',
  namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  eventSource: 'cloudformation.amazonaws.com',
  throttling: { code: 'Throttling', status: 400 },
  operations: [describeStackResources, describeStacks],
};
