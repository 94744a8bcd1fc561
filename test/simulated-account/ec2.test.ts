import {
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { aRole, clientOf, failureOf, REGION, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const endpoint = (VpcEndpointId: string, service: string, rest: object = {}) => ({
  VpcEndpointId,
  VpcEndpointType: 'Interface',
  VpcId: 'vpc-1',
  ServiceName: `com.amazonaws.${REGION}.${service}`,
  State: 'available',
  SubnetIds: ['subnet-1'],
  PrivateDnsEnabled: true,
  ...rest,
});
const profile = 'arn:aws:iam::111111111111:instance-profile/ecs';

describe('given the network of a simulated account', () => {
  let account: SimulatedAccount;
  let client: EC2Client;

  beforeAll(async () => {
    account = await startSample(
      {
        iam: { RoleDetailList: [aRole('web-task')], Policies: [] },
        ec2: {
          subnets: {
            Subnets: [
              { SubnetId: 'subnet-1', VpcId: 'vpc-1' },
              { SubnetId: 'subnet-2', VpcId: 'vpc-2' },
            ],
          },
          vpcEndpoints: [endpoint('vpce-1', 'ssmmessages'), endpoint('vpce-2', 'logs', { VpcId: 'vpc-2' })],
          instances: {
            Reservations: [{ Instances: [{ InstanceId: 'i-1', IamInstanceProfile: { Arn: profile, Id: 'AIPA' } }] }],
          },
        },
      },
      { pageSize: 1 },
    );
    client = new EC2Client(clientOf(account));
  });
  afterAll(() => account.close());

  it('describes subnets by id, by filter and by page', async () => {
    const byId = await client.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-2'] }));
    const byVpc = await client.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: ['vpc-1', 'x'] }] }),
    );
    const first = await client.send(new DescribeSubnetsCommand({}));
    const second = await client.send(new DescribeSubnetsCommand({ NextToken: first.NextToken }));

    expect([byId, byVpc, first, second].map(({ Subnets, NextToken }) => [Subnets, NextToken !== undefined])).toEqual([
      [[{ SubnetId: 'subnet-2', VpcId: 'vpc-2' }], false],
      [[{ SubnetId: 'subnet-1', VpcId: 'vpc-1' }], false],
      [[{ SubnetId: 'subnet-1', VpcId: 'vpc-1' }], true],
      [[{ SubnetId: 'subnet-2', VpcId: 'vpc-2' }], false],
    ]);
  });

  it('describes endpoints with their lists, by patterns too', async () => {
    const Filters = [
      { Name: 'vpc-id', Values: ['vpc-1'] },
      { Name: 'service-name', Values: ['*.ssmmessages', '*.kms'] },
    ];

    expect((await client.send(new DescribeVpcEndpointsCommand({ Filters }))).VpcEndpoints).toEqual([
      endpoint('vpce-1', 'ssmmessages'),
    ]);
  });

  it('describes instances with their profile', async () => {
    const { Reservations } = await client.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: ['i-1'] }] }),
    );

    expect(Reservations).toEqual([
      { Instances: [{ InstanceId: 'i-1', IamInstanceProfile: { Arn: profile, Id: 'AIPA' } }] },
    ]);
  });

  it("refuses an id that is not there and a filter that it does not serve, under EC2's codes", async () => {
    const gone = await failureOf(client.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-9'] })));
    const unknown = await failureOf(
      client.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'x', Values: ['y'] }] })),
    );

    expect([gone, unknown]).toEqual([
      { name: 'InvalidSubnetID.NotFound', message: "The ID 'subnet-9' does not exist" },
      { name: 'InvalidParameterValue', message: "The filter 'x' is invalid" },
    ]);
  });

  it('denies as EC2 does, and CloudTrail shows it under its own code', async () => {
    const role = new EC2Client(clientOf(account, roleArn('web-task')));
    const { name, message } = await failureOf(role.send(new DescribeVpcEndpointsCommand({})));

    expect([name, account.state.cloudtrail.records.at(-1)?.['errorCode']]).toEqual([
      'UnauthorizedOperation',
      'Client.UnauthorizedOperation',
    ]);
    expect(message).toContain('is not authorized to perform: ec2:DescribeVpcEndpoints');
  });

  it('throttles under the code of EC2', async () => {
    account.faults.add({ service: 'ec2', kind: 'throttle', times: 1 });

    expect((await failureOf(client.send(new DescribeSubnetsCommand({})))).name).toBe('RequestLimitExceeded');
  });
});
