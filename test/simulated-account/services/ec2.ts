import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  Filter,
} from '@aws-sdk/client-ec2';
import { DescribeInstances$, DescribeSubnets$, DescribeVpcEndpoints$ } from '@aws-sdk/client-ec2';
import type { AccountRuntime } from '../account-runtime.ts';
import { matchesIamPattern } from '../policy-resources.ts';
import { operation, page, type Service, ServiceError } from '../service.ts';

interface Listing<T> {
  readonly all: readonly T[] | undefined;
  readonly idOf: (one: T) => string | undefined;
  readonly ids: readonly string[] | undefined;
  /** The code of EC2 for an id that is not there. */
  readonly notFound: string;
  readonly filters: readonly Filter[] | undefined;
  readonly filterable: Readonly<Record<string, (one: T) => string | undefined>>;
  readonly NextToken: string | undefined;
  readonly MaxResults: number | undefined;
}

/** One page of what is asked for by ids and filters; a filter's values are alternatives and may be patterns. */
function listed<T>(runtime: AccountRuntime, listing: Listing<T>) {
  const { all = [], idOf, ids = [], notFound, filters = [], filterable } = listing;
  for (const id of ids) {
    if (!all.some((one) => idOf(one) === id)) throw new ServiceError(notFound, `The ID '${id}' does not exist`);
  }
  const fits = (one: T, { Name = '', Values = [] }: Filter) => {
    const memberOf = filterable[Name];
    if (memberOf === undefined) throw new ServiceError('InvalidParameterValue', `The filter '${Name}' is invalid`);
    const value = memberOf(one) ?? '';
    return Values.some((wanted) => matchesIamPattern(wanted, value));
  };
  const found = all
    .filter((one) => ids.length === 0 || ids.includes(idOf(one) ?? ''))
    .filter((one) => filters.every((filter) => fits(one, filter)));
  const invalid = () => new ServiceError('InvalidParameterValue', 'Unable to parse pagination token');
  const { items, next } = page(found, listing.NextToken, runtime.pageLimit(listing.MaxResults, 1000), invalid);
  return { items, paging: next === undefined ? {} : { NextToken: next } };
}

const everywhere = () => [{ resource: '*' }];

/** What preflight asks of the network of tasks and of the instances that run them. */
export const ec2: Service = {
  signingName: 'ec2',
  iamPrefix: 'ec2',
  protocol: 'ec2-query',
  namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  eventSource: 'ec2.amazonaws.com',
  throttling: { code: 'RequestLimitExceeded', status: 503 },
  operations: [
    operation<DescribeSubnetsRequest, DescribeSubnetsResult>(DescribeSubnets$, {
      demands: everywhere,
      run: ({ SubnetIds, Filters, NextToken, MaxResults }, { runtime }) => {
        const { items, paging } = listed(runtime, {
          all: runtime.state.ec2?.subnets,
          idOf: ({ SubnetId }) => SubnetId,
          ids: SubnetIds,
          notFound: 'InvalidSubnetID.NotFound',
          filters: Filters,
          filterable: { 'vpc-id': ({ VpcId }) => VpcId, 'subnet-id': ({ SubnetId }) => SubnetId },
          NextToken,
          MaxResults,
        });
        return { Subnets: items, ...paging };
      },
    }),
    operation<DescribeVpcEndpointsRequest, DescribeVpcEndpointsResult>(DescribeVpcEndpoints$, {
      demands: everywhere,
      run: ({ VpcEndpointIds, Filters, NextToken, MaxResults }, { runtime }) => {
        const { items, paging } = listed(runtime, {
          all: runtime.state.ec2?.vpcEndpoints,
          idOf: ({ VpcEndpointId }) => VpcEndpointId,
          ids: VpcEndpointIds,
          notFound: 'InvalidVpcEndpointId.NotFound',
          filters: Filters,
          filterable: {
            'vpc-id': ({ VpcId }) => VpcId,
            'service-name': ({ ServiceName }) => ServiceName,
            'vpc-endpoint-state': ({ State }) => State,
            'vpc-endpoint-type': ({ VpcEndpointType }) => VpcEndpointType,
          },
          NextToken,
          MaxResults,
        });
        return { VpcEndpoints: items, ...paging };
      },
    }),
    operation<DescribeInstancesRequest, DescribeInstancesResult>(DescribeInstances$, {
      demands: everywhere,
      run: ({ InstanceIds, Filters, NextToken, MaxResults }, { runtime }) => {
        const { items, paging } = listed(runtime, {
          all: runtime.state.ec2?.instances,
          idOf: ({ InstanceId }) => InstanceId,
          ids: InstanceIds,
          notFound: 'InvalidInstanceID.NotFound',
          filters: Filters,
          filterable: { 'vpc-id': ({ VpcId }) => VpcId, 'instance-id': ({ InstanceId }) => InstanceId },
          NextToken,
          MaxResults,
        });
        return { Reservations: items.map((instance) => ({ Instances: [instance] })), ...paging };
      },
    }),
  ],
};
