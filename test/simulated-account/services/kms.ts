import type { AccountRuntime } from '../account-runtime.ts';
import { keyPolicyOf } from '../iam-decisions.ts';
import { operation, type Service, ServiceError } from '../service.ts';

// The project has no KMS client, so its two reads are described here in the SDK's own encoding of schemas.
const namespace = 'com.amazonaws.kms';
const describeKeyRequest = [3, namespace, 'DescribeKeyRequest', 0, ['KeyId', 'GrantTokens'], [0, 64], 1];
const describeKeyResponse = [3, namespace, 'DescribeKeyResponse', 0, ['KeyMetadata'], [15]];
const getKeyPolicyRequest = [3, namespace, 'GetKeyPolicyRequest', 0, ['KeyId', 'PolicyName'], [0, 0], 1];
const getKeyPolicyResponse = [3, namespace, 'GetKeyPolicyResponse', 0, ['Policy', 'PolicyName'], [0, 0]];
const describeKey = [9, namespace, 'DescribeKey', 0, describeKeyRequest, describeKeyResponse];
const getKeyPolicy = [9, namespace, 'GetKeyPolicy', 0, getKeyPolicyRequest, getKeyPolicyResponse];

interface KeyRequest {
  readonly KeyId: string;
}

function keyArn(runtime: AccountRuntime, id: string): string {
  return id.startsWith('arn:') ? id : runtime.arn('kms', `key/${id}`);
}

function known(runtime: AccountRuntime, id: string) {
  const arn = keyArn(runtime, id);
  const key = runtime.state.kms.get(arn);
  if (key === undefined) throw new ServiceError('NotFoundException', `Key '${arn}' does not exist`);
  return { arn, key };
}

export const kms: Service = {
  signingName: 'kms',
  iamPrefix: 'kms',
  protocol: 'json-1.1',
  namespace,
  eventSource: 'kms.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [
    operation<KeyRequest, { KeyMetadata: unknown }>(describeKey, {
      demands: ({ KeyId }, { runtime }) => [{ resource: keyArn(runtime, KeyId) }],
      run: ({ KeyId }, { runtime }) => {
        const { arn, key } = known(runtime, KeyId);
        return { KeyMetadata: { KeyId: arn.slice(arn.lastIndexOf('/') + 1), Arn: arn, ...key.metadata } };
      },
    }),
    operation<KeyRequest, { Policy: string; PolicyName: string }>(getKeyPolicy, {
      demands: ({ KeyId }, { runtime }) => [{ resource: keyArn(runtime, KeyId) }],
      run: ({ KeyId }, { runtime }) => {
        const { arn } = known(runtime, KeyId);
        return { Policy: JSON.stringify(keyPolicyOf(runtime.state, arn)), PolicyName: 'default' };
      },
    }),
  ],
};
