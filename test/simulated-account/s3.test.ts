import { get } from 'node:http';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createTranscriptReader } from '../../functions/adapters/aws/transcript-reader.ts';
import { readAccountFile } from './account-file.ts';
import type { JsonObject } from './account-state.ts';
import { ACCOUNT, allowing, aRole, clientOf, failureOf, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const Bucket = 'transcripts';
const KEY = 'exec/ecs-execute-command-egv8enfq3l9zptzgnrlq6szeji.log';
const LAST_MODIFIED = '2026-11-20T09:00:00.000Z';
const encryption = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: true }],
};
const object = (Key: string, Size = 7) => ({ Key, Size, LastModified: LAST_MODIFIED, ETag: '"1"' });

const onlyExec = allowing('s3:ListBucket', '*', { Condition: { StringLike: { 's3:prefix': 'exec/*' } } });
const onlyOwn = allowing('s3:ListBucket', '*', { Condition: { StringEquals: { 'aws:ResourceAccount': ACCOUNT } } });

/** A request that no SDK client would send, signed with the operator's key. */
function rawGet(account: SimulatedAccount, target: string, host = '127.0.0.1') {
  const { accessKeyId } = account.credentialsFor('operator');
  const scope = `Credential=${accessKeyId}/20260101/${account.state.region}/s3/aws4_request`;
  const headers = { host, authorization: `AWS4-HMAC-SHA256 ${scope}, Signature=0` };
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    get(`${account.url}${target}`, { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    }).on('error', reject);
  });
}

describe('given the S3 of a simulated account', () => {
  let account: SimulatedAccount;
  let s3: S3Client;

  beforeEach(async () => {
    account = await startSample({
      iam: {
        RoleDetailList: [
          aRole('web-task'),
          aRole('auditor', { onlyExec }),
          aRole('own', { onlyOwn }),
          aRole('repairer', { all: allowing('*') }),
        ],
      },
      s3: {
        [Bucket]: { encryption, objects: [object(`${KEY}.bak`), object(KEY), object('a & <b>')] },
        foreign: { owner: '222222222222', objects: [object(KEY)] },
        plain: {},
      },
    });
    s3 = new S3Client(clientOf(account, roleArn('repairer')));
  });
  afterEach(() => account.close());

  it('lists objects by prefix, in the order of their keys', async () => {
    const { Contents, KeyCount, IsTruncated } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'exec/' }));
    const all = await s3.send(new ListObjectsV2Command({ Bucket }));

    expect([Contents, KeyCount, IsTruncated, all.Contents?.map(({ Key }) => Key)]).toEqual([
      [object(KEY), object(`${KEY}.bak`)].map((one) => ({ ...one, LastModified: new Date(LAST_MODIFIED) })),
      2,
      false,
      ['a & <b>', KEY, `${KEY}.bak`],
    ]);
  });

  it('pages a list', async () => {
    const keys: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken }));
      keys.push(page.Contents?.map(({ Key }) => Key).join());
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);

    expect(keys).toEqual([`a & <b>,${KEY}`, `${KEY}.bak`]);
  });

  it('stores an object once', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'exec/a b.log', Body: 'first' }));
    await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'exec/a b.log', Body: 'second' }));
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'plain' }));

    expect([
      Contents?.map(({ Key, Size, LastModified }) => ({ Key, Size, LastModified })),
      account.stores.objectTexts.get('plain/exec/a b.log'),
    ]).toEqual([[{ Key: 'exec/a b.log', Size: 6, LastModified: expect.any(Date) }], 'second']);
  });

  it('knows a bucket by the host too, as clients name it where they are not told otherwise', async () => {
    const { body } = await rawGet(account, '/?list-type=2&prefix=exec%2F', `${Bucket}.localhost`);
    expect(/<KeyCount>(\d+)/.exec(body)?.[1]).toBe('2');
  });

  it.each([
    ['serves', `/${Bucket}?list-type=2`, 200],
    ['refuses the unknown query of', `/${Bucket}?list-type=2&colour=red`, 400],
    ['does not serve the older list of', `/${Bucket}`, 501],
    ['does not serve the versions of', `/${Bucket}?versions`, 501],
    ['does not serve the buckets beside', '/', 501],
  ])('%s a bucket', async (_, target, status) => {
    expect((await rawGet(account, target)).status).toBe(status);
  });

  it('tells the encryption of a bucket, where it has any', async () => {
    const told = await s3.send(new GetBucketEncryptionCommand({ Bucket }));

    expect([
      told.ServerSideEncryptionConfiguration,
      (await failureOf(s3.send(new GetBucketEncryptionCommand({ Bucket: 'plain' })))).name,
    ]).toEqual([encryption, 'ServerSideEncryptionConfigurationNotFoundError']);
  });

  it("tells a bucket's Region", async () => {
    const { BucketRegion } = await s3.send(new HeadBucketCommand({ Bucket }));
    expect(BucketRegion).toBe('eu-central-1');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['a bucket that is not there', () => s3.send(new ListObjectsV2Command({ Bucket: 'gone' })), 'NoSuchBucket'],
    [
      'the bucket of another account than expected',
      () => s3.send(new ListObjectsV2Command({ Bucket: 'foreign', ExpectedBucketOwner: ACCOUNT })),
      'AccessDenied',
    ],
    ['an object to read', () => s3.send(new GetObjectCommand({ Bucket, Key: KEY })), 'NotImplemented'],
  ])('refuses %s', async (_, call, name) => {
    expect((await failureOf(call())).name).toBe(name);
  });

  it('lets a caller see a foreign bucket if it expects its owner', async () => {
    const command = new ListObjectsV2Command({ Bucket: 'foreign', ExpectedBucketOwner: '222222222222' });
    expect((await s3.send(command)).KeyCount).toBe(1);
  });

  it('asks IAM about the bucket, with the prefix', async () => {
    const auditor = new S3Client(clientOf(account, roleArn('auditor')));
    const denied = await failureOf(auditor.send(new ListObjectsV2Command({ Bucket, Prefix: 'other/' })));

    expect([(await auditor.send(new ListObjectsV2Command({ Bucket, Prefix: 'exec/' }))).KeyCount, denied]).toEqual([
      2,
      {
        name: 'AccessDenied',
        message:
          'User: arn:aws:sts::111111111111:assumed-role/auditor/simulated-session is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::transcripts" because no identity-based policy allows the s3:ListBucket action',
      },
    ]);
  });

  it('tells IAM whose a bucket is', async () => {
    const own = new S3Client(clientOf(account, roleArn('own')));
    const denied = await failureOf(own.send(new ListObjectsV2Command({ Bucket: 'foreign' })));
    expect([(await own.send(new ListObjectsV2Command({ Bucket }))).KeyCount, denied.name]).toEqual([3, 'AccessDenied']);
  });

  it('throttles and denies by its faults', async () => {
    const list = () => failureOf(s3.send(new ListObjectsV2Command({ Bucket })));
    const names: string[] = [];
    for (const kind of ['throttle', 'access-denied'] as const) {
      account.faults.add({ service: 's3', operation: 'ListObjectsV2', kind, times: 1 });
      names.push((await list()).name);
    }
    expect([names, account.calls.map(({ operation, outcome }) => [operation, outcome])]).toEqual([
      ['SlowDown', 'AccessDenied'],
      [
        ['ListObjectsV2', 'throttle'],
        ['ListObjectsV2', 'AccessDenied'],
      ],
    ]);
  });

  it.each([
    [
      'an object of exactly this key',
      { bucketName: Bucket, key: KEY },
      { kind: 'read', value: { sizeBytes: 7, lastModifiedAt: LAST_MODIFIED } },
    ],
    ['no object of this key', { bucketName: Bucket, key: `${KEY}.b` }, { kind: 'absent' }],
    ['no bucket', { bucketName: 'gone', key: KEY }, { kind: 'absent' }],
    [
      'a bucket of another account',
      { bucketName: 'foreign', key: KEY },
      { kind: 'unreadable', because: 's3:ListBucket is not permitted (AccessDenied)' },
    ],
  ])('shows our reader %s', async (_, query, reading) => {
    const client = clientOf(account, roleArn('auditor'));
    const reader = createTranscriptReader(new CloudWatchLogsClient(client), new S3Client(client), { account: ACCOUNT });
    expect(await reader.findObject(query)).toEqual(reading);
  });
});

describe('given the buckets of an account file', () => {
  const bucket = (section: JsonObject) => readAccountFile({ s3: { b: section } }).s3.get('b');

  it.each<[string, JsonObject]>([
    [
      'as whole outputs',
      {
        encryption: { ServerSideEncryptionConfiguration: encryption },
        objects: { Contents: [object('k')], IsTruncated: false },
      },
    ],
    ['as their insides', { encryption, objects: [object('k')] }],
  ])('reads encryption and objects %s', (_, section) => {
    expect(bucket(section)).toEqual({
      encryption,
      objects: [{ ...object('k'), LastModified: new Date(LAST_MODIFIED) }],
    });
  });

  it.each<[string, JsonObject, string]>([
    [
      'objects that are no list',
      { objects: 'x' },
      's3.b.objects: expected a list, or the CLI\'s output with "Contents", got "x"',
    ],
    [
      'a first page',
      { objects: { Contents: [], IsTruncated: true } },
      's3.b.objects.IsTruncated: expected the last page (capture all pages), got true',
    ],
    [
      'an object without a key',
      { objects: [{ Size: 1 }] },
      's3.b.objects[0].Key: expected a non-empty string, got nothing',
    ],
    ['an owner that is no account', { owner: 'me' }, 's3.b.owner: expected twelve digits as text, got "me"'],
    [
      'an encryption that is none',
      { encryption: true },
      's3.b.encryption: expected an object (ServerSideEncryptionConfiguration), got true',
    ],
  ])('refuses %s', (_, section, message) => {
    expect(() => bucket(section)).toThrow(expect.objectContaining({ name: 'AccountFileError', message }));
  });
});
