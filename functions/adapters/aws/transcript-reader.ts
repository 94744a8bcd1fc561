import { type CloudWatchLogsClient, DescribeLogStreamsCommand, type LogStream } from '@aws-sdk/client-cloudwatch-logs';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Reading } from '../../domain/observation.ts';
import type { ObservedObject, ObservedStream, TranscriptReader } from '../../ports.ts';
import { ABSENT, read, readingOf, unreadable } from './errors.ts';

/** AWS sorts streams by name, so the one asked for comes first among those that begin with its name. */
const MAX_PAGES = 5;

/** Refused for good: the bucket is switched off, lies in another Region, or its name is none. */
const BUCKET_UNREADABLE = [
  'AllAccessDisabled',
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'InvalidBucketName',
];

/**
 * The transcripts of this account and Region, by `logs:DescribeLogStreams` and `s3:ListBucket`. Neither permission shows a word of
 * a transcript. A bucket of another account than `account` is unreadable: whoever owns it could show any object.
 */
export function createTranscriptReader(
  logs: CloudWatchLogsClient,
  s3: S3Client,
  { account }: { readonly account: string },
): TranscriptReader {
  return {
    findStream: ({ logGroupName, logStreamName }) =>
      readingOf(askForStream(logs, logGroupName, logStreamName), {
        call: 'logs:DescribeLogStreams',
        absent: ['ResourceNotFound'],
      }),
    findObject: ({ bucketName, key }) =>
      readingOf(askForObject(s3, { bucketName, key, account }), {
        call: 's3:ListBucket',
        absent: ['NoSuchBucket'],
        unreadable: BUCKET_UNREADABLE,
      }),
  };
}

async function askForStream(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  logStreamName: string,
): Promise<Reading<ObservedStream>> {
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: logStreamName, nextToken }),
    );
    const found = answer.logStreams?.find((stream) => stream.logStreamName === logStreamName);
    if (found !== undefined) return read(observedStream(found));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return ABSENT;
  }
  return unreadable(`more than ${MAX_PAGES} pages of log streams begin with this name`);
}

function observedStream({ creationTime, firstEventTimestamp, lastIngestionTime }: LogStream): ObservedStream {
  return {
    createdAt: timeOf(creationTime),
    firstEventAt: timeOf(firstEventTimestamp),
    lastIngestedAt: timeOf(lastIngestionTime),
  };
}

/** Times of CloudWatch Logs are milliseconds. */
function timeOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}

async function askForObject(
  s3: S3Client,
  { bucketName, key, account }: { readonly bucketName: string; readonly key: string; readonly account: string },
): Promise<Reading<ObservedObject>> {
  // S3 sorts by key: if there is an object of exactly this key, it is the first that begins with it.
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucketName, Prefix: key, MaxKeys: 1, ExpectedBucketOwner: account }),
  );
  const found = Contents.find((object) => object.Key === key);
  if (found === undefined) return ABSENT;
  if (found.LastModified === undefined) return unreadable('S3 shows the object without the time of its last change');
  return read({ sizeBytes: found.Size ?? 0, lastModifiedAt: found.LastModified.toISOString() });
}
