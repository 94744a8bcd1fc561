/**
 * Builders for what is no denied delivery of a session: the agent's other calls, on a cluster that sends transcripts encrypted into
 * a group and a bucket, and a log router whose output stands in the task definition.
 */
import type { CompanionCall, Denial } from '../../functions/domain/denial.ts';
import type {
  ExecConfiguration,
  Observation,
  ObservedContainerDefinition,
  ObservedKey,
  ObservedTaskDefinition,
} from '../../functions/domain/observation.ts';
import {
  ACCOUNT,
  aCluster,
  aContainer,
  aDenial,
  aLogGroup,
  anExecConfiguration,
  anExecSession,
  aTaskDefinition,
  GROUP,
  REGION,
  read,
  rules,
  SESSION_ID,
} from './builders.ts';
import { aWorld, type World } from './world.ts';

export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const BUCKET_KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/mrk-0123456789abcdef`;
export const BUCKET = 'transcripts-1';
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
export const ROUTER_GROUP = '/ecs/logs/sample-test';

/** The statement with which KMS begins every key policy: IAM decides. */
export function delegatingTo(account: string, partition = 'aws'): unknown {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  };
}

/** A customer's key whose policy leaves it to IAM. */
export function aKey(overrides: Partial<ObservedKey> = {}): ObservedKey {
  return {
    keyArn: KEY_ARN,
    managedBy: 'customer',
    enabled: true,
    policy: read(delegatingTo(ACCOUNT)),
    ...overrides,
  };
}

const COMPANION_DENIALS: Readonly<Record<CompanionCall, Partial<Denial>>> = {
  'describe-log-groups': {
    action: 'logs:DescribeLogGroups',
    resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group::log-stream:`,
  },
  'bucket-encryption': { action: 's3:GetEncryptionConfiguration', resource: BUCKET_ARN },
  'session-key': { action: 'kms:Decrypt', resource: KEY_ARN },
  object: { action: 's3:PutObject', resource: `${BUCKET_ARN}/exec/${SESSION_ID}.log` },
};

/** The SSM agent was denied another call than the delivery, 30 seconds into the session. */
export function aCompanionDenial(companion: CompanionCall, overrides: Partial<Denial> = {}): Denial {
  return {
    ...aDenial({ logGroupName: null, logStreamName: null, source: 'other' }),
    ...COMPANION_DENIALS[companion],
    eventTime: '2023-02-11T06:30:30Z',
    companion,
    ...overrides,
  };
}

/** OVERRIDE with group, bucket and session key, everything encrypted. */
export function anEncryptedConfiguration(overrides: Partial<ExecConfiguration> = {}): ExecConfiguration {
  return anExecConfiguration({
    logging: 'OVERRIDE',
    cloudWatchLogGroupName: GROUP,
    cloudWatchEncryptionEnabled: true,
    s3BucketName: BUCKET,
    s3KeyPrefix: 'exec',
    s3EncryptionEnabled: true,
    kmsKeyId: KEY_ARN,
    ...overrides,
  });
}

/** What was read where the cluster is configured so, and the bucket encrypts with a key of the customer's. */
export function encryptedReadings(configuration: Partial<ExecConfiguration> = {}): Partial<Observation> {
  return {
    session: read(anExecSession()),
    cluster: read(aCluster({ execConfiguration: anEncryptedConfiguration(configuration) })),
    sessionKey: read(aKey()),
    bucketEncryption: read({ algorithm: 'aws:kms', keyId: BUCKET_KEY_ARN }),
    bucketKey: read(aKey({ keyArn: BUCKET_KEY_ARN })),
  };
}

/** Rules that list every bucket and key. */
export const listingAll = { buckets: { allow: ['*'] }, keys: { allow: ['*'] } };

/** A world in which every guardrail of a companion's denial holds, with what a test changes. */
export function aCompanionWorld(
  companion: CompanionCall,
  observed: Partial<Observation> = {},
  overrides: Partial<Omit<World, 'observation'>> = {},
): World {
  const denial = aCompanionDenial(companion);
  return aWorld({ ...encryptedReadings(), ...observed }, { denial, rules: rules(listingAll), ...overrides });
}

/** Fluent Bit was denied a router's call. */
export function aRouterDenial(overrides: Partial<Denial> = {}): Denial {
  return aDenial({ logGroupName: ROUTER_GROUP, logStreamName: 'webapp', source: 'firelens', ...overrides });
}

/** A container whose logs go through the router, to CloudWatch Logs. */
export function aRoutedContainer(
  options: Readonly<Record<string, string>> = {},
  overrides: Partial<ObservedContainerDefinition> = {},
): ObservedContainerDefinition {
  const logOptions = { Name: 'cloudwatch_logs', region: REGION, log_group_name: ROUTER_GROUP, ...options };
  return aContainer({ name: 'webapp', logDriver: 'awsfirelens', logOptions, ...overrides });
}

/** The router itself; its own output goes elsewhere. */
export const LOG_ROUTER = aContainer({ name: 'log_router', router: { type: 'fluentbit' } });

/** A task definition with a log router, by default beside one container that writes through it. */
export function aRouterTaskDefinition(
  containers: readonly ObservedContainerDefinition[] = [aRoutedContainer()],
  overrides: Partial<ObservedTaskDefinition> = {},
): ObservedTaskDefinition {
  return aTaskDefinition({ containers: [LOG_ROUTER, ...containers], ...overrides });
}

/** A world in which every guardrail of a router's denial holds, with what a test changes. */
export function aRouterWorld(
  observed: Partial<Observation> = {},
  overrides: Partial<Omit<World, 'observation'>> = {},
): World {
  return aWorld(
    {
      taskDefinition: read(aRouterTaskDefinition()),
      logGroup: read(aLogGroup({ name: ROUTER_GROUP })),
      session: { kind: 'absent' },
      ...observed,
    },
    { denial: aRouterDenial(), rules: rules({ fireLens: { mode: 'attach' } }), ...overrides },
  );
}
