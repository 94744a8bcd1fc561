import {
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
} from '@aws-sdk/client-ecs';
import { mockClient } from 'aws-sdk-client-mock';
import { createEcsReader } from '../../../functions/adapters/aws/ecs-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const TASK_ID = '0123456789abcdef0123456789abcdef';
const ECS = 'arn:aws:ecs:eu-central-1:111111111111';
const CLUSTER = `${ECS}:cluster/shop`;
const TASK = {
  taskArn: `${ECS}:task/shop/${TASK_ID}`,
  clusterArn: CLUSTER,
  taskDefinitionArn: `${ECS}:task-definition/web:3`,
};
const MISSING = { tasks: [], failures: [{ arn: TASK.taskArn, reason: 'MISSING' }] };
const clusterArns = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${ECS}:cluster/c${from + index}`);

const client = new ECSClient(CLIENT);
const ecs = mockClient(client);
const reader = createEcsReader(client);
const asked = () => ecs.commandCalls(DescribeTasksCommand).map(({ args: [command] }) => command.input);

beforeEach(() => ecs.reset());

describe('given a task in a known cluster', () => {
  it('reads its effective overrides and containers', async () => {
    ecs.on(DescribeTasksCommand).resolves({
      tasks: [
        {
          ...TASK,
          lastStatus: 'DEACTIVATING',
          overrides: { taskRoleArn: 'arn:aws:iam::111111111111:role/override', executionRoleArn: '' },
          containers: [{ name: 'web', runtimeId: `${TASK_ID}-1` }, { name: 'sidecar' }, { runtimeId: 'nameless' }],
        },
      ],
    });
    await expect(reader.findTask({ clusterArn: CLUSTER, taskId: TASK_ID })).resolves.toEqual({
      kind: 'read',
      value: {
        ...TASK,
        taskRoleArnOverride: 'arn:aws:iam::111111111111:role/override',
        executionRoleArnOverride: null,
        lastStatus: 'DEACTIVATING',
        containers: [
          { name: 'web', runtimeId: `${TASK_ID}-1` },
          { name: 'sidecar', runtimeId: null },
        ],
      },
    });
    expect(asked()).toEqual([{ cluster: CLUSTER, tasks: [TASK_ID] }]);
  });

  it.each([
    ['a task that ECS does not find', MISSING, { kind: 'absent' }],
    [
      'another failure',
      { failures: [{ reason: 'ACCESS' }] },
      { kind: 'unreadable', because: 'ECS does not show the task (ACCESS)' },
    ],
    [
      'a task without its definition',
      { tasks: [{ taskArn: TASK.taskArn, clusterArn: CLUSTER }] },
      { kind: 'unreadable', because: 'ECS shows the task without its ARN, cluster or task definition' },
    ],
  ])('answers for %s', async (_, output, reading) => {
    ecs.on(DescribeTasksCommand).resolves(output);
    await expect(reader.findTask({ clusterArn: CLUSTER, taskId: TASK_ID })).resolves.toEqual(reading);
  });

  it.each([
    ['ClusterNotFoundException', { kind: 'absent' }],
    ['AccessDeniedException', { kind: 'unreadable', because: 'ecs:DescribeTasks is not permitted (AccessDenied)' }],
  ])('reads %s', async (name, reading) => {
    ecs.on(DescribeTasksCommand).rejects(awsError(name));
    await expect(reader.findTask({ clusterArn: CLUSTER, taskId: TASK_ID })).resolves.toEqual(reading);
  });

  it.each(['ThrottlingException', 'ServerException', 'TimeoutError'])('throws %s', async (name) => {
    ecs.on(DescribeTasksCommand).rejects(awsError(name));
    await expect(reader.findTask({ clusterArn: CLUSTER, taskId: TASK_ID })).rejects.toThrow(
      expect.objectContaining({ name }),
    );
  });
});

describe('given a task in an unknown cluster', () => {
  beforeEach(() => {
    ecs.on(ListClustersCommand).resolves({ clusterArns: clusterArns(0, 6), nextToken: 'page-2' });
    ecs.on(ListClustersCommand, { maxResults: 100, nextToken: 'page-2' }).resolves({ clusterArns: clusterArns(6, 8) });
    ecs.on(DescribeTasksCommand).resolves(MISSING);
  });

  it('asks the clusters of every page and stops at the lot that knows it', async () => {
    ecs.on(DescribeTasksCommand, { cluster: `${ECS}:cluster/c5` }).resolves({ tasks: [TASK] });
    await expect(reader.findTask({ clusterArn: null, taskId: TASK_ID })).resolves.toEqual({
      kind: 'read',
      value: { ...TASK, taskRoleArnOverride: null, executionRoleArnOverride: null, lastStatus: null, containers: [] },
    });
    expect(asked().map(({ cluster }) => cluster)).toEqual(clusterArns(0, 6));
    expect(ecs.commandCalls(ListClustersCommand)).toHaveLength(1);
  });

  it('is absent where no cluster knows it', async () => {
    await expect(reader.findTask({ clusterArn: null, taskId: TASK_ID })).resolves.toEqual({ kind: 'absent' });
    expect(asked().map(({ cluster }) => cluster)).toEqual(clusterArns(0, 8));
  });

  it('is unreadable where one cluster may not be asked and no other knows it', async () => {
    ecs.on(DescribeTasksCommand, { cluster: `${ECS}:cluster/c1` }).rejects(awsError('AccessDeniedException'));
    await expect(reader.findTask({ clusterArn: null, taskId: TASK_ID })).resolves.toEqual({
      kind: 'unreadable',
      because: 'ecs:DescribeTasks is not permitted (AccessDenied)',
    });
  });

  it('is unreadable where the clusters may not be listed', async () => {
    ecs.on(ListClustersCommand).rejects(awsError('AccessDeniedException'));
    await expect(reader.findTask({ clusterArn: null, taskId: TASK_ID })).resolves.toEqual({
      kind: 'unreadable',
      because: 'ecs:ListClusters is not permitted (AccessDenied)',
    });
  });
});

describe('given a cluster', () => {
  it('reads its exec configuration and tags', async () => {
    ecs.on(DescribeClustersCommand).resolves({
      clusters: [
        {
          clusterArn: CLUSTER,
          clusterName: 'shop',
          status: 'ACTIVE',
          configuration: {
            executeCommandConfiguration: {
              kmsKeyId: 'alias/exec',
              logging: 'OVERRIDE',
              logConfiguration: {
                cloudWatchLogGroupName: '/ecs-exec/shop',
                s3BucketName: '',
                s3EncryptionEnabled: true,
              },
            },
          },
          tags: [{ key: 'exec-log-remediation', value: 'ticket' }, { key: 'empty' }],
        },
      ],
    });
    await expect(reader.findCluster(CLUSTER)).resolves.toEqual({
      kind: 'read',
      value: {
        clusterArn: CLUSTER,
        clusterName: 'shop',
        execConfiguration: {
          logging: 'OVERRIDE',
          cloudWatchLogGroupName: '/ecs-exec/shop',
          cloudWatchEncryptionEnabled: false,
          s3BucketName: null,
          s3KeyPrefix: null,
          s3EncryptionEnabled: true,
          kmsKeyId: 'alias/exec',
        },
        tags: { 'exec-log-remediation': 'ticket', empty: '' },
      },
    });
    expect(ecs.commandCalls(DescribeClustersCommand)[0]?.args[0].input).toEqual({
      clusters: [CLUSTER],
      include: ['CONFIGURATIONS', 'TAGS'],
    });
  });

  const shop = { clusterArn: CLUSTER, clusterName: 'shop', status: 'ACTIVE' };
  const unconfigured = { clusterArn: CLUSTER, clusterName: 'shop', execConfiguration: null, tags: {} };
  // An SDK older than the service passes on what its types do not know.
  const unknownLogging = JSON.parse('{"executeCommandConfiguration":{"logging":"EVERYWHERE"}}');

  it.each([
    ['one never configured for exec', { clusters: [shop] }, { kind: 'read', value: unconfigured }],
    ['a deleted one', { clusters: [{ ...shop, status: 'INACTIVE' }] }, { kind: 'absent' }],
    ['one that ECS does not find', { clusters: [], failures: [{ reason: 'MISSING' }] }, { kind: 'absent' }],
    [
      'a logging setting that nobody knows',
      { clusters: [{ ...shop, configuration: unknownLogging }] },
      { kind: 'unreadable', because: 'the cluster has an exec logging setting that is not known' },
    ],
  ])('answers for %s', async (_, output, reading) => {
    ecs.on(DescribeClustersCommand).resolves(output);
    await expect(reader.findCluster(CLUSTER)).resolves.toEqual(reading);
  });
});

describe('given a task definition', () => {
  const ARN = TASK.taskDefinitionArn;

  it('reads roles, log options and which container is the log router, and no secret options', async () => {
    ecs.on(DescribeTaskDefinitionCommand).resolves({
      taskDefinition: {
        taskDefinitionArn: ARN,
        taskRoleArn: 'arn:aws:iam::111111111111:role/web',
        containerDefinitions: [
          {
            name: 'web',
            logConfiguration: {
              logDriver: 'awslogs',
              options: { 'awslogs-group': '/ecs/web' },
              secretOptions: [{ name: 'token', valueFrom: 'arn' }],
            },
          },
          { name: 'quiet' },
          { name: 'log_router', firelensConfiguration: { type: 'fluentbit' } },
        ],
      },
    });
    await expect(reader.findTaskDefinition(ARN)).resolves.toEqual({
      kind: 'read',
      value: {
        taskDefinitionArn: ARN,
        taskRoleArn: 'arn:aws:iam::111111111111:role/web',
        executionRoleArn: null,
        containers: [
          { name: 'web', logDriver: 'awslogs', logOptions: { 'awslogs-group': '/ecs/web' } },
          { name: 'quiet', logDriver: null, logOptions: {} },
          { name: 'log_router', logDriver: null, logOptions: {}, router: { type: 'fluentbit' } },
        ],
      },
    });
    expect(ecs.commandCalls(DescribeTaskDefinitionCommand)[0]?.args[0].input).toEqual({ taskDefinition: ARN });
  });

  it('is absent where ECS cannot describe it', async () => {
    ecs.on(DescribeTaskDefinitionCommand).rejects(awsError('ClientException', 'Unable to describe task definition.'));
    await expect(reader.findTaskDefinition(ARN)).resolves.toEqual({ kind: 'absent' });
  });
});
