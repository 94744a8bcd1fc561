import { createHash } from 'node:crypto';
import type {
  GetBucketEncryptionOutput,
  GetBucketEncryptionRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  PutObjectOutput,
  PutObjectRequest,
  _Object as S3Object,
} from '@aws-sdk/client-s3';
import { GetBucketEncryption$, HeadBucket$, ListObjectsV2$, PutObject$ } from '@aws-sdk/client-s3';
import type { AccountRuntime } from '../account-runtime.ts';
import type { AccountBucket } from '../account-state.ts';
import { type Demand, operation, page, type Service, ServiceError } from '../service.ts';
import { dataKeyDemands, refuseUnusableBucketKey } from './s3-bucket-key.ts';

interface OnBucket {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** A bucket's ARN names neither Region nor account. */
const bucketArn = (runtime: AccountRuntime, name = '') => `arn:${runtime.state.partition}:s3:::${name}`;

/** The bucket, if there is one and it belongs to whom the caller expects. */
function bucketOf(runtime: AccountRuntime, { Bucket = '', ExpectedBucketOwner }: OnBucket): AccountBucket {
  const bucket = runtime.state.s3.get(Bucket);
  if (bucket === undefined) throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== (bucket.owner ?? runtime.state.account)) {
    throw new ServiceError('AccessDenied', 'Access Denied', 403);
  }
  return bucket;
}

/** The permission on a bucket, or on an object in it; policies may ask whose it is. */
function demandOn(
  runtime: AccountRuntime,
  bucket: string | undefined,
  demand: Omit<Demand, 'resource'>,
  key?: string,
): Demand {
  const { owner } = runtime.state.s3.get(bucket ?? '') ?? {};
  return {
    ...demand,
    resource: key === undefined ? bucketArn(runtime, bucket) : `${bucketArn(runtime, bucket)}/${key}`,
    context: { ...demand.context, ...(owner === undefined ? {} : { 'aws:ResourceAccount': owner }) },
  };
}

const bucketName = ({ Bucket }: OnBucket) => ({ bucketName: Bucket });

/** S3 sorts keys by their UTF-8 bytes. */
const byKey = (a: S3Object, b: S3Object) => Buffer.compare(Buffer.from(a.Key ?? ''), Buffer.from(b.Key ?? ''));

const listObjects = operation<ListObjectsV2Request, ListObjectsV2Output>(ListObjectsV2$, {
  recording: 'never',
  demands: ({ Bucket, Prefix, MaxKeys }, { runtime }) => [
    demandOn(runtime, Bucket, {
      action: 's3:ListBucket',
      context: {
        ...(Prefix === undefined ? {} : { 's3:prefix': Prefix }),
        ...(MaxKeys === undefined ? {} : { 's3:max-keys': String(MaxKeys) }),
      },
    }),
  ],
  run: (input, { runtime }) => {
    const { Bucket, Prefix = '', MaxKeys, ContinuationToken, StartAfter = '' } = input;
    const objects = [...(bucketOf(runtime, input).objects ?? [])]
      .filter(({ Key = '' }) => Key.startsWith(Prefix) && (StartAfter === '' || Key > StartAfter))
      .sort(byKey);
    const invalid = () => new ServiceError('InvalidArgument', 'The continuation token provided is incorrect');
    const limit = runtime.pageLimit(MaxKeys, 1000);
    const { items, next } = page(objects, ContinuationToken, limit, invalid);
    return {
      Name: Bucket,
      Prefix,
      MaxKeys: limit,
      KeyCount: items.length,
      IsTruncated: next !== undefined,
      ...(next === undefined ? {} : { NextContinuationToken: next }),
      Contents: items,
    };
  },
});

const putObject = operation<PutObjectRequest, PutObjectOutput>(PutObject$, {
  recording: 'data',
  bucketOf: ({ Bucket }) => Bucket,
  recordedRequest: ({ Bucket, Key, ACL }) => ({
    bucketName: Bucket,
    key: Key,
    ...(ACL === undefined ? {} : { 'x-amz-acl': ACL }),
  }),
  demands: (input, { runtime }) => [demandOn(runtime, input.Bucket, {}, input.Key), ...dataKeyDemands(runtime, input)],
  run: (input, { runtime, now, body }) => {
    const { Bucket, Key = '', StorageClass = 'STANDARD' } = input;
    const bucket = bucketOf(runtime, input);
    refuseUnusableBucketKey(runtime, input);
    const ETag = `"${createHash('md5').update(body).digest('hex')}"`;
    const object = { Key, LastModified: now, ETag, Size: Buffer.byteLength(body), StorageClass };
    bucket.objects = [...(bucket.objects ?? []).filter((known) => known.Key !== Key), object];
    runtime.stores.objectTexts.set(`${Bucket}/${Key}`, body);
    return { ETag };
  },
});

const getBucketEncryption = operation<GetBucketEncryptionRequest, GetBucketEncryptionOutput>(GetBucketEncryption$, {
  demands: ({ Bucket }, { runtime }) => [demandOn(runtime, Bucket, { action: 's3:GetEncryptionConfiguration' })],
  recordedRequest: bucketName,
  run: (input, { runtime }) => {
    const { encryption } = bucketOf(runtime, input);
    if (encryption === undefined) {
      throw new ServiceError(
        'ServerSideEncryptionConfigurationNotFoundError',
        'The server side encryption configuration was not found',
        404,
      );
    }
    return { ServerSideEncryptionConfiguration: encryption };
  },
});

const headBucket = operation<HeadBucketRequest, HeadBucketOutput>(HeadBucket$, {
  recording: 'never',
  demands: ({ Bucket }, { runtime }) => [demandOn(runtime, Bucket, { action: 's3:ListBucket' })],
  run: (input, { runtime }) => {
    bucketOf(runtime, input);
    return { BucketRegion: runtime.state.region };
  },
});

/** What the session's agent calls and what an auditor may ask. It gives no object's text away. */
export const s3: Service = {
  signingName: 's3',
  iamPrefix: 's3',
  protocol: 'rest-xml',
  namespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  eventSource: 's3.amazonaws.com',
  throttling: { code: 'SlowDown', status: 503 },
  recordsDeniedRequests: true,
  operations: [listObjects, putObject, getBucketEncryption, headBucket],
};
