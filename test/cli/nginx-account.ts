export const ACCOUNT = '111111111111';
export const REGION = 'ap-northeast-1';
export const ROLE = 'nginx-sample-task-nginx-role';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE}`;
/** The role id in the published record. */
export const ROLE_ID = 'AROAXXXXXXXXXXXXXXXXX';
const TASK_ID = 'a9112a0a96ed445cbc93a90807e34e37';
const SESSION_ID = 'ecs-execute-command-0289df90ce62e19cc';
export const GROUP = '/ecs/nginx-sample/nginx';

const ecsArn = (rest: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${rest}`;
const CLUSTER = ecsArn('cluster/nginx-sample-cluster');
const DEFINITION = ecsArn('task-definition/nginx-sample-task:1');

type Json = { readonly [key: string]: unknown };

/** The account of the published set-up `nginx-default`, as the AWS CLI prints it; sections are replaced whole. */
export function nginxAccount(sections: Json = {}, inlinePolicies: Readonly<Record<string, unknown>> = {}): Json {
  return {
    account: ACCOUNT,
    partition: 'aws',
    region: REGION,
    iam: { RoleDetailList: [taskRole(inlinePolicies)], Policies: [] },
    ecs: { clusters: [cluster], tasks: [task], taskDefinitions: [taskDefinition] },
    logs: { logGroups: [{ logGroupName: GROUP, creationTime: 1_676_000_000_000 }] },
    cloudtrail: { records: [executeCommand] },
    ...sections,
  };
}

function taskRole(inlinePolicies: Readonly<Record<string, unknown>>): Json {
  const actions = ['Create', 'Open'].flatMap((verb) =>
    ['Control', 'Data'].map((kind) => `ssmmessages:${verb}${kind}Channel`),
  );
  const policies = {
    exec: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
    ...inlinePolicies,
  };
  return {
    Path: '/',
    RoleName: ROLE,
    RoleId: ROLE_ID,
    Arn: ROLE_ARN,
    CreateDate: '2023-02-01T00:00:00+00:00',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    InstanceProfileList: [],
    RolePolicyList: Object.entries(policies).map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument })),
    AttachedManagedPolicies: [],
    Tags: [],
  };
}

const cluster: Json = {
  clusterArn: CLUSTER,
  clusterName: 'nginx-sample-cluster',
  status: 'ACTIVE',
  configuration: {
    executeCommandConfiguration: {
      logging: 'DEFAULT',
      logConfiguration: { cloudWatchLogGroupName: '/ecs/nginx-sample/nginx-ecs-exec' },
    },
  },
  tags: [],
};

const task: Json = {
  taskArn: ecsArn(`task/nginx-sample-cluster/${TASK_ID}`),
  clusterArn: CLUSTER,
  taskDefinitionArn: DEFINITION,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  enableExecuteCommand: true,
  containers: [{ name: 'nginx' }],
};

const taskDefinition: Json = {
  taskDefinition: {
    taskDefinitionArn: DEFINITION,
    family: 'nginx-sample-task',
    revision: 1,
    status: 'ACTIVE',
    taskRoleArn: ROLE_ARN,
    executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/nginx-sample-task-execution-role`,
    containerDefinitions: [
      {
        name: 'nginx',
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': GROUP, 'awslogs-region': REGION, 'awslogs-stream-prefix': 'nginx' },
        },
      },
    ],
  },
};

const executeCommand: Json = {
  eventVersion: '1.08',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDAXXXXXXXXXXXXXXXXX',
    arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
    accountId: ACCOUNT,
    userName: 'alice',
  },
  eventTime: '2023-02-11T06:34:01Z',
  eventSource: 'ecs.amazonaws.com',
  eventName: 'ExecuteCommand',
  awsRegion: REGION,
  sourceIPAddress: '203.0.113.17',
  userAgent: 'aws-cli/2.9.0',
  requestParameters: {
    cluster: 'nginx-sample-cluster',
    task: TASK_ID,
    container: 'nginx',
    command: '/bin/sh',
    interactive: true,
  },
  responseElements: {
    clusterArn: CLUSTER,
    taskArn: ecsArn(`task/nginx-sample-cluster/${TASK_ID}`),
    containerArn: ecsArn(`container/nginx-sample-cluster/${TASK_ID}/0c9f7a5e-0000-4000-8000-000000000001`),
    containerName: 'nginx',
    interactive: true,
    session: {
      sessionId: SESSION_ID,
      streamUrl: 'wss://example.invalid',
      tokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    },
  },
  eventID: '5c2b1f60-7a5e-4e0e-9a2c-1f0000000001',
  requestID: '5c2b1f60-7a5e-4e0e-9a2c-1f0000000002',
  readOnly: false,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: ACCOUNT,
  eventCategory: 'Management',
};
