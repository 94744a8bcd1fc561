/**
 * Builders of preflight subjects. Their default is green: a Fargate task of a service in a cluster whose transcripts go to an
 * encrypted log group and an encrypted bucket, with a session key and a key of the bucket's own, and a role that may do it all.
 */

import type { LogTarget, NoLogTarget } from '../../functions/domain/log-target.ts';
import type { ObservedKey, SimulatedCall } from '../../functions/domain/observation.ts';
import { preflightCalls } from '../../functions/domain/preflight/calls.ts';
import type { PreflightCheck, PreflightResult } from '../../functions/domain/preflight/check.ts';
import { found, type PreflightCheckCode } from '../../functions/domain/preflight/codes.ts';
import type {
  ObservedNetwork,
  PreflightContainer,
  PreflightSubject,
  PreflightTask,
  PreflightTaskDefinition,
} from '../../functions/domain/preflight/subject.ts';
import type { ObservedTrail } from '../../functions/domain/trail-diagnosis.ts';
import {
  ACCOUNT,
  aCluster,
  aLogGroup,
  anExecConfiguration,
  aRole,
  aTask,
  aTaskDefinition,
  CLUSTER_ARN,
  EXECUTION_ROLE_ARN,
  GROUP,
  REGION,
  ROLE_ARN,
  read,
} from './builders.ts';

export const SESSION_KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-1111-1111-1111-111111111111`;
export const BUCKET_KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/22222222-2222-2222-2222-222222222222`;
export const BUCKET = 'exec-transcripts';
const { taskDefinitionArn } = aTaskDefinition();

/** A key policy that delegates to the account. */
export const DELEGATING = {
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }],
};

export function aKey(keyArn: string, overrides: Partial<ObservedKey> = {}): ObservedKey {
  return { keyArn, managedBy: 'customer', enabled: true, policy: read(DELEGATING), ...overrides };
}

export function anOverrideTarget(overrides: Partial<LogTarget> = {}): LogTarget {
  return {
    kind: 'target',
    logging: 'OVERRIDE',
    partition: 'aws',
    account: ACCOUNT,
    region: REGION,
    logGroupName: GROUP,
    encryptionRequired: true,
    bucket: { name: BUCKET, keyPrefix: 'exec', encryptionRequired: true, keyArn: BUCKET_KEY_ARN },
    sessionKey: { kind: 'arn', arn: SESSION_KEY_ARN },
    otherRegionOption: null,
    otherContainerGroups: [],
    ...overrides,
  };
}

export function aPreflightTask(overrides: Partial<PreflightTask> = {}): PreflightTask {
  return {
    taskArn: aTask().taskArn,
    lastStatus: 'RUNNING',
    enableExecuteCommand: true,
    platformVersion: '1.4.0',
    execAgentStatus: 'RUNNING',
    containerAgentVersion: null,
    subnetIds: ['subnet-1'],
    ...overrides,
  };
}

export function aPreflightContainer(overrides: Partial<PreflightContainer> = {}): PreflightContainer {
  return {
    name: 'nginx',
    initProcessEnabled: true,
    readonlyRootFilesystem: false,
    variableNames: ['PORT'],
    ...overrides,
  };
}

export function aPreflightDefinition(overrides: Partial<PreflightTaskDefinition> = {}): PreflightTaskDefinition {
  return {
    ...aTaskDefinition(),
    pidMode: null,
    networkMode: 'awsvpc',
    isWindows: false,
    preflightContainers: [aPreflightContainer()],
    ...overrides,
  };
}

export function aNetwork(...services: readonly string[]): ObservedNetwork {
  return { vpcId: 'vpc-1', endpointServices: services.map((service) => `com.amazonaws.${REGION}.${service}`) };
}

export const WRITE_TRAIL: ObservedTrail = {
  name: 'all',
  isLogging: read(true),
  selectors: read({ kind: 'basic', selectors: [{ management: true, readWrite: 'All', excluded: [] }] }),
};

/** The simulator's answers to the preflight's calls: all allowed but those that `change` changes. */
export function answersFor(
  target: LogTarget | NoLogTarget | null,
  change: (call: { readonly action: string; readonly viaService?: string }) => Partial<SimulatedCall> = () => ({}),
): readonly SimulatedCall[] {
  return preflightCalls(target).map((call) => ({
    action: call.action,
    resource: call.resource,
    allowed: true,
    explicitDeny: false,
    deniedByOrganization: false,
    deniedByBoundary: false,
    missingContextValues: [],
    ...change(call),
  }));
}

/** A green subject; its calls follow its target. */
export function aSubject(overrides: Partial<PreflightSubject> = {}): PreflightSubject {
  const { target = anOverrideTarget() } = overrides;
  const execConfiguration = anExecConfiguration({
    logging: 'OVERRIDE',
    cloudWatchLogGroupName: GROUP,
    cloudWatchEncryptionEnabled: true,
    s3BucketName: BUCKET,
    s3KeyPrefix: 'exec',
    s3EncryptionEnabled: true,
    kmsKeyId: SESSION_KEY_ARN,
  });
  return {
    cluster: read(aCluster({ execConfiguration })),
    clusterArn: CLUSTER_ARN,
    service: { serviceName: 'nginx-sample-service', enableExecuteCommand: true },
    taskDefinitionArn,
    taskDefinition: read(aPreflightDefinition()),
    containerName: 'nginx',
    tasks: [aPreflightTask()],
    launchType: 'FARGATE',
    taskRoleArn: ROLE_ARN,
    executionRoleArn: EXECUTION_ROLE_ARN,
    role: read(aRole()),
    isInstanceRole: false,
    target,
    logGroup: read(aLogGroup({ kmsKeyId: SESSION_KEY_ARN })),
    sessionKey: read(aKey(SESSION_KEY_ARN)),
    bucketEncryption: read({ algorithm: 'aws:kms', keyId: BUCKET_KEY_ARN }),
    bucketKey: read(aKey(BUCKET_KEY_ARN)),
    calls: read(answersFor(target)),
    network: read(aNetwork('ssmmessages', 'logs', 's3', 'kms')),
    trails: read([WRITE_TRAIL]),
    ...overrides,
  };
}

/** A result with these codes, for renderers. */
export function aResult(
  codes: readonly PreflightCheckCode[],
  overrides: Partial<PreflightResult> = {},
): PreflightResult {
  const checks: readonly PreflightCheck[] = codes.map((code) => found(code));
  const status =
    (['red', 'yellow'] as const).find((worst) => checks.some((check) => check.status === worst)) ?? 'green';
  return {
    clusterArn: CLUSTER_ARN,
    serviceName: 'api',
    taskDefinitionArn,
    containerName: 'nginx',
    tasks: 2,
    roleArn: ROLE_ARN,
    status,
    checks,
    ...overrides,
  };
}
