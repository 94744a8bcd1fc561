import {
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { mockClient } from 'aws-sdk-client-mock';
import { createFleetReader } from '../../../functions/adapters/aws/fleet-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const ECS = 'arn:aws:ecs:eu-central-1:111111111111';
const CLUSTER = `${ECS}:cluster/shop`;
const DEFINITION = `${ECS}:task-definition/web:3`;
const TASK = `${ECS}:task/shop/0123456789abcdef0123456789abcdef`;
const INSTANCE = `${ECS}:container-instance/shop/fedcba9876543210fedcba9876543210`;
const ALL = { clusterArn: CLUSTER, serviceName: null, taskId: null };
const numbered = (kind: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${ECS}:${kind}/${index}`);

const client = new ECSClient(CLIENT);
const ecs = mockClient(client);
const reader = createFleetReader(client);

beforeEach(() => ecs.reset());

describe('given the clusters of an account', () => {
  it('lists every page', async () => {
    ecs.on(ListClustersCommand).resolves({ clusterArns: ['a'], nextToken: 'more' });
    ecs.on(ListClustersCommand, { nextToken: 'more' }).resolves({ clusterArns: ['b'] });
    await expect(reader.listClusters()).resolves.toEqual({ kind: 'read', value: ['a', 'b'] });
  });

  it('describes a hundred in a request, by name or ARN, each with its own answer in their order', async () => {
    ecs.on(DescribeClustersCommand).callsFake(({ clusters }) => ({
      clusters: clusters
        .filter((arn: string) => !arn.endsWith('/0'))
        .map((arn: string) => ({
          clusterArn: arn,
          clusterName: arn.slice(arn.lastIndexOf('/') + 1),
          status: 'ACTIVE',
        })),
      failures: [{ arn: `${ECS}:cluster/0`, reason: 'MISSING' }],
    }));
    const answers = await reader.describeClusters(numbered('cluster', 101));
    expect(answers.map(({ kind }) => kind)).toEqual(['absent', ...Array(100).fill('read')]);
    expect(
      ecs.commandCalls(DescribeClustersCommand).map(({ args: [command] }) => command.input.clusters?.length),
    ).toEqual([100, 1]);
    expect(ecs.commandCalls(DescribeClustersCommand)[0]?.args[0].input.include).toEqual(['CONFIGURATIONS', 'TAGS']);
  });

  it('shows what is no more as absent, and another failure as unreadable', async () => {
    ecs.on(DescribeClustersCommand).resolves({
      clusters: [{ clusterArn: CLUSTER, clusterName: 'shop', status: 'INACTIVE' }],
      failures: [{ arn: `${ECS}:cluster/odd`, reason: 'ACCESS' }],
    });
    await expect(reader.describeClusters(['shop', 'odd'])).resolves.toEqual([
      { kind: 'absent' },
      { kind: 'unreadable', because: 'ECS does not show the cluster (ACCESS)' },
    ]);
  });

  it('asks for each alone where one of the lot may not be read', async () => {
    ecs.on(DescribeClustersCommand).callsFake(({ clusters }) => {
      if (clusters.includes('secret')) throw awsError('AccessDeniedException');
      return { clusters: [{ clusterArn: CLUSTER, clusterName: 'shop', status: 'ACTIVE' }] };
    });
    const answers = await reader.describeClusters(['shop', 'secret']);
    expect(answers.map(({ kind }) => kind)).toEqual(['read', 'unreadable']);
    expect(ecs.commandCalls(DescribeClustersCommand)).toHaveLength(3);
  });
});

describe('given the services of a cluster', () => {
  it('describes ten in a request', async () => {
    ecs.on(ListServicesCommand).resolves({ serviceArns: numbered('service/shop', 11) });
    ecs.on(DescribeServicesCommand).callsFake(({ services }) => ({
      services: services.map((serviceName: string) => ({ serviceName, taskDefinition: DEFINITION, status: 'ACTIVE' })),
    }));
    const services = await reader.listServices(ALL);
    expect(services.kind === 'read' ? services.value.length : services).toBe(11);
    expect(ecs.commandCalls(DescribeServicesCommand).map(({ args: [{ input }] }) => input.services?.length)).toEqual([
      10, 1,
    ]);
  });

  it('tells exec and launch type, and leaves out what is no more', async () => {
    ecs.on(ListServicesCommand).resolves({ serviceArns: ['web', 'api', 'old'] });
    ecs.on(DescribeServicesCommand).resolves({
      services: [
        { serviceName: 'web', taskDefinition: DEFINITION, launchType: 'EC2', enableExecuteCommand: true },
        {
          serviceName: 'api',
          taskDefinition: DEFINITION,
          capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
        },
        { serviceName: 'old', taskDefinition: DEFINITION, status: 'INACTIVE' },
      ],
    });
    await expect(reader.listServices(ALL)).resolves.toEqual({
      kind: 'read',
      value: [
        { serviceName: 'web', taskDefinitionArn: DEFINITION, enableExecuteCommand: true, launchType: 'EC2' },
        { serviceName: 'api', taskDefinitionArn: DEFINITION, enableExecuteCommand: false, launchType: 'FARGATE' },
      ],
    });
  });

  it('lists nothing where one is asked for, and calls one that is not there absent', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [], failures: [{ reason: 'MISSING' }] });
    await expect(reader.listServices({ ...ALL, serviceName: 'none' })).resolves.toEqual({ kind: 'absent' });
    expect(ecs.commandCalls(ListServicesCommand)).toHaveLength(0);
  });

  it('asks ECS for nothing about no services', async () => {
    ecs.on(ListServicesCommand).resolves({ serviceArns: [] });
    await expect(reader.listServices(ALL)).resolves.toEqual({ kind: 'read', value: [] });
    expect(ecs.commandCalls(DescribeServicesCommand)).toHaveLength(0);
  });
});

describe('given the tasks of a cluster', () => {
  it('describes a hundred in a request', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: numbered('task/shop', 101) });
    ecs.on(DescribeTasksCommand).resolves({ tasks: [] });
    await reader.listTasks(ALL);
    expect(ecs.commandCalls(DescribeTasksCommand).map(({ args: [{ input }] }) => input.tasks?.length)).toEqual([
      100, 1,
    ]);
  });

  it('reads service, roles, platform, network and the agents of the containers', async () => {
    ecs.on(DescribeTasksCommand).resolves({
      tasks: [
        {
          taskArn: TASK,
          taskDefinitionArn: DEFINITION,
          group: 'service:web',
          lastStatus: 'RUNNING',
          enableExecuteCommand: true,
          launchType: 'FARGATE',
          platformVersion: '1.4.0',
          overrides: { taskRoleArn: 'arn:aws:iam::111111111111:role/other' },
          attachments: [
            {
              details: [
                { name: 'subnetId', value: 'subnet-1' },
                { name: 'macAddress', value: 'x' },
              ],
            },
          ],
          containers: [
            { name: 'app', managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: 'RUNNING' }] },
            { name: 'sidecar' },
          ],
        },
      ],
    });
    await expect(reader.listTasks({ ...ALL, taskId: '0123456789abcdef0123456789abcdef' })).resolves.toEqual({
      kind: 'read',
      value: [
        {
          taskArn: TASK,
          taskDefinitionArn: DEFINITION,
          serviceName: 'web',
          lastStatus: 'RUNNING',
          enableExecuteCommand: true,
          launchType: 'FARGATE',
          platformVersion: '1.4.0',
          taskRoleArnOverride: 'arn:aws:iam::111111111111:role/other',
          executionRoleArnOverride: null,
          containerInstanceArn: null,
          subnetIds: ['subnet-1'],
          execAgentStatuses: { app: 'RUNNING' },
          containerNames: ['app', 'sidecar'],
        },
      ],
    });
    expect(ecs.commandCalls(ListTasksCommand)).toHaveLength(0);
  });

  it.each([
    ['ClusterNotFoundException', { kind: 'absent' }],
    ['InvalidParameterException', { kind: 'absent' }],
    [
      'AccessDeniedException',
      { kind: 'unreadable', because: 'ecs:ListTasks and ecs:DescribeTasks is not permitted (AccessDenied)' },
    ],
  ])('reads %s', async (name, reading) => {
    ecs.on(ListTasksCommand).rejects(awsError(name));
    await expect(reader.listTasks(ALL)).resolves.toEqual(reading);
  });

  it('throws throttling, for whoever paces the client', async () => {
    ecs.on(ListTasksCommand).rejects(awsError('ThrottlingException'));
    await expect(reader.listTasks(ALL)).rejects.toThrow('synthetic');
  });
});

describe('given a task definition', () => {
  it('reads what a shell depends on, and only the names of variables and secrets', async () => {
    ecs.on(DescribeTaskDefinitionCommand).resolves({
      taskDefinition: {
        taskDefinitionArn: DEFINITION,
        pidMode: 'task',
        networkMode: 'awsvpc',
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
        containerDefinitions: [
          {
            name: 'app',
            readonlyRootFilesystem: true,
            linuxParameters: { initProcessEnabled: true },
            environment: [{ name: 'AWS_ACCESS_KEY_ID', value: 'synthetic' }],
            secrets: [{ name: 'TOKEN', valueFrom: 'arn' }],
          },
        ],
      },
    });
    const definition = await reader.findTaskDefinition(DEFINITION);
    expect(definition).toMatchObject({
      kind: 'read',
      value: {
        pidMode: 'task',
        networkMode: 'awsvpc',
        isWindows: true,
        preflightContainers: [
          {
            name: 'app',
            initProcessEnabled: true,
            readonlyRootFilesystem: true,
            variableNames: ['AWS_ACCESS_KEY_ID', 'TOKEN'],
          },
        ],
      },
    });
    expect(JSON.stringify(definition)).not.toContain('synthetic');
  });
});

describe('given container instances', () => {
  it('reads the agent, and the EC2 id of those that have one', async () => {
    ecs.on(DescribeContainerInstancesCommand).resolves({
      containerInstances: [
        {
          containerInstanceArn: INSTANCE,
          ec2InstanceId: 'i-0123',
          versionInfo: { agentVersion: '1.86.0' },
          attributes: [
            { name: 'ecs.vpc-id', value: 'vpc-1' },
            { name: 'ecs.subnet-id', value: 'subnet-1' },
          ],
        },
        { containerInstanceArn: `${INSTANCE}1`, ec2InstanceId: 'mi-0123' },
      ],
    });
    const containerInstanceArns = [INSTANCE, `${INSTANCE}1`, `${INSTANCE}2`];
    await expect(reader.describeInstances({ clusterArn: CLUSTER, containerInstanceArns })).resolves.toEqual({
      kind: 'read',
      value: new Map([
        [INSTANCE, { agentVersion: '1.86.0', ec2InstanceId: 'i-0123', subnetId: 'subnet-1' }],
        [`${INSTANCE}1`, { agentVersion: null, ec2InstanceId: null, subnetId: null }],
      ]),
    });
  });
});
