import type { PutObjectRequest } from '@aws-sdk/client-s3';
import type { AccountRuntime } from '../account-runtime.ts';
import { type Demand, ServiceError } from '../service.ts';
import { keyMetadataOf, refuseUnusableKey, resolvedKeyArn } from './kms.ts';

type Upload = Pick<PutObjectRequest, 'Bucket' | 'ServerSideEncryption' | 'SSEKMSKeyId'>;

/**
 * The key of a customer with which S3 encrypts an upload: the request's own wish comes before the bucket's default. Null where S3 uses
 * its own keys or AWS's `aws/s3`, which ask nothing of the caller.
 */
function customerKeyArn(runtime: AccountRuntime, { Bucket = '', ...wish }: Upload): string | null {
  const rule = runtime.state.s3.get(Bucket)?.encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const algorithm = wish.ServerSideEncryption ?? rule?.SSEAlgorithm;
  const keyId = wish.SSEKMSKeyId ?? (wish.ServerSideEncryption === undefined ? rule?.KMSMasterKeyID : undefined);
  if (!algorithm?.startsWith('aws:kms') || keyId === undefined || keyId === '') return null;
  const arn = resolvedKeyArn(runtime, keyId);
  return keyMetadataOf(runtime, arn)?.KeyManager === 'AWS' ? null : arn;
}

/** What an upload needs of KMS: the caller's own permission, asked through S3. */
export function dataKeyDemands(runtime: AccountRuntime, upload: Upload): readonly Demand[] {
  const { partition, region, account } = runtime.state;
  const resource = customerKeyArn(runtime, upload);
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const context = {
    'kms:ViaService': `s3.${region}.${domain}`,
    'kms:CallerAccount': account,
    'kms:EncryptionContext:aws:s3:arn': `arn:${partition}:s3:::${upload.Bucket}`,
  };
  return resource === null ? [] : [{ action: 'kms:GenerateDataKey', resource, context }];
}

/** Refuses an upload whose key is gone, switched off or about to be deleted: S3 passes on what KMS says. */
export function refuseUnusableBucketKey(runtime: AccountRuntime, upload: Upload): void {
  const arn = customerKeyArn(runtime, upload);
  if (arn === null) return;
  if (keyMetadataOf(runtime, arn) === undefined) {
    throw new ServiceError('KMS.NotFoundException', `Key '${arn}' does not exist`);
  }
  try {
    refuseUnusableKey(runtime, arn);
  } catch (error) {
    if (error instanceof ServiceError) throw new ServiceError(`KMS.${error.code}`, error.message);
    throw error;
  }
}
