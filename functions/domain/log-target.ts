import { logGroupNameOf, parseArn } from './arn.ts';
import type { ExecConfiguration, ObservedContainerDefinition, ObservedTaskDefinition } from './observation.ts';

/** The bucket that OVERRIDE adds; the agent writes `<prefix>/<session id>.log` there. */
interface BucketTarget {
  readonly name: string;
  /** Without a trailing slash; empty where none is set. */
  readonly keyPrefix: string;
  readonly encryptionRequired: boolean;
  /** ARN of the customer's key with which the bucket encrypts; absent where AWS manages the key, or before it was looked up. */
  readonly keyArn?: string;
}

/** The session key: only a key ARN can be granted; an id or alias has to be resolved first. */
type SessionKey =
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'unresolved'; readonly keyId: string };

/** Where the transcript of a session goes, derived from ECS and never from the denied call. */
export interface LogTarget {
  readonly kind: 'target';
  readonly logging: 'DEFAULT' | 'OVERRIDE';
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** null where OVERRIDE names a bucket only. */
  readonly logGroupName: string | null;
  readonly encryptionRequired: boolean;
  readonly bucket: BucketTarget | null;
  readonly sessionKey: SessionKey | null;
  /** The awslogs-region of the task definition where it differs: the agent ignores it and calls the task's Region. */
  readonly otherRegionOption: string | null;
  /** Log groups of the task's other containers, under DEFAULT. */
  readonly otherContainerGroups: readonly string[];
}

/** Why a session has no target. */
export type NoLogTargetReason =
  | 'logging-off'
  | 'container-unknown'
  | 'no-awslogs-driver'
  | 'awslogs-group-missing'
  | 'override-without-target'
  | 'log-group-unreadable';

export interface NoLogTarget {
  readonly kind: 'none';
  readonly because: NoLogTargetReason;
  readonly otherContainerGroups: readonly string[];
}

/** The account, Region and partition of the task: the agent calls CloudWatch Logs there, whatever `awslogs-region` says. */
export interface TaskPlace {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/**
 * Where the transcript of a session in this container goes. Logging unset is DEFAULT; DEFAULT takes the container's own awslogs
 * group and ignores the cluster's `logConfiguration`; OVERRIDE takes only that.
 */
export function resolveLogTarget(
  execConfiguration: ExecConfiguration | null,
  taskDefinition: ObservedTaskDefinition,
  containerName: string,
  place: TaskPlace,
): LogTarget | NoLogTarget {
  const logging = execConfiguration?.logging ?? 'DEFAULT';
  if (logging === 'NONE') {
    return { kind: 'none', because: 'logging-off', otherContainerGroups: [] };
  }
  const sessionKey = sessionKeyOf(execConfiguration?.kmsKeyId ?? null);
  return logging === 'OVERRIDE' && execConfiguration !== null
    ? overrideTarget(execConfiguration, sessionKey, place)
    : defaultTarget(taskDefinition, containerName, sessionKey, place);
}

function overrideTarget(
  configuration: ExecConfiguration,
  sessionKey: SessionKey | null,
  place: TaskPlace,
): LogTarget | NoLogTarget {
  const configuredGroup = blankAsNull(configuration.cloudWatchLogGroupName);
  const bucketName = blankAsNull(configuration.s3BucketName);
  if (configuredGroup === null && bucketName === null) {
    return { kind: 'none', because: 'override-without-target', otherContainerGroups: [] };
  }
  const group = configuredGroup === null ? null : groupAt(configuredGroup, place);
  if (configuredGroup !== null && group === null) {
    return { kind: 'none', because: 'log-group-unreadable', otherContainerGroups: [] };
  }
  return {
    kind: 'target',
    logging: 'OVERRIDE',
    partition: group?.partition ?? place.partition,
    account: group?.account ?? place.account,
    region: group?.region ?? place.region,
    logGroupName: group?.name ?? null,
    encryptionRequired: configuration.cloudWatchEncryptionEnabled,
    bucket:
      bucketName === null
        ? null
        : {
            name: bucketNameOf(bucketName),
            keyPrefix: keyPrefixOf(configuration.s3KeyPrefix ?? ''),
            encryptionRequired: configuration.s3EncryptionEnabled,
          },
    sessionKey,
    otherRegionOption: null,
    otherContainerGroups: [],
  };
}

function defaultTarget(
  taskDefinition: ObservedTaskDefinition,
  containerName: string,
  sessionKey: SessionKey | null,
  place: TaskPlace,
): LogTarget | NoLogTarget {
  const otherContainerGroups = taskDefinition.containers
    .filter((container) => container.name !== containerName)
    .map((container) => awslogsGroup(container, place)?.name)
    .filter((name) => name !== undefined);
  const container = taskDefinition.containers.find((candidate) => candidate.name === containerName);
  if (container === undefined) {
    return { kind: 'none', because: 'container-unknown', otherContainerGroups };
  }
  if (container.logDriver !== 'awslogs') {
    return { kind: 'none', because: 'no-awslogs-driver', otherContainerGroups };
  }
  if (blankAsNull(container.logOptions['awslogs-group'] ?? null) === null) {
    return { kind: 'none', because: 'awslogs-group-missing', otherContainerGroups };
  }
  const group = awslogsGroup(container, place);
  if (group === null) {
    return { kind: 'none', because: 'log-group-unreadable', otherContainerGroups };
  }
  const optionRegion = blankAsNull(container.logOptions['awslogs-region'] ?? null);
  return {
    kind: 'target',
    logging: 'DEFAULT',
    partition: group.partition,
    account: group.account,
    region: group.region,
    logGroupName: group.name,
    encryptionRequired: false,
    bucket: null,
    sessionKey,
    otherRegionOption: optionRegion !== null && optionRegion !== place.region ? optionRegion : null,
    otherContainerGroups,
  };
}

function awslogsGroup(container: ObservedContainerDefinition, place: TaskPlace): GroupPlace | null {
  const configured =
    container.logDriver === 'awslogs' ? blankAsNull(container.logOptions['awslogs-group'] ?? null) : null;
  return configured === null ? null : groupAt(configured, place);
}

interface GroupPlace {
  readonly name: string;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** A group may be configured by name or by ARN; an ARN of another place stays visible, so that it can be refused. */
function groupAt(configured: string, place: TaskPlace): GroupPlace | null {
  const group = logGroupNameOf(configured);
  return group === null
    ? null
    : {
        name: group.name,
        partition: group.partition ?? place.partition,
        account: group.account ?? place.account,
        region: group.region ?? place.region,
      };
}

/** The agent joins prefix and file name with one slash. `/` alone gives a key that begins with one, so it stays, to be refused. */
function keyPrefixOf(configured: string): string {
  return configured.replace(/(.)\/$/, '$1');
}

function bucketNameOf(configured: string): string {
  const arn = parseArn(configured);
  return arn?.service === 's3' ? arn.resource : configured;
}

/** A key's ARN can be granted; a key id and an alias have to be resolved first, and an alias' ARN grants nothing. */
function sessionKeyOf(kmsKeyId: string | null): SessionKey | null {
  const keyId = blankAsNull(kmsKeyId);
  if (keyId === null) {
    return null;
  }
  const arn = parseArn(keyId);
  return arn?.service === 'kms' && arn.resource.startsWith('key/')
    ? { kind: 'arn', arn: keyId }
    : { kind: 'unresolved', keyId };
}

function blankAsNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text;
}
