/**
 * Builders of domain values. Their defaults are the published set-up `nginx-default`: the cluster says DEFAULT and names a group
 * all the same, the denied call went to the group of the task definition, and the task role may only open the session's channels.
 */
import { canonicalJson } from '../../functions/domain/canonical.ts';
import type { Case } from '../../functions/domain/case.ts';
import { openCase } from '../../functions/domain/case-outcome.ts';
import type { PolicyDocument } from '../../functions/domain/decision.ts';
import type { Denial } from '../../functions/domain/denial.ts';
import type { ExecSession } from '../../functions/domain/exec-session.ts';
import type { Rules } from '../../functions/domain/mode.ts';
import type {
  AttachedPolicy,
  ExecConfiguration,
  ObservedCluster,
  ObservedContainerDefinition,
  ObservedInlinePolicy,
  ObservedLogGroup,
  ObservedRole,
  ObservedTask,
  ObservedTaskDefinition,
  Reading,
  SimulatedCall,
} from '../../functions/domain/observation.ts';
import type { RequiredCall } from '../../functions/domain/remediation-policy.ts';
import { NO_CEILING, parseSettings, type Settings } from '../../functions/domain/settings.ts';
import { digestOf } from './digest.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'ap-northeast-1';
export const GROUP = '/ecs/nginx-sample/nginx';
export const TASK_ID = 'a9112a0a96ed445cbc93a90807e34e37';
export const SESSION_ID = 'ecs-execute-command-0289df90ce62e19cc';
export const ROLE_ID = 'AROAXXXXXXXXXXXXXXXXX';
export const ROLE_NAME = 'nginx-sample-task-nginx-role';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE_NAME}`;
export const EXECUTION_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/nginx-sample-execution-role`;
export const CLUSTER_ARN = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/nginx-sample-cluster`;
const TASK_ARN = `arn:aws:ecs:${REGION}:${ACCOUNT}:task/nginx-sample-cluster/${TASK_ID}`;
const TASK_DEFINITION_ARN = `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/nginx-sample:7`;
export const POLICY_NAME = `ExecLogDelivery-${REGION}`;
export const DENIED_AT = '2023-02-11T06:35:04Z';
/** One minute after the denial. */
export const NOW = new Date('2023-02-11T06:36:04Z');

export function read<T>(value: T): Reading<T> {
  return { kind: 'read', value };
}

export const absent = { kind: 'absent' } as const;
export const unreadable = { kind: 'unreadable', because: 'AccessDenied' } as const;

export function aDenial(overrides: Partial<Denial> = {}): Denial {
  const { partition = 'aws', region = REGION, account = ACCOUNT } = overrides;
  const { logGroupName = GROUP, logStreamName = SESSION_ID } = overrides;
  return {
    eventId: '95a42f28-d6de-406c-91df-e24980696995',
    eventTime: DENIED_AT,
    account: ACCOUNT,
    partition: 'aws',
    region: REGION,
    action: 'logs:CreateLogStream',
    resource: `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}:log-stream:${logStreamName}`,
    principalArn: `arn:${partition}:sts::${account}:assumed-role/${ROLE_NAME}/${TASK_ID}`,
    roleName: ROLE_NAME,
    rolePath: '/',
    roleId: ROLE_ID,
    sessionName: TASK_ID,
    logGroupName,
    logStreamName,
    policyType: 'identity-based',
    denialKind: 'implicit',
    policyArn: null,
    source: 'ecs-exec',
    ...overrides,
  };
}

export function anExecSession(overrides: Partial<ExecSession> = {}): ExecSession {
  return {
    sessionId: SESSION_ID,
    account: ACCOUNT,
    partition: 'aws',
    region: REGION,
    clusterArn: CLUSTER_ARN,
    taskArn: TASK_ARN,
    taskId: TASK_ID,
    containerName: 'nginx',
    personArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Developer/ada@example.com`,
    startedAt: '2023-02-11T06:30:00Z',
    eventId: '0d1e9c52-6a0f-4ce1-8a3f-0f2f3c9f4a11',
    ...overrides,
  };
}

export function aTask(overrides: Partial<ObservedTask> = {}): ObservedTask {
  return {
    taskArn: TASK_ARN,
    clusterArn: CLUSTER_ARN,
    taskDefinitionArn: TASK_DEFINITION_ARN,
    taskRoleArnOverride: null,
    executionRoleArnOverride: null,
    lastStatus: 'RUNNING',
    containers: [{ name: 'nginx', runtimeId: `${TASK_ID}-1527056392` }],
    ...overrides,
  };
}

export function anExecConfiguration(overrides: Partial<ExecConfiguration> = {}): ExecConfiguration {
  return {
    logging: 'DEFAULT',
    cloudWatchLogGroupName: '/ecs/nginx-sample/nginx-ecs-exec',
    cloudWatchEncryptionEnabled: false,
    s3BucketName: null,
    s3KeyPrefix: null,
    s3EncryptionEnabled: false,
    kmsKeyId: null,
    ...overrides,
  };
}

export function aCluster(overrides: Partial<ObservedCluster> = {}): ObservedCluster {
  return {
    clusterArn: CLUSTER_ARN,
    clusterName: 'nginx-sample-cluster',
    execConfiguration: anExecConfiguration(),
    tags: {},
    ...overrides,
  };
}

export function aContainer(overrides: Partial<ObservedContainerDefinition> = {}): ObservedContainerDefinition {
  return {
    name: 'nginx',
    logDriver: 'awslogs',
    logOptions: { 'awslogs-group': GROUP, 'awslogs-region': REGION, 'awslogs-stream-prefix': 'nginx' },
    ...overrides,
  };
}

export function aTaskDefinition(overrides: Partial<ObservedTaskDefinition> = {}): ObservedTaskDefinition {
  return {
    taskDefinitionArn: TASK_DEFINITION_ARN,
    taskRoleArn: ROLE_ARN,
    executionRoleArn: EXECUTION_ROLE_ARN,
    containers: [aContainer()],
    ...overrides,
  };
}

/** A trust policy of Allow statements, by default of the one that every task role has. */
export function aTrustPolicy(...statements: readonly object[]): unknown {
  const ecsTasks = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return { Version: '2012-10-17', Statement: [ecsTasks, ...statements] };
}

export function aRole(overrides: Partial<ObservedRole> = {}): ObservedRole {
  return {
    roleArn: ROLE_ARN,
    roleName: ROLE_NAME,
    path: '/',
    roleId: ROLE_ID,
    trustPolicy: aTrustPolicy(),
    tags: {},
    permissionsBoundaryArn: null,
    inlinePolicies: [anInlinePolicy('exec', EXEC_CHANNELS)],
    instanceProfileNames: [],
    ...overrides,
  };
}

const EXEC_CHANNELS = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['Create', 'Open'].flatMap((verb) => [
        `ssmmessages:${verb}ControlChannel`,
        `ssmmessages:${verb}DataChannel`,
      ]),
      Resource: '*',
    },
  ],
};

export function anInlinePolicy(name: string, document: object): ObservedInlinePolicy {
  return { name, document: JSON.stringify(document), hash: digestOf(canonicalJson(document)) };
}

export function aLogGroup(overrides: Partial<ObservedLogGroup> = {}): ObservedLogGroup {
  return { name: GROUP, kmsKeyId: null, tags: {}, ...overrides };
}

/** The record of a write of ours, confirmed a minute before the denial. */
export function anAttachedPolicy(document: PolicyDocument, overrides: Partial<AttachedPolicy> = {}): AttachedPolicy {
  return {
    roleId: ROLE_ID,
    roleArn: ROLE_ARN,
    policyName: POLICY_NAME,
    documentHash: digestOf(canonicalJson(document)),
    previousHash: null,
    attachedAt: '2023-02-11T06:34:00Z',
    confirmedAt: '2023-02-11T06:34:04Z',
    revertedAt: null,
    provedBy: null,
    warnedAt: null,
    fingerprints: [],
    owner: 'invocation-1',
    version: 1,
    ...overrides,
  };
}

/** The simulator's answer to these calls. */
export function simulatedCalls(
  calls: readonly RequiredCall[],
  overrides: Partial<SimulatedCall> = {},
): readonly SimulatedCall[] {
  return calls.map(({ action, resource }) => ({
    action,
    resource,
    allowed: true,
    explicitDeny: false,
    deniedByOrganization: false,
    deniedByBoundary: false,
    missingContextValues: [],
    ...overrides,
  }));
}

/** Settings as a document says them, with every default. */
export function someSettings(document: object = {}): Settings {
  const settings = parseSettings(document);
  if (settings.kind === 'invalid') {
    throw new Error(`The test's settings are not valid: ${JSON.stringify(settings.problems)}`);
  }
  return settings.value;
}

/** Rules without a ceiling, in mode attach. */
export function rules(document: object = {}, overrides: Partial<Rules> = {}): Rules {
  return {
    settings: someSettings({ defaultMode: 'attach', ...document }),
    ceiling: NO_CEILING,
    settingsVersion: 'v1',
    ...overrides,
  };
}

/** A case that was ticketed when the denial was first seen. */
export function aCase(overrides: Partial<Case> = {}): Case {
  const facts = {
    fingerprint: 'f'.repeat(32),
    account: ACCOUNT,
    region: REGION,
    roleArn: ROLE_ARN,
    roleId: ROLE_ID,
    logGroupName: GROUP,
    clusterArn: CLUSTER_ARN,
    decidedFor: '[]',
    sessionDependent: false,
  };
  const decision = {
    disposition: 'open-ticket',
    mode: 'ticket',
    reasons: [{ code: 'mode-allows-attach', detail: 'mode ticket' }],
    guardrails: [],
    policy: null,
  } as const;
  const sighting = { event: 'event-1', sessionId: SESSION_ID, seenAt: DENIED_AT };
  return { ...openCase(facts, [sighting], decision, NOW, 'v1'), state: 'ticketed', version: 1, ...overrides };
}
