import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createCallHistory } from '../adapters/aws/call-history.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import type { PaceOptions } from '../adapters/aws/pace.ts';
import { createSessionLifetimes } from '../adapters/aws/session-lifetimes.ts';
import { createTranscriptReader } from '../adapters/aws/transcript-reader.ts';
import { type Connection, createAwsReaders } from './aws-readers.ts';

/** Everybody who looks at the history shares its rate, which is low: throttling is waited out, and seldom ends a run. */
const HISTORY_ATTEMPTS = 8;

/** One Region's readers for the audit of sessions, over the adapters that the auditor uses. `pace` is that of CloudTrail's history. */
export function createAuditReaders(connection: Connection, account: string, pace: PaceOptions) {
  const configuration = { ...connection, ...clientSettings() };
  const { ecs, logGroups } = createAwsReaders(connection, pace.requestsPerSecond);
  return {
    ecs,
    logGroups,
    transcripts: createTranscriptReader(
      new CloudWatchLogsClient(configuration),
      // A loopback address has no bucket before it.
      new S3Client({ ...configuration, ...(connection.endpoint === undefined ? {} : { forcePathStyle: true }) }),
      { account },
    ),
    lifetimes: createSessionLifetimes(new SSMClient(configuration)),
    history: createCallHistory(new CloudTrailClient({ ...connection, ...clientSettings(HISTORY_ATTEMPTS) }), pace),
  };
}
