import { GetBucketEncryptionCommand, type S3Client, type ServerSideEncryptionByDefault } from '@aws-sdk/client-s3';
import type { ObservedBucketEncryption, Reading } from '../../domain/observation.ts';
import type { BucketReader } from '../../ports.ts';
import { errorName, read, readingOf, unreadable } from './errors.ts';

/** Refused for good: the bucket is switched off, lies in another Region, or its name is none. */
const UNREADABLE = ['AllAccessDisabled', 'PermanentRedirect', 'AuthorizationHeaderMalformed', 'InvalidBucketName'];

/** A bucket that nobody configured: since 2023 S3 encrypts it with its own keys. */
const UNCONFIGURED: ObservedBucketEncryption = { algorithm: 'AES256', keyId: null };

/**
 * How buckets encrypt, by `s3:GetEncryptionConfiguration`. Of another account than `account` a bucket is unreadable: names are
 * global, and a deleted bucket's can be taken by anybody. With null, whoever owns it is asked.
 */
export function createBucketReader(client: S3Client, { account }: { readonly account: string | null }): BucketReader {
  return {
    findEncryption: (bucketName) =>
      readingOf(askForEncryption(client, bucketName, account), {
        call: 's3:GetEncryptionConfiguration',
        absent: ['NoSuchBucket'],
        unreadable: UNREADABLE,
      }),
  };
}

async function askForEncryption(
  client: S3Client,
  bucketName: string,
  account: string | null,
): Promise<Reading<ObservedBucketEncryption>> {
  const owner = account === null ? {} : { ExpectedBucketOwner: account };
  try {
    const { ServerSideEncryptionConfiguration: configuration } = await client.send(
      new GetBucketEncryptionCommand({ Bucket: bucketName, ...owner }),
    );
    const [rule] = configuration?.Rules ?? [];
    return encryptionOf(rule?.ApplyServerSideEncryptionByDefault);
  } catch (error) {
    if (errorName(error) === 'ServerSideEncryptionConfigurationNotFoundError') return read(UNCONFIGURED);
    throw error;
  }
}

/** An algorithm that nobody knows is unreadable: read as nothing, it would ask for no key. */
function encryptionOf(encryption: ServerSideEncryptionByDefault | undefined): Reading<ObservedBucketEncryption> {
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId } = encryption ?? {};
  switch (algorithm) {
    case undefined:
    case 'AES256':
      return read(UNCONFIGURED);
    case 'aws:kms':
    case 'aws:kms:dsse':
      return read({ algorithm, keyId: keyId === undefined || keyId === '' ? null : keyId });
    default:
      return unreadable('the bucket has an encryption that is not known');
  }
}
