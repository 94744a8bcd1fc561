import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Digest } from '../../domain/canonical.ts';
import type {
  CallHistory,
  EcsReader,
  IamReader,
  LogGroupReader,
  SessionLifetimes,
  TrailReader,
  TranscriptReader,
} from '../../ports.ts';
import { createCallHistory } from './call-history.ts';
import { bucketAddressing } from './client-settings.ts';
import { createEcsReader } from './ecs-reader.ts';
import { createLogGroupReader } from './log-group-reader.ts';
import type { PaceOptions } from './pace.ts';
import type { PlaceConfiguration } from './place-readers.ts';
import { createRepairReader, type PreparedGroups } from './repair-way.ts';
import { createSessionLifetimes } from './session-lifetimes.ts';
import { readTrails } from './trail-reader.ts';
import { createTranscriptReader } from './transcript-reader.ts';

export interface AuditReaderOptions {
  /** CloudTrail counts requests for each account and Region: each place has a pace of its own. */
  readonly pace: PaceOptions;
  readonly digest: Digest;
  readonly preparedGroups: PreparedGroups;
  /** `AWS_ENDPOINT_URL`. */
  readonly endpoint: string | undefined;
}

/** All that an audit reads in one account and Region. It sees that transcripts are there, and cannot read them. */
export interface AuditReaders {
  readonly lifetimes: SessionLifetimes;
  readonly history: CallHistory;
  readonly trails: TrailReader;
  readonly logGroups: LogGroupReader;
  readonly ecs: EcsReader;
  readonly iam: IamReader;
  /** A transcript in a bucket of another account than this one proves nothing. */
  readonly transcriptsOf: (account: string) => TranscriptReader;
}

/** The auditor's readers of one place, with clients of their own. */
export function createAuditReaders(
  configuration: PlaceConfiguration,
  { pace, digest, preparedGroups, endpoint }: AuditReaderOptions,
): AuditReaders {
  const cloudTrail = new CloudTrailClient(configuration);
  const logs = new CloudWatchLogsClient(configuration);
  const s3 = new S3Client({ ...configuration, ...bucketAddressing(endpoint) });
  return {
    lifetimes: createSessionLifetimes(new SSMClient(configuration)),
    history: createCallHistory(cloudTrail, pace),
    trails: {
      listTrails: async () =>
        readTrails((region) => new CloudTrailClient({ ...configuration, region }), await cloudTrail.config.region()),
    },
    logGroups: createLogGroupReader(logs),
    ecs: createEcsReader(new ECSClient(configuration)),
    iam: createRepairReader(new IAMClient(configuration), digest, preparedGroups),
    transcriptsOf: (account) => createTranscriptReader(logs, s3, { account }),
  };
}
