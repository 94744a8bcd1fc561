import { DescribeSubnetsCommand, DescribeVpcEndpointsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Reading } from '../../domain/observation.ts';
import type { ObservedNetwork } from '../../domain/preflight/subject.ts';
import type { NetworkReader } from '../../ports.ts';
import { ABSENT, read, readingOf } from './errors.ts';
import { allPages, inLots } from './lots.ts';

/** EC2's limit for the values of one filter. */
const LOT = 200;

/** The VPCs of subnets with their endpoints. Asked by filters, which leave out what is gone. */
export function createNetworkReader(ec2: EC2Client): NetworkReader {
  return {
    async findNetworks(subnetIds) {
      const vpcs = await readingOf(vpcsOf(ec2, subnetIds), { call: 'ec2:DescribeSubnets' });
      if (vpcs.kind !== 'read') return new Map(subnetIds.map((id) => [id, vpcs]));
      const vpcIds = [...new Set(vpcs.value.values())];
      const services = await readingOf(servicesOf(ec2, vpcIds), { call: 'ec2:DescribeVpcEndpoints' });
      return new Map(
        subnetIds.map((id): [string, Reading<ObservedNetwork>] => {
          const vpcId = vpcs.value.get(id);
          if (vpcId === undefined) return [id, ABSENT];
          if (services.kind !== 'read') return [id, services];
          return [id, read({ vpcId, endpointServices: [...new Set(services.value.get(vpcId))].sort() })];
        }),
      );
    },
  };
}

async function vpcsOf(ec2: EC2Client, subnetIds: readonly string[]): Promise<Reading<ReadonlyMap<string, string>>> {
  const subnets = await inLots(subnetIds, LOT, (lot) =>
    allPages(async (NextToken) => {
      const command = new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...lot] }], NextToken });
      const answer = await ec2.send(command);
      return { items: answer.Subnets ?? [], next: answer.NextToken };
    }),
  );
  const known = subnets.flatMap(({ SubnetId, VpcId }) =>
    SubnetId === undefined || VpcId === undefined ? [] : [[SubnetId, VpcId] as const],
  );
  return read(new Map(known));
}

/** The services of each VPC's endpoints in state available. */
async function servicesOf(
  ec2: EC2Client,
  vpcIds: readonly string[],
): Promise<Reading<ReadonlyMap<string, readonly string[]>>> {
  const endpoints = await inLots(vpcIds, LOT, (lot) =>
    allPages(async (NextToken) => {
      const command = new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [...lot] }], NextToken });
      const answer = await ec2.send(command);
      return { items: answer.VpcEndpoints ?? [], next: answer.NextToken };
    }),
  );
  const services = new Map<string, string[]>();
  for (const { VpcId = '', ServiceName, State } of endpoints) {
    // Some answers spell the state with a capital letter.
    if (ServiceName === undefined || State?.toLowerCase() !== 'available') continue;
    services.set(VpcId, [...(services.get(VpcId) ?? []), ServiceName]);
  }
  return read(services);
}
