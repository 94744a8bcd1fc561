import { type CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { Reading } from '../../domain/observation.ts';
import { type Printed, printed } from './capture-json.ts';
import { ABSENT, errorName, read, readingOf } from './errors.ts';
import { parsedDocument } from './iam-role.ts';
import { allPages, inLots } from './lots.ts';

/** EC2's limit for the values of one filter. */
const IDS_A_CALL = 200;
/** An organisation is at most five units deep, below its root. */
const MAX_LEVELS = 7;

/** Who owns a resource, by its physical id. */
export function createStackCapture(client: CloudFormationClient) {
  const ask = async (physicalId: string): Promise<Reading<readonly Printed[]>> => {
    try {
      const { StackResources = [] } = await client.send(
        new DescribeStackResourcesCommand({ PhysicalResourceId: physicalId }),
      );
      return read(StackResources.map(printed));
    } catch (error) {
      if (errorName(error) === 'ValidationError' && error instanceof Error && /does not exist/.test(error.message)) {
        return ABSENT;
      }
      throw error;
    }
  };
  return {
    /** Resources of the owning stack, of which AWS shows at most a hundred. */
    stackResources: (physicalId: string) =>
      readingOf(ask(physicalId), { call: 'cloudformation:DescribeStackResources' }),
  };
}

/** Where tasks run, asked by filter: one id that is gone would fail a whole request by ids. */
export function createNetworkCapture(client: EC2Client) {
  const asked = (
    call: string,
    ids: readonly string[],
    ask: (lot: readonly string[]) => Promise<readonly Printed[]>,
  ): Promise<Reading<readonly Printed[]>> => readingOf(inLots(ids, IDS_A_CALL, ask).then(read), { call });
  return {
    subnets: (ids: readonly string[]) =>
      asked('ec2:DescribeSubnets', ids, (lot) =>
        allPages(async (NextToken) => {
          const Filters = [{ Name: 'subnet-id', Values: [...lot] }];
          const answer = await client.send(new DescribeSubnetsCommand({ Filters, NextToken }));
          return { items: (answer.Subnets ?? []).map(printed), next: answer.NextToken };
        }),
      ),
    vpcEndpoints: (vpcIds: readonly string[]) =>
      asked('ec2:DescribeVpcEndpoints', vpcIds, (lot) =>
        allPages(async (NextToken) => {
          const Filters = [{ Name: 'vpc-id', Values: [...lot] }];
          const answer = await client.send(new DescribeVpcEndpointsCommand({ Filters, NextToken }));
          return { items: (answer.VpcEndpoints ?? []).map(printed), next: answer.NextToken };
        }),
      ),
    instances: (ids: readonly string[]) =>
      asked('ec2:DescribeInstances', ids, (lot) =>
        allPages(async (NextToken) => {
          const Filters = [{ Name: 'instance-id', Values: [...lot] }];
          const answer = await client.send(new DescribeInstancesCommand({ Filters, NextToken }));
          const found = (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
          return { items: found.map(printed), next: answer.NextToken };
        }),
      ),
  };
}

/** The service control policies above an account, which only the management account and its delegates may read. */
export function createOrganizationCapture(client: OrganizationsClient) {
  const ask = async (account: string): Promise<Reading<readonly Printed[]>> => {
    const targets = [account];
    for (let level = 0; level < MAX_LEVELS && !(targets[0] ?? '').startsWith('r-'); level += 1) {
      const { Parents = [] } = await client.send(new ListParentsCommand({ ChildId: targets[0] }));
      const parent = Parents[0]?.Id;
      if (parent === undefined) break;
      targets.unshift(parent);
    }
    return read(
      await Promise.all(targets.map(async (target) => ({ target, policies: await policiesOf(client, target) }))),
    );
  };
  return {
    /** One level an element, root first; absent where the account is in no organisation. */
    controlPolicies: (account: string) =>
      readingOf(ask(account), {
        call: 'organizations:ListPoliciesForTarget',
        absent: ['AWSOrganizationsNotInUse'],
        unreadable: ['UnsupportedAPIEndpoint', 'ChildNotFound', 'TargetNotFound', 'PolicyTypeNotEnabled'],
      }),
  };
}

async function policiesOf(client: OrganizationsClient, target: string): Promise<readonly unknown[]> {
  const listed = await allPages(async (NextToken) => {
    const answer = await client.send(
      new ListPoliciesForTargetCommand({ TargetId: target, Filter: 'SERVICE_CONTROL_POLICY', NextToken }),
    );
    return { items: (answer.Policies ?? []).flatMap(({ Id }) => Id ?? []), next: answer.NextToken };
  });
  return Promise.all(
    listed.map(async (PolicyId) => {
      const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId }));
      const { Name, Arn } = Policy?.PolicySummary ?? {};
      return printed({ PolicySummary: { Name, Arn }, Content: parsedDocument(Policy?.Content ?? '') ?? {} });
    }),
  );
}
