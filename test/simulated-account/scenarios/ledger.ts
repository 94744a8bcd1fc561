import { readAccountFile } from '../account-file.ts';
import type { AccountState, JsonObject } from '../account-state.ts';
import type { ExecRequest } from '../agent/exec-session.ts';
import { nginxDefaultFile, nginxDefaultSession } from './nginx-default.ts';

const ACCOUNT = '111111111111';
const REGION = 'ap-northeast-1';
const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const AUDITED_GROUP = '/ecs-exec/payments';

/** What a session of the ledger's scenario shows. */
export interface LedgerSession {
  /** The state in which it must end. */
  readonly ends: 'recorded' | 'refused' | 'missing' | 'denied';
  readonly because: string;
  readonly request: ExecRequest;
}

const PAYMENTS_TASK = '1f0e9a0a96ed445cbc93a90807e34e01';
const BATCH_TASK = '2f0e9a0a96ed445cbc93a90807e34e02';
const API_TASK = '3f0e9a0a96ed445cbc93a90807e34e03';

/** Four sessions that end in four ways; the denied one is repaired. */
export const ledgerSessions: readonly LedgerSession[] = [
  {
    ends: 'recorded',
    because: 'the role may write its transcript',
    request: { cluster: 'nginx-sample-cluster', task: API_TASK, container: 'api', person: 'alice', minutes: 3 },
  },
  {
    ends: 'refused',
    because: 'the cluster demands an encrypted log group, and the role may not look whether it is',
    request: { cluster: 'payments', task: PAYMENTS_TASK, container: 'payments', person: 'bob', minutes: 1 },
  },
  {
    ends: 'missing',
    because: 'the image has no `script`: the agent cannot build a transcript, and calls no API at all',
    request: {
      cluster: 'nginx-sample-cluster',
      task: BATCH_TASK,
      container: 'batch',
      person: 'carol',
      minutes: 4,
      without: 'script',
    },
  },
  {
    ends: 'denied',
    because: 'the role lacks the permission: the published case',
    request: { ...nginxDefaultSession, person: 'dave', minutes: 2 },
  },
];

/** The account of the published scenario with three more tasks: one that is recorded, one refused, one without `script`. */
export function ledgerAccount(): AccountState {
  return readAccountFile(ledgerFile());
}

/** The account file, new at each call. */
function ledgerFile(): unknown {
  const file: LedgerFile = JSON.parse(JSON.stringify(nginxDefaultFile));
  const delivery = [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'], [`${logs('*')}:*`]),
  ];
  file.iam.RoleDetailList.push(
    taskRole('api-task-role', [...delivery, allow(['logs:DescribeLogGroups'], ['*'])]),
    taskRole('batch-task-role', [...delivery, allow(['logs:DescribeLogGroups'], ['*'])]),
    taskRole('payments-task-role', delivery),
  );
  file.ecs.clusters.push({
    clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/payments`,
    clusterName: 'payments',
    status: 'ACTIVE',
    configuration: {
      executeCommandConfiguration: {
        logging: 'OVERRIDE',
        logConfiguration: { cloudWatchLogGroupName: AUDITED_GROUP, cloudWatchEncryptionEnabled: true },
      },
    },
    tags: [],
  });
  for (const [cluster, id, name] of [
    ['nginx-sample-cluster', API_TASK, 'api'],
    ['nginx-sample-cluster', BATCH_TASK, 'batch'],
    ['payments', PAYMENTS_TASK, 'payments'],
  ] as const) {
    file.ecs.tasks.push(task(cluster, id, name));
    file.ecs.taskDefinitions.push(taskDefinition(name));
    file.logs.logGroups.push({ logGroupName: `/ecs/${name}`, creationTime: 1676093400000, storedBytes: 0 });
  }
  file.logs.logGroups.push({
    logGroupName: AUDITED_GROUP,
    creationTime: 1676093400000,
    storedBytes: 0,
    kmsKeyId: KEY_ARN,
  });
  // The published record stays with the published scenario: here every session is played.
  file.cloudtrail.records = [];
  return file;
}

interface LedgerFile {
  readonly iam: { readonly RoleDetailList: JsonObject[] };
  readonly ecs: {
    readonly clusters: JsonObject[];
    readonly tasks: JsonObject[];
    readonly taskDefinitions: JsonObject[];
  };
  readonly logs: { readonly logGroups: JsonObject[] };
  readonly cloudtrail: { records: JsonObject[] };
}

const logs = (group: string) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}`;

function allow(actions: readonly string[], resources: readonly string[]): JsonObject {
  return { Effect: 'Allow', Action: actions, Resource: resources };
}

function taskRole(RoleName: string, statements: readonly JsonObject[]): JsonObject {
  const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
  const exec = allow(
    channels.map((name) => `ssmmessages:${name}`),
    ['*'],
  );
  return {
    Path: '/',
    RoleName,
    RoleId: `AROA${RoleName.replaceAll('-', '').toUpperCase()}`.padEnd(21, 'X').slice(0, 21),
    Arn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`,
    CreateDate: '2023-02-11T05:30:00+00:00',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    InstanceProfileList: [],
    RolePolicyList: [
      { PolicyName: 'exec', PolicyDocument: { Version: '2012-10-17', Statement: [exec, ...statements] } },
    ],
    AttachedManagedPolicies: [],
    Tags: [],
  };
}

function task(cluster: string, id: string, name: string): JsonObject {
  const arn = (kind: string, rest: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${kind}/${rest}`;
  return {
    taskArn: arn('task', `${cluster}/${id}`),
    clusterArn: arn('cluster', cluster),
    taskDefinitionArn: arn('task-definition', `${name}:1`),
    launchType: 'FARGATE',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    enableExecuteCommand: true,
    containers: [
      {
        name,
        containerArn: arn('container', `${cluster}/${id}/7d1c8c1e-5c1a-4a0f-9d5e-3c1b2a4d5e6f`),
        lastStatus: 'RUNNING',
        runtimeId: `${id}-1234567890`,
        taskArn: arn('task', `${cluster}/${id}`),
      },
    ],
    overrides: { containerOverrides: [{ name }] },
    createdAt: '2023-02-11T06:00:00+00:00',
    startedAt: '2023-02-11T06:01:00+00:00',
    tags: [],
  };
}

function taskDefinition(name: string): JsonObject {
  return {
    taskDefinition: {
      taskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${name}:1`,
      family: name,
      revision: 1,
      status: 'ACTIVE',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      taskRoleArn: `arn:aws:iam::${ACCOUNT}:role/${name}-task-role`,
      executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/nginx-sample-task-execution-role`,
      containerDefinitions: [
        {
          name,
          image: `${name}:1`,
          essential: true,
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': `/ecs/${name}`, 'awslogs-region': REGION, 'awslogs-stream-prefix': name },
          },
        },
      ],
    },
    tags: [],
  };
}
