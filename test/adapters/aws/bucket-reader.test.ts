import { GetBucketEncryptionCommand, type GetBucketEncryptionOutput, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createBucketReader } from '../../../functions/adapters/aws/bucket-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const client = new S3Client(CLIENT);
const s3 = mockClient(client);
const reader = createBucketReader(client, { account: '111111111111' });
const inputs = () => s3.commandCalls(GetBucketEncryptionCommand).map(({ args: [command] }) => command.input);

const encryptedBy = (SSEAlgorithm: string, KMSMasterKeyID?: string): GetBucketEncryptionOutput => ({
  ServerSideEncryptionConfiguration: {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: SSEAlgorithm as 'aws:kms',
          ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }),
        },
      },
    ],
  },
});

beforeEach(() => s3.reset());

describe('given a bucket', () => {
  it.each([
    ['S3 itself', encryptedBy('AES256'), { algorithm: 'AES256', keyId: null }],
    ['the key that AWS manages', encryptedBy('aws:kms'), { algorithm: 'aws:kms', keyId: null }],
    ['a key named by its alias', encryptedBy('aws:kms', 'alias/exec'), { algorithm: 'aws:kms', keyId: 'alias/exec' }],
    ['a key twice', encryptedBy('aws:kms:dsse', 'key-1'), { algorithm: 'aws:kms:dsse', keyId: 'key-1' }],
    ['no rule', {}, { algorithm: 'AES256', keyId: null }],
  ])('reads what encrypts it: %s', async (_, answer, value) => {
    s3.on(GetBucketEncryptionCommand).resolves(answer);
    await expect(reader.findEncryption('transcripts')).resolves.toEqual({ kind: 'read', value });
    expect(inputs()).toEqual([{ Bucket: 'transcripts', ExpectedBucketOwner: '111111111111' }]);
  });

  it('takes no algorithm that it does not know for none', async () => {
    s3.on(GetBucketEncryptionCommand).resolves(encryptedBy('quantum'));
    await expect(reader.findEncryption('transcripts')).resolves.toEqual({
      kind: 'unreadable',
      because: 'the bucket has an encryption that is not known',
    });
  });

  it('asks whoever owns it where the account is not known', async () => {
    s3.on(GetBucketEncryptionCommand).resolves(encryptedBy('AES256'));
    await createBucketReader(client, { account: null }).findEncryption('transcripts');
    expect(inputs()).toEqual([{ Bucket: 'transcripts' }]);
  });

  it.each([
    [
      awsError('ServerSideEncryptionConfigurationNotFoundError'),
      { kind: 'read', value: { algorithm: 'AES256', keyId: null } },
    ],
    [awsError('NoSuchBucket'), { kind: 'absent' }],
    [
      awsError('AccessDenied'),
      { kind: 'unreadable', because: 's3:GetEncryptionConfiguration is not permitted (AccessDenied)' },
    ],
    [
      awsError('PermanentRedirect'),
      { kind: 'unreadable', because: 's3:GetEncryptionConfiguration failed (PermanentRedirect)' },
    ],
  ])('reads %s', async (error, reading) => {
    s3.on(GetBucketEncryptionCommand).rejects(error);
    await expect(reader.findEncryption('transcripts')).resolves.toEqual(reading);
  });

  it('throws what S3 asks to repeat', async () => {
    s3.on(GetBucketEncryptionCommand).rejects(awsError('SlowDown'));
    await expect(reader.findEncryption('transcripts')).rejects.toThrow('synthetic');
  });
});
