import {
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { createInstanceReader } from '../../../functions/adapters/aws/fleet-instances.ts';
import { createNetworkReader } from '../../../functions/adapters/aws/network-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const ec2Client = new EC2Client(CLIENT);
const iamClient = new IAMClient(CLIENT);
const ec2 = mockClient(ec2Client);
const iam = mockClient(iamClient);
const instances = createInstanceReader(ec2Client, iamClient);
const networks = createNetworkReader(ec2Client);
const ROLE = 'arn:aws:iam::111111111111:role/nodes';
const profile = (name: string) => ({ Arn: `arn:aws:iam::111111111111:instance-profile/team/${name}` });

beforeEach(() => {
  ec2.reset();
  iam.reset();
});

describe('given EC2 instances', () => {
  it('finds the role of each by its profile, and asks for a profile once', async () => {
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [
        { Instances: [{ InstanceId: 'i-1', IamInstanceProfile: profile('nodes') }, { InstanceId: 'i-3' }] },
        { Instances: [{ InstanceId: 'i-2', IamInstanceProfile: profile('nodes') }] },
      ],
    });
    iam.on(GetInstanceProfileCommand, { InstanceProfileName: 'nodes' }).callsFake(() => ({
      InstanceProfile: { Roles: [{ Arn: ROLE }] },
    }));
    await expect(instances.findInstanceRoles(['i-1', 'i-2', 'i-3', 'i-4'])).resolves.toEqual(
      new Map<string, unknown>([
        ['i-1', { kind: 'read', value: ROLE }],
        ['i-2', { kind: 'read', value: ROLE }],
        ['i-3', { kind: 'absent' }],
        ['i-4', { kind: 'absent' }],
      ]),
    );
    expect(iam.commandCalls(GetInstanceProfileCommand)).toHaveLength(1);
  });

  it('says of all that they may not be read', async () => {
    ec2.on(DescribeInstancesCommand).rejects(awsError('UnauthorizedOperation'));
    const because = 'ec2:DescribeInstances is not permitted (UnauthorizedOperation)';
    await expect(instances.findInstanceRoles(['i-1'])).resolves.toEqual(
      new Map([['i-1', { kind: 'unreadable', because }]]),
    );
  });

  it('reads a profile that is gone, or has no role, as absent', async () => {
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [
        {
          Instances: [
            { InstanceId: 'i-1', IamInstanceProfile: profile('gone') },
            { InstanceId: 'i-2', IamInstanceProfile: profile('empty') },
          ],
        },
      ],
    });
    iam.on(GetInstanceProfileCommand, { InstanceProfileName: 'gone' }).rejects(awsError('NoSuchEntityException'));
    iam
      .on(GetInstanceProfileCommand, { InstanceProfileName: 'empty' })
      .callsFake(() => ({ InstanceProfile: { Roles: [] } }));
    const found = await instances.findInstanceRoles(['i-1', 'i-2']);
    expect([...found.values()]).toEqual([{ kind: 'absent' }, { kind: 'absent' }]);
  });
});

describe('given subnets', () => {
  it('asks for the endpoints of all VPCs in one request, and shows those in state available', async () => {
    ec2.on(DescribeSubnetsCommand).resolves({
      Subnets: [
        { SubnetId: 'subnet-1', VpcId: 'vpc-1' },
        { SubnetId: 'subnet-2', VpcId: 'vpc-2' },
      ],
    });
    ec2.on(DescribeVpcEndpointsCommand).callsFake(() => ({
      VpcEndpoints: [
        { VpcId: 'vpc-1', ServiceName: 'com.amazonaws.eu-central-1.ssmmessages', State: 'available' },
        { VpcId: 'vpc-1', ServiceName: 'com.amazonaws.eu-central-1.logs', State: 'Available' },
        { VpcId: 'vpc-1', ServiceName: 'com.amazonaws.eu-central-1.kms', State: 'deleting' },
      ],
    }));
    const services = ['com.amazonaws.eu-central-1.logs', 'com.amazonaws.eu-central-1.ssmmessages'];
    await expect(networks.findNetworks(['subnet-1', 'subnet-2', 'subnet-3'])).resolves.toEqual(
      new Map<string, unknown>([
        ['subnet-1', { kind: 'read', value: { vpcId: 'vpc-1', endpointServices: services } }],
        ['subnet-2', { kind: 'read', value: { vpcId: 'vpc-2', endpointServices: [] } }],
        ['subnet-3', { kind: 'absent' }],
      ]),
    );
    expect(ec2.commandCalls(DescribeVpcEndpointsCommand).map(({ args: [{ input }] }) => input.Filters)).toEqual([
      [{ Name: 'vpc-id', Values: ['vpc-1', 'vpc-2'] }],
    ]);
  });

  it('keeps what may not be read apart from a VPC without endpoints', async () => {
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-1' }] });
    ec2.on(DescribeVpcEndpointsCommand).rejects(awsError('UnauthorizedOperation'));
    const because = 'ec2:DescribeVpcEndpoints is not permitted (UnauthorizedOperation)';
    await expect(networks.findNetworks(['subnet-1'])).resolves.toEqual(
      new Map([['subnet-1', { kind: 'unreadable', because }]]),
    );
  });
});
