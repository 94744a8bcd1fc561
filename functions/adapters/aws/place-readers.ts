import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { Digest } from '../../domain/canonical.ts';
import type {
  BucketReader,
  EcsReader,
  IamReader,
  KeyReader,
  LogGroupReader,
  SessionHistory,
  StackDeletions,
  StackReader,
} from '../../ports.ts';
import { createBucketReader } from './bucket-reader.ts';
import { bucketAddressing, type ClientSettings } from './client-settings.ts';
import { createEcsReader } from './ecs-reader.ts';
import { createKeyReader } from './key-reader.ts';
import { createLogGroupReader } from './log-group-reader.ts';
import type { SessionProvider } from './member-credentials.ts';
import type { PaceOptions } from './pace.ts';
import { createRepairReader, type PreparedGroups } from './repair-way.ts';
import { createSessionHistory } from './session-history.ts';
import { createStackReader } from './stack-reader.ts';

/** What the clients of one place are built with; Region and credentials are absent where they are the function's own. */
export interface PlaceConfiguration extends ClientSettings {
  readonly region?: string;
  readonly credentials?: SessionProvider;
}

export interface PlaceReaderOptions {
  /** CloudTrail counts requests for each account and Region: each place has a pace of its own. */
  readonly pace: PaceOptions;
  readonly digest: Digest;
  /** What roles are read for besides; without it, inline policies alone. */
  readonly preparedGroups?: PreparedGroups;
  /** `AWS_ENDPOINT_URL`. */
  readonly endpoint: string | undefined;
}

/** All that is read about a denial in its own account and Region. */
export interface PlaceReaders {
  readonly history: SessionHistory;
  readonly ecs: EcsReader;
  readonly iam: IamReader;
  readonly stacks: StackReader & StackDeletions;
  readonly logGroups: LogGroupReader;
  readonly keys: KeyReader;
  /** A bucket of another account than this one is not read. */
  readonly bucketsOf: (account: string) => BucketReader;
}

/** The readers of one place, with clients of their own. What its credentials may not read is unreadable, one by one. */
export function createPlaceReaders(
  configuration: PlaceConfiguration,
  { pace, digest, preparedGroups, endpoint }: PlaceReaderOptions,
): PlaceReaders {
  const s3 = new S3Client({ ...configuration, ...bucketAddressing(endpoint) });
  return {
    history: createSessionHistory(new CloudTrailClient(configuration), { ...pace, windowMilliseconds: 60_000 }),
    ecs: createEcsReader(new ECSClient(configuration)),
    iam: createRepairReader(new IAMClient(configuration), digest, preparedGroups),
    stacks: createStackReader(new CloudFormationClient(configuration)),
    logGroups: createLogGroupReader(new CloudWatchLogsClient(configuration)),
    keys: createKeyReader(new KMSClient(configuration)),
    bucketsOf: (account) => createBucketReader(s3, { account }),
  };
}
