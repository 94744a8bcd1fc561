import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import { GetBucketEncryptionCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Reading } from '../../domain/observation.ts';
import { type Printed, printed } from './capture-json.ts';
import { ABSENT, errorName, read, readingOf } from './errors.ts';
import { parsedDocument } from './iam-role.ts';
import { allPages } from './lots.ts';

const MAX_GROUP_PAGES = 5;
/** 500 sessions' streams of one group. */
const MAX_STREAM_PAGES = 10;

interface CapturedStreams {
  readonly streams: readonly Printed[];
  /** False where there are more than are captured. */
  readonly complete: boolean;
}

/** Log groups and the streams of exec sessions in them, as the CLI prints them. */
export function createLogsCapture(client: CloudWatchLogsClient) {
  return {
    logGroup: (name: string): Promise<Reading<Printed>> =>
      readingOf(logGroup(client, name), { call: 'logs:DescribeLogGroups' }),
    execStreams: (group: string): Promise<Reading<CapturedStreams>> =>
      readingOf(execStreams(client, group).then(read), {
        call: 'logs:DescribeLogStreams',
        absent: ['ResourceNotFound'],
      }),
  };
}

async function logGroup(client: CloudWatchLogsClient, name: string): Promise<Reading<Printed>> {
  let nextToken: string | undefined;
  // AWS sorts groups by name, so the one asked for comes first among those that begin with its name.
  for (let page = 0; page < MAX_GROUP_PAGES; page += 1) {
    const answer = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 50, nextToken }));
    const found = answer.logGroups?.find((group) => group.logGroupName === name);
    if (found !== undefined) return read(printed(found));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return ABSENT;
  }
  return ABSENT;
}

async function execStreams(client: CloudWatchLogsClient, group: string): Promise<CapturedStreams> {
  const streams: Printed[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_STREAM_PAGES; page += 1) {
    const answer = await client.send(
      new DescribeLogStreamsCommand({ logGroupName: group, logStreamNamePrefix: 'ecs-execute-command-', nextToken }),
    );
    streams.push(...(answer.logStreams ?? []).map(printed));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return { streams, complete: true };
  }
  return { streams, complete: false };
}

/** Encryption of the account's own buckets; `account` is the account that the credentials are of. */
export function createBucketCapture(client: S3Client, account: string) {
  const encryption = async (bucket: string): Promise<Reading<Printed>> => {
    try {
      const answer = await client.send(
        new GetBucketEncryptionCommand({ Bucket: bucket, ExpectedBucketOwner: account }),
      );
      return read({ encryption: printed(answer) });
    } catch (error) {
      if (errorName(error) === 'ServerSideEncryptionConfigurationNotFoundError') return read({});
      throw error;
    }
  };
  return {
    bucket: (name: string) =>
      readingOf(encryption(name), {
        call: 's3:GetEncryptionConfiguration',
        absent: ['NoSuchBucket'],
        unreadable: ['AllAccessDisabled', 'PermanentRedirect', 'AuthorizationHeaderMalformed', 'InvalidBucketName'],
      }),
  };
}

/** A key's ARN with what the account file says of it. */
export interface CapturedKey {
  readonly arn: string;
  readonly key: Printed;
  /** The policy, or the aliases, could not be read. */
  readonly partial: string | null;
}

/** KMS keys by id, alias or ARN. */
export function createKeyCapture(client: KMSClient) {
  const bad = ['InvalidArn', 'Validation', 'ValidationError'];
  const capture = async (keyId: string): Promise<Reading<CapturedKey>> => {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
    const arn = KeyMetadata?.Arn;
    if (KeyMetadata === undefined || arn === undefined) return ABSENT;
    const [policy, aliases] = await Promise.all([
      readingOf(policyOf(client, arn).then(read), { call: 'kms:GetKeyPolicy', absent: ['NotFound'], unreadable: bad }),
      readingOf(aliasesOf(client, arn).then(read), { call: 'kms:ListAliases', absent: ['NotFound'], unreadable: bad }),
    ]);
    const refused = [policy, aliases].find((reading) => reading.kind === 'unreadable');
    const { Description: _, ...metadata } = KeyMetadata;
    return read({
      arn,
      key: {
        metadata: printed(metadata),
        ...(policy.kind === 'read' ? { policy: policy.value } : {}),
        ...(aliases.kind === 'read' ? { aliases: aliases.value } : {}),
      },
      partial: refused?.kind === 'unreadable' ? refused.because : null,
    });
  };
  return {
    key: (keyId: string) =>
      readingOf(capture(keyId), { call: 'kms:DescribeKey', absent: ['NotFound'], unreadable: bad }),
  };
}

async function policyOf(client: KMSClient, arn: string): Promise<unknown> {
  const { Policy = '' } = await client.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }));
  return parsedDocument(Policy) ?? Policy;
}

async function aliasesOf(client: KMSClient, arn: string): Promise<readonly string[]> {
  return allPages(async (Marker) => {
    const answer = await client.send(new ListAliasesCommand({ KeyId: arn, Marker }));
    return {
      items: (answer.Aliases ?? []).flatMap(({ AliasName }) => AliasName ?? []),
      next: answer.Truncated === true ? answer.NextMarker : undefined,
    };
  });
}
