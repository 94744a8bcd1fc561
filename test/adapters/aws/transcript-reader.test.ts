import { CloudWatchLogsClient, DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createTranscriptReader } from '../../../functions/adapters/aws/transcript-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const SESSION = 'ecs-execute-command-egv8enfq3l9zptzgnrlq6szeji';
const GROUP = '/ecs/web/app';
const KEY = `exec/${SESSION}.log`;

const logsClient = new CloudWatchLogsClient(CLIENT);
const s3Client = new S3Client(CLIENT);
const logs = mockClient(logsClient);
const s3 = mockClient(s3Client);
const reader = createTranscriptReader(logsClient, s3Client, { account: '111111111111' });
const findStream = () => reader.findStream({ logGroupName: GROUP, logStreamName: SESSION });
const findObject = () => reader.findObject({ bucketName: 'transcripts', key: KEY });

beforeEach(() => {
  logs.reset();
  s3.reset();
});

describe('given a log stream of the session', () => {
  it('finds the one of exactly this name on a later page', async () => {
    logs
      .on(DescribeLogStreamsCommand)
      .resolvesOnce({ logStreams: [{ logStreamName: `${SESSION}-2` }, {}], nextToken: 'page-2' })
      .resolvesOnce({
        logStreams: [
          {
            logStreamName: SESSION,
            creationTime: Date.parse('2026-11-20T09:00:00Z'),
            firstEventTimestamp: Date.parse('2026-11-20T09:00:01Z'),
            lastIngestionTime: Date.parse('2026-11-20T09:00:02Z'),
          },
        ],
        nextToken: 'page-3',
      });
    await expect(findStream()).resolves.toEqual({
      kind: 'read',
      value: {
        createdAt: '2026-11-20T09:00:00.000Z',
        firstEventAt: '2026-11-20T09:00:01.000Z',
        lastIngestedAt: '2026-11-20T09:00:02.000Z',
      },
    });
    const first = { logGroupName: GROUP, logStreamNamePrefix: SESSION };
    expect(logs.commandCalls(DescribeLogStreamsCommand).map(({ args: [command] }) => command.input)).toEqual([
      first,
      { ...first, nextToken: 'page-2' },
    ]);
  });

  it('knows no times of a stream in which nothing was written', async () => {
    logs.on(DescribeLogStreamsCommand).resolves({ logStreams: [{ logStreamName: SESSION }] });
    await expect(findStream()).resolves.toEqual({
      kind: 'read',
      value: { createdAt: null, firstEventAt: null, lastIngestedAt: null },
    });
  });
});

describe('given no log stream of the session', () => {
  it('is absent where only longer names begin with it', async () => {
    logs.on(DescribeLogStreamsCommand).resolves({ logStreams: [{ logStreamName: `${SESSION}-2` }] });
    await expect(findStream()).resolves.toEqual({ kind: 'absent' });
  });

  it.each([
    [5, { kind: 'unreadable', because: 'more than 5 pages of log streams begin with this name' }],
    [4, { kind: 'absent' }],
  ])('with %d pages before the last one', async (pages, reading) => {
    logs.on(DescribeLogStreamsCommand).resolves({ logStreams: [] });
    const paged = [...new Array<undefined>(pages)].reduce(
      (stub) => stub.resolvesOnce({ logStreams: [], nextToken: 'more' }),
      logs.on(DescribeLogStreamsCommand),
    );
    paged.resolves({ logStreams: [] });
    await expect(findStream()).resolves.toEqual(reading);
  });

  it.each([
    ['ResourceNotFoundException', { kind: 'absent' }],
    [
      'AccessDeniedException',
      { kind: 'unreadable', because: 'logs:DescribeLogStreams is not permitted (AccessDenied)' },
    ],
  ])('reads %s', async (name, reading) => {
    logs.on(DescribeLogStreamsCommand).rejects(awsError(name));
    await expect(findStream()).resolves.toEqual(reading);
  });

  it('throws throttling', async () => {
    logs.on(DescribeLogStreamsCommand).rejects(awsError('ThrottlingException'));
    await expect(findStream()).rejects.toThrow('synthetic');
  });
});

describe('given a bucket', () => {
  it('finds the object of exactly this key with one request, in a bucket of this account', async () => {
    s3.on(ListObjectsV2Command).resolves({
      Contents: [{ Key: KEY, Size: 42, LastModified: new Date('2026-11-20T09:00:00Z') }],
      IsTruncated: true,
    });
    await expect(findObject()).resolves.toEqual({
      kind: 'read',
      value: { sizeBytes: 42, lastModifiedAt: '2026-11-20T09:00:00.000Z' },
    });
    expect(s3.commandCalls(ListObjectsV2Command).map(({ args: [command] }) => command.input)).toEqual([
      { Bucket: 'transcripts', Prefix: KEY, MaxKeys: 1, ExpectedBucketOwner: '111111111111' },
    ]);
  });

  it.each([
    ['an empty object', { Key: KEY, LastModified: new Date(0) }, 0],
    ['a size of one', { Key: KEY, Size: 1, LastModified: new Date(0) }, 1],
  ])('tells the size of %s', async (_, object, sizeBytes) => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [object] });
    await expect(findObject()).resolves.toEqual({
      kind: 'read',
      value: { sizeBytes, lastModifiedAt: '1970-01-01T00:00:00.000Z' },
    });
  });

  it.each([
    ['nothing', {}, { kind: 'absent' }],
    ['a longer key', { Contents: [{ Key: `${KEY}.bak`, LastModified: new Date(0) }] }, { kind: 'absent' }],
    [
      'an object without its time',
      { Contents: [{ Key: KEY, Size: 1 }] },
      { kind: 'unreadable', because: 'S3 shows the object without the time of its last change' },
    ],
  ])('reads %s', async (_, answer, reading) => {
    s3.on(ListObjectsV2Command).resolves(answer);
    await expect(findObject()).resolves.toEqual(reading);
  });

  it.each([
    ['NoSuchBucket', { kind: 'absent' }],
    ['AccessDenied', { kind: 'unreadable', because: 's3:ListBucket is not permitted (AccessDenied)' }],
    ['PermanentRedirect', { kind: 'unreadable', because: 's3:ListBucket failed (PermanentRedirect)' }],
  ])('reads %s', async (name, reading) => {
    s3.on(ListObjectsV2Command).rejects(awsError(name));
    await expect(findObject()).resolves.toEqual(reading);
  });

  it('throws throttling', async () => {
    s3.on(ListObjectsV2Command).rejects(awsError('SlowDown'));
    await expect(findObject()).rejects.toThrow('synthetic');
  });
});
