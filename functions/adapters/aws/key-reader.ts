import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata, type KMSClient } from '@aws-sdk/client-kms';
import type { ObservedKey, Reading } from '../../domain/observation.ts';
import type { KeyReader } from '../../ports.ts';
import { ABSENT, read, readingOf, unreadable } from './errors.ts';

/** No key id, ARN or alias of this Region: KMS refuses it for good. */
const UNREADABLE = ['InvalidArn', 'Validation', 'ValidationError'];

/** KMS keys by `kms:DescribeKey`, which also takes aliases; a key of another account is shown as it is. */
export function createKeyReader(client: KMSClient): KeyReader {
  return {
    async findKey(keyId) {
      const expected = { call: 'kms:DescribeKey', absent: ['NotFound'], unreadable: UNREADABLE };
      const described = await readingOf(askForKey(client, keyId), expected);
      if (described.kind !== 'read') return described;
      const { Arn: keyArn = '', KeyManager, Enabled } = described.value;
      if (keyArn === '') return unreadable('KMS shows the key without its ARN');
      const managedBy = KeyManager === 'AWS' ? 'AWS' : 'customer';
      return read({ keyArn, managedBy, enabled: Enabled === true, policy: await policyOf(client, keyArn, managedBy) });
    },
  };
}

async function askForKey(client: KMSClient, keyId: string): Promise<Reading<KeyMetadata>> {
  const { KeyMetadata: metadata } = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
  return metadata === undefined ? ABSENT : read(metadata);
}

/** By the key's ARN: `kms:GetKeyPolicy` takes no alias. AWS's own keys are granted nothing, so that theirs is not asked for. */
async function policyOf(
  client: KMSClient,
  keyArn: string,
  managedBy: ObservedKey['managedBy'],
): Promise<Reading<unknown>> {
  return managedBy === 'AWS'
    ? ABSENT
    : readingOf(askForPolicy(client, keyArn), {
        call: 'kms:GetKeyPolicy',
        absent: ['NotFound'],
        // A key of another account has no policy that we could ask for by its ARN.
        unreadable: UNREADABLE,
      });
}

async function askForPolicy(client: KMSClient, keyArn: string): Promise<Reading<unknown>> {
  const { Policy: text } = await client.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }));
  if (text === undefined) return unreadable('KMS shows the key without its policy');
  try {
    return read(JSON.parse(text));
  } catch {
    return unreadable("the key's policy is no JSON");
  }
}
