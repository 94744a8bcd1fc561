import {
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ExecuteCommandCommand,
  ListClustersCommand,
  ListTasksCommand,
  UpdateClusterCommand,
} from '@aws-sdk/client-ecs';
import type { JsonObject } from './account-state.ts';
import {
  ACCOUNT,
  clientOf,
  failureOf,
  REGION,
  roleArn,
  sampleAccountFile,
  startSample,
  TASK_ID,
} from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const ecsArn = (rest: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${rest}`;

const GONE = '0'.repeat(32);

describe('given the ECS of a simulated account', () => {
  let account: SimulatedAccount;
  let ecs: ECSClient;

  beforeEach(async () => {
    account = await startSample();
    ecs = new ECSClient(clientOf(account, roleArn('repairer'), 'me'));
  });
  afterEach(() => account.close());

  it('describes tasks by id or ARN and reports the others as missing', async () => {
    const { tasks, failures } = await ecs.send(
      new DescribeTasksCommand({ cluster: 'prod', tasks: [TASK_ID, ecsArn(`task/prod/${TASK_ID}`), GONE] }),
    );

    expect([tasks?.map(({ taskArn, startedAt }) => [taskArn, startedAt]), failures]).toEqual([
      [
        [ecsArn(`task/prod/${TASK_ID}`), new Date('2026-11-20T08:00:00Z')],
        [ecsArn(`task/prod/${TASK_ID}`), new Date('2026-11-20T08:00:00Z')],
      ],
      [{ arn: ecsArn(`task/prod/${GONE}`), reason: 'MISSING' }],
    ]);
  });

  it('refuses what is no task id, as ECS does', async () => {
    const instance = new DescribeTasksCommand({ cluster: 'prod', tasks: ['i-0123456789abcdef0'] });
    expect(await failureOf(ecs.send(instance))).toEqual({
      name: 'InvalidParameterException',
      message: 'taskId length should be one of [32,36]',
    });
  });

  it('takes the cluster "default" where none is named', async () => {
    expect(await failureOf(ecs.send(new DescribeTasksCommand({ tasks: [TASK_ID] })))).toEqual({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    });
  });

  it('shows configuration and tags only where they are asked for', async () => {
    const plain = await ecs.send(new DescribeClustersCommand({ clusters: ['prod', 'gone'] }));
    const whole = await ecs.send(
      new DescribeClustersCommand({ clusters: ['prod'], include: ['CONFIGURATIONS', 'TAGS'] }),
    );

    expect([
      plain.clusters?.map(({ configuration, tags }) => [configuration, tags]),
      plain.failures,
      whole.clusters?.map(({ configuration, tags }) => [configuration?.executeCommandConfiguration?.logging, tags]),
    ]).toEqual([
      [[undefined, []]],
      [{ arn: ecsArn('cluster/gone'), reason: 'MISSING' }],
      [['OVERRIDE', [{ key: 'team', value: 'web' }]]],
    ]);
  });

  it('describes a task definition by ARN, family:revision and family, with tags on demand', async () => {
    const ask = (taskDefinition: string, include?: 'TAGS'[]) =>
      ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, ...(include ? { include } : {}) }));
    const [byArn, byRevision, byFamily] = await Promise.all([
      ask(ecsArn('task-definition/web:3')),
      ask('web:3'),
      ask('web', ['TAGS']),
    ]);

    expect([byArn.taskDefinition?.revision, byRevision.taskDefinition?.taskRoleArn, byFamily.tags, byArn.tags]).toEqual(
      [3, roleArn('web-task'), [{ key: 'team', value: 'web' }], undefined],
    );
    expect((await failureOf(ask('web:4'))).name).toBe('ClientException');
  });

  it('pages clusters and tasks', async () => {
    account.runtime.pageSize = 1;
    account.state.ecs.clusters.push({ clusterArn: ecsArn('cluster/other'), clusterName: 'other' });
    const first = await ecs.send(new ListClustersCommand({}));
    const second = await ecs.send(new ListClustersCommand({ nextToken: first.nextToken }));
    const tasks = await ecs.send(new ListTasksCommand({ cluster: 'prod', family: 'web' }));

    expect([first.clusterArns, second.clusterArns, second.nextToken, tasks.taskArns]).toEqual([
      [ecsArn('cluster/prod')],
      [ecsArn('cluster/other')],
      undefined,
      [ecsArn(`task/prod/${TASK_ID}`)],
    ]);
  });

  it('opens a session and records it with its token hidden', async () => {
    const records: JsonObject[] = [];
    account.on('record', (record) => {
      if (record['eventName'] === 'ExecuteCommand') records.push(record);
    });
    const opened = await ecs.send(
      new ExecuteCommandCommand({ cluster: 'prod', task: TASK_ID, command: 'sh', interactive: true }),
    );

    expect(opened.session?.sessionId).toMatch(/^ecs-execute-command-[a-z0-9]{26}$/);
    expect(
      records.map(({ eventName, userIdentity, requestParameters, responseElements }) => ({
        eventName,
        userIdentity,
        requestParameters,
        responseElements,
      })),
    ).toEqual([
      {
        eventName: 'ExecuteCommand',
        userIdentity: expect.objectContaining({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/repairer/me` }),
        requestParameters: { cluster: 'prod', task: TASK_ID, command: 'sh', interactive: true },
        responseElements: {
          clusterArn: ecsArn('cluster/prod'),
          containerArn: opened.containerArn,
          containerName: 'app',
          interactive: true,
          session: {
            sessionId: opened.session?.sessionId,
            streamUrl: opened.session?.streamUrl,
            tokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS',
          },
          taskArn: ecsArn(`task/prod/${TASK_ID}`),
        },
      },
    ]);
  });

  it('opens it in Systems Manager as its service-linked role, which names nobody', async () => {
    const records: JsonObject[] = [];
    account.on('record', (record) => {
      if (record['eventName'] === 'StartSession') records.push(record);
    });
    for (const task of account.state.ecs.tasks) task.containers = [{ name: 'app', runtimeId: `${TASK_ID}-1234567890` }];
    const { session } = await ecs.send(
      new ExecuteCommandCommand({ cluster: 'prod', task: TASK_ID, command: 'sh', interactive: true }),
    );
    const serviceRole = 'role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS';
    const target = `ecs:prod_${TASK_ID}_${TASK_ID}-1234567890`;

    expect([records, [...account.stores.sessions.values()]]).toEqual([
      [
        expect.objectContaining({
          eventSource: 'ssm.amazonaws.com',
          sourceIPAddress: 'ecs.amazonaws.com',
          userIdentity: expect.objectContaining({
            type: 'AssumedRole',
            arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForECS/ecs-execute-command`,
            sessionContext: expect.objectContaining({
              sessionIssuer: expect.objectContaining({ arn: `arn:aws:iam::${ACCOUNT}:${serviceRole}` }),
            }),
            invokedBy: 'ecs.amazonaws.com',
          }),
          requestParameters: { target, documentName: 'AmazonECS-ExecuteInteractiveCommand' },
          responseElements: {
            sessionId: session?.sessionId,
            streamUrl: session?.streamUrl,
            tokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS',
          },
        }),
      ],
      [
        {
          SessionId: session?.sessionId,
          Target: target,
          DocumentName: 'AmazonECS-ExecuteInteractiveCommand',
          Owner: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForECS/ecs-execute-command`,
          Status: 'Connected',
          StartDate: expect.any(Date),
        },
      ],
    ]);
  });

  it('changes the logging of a cluster and records what was asked for', async () => {
    const records: JsonObject[] = [];
    account.on('record', (record) => records.push(record));
    const configuration = { executeCommandConfiguration: { logging: 'NONE' } } as const;
    await ecs.send(new UpdateClusterCommand({ cluster: 'prod', configuration }));
    const { clusters } = await ecs.send(
      new DescribeClustersCommand({ clusters: ['prod'], include: ['CONFIGURATIONS', 'TAGS'] }),
    );

    expect([
      clusters?.map(({ clusterName, tags, ...cluster }) => [clusterName, tags, cluster.configuration]),
      records
        .filter(({ eventName }) => eventName === 'UpdateCluster')
        .map(({ requestParameters, readOnly }) => ({ requestParameters, readOnly })),
    ]).toEqual([
      [['prod', [{ key: 'team', value: 'web' }], configuration]],
      [{ requestParameters: { cluster: 'prod', configuration }, readOnly: false }],
    ]);
  });

  it('records a refused session with the request and without a response', async () => {
    const records: JsonObject[] = [];
    account.on('record', (record) => records.push(record));
    for (const task of account.state.ecs.tasks) task.enableExecuteCommand = false;
    const refused = await failureOf(
      ecs.send(new ExecuteCommandCommand({ cluster: 'prod', task: TASK_ID, command: 'sh', interactive: true })),
    );

    expect([
      refused.name,
      records.map(({ errorCode, requestParameters, responseElements }) => [
        errorCode,
        requestParameters,
        responseElements,
      ]),
    ]).toEqual([
      'TargetNotConnectedException',
      [['TargetNotConnectedException', { cluster: 'prod', task: TASK_ID, command: 'sh', interactive: true }, null]],
    ]);
  });

  it('denies a role that may not describe tasks', async () => {
    const denied = new ECSClient(clientOf(account, roleArn('web-task'), TASK_ID));

    expect((await failureOf(denied.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [TASK_ID] })))).name).toBe(
      'AccessDeniedException',
    );
  });

  it('reads a sample file whose sections are whole CLI outputs as the same account', async () => {
    const plain = sampleAccountFile();
    const ecsSection = plain['ecs'];
    const whole = await startSample({
      ecs:
        typeof ecsSection === 'object' && ecsSection !== null && 'clusters' in ecsSection
          ? { ...ecsSection, clusters: { clusters: ecsSection.clusters, failures: [] } }
          : {},
    });

    expect(whole.state.ecs).toEqual(account.state.ecs);
    await whole.close();
  });
});
