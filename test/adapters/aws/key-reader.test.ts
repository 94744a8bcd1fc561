import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createKeyReader } from '../../../functions/adapters/aws/key-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const client = new KMSClient(CLIENT);
const kms = mockClient(client);
const reader = createKeyReader(client);

const ARN = 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const METADATA = {
  KeyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
  Arn: ARN,
  KeyManager: 'CUSTOMER',
  Enabled: true,
} as const;
const POLICY = { Version: '2012-10-17', Statement: [] };
const policyInputs = () => kms.commandCalls(GetKeyPolicyCommand).map(({ args: [command] }) => command.input);

beforeEach(() => {
  kms.reset();
  kms.on(DescribeKeyCommand).resolves({ KeyMetadata: METADATA });
  kms.on(GetKeyPolicyCommand).resolves({ Policy: JSON.stringify(POLICY) });
});

describe('given a key that exists', () => {
  it.each(['alias/exec', '1234abcd-12ab-34cd-56ef-1234567890ab', ARN])('resolves %s to its ARN', async (keyId) => {
    await expect(reader.findKey(keyId)).resolves.toEqual({
      kind: 'read',
      value: { keyArn: ARN, managedBy: 'customer', enabled: true, policy: { kind: 'read', value: POLICY } },
    });
    expect(kms.commandCalls(DescribeKeyCommand).map(({ args: [command] }) => command.input)).toEqual([
      { KeyId: keyId },
    ]);
    expect(policyInputs()).toEqual([{ KeyId: ARN, PolicyName: 'default' }]);
  });

  it("does not ask for the policy of one of AWS's own keys", async () => {
    kms.on(DescribeKeyCommand).resolves({ KeyMetadata: { ...METADATA, KeyManager: 'AWS' } });
    await expect(reader.findKey('alias/aws/s3')).resolves.toEqual({
      kind: 'read',
      value: { keyArn: ARN, managedBy: 'AWS', enabled: true, policy: { kind: 'absent' } },
    });
    expect(policyInputs()).toEqual([]);
  });

  it('shows a key that waits for its deletion as not enabled', async () => {
    kms.on(DescribeKeyCommand).resolves({ KeyMetadata: { ...METADATA, Enabled: false } });
    await expect(reader.findKey(ARN)).resolves.toMatchObject({ kind: 'read', value: { enabled: false } });
  });

  it.each([
    [awsError('AccessDeniedException'), 'kms:GetKeyPolicy is not permitted (AccessDenied)'],
    [awsError('InvalidArnException'), 'kms:GetKeyPolicy failed (InvalidArn)'],
  ])('shows the key of which the policy may not be read: %s', async (error, because) => {
    kms.on(GetKeyPolicyCommand).rejects(error);
    await expect(reader.findKey(ARN)).resolves.toEqual({
      kind: 'read',
      value: { keyArn: ARN, managedBy: 'customer', enabled: true, policy: { kind: 'unreadable', because } },
    });
  });

  it.each([
    [{ Policy: '{' }, "the key's policy is no JSON"],
    [{}, 'KMS shows the key without its policy'],
  ])('calls a policy that is none unreadable: %j', async (answer, because) => {
    kms.on(GetKeyPolicyCommand).resolves(answer);
    await expect(reader.findKey(ARN)).resolves.toMatchObject({ value: { policy: { kind: 'unreadable', because } } });
  });
});

describe('given a key that cannot be described', () => {
  it.each([
    [awsError('NotFoundException'), { kind: 'absent' }],
    [
      awsError('AccessDeniedException'),
      { kind: 'unreadable', because: 'kms:DescribeKey is not permitted (AccessDenied)' },
    ],
    [awsError('InvalidArnException'), { kind: 'unreadable', because: 'kms:DescribeKey failed (InvalidArn)' }],
  ])('reads %s', async (error, reading) => {
    kms.on(DescribeKeyCommand).rejects(error);
    await expect(reader.findKey('alias/exec')).resolves.toEqual(reading);
  });

  it.each([DescribeKeyCommand, GetKeyPolicyCommand])('throws throttling', async (command) => {
    kms.on(command).rejects(awsError('ThrottlingException'));
    await expect(reader.findKey(ARN)).rejects.toThrow('synthetic');
  });
});
