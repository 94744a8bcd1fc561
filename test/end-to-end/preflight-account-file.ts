import { ACTIONS, type AccountParts } from './preflight-accounts.ts';

const ACCOUNT = '111111111111';
const REGION = 'eu-central-1';
export const TASK_ID = 'a9112a0a96ed445cbc93a90807e34e37';
const ecsArn = (rest: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${rest}`;
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const keyArn = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
const CLUSTER = ecsArn('cluster/prod');
const CONTAINER_INSTANCE = ecsArn('container-instance/prod/0123456789abcdef0123456789abcdef');
const DEFINITION = ecsArn('task-definition/web:3');
const BUCKET = 'transcripts';
const SESSION_KEY = '11111111-1111-4111-8111-111111111111';
const BUCKET_KEY = '22222222-2222-4222-8222-222222222222';

type Json = { readonly [key: string]: unknown };

/** The container into which the shell is opened. */
export const CONTAINER = 'c0';

/** An account with one task, as an account file. */
export function accountOf(made: AccountParts): Json {
  return {
    account: ACCOUNT,
    partition: 'aws',
    region: REGION,
    iam: {
      RoleDetailList: [
        ...(made.roleExists ? [role('web-task', made.role)] : []),
        ...(made.overridingRole === null ? [] : [role('web-override', made.overridingRole)]),
        role('nodes', made.role),
      ],
      Policies: boundaries,
    },
    ecs: ecsOf(made),
    logs: { logGroups: logGroupsOf(made) },
    s3: made.bucketExists ? { [BUCKET]: { encryption: encryptionOf(made) } } : {},
    kms: {
      ...keyOf(SESSION_KEY, made.keyOfSessions, 'alias/exec', made),
      ...keyOf(BUCKET_KEY, made.keyOfBucket, 'alias/transcripts', made),
    },
    organizations: organizationOf(made),
    ec2: { instances: [{ Instances: [{ InstanceId: 'i-0123456789abcdef0', IamInstanceProfile: instanceProfile }] }] },
  };
}

const instanceProfile = { Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/nodes`, InstanceProfileName: 'nodes' };

function usedRole({ overridingRole, machine }: AccountParts): string {
  if (overridingRole !== null) return roleArn('web-override');
  return roleArn(machine === 'ec2-without-task-role' ? 'nodes' : 'web-task');
}

const document = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements });

function role(name: string, { missing, resources, condition, deny, boundary }: AccountParts['role']): Json {
  const granted = ACTIONS.filter((action) => !missing.includes(action));
  const where =
    condition === 'none' ? {} : { Condition: { StringEquals: { 'aws:RequestedRegion': regionOf(condition) } } };
  const allow = granted.map((Action) => ({
    Effect: 'Allow',
    Action,
    Resource: resourcesFor(Action, resources),
    ...where,
  }));
  const denied = deny === null ? [] : [{ Effect: 'Deny', Action: deny, Resource: '*' }];
  return {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().replaceAll('-', '').padEnd(17, 'X')}`,
    Arn: roleArn(name),
    CreateDate: '2026-01-01T00:00:00+00:00',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    InstanceProfileList: name === 'nodes' ? [instanceProfile] : [],
    RolePolicyList:
      allow.length + denied.length === 0 ? [] : [{ PolicyName: 'exec', PolicyDocument: document(...allow, ...denied) }],
    AttachedManagedPolicies: [],
    Tags: [],
    ...(boundary === 'none'
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn(boundary) } }),
  };
}

/** What a policy names: all, just what the session needs, another group, or groups without their streams. */
function resourcesFor(action: string, which: AccountParts['role']['resources']): string | readonly string[] {
  const groups = which === 'another-group' ? ['/exec/other'] : ['/exec/audit', '/ecs/c0'];
  const logs = (rest: string) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${rest}`;
  if (which === 'all' || action.startsWith('ssmmessages:')) return '*';
  if (action.startsWith('kms:')) return [keyArn(SESSION_KEY), keyArn(BUCKET_KEY)];
  if (action === 's3:PutObject') return `arn:aws:s3:::${BUCKET}/*`;
  if (action.startsWith('s3:')) return `arn:aws:s3:::${BUCKET}`;
  if (which === 'without-streams') return groups.map(logs);
  if (action === 'logs:DescribeLogGroups') return logs('*');
  const isOfStream = action !== 'logs:DescribeLogStreams';
  return groups.map((group) => logs(isOfStream ? `${group}:log-stream:ecs-execute-command-*` : `${group}:*`));
}

const regionOf = (which: 'this-region' | 'other-region') => (which === 'this-region' ? REGION : 'us-east-1');
const boundaryArn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

const boundaries: readonly Json[] = Object.entries({
  all: '*',
  'no-logs': ['ssmmessages:*', 's3:*', 'kms:*'],
  'no-s3': ['ssmmessages:*', 'logs:*', 'kms:*'],
  'no-channels': ['logs:*', 's3:*', 'kms:*'],
}).map(([name, Action]) => ({
  PolicyName: name,
  PolicyId: `ANPA${name.toUpperCase().replaceAll('-', '').padEnd(17, 'X')}`,
  Arn: boundaryArn(name),
  Path: '/',
  DefaultVersionId: 'v1',
  PolicyVersionList: [
    { VersionId: 'v1', IsDefaultVersion: true, Document: document({ Effect: 'Allow', Action, Resource: '*' }) },
  ],
}));

function ecsOf(made: AccountParts): Json {
  const names = made.containers.map((_, index) => `c${index}`);
  return {
    clusters: [
      { clusterArn: CLUSTER, clusterName: 'prod', status: 'ACTIVE', configuration: configurationOf(made), tags: [] },
    ],
    tasks: [
      {
        taskArn: ecsArn(`task/prod/${TASK_ID}`),
        clusterArn: CLUSTER,
        taskDefinitionArn: DEFINITION,
        ...machineOf(made),
        lastStatus: 'RUNNING',
        desiredStatus: 'RUNNING',
        enableExecuteCommand: made.execEnabled,
        ...(made.overridingRole === null ? {} : { overrides: { taskRoleArn: usedRole(made) } }),
        containers: made.containers.map(({ agent }, index) => ({
          name: names[index],
          runtimeId: `${TASK_ID}-000000000${index}`,
          ...(agent === null ? {} : { managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: agent }] }),
        })),
      },
    ],
    containerInstances: [
      {
        containerInstanceArn: CONTAINER_INSTANCE,
        ec2InstanceId: 'i-0123456789abcdef0',
        versionInfo: { agentVersion: '1.86.0' },
      },
    ],
    taskDefinitions: [
      {
        taskDefinition: {
          taskDefinitionArn: DEFINITION,
          family: 'web',
          revision: 3,
          status: 'ACTIVE',
          ...(made.machine === 'ec2-without-task-role' ? {} : { taskRoleArn: roleArn('web-task') }),
          executionRoleArn: roleArn('web-execution'),
          networkMode: 'awsvpc',
          containerDefinitions: made.containers.map((one, index) => ({
            name: names[index],
            readonlyRootFilesystem: one.readOnlyRoot,
            linuxParameters: { initProcessEnabled: one.initProcess },
            ...logConfigurationOf(one, index),
          })),
        },
      },
    ],
  };
}

function machineOf({ machine, platformVersion }: AccountParts): Json {
  if (machine !== 'fargate') return { launchType: 'EC2', containerInstanceArn: CONTAINER_INSTANCE };
  return {
    launchType: 'FARGATE',
    platformFamily: 'Linux',
    ...(platformVersion === null ? {} : { platformVersion }),
  };
}

function logConfigurationOf({ driver, groupIsNamed }: AccountParts['containers'][number], index: number): Json {
  if (driver === 'none') return {};
  const options = groupIsNamed
    ? { 'awslogs-group': `/ecs/c${index}`, 'awslogs-region': REGION }
    : { 'awslogs-region': REGION };
  return { logConfiguration: { logDriver: driver, ...(driver === 'awslogs' ? { options } : {}) } };
}

/** No configuration at all, or one with all that was made. */
function configurationOf(made: AccountParts): Json {
  const { logging, isOff, hasTarget, override, groupFlag, bucketFlag, keyPrefix, sessionKey } = made;
  const logConfiguration = {
    ...(override.includes('group')
      ? { cloudWatchLogGroupName: '/exec/audit', cloudWatchEncryptionEnabled: groupFlag }
      : {}),
    ...(override.includes('bucket')
      ? { s3BucketName: BUCKET, s3KeyPrefix: keyPrefix, s3EncryptionEnabled: bucketFlag }
      : {}),
  };
  const kmsKeyId = { none: undefined, arn: keyArn(SESSION_KEY), id: SESSION_KEY, alias: 'alias/exec' }[sessionKey];
  if (logging === null && kmsKeyId === undefined && !isOff) return {};
  return {
    executeCommandConfiguration: {
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      ...(isOff ? { logging: 'NONE' } : logging === null ? {} : { logging }),
      ...(logging === 'OVERRIDE' && hasTarget ? { logConfiguration } : {}),
    },
  };
}

function logGroupsOf({ groupExists, groupIsEncrypted, containers }: AccountParts): readonly Json[] {
  const group = (logGroupName: string, exists: boolean, encrypted: boolean) =>
    exists
      ? [{ logGroupName, creationTime: 1_700_000_000_000, ...(encrypted ? { kmsKeyId: keyArn('logs') } : {}) }]
      : [];
  return [
    // Its name begins with the other's: who looks for a prefix only finds the wrong one.
    ...group('/exec/audit-old', true, true),
    ...group('/exec/audit', groupExists, groupIsEncrypted),
    ...containers.flatMap((one, index) => group(`/ecs/c${index}`, one.groupExists, one.groupIsEncrypted)),
  ];
}

function encryptionOf({ bucketKey }: AccountParts): Json {
  const rule = {
    none: { SSEAlgorithm: 'AES256' },
    own: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn(BUCKET_KEY) },
    aws: { SSEAlgorithm: 'aws:kms' },
  }[bucketKey];
  return { Rules: [{ ApplyServerSideEncryptionByDefault: rule }] };
}

function keyOf(id: string, { state, policy }: AccountParts['keyOfSessions'], alias: string, made: AccountParts): Json {
  if (state === 'gone') return {};
  const principal = {
    delegates: `arn:aws:iam::${ACCOUNT}:root`,
    'names-role': usedRole(made),
    'names-nobody': roleArn('somebody-else'),
  }[policy];
  const text = document({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'kms:*', Resource: '*' });
  const metadata = { KeyId: id, Arn: keyArn(id), KeyState: state, Enabled: state === 'Enabled' };
  return { [keyArn(id)]: { metadata, policy: text, aliases: [alias] } };
}

function organizationOf({ organization }: AccountParts): Json {
  const all = document({ Effect: 'Allow', Action: '*', Resource: '*' });
  const inRegion = (which: 'this-region' | 'other-region') =>
    document({
      Effect: 'Deny',
      NotAction: ['iam:*', 'organizations:*', 'sts:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': regionOf(which) } },
    });
  const extra: Readonly<Record<AccountParts['organization'], readonly Json[]>> = {
    none: [],
    all: [],
    'no-logs': [document({ Effect: 'Deny', Action: 'logs:CreateLogStream', Resource: '*' })],
    'this-region': [inRegion('this-region')],
    'other-region': [inRegion('other-region')],
  };
  return organization === 'none'
    ? {}
    : { serviceControlPolicies: [{ target: 'r-root', policies: [all, ...extra[organization]] }] };
}
