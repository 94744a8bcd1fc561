import { createHash } from 'node:crypto';
import type {
  DecryptRequest,
  DecryptResponse,
  DescribeKeyRequest,
  DescribeKeyResponse,
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
  KeyMetadata,
  ListAliasesRequest,
  ListAliasesResponse,
} from '@aws-sdk/client-kms';
import { Decrypt$, DescribeKey$, GetKeyPolicy$, ListAliases$ } from '@aws-sdk/client-kms';
import type { AccountRuntime } from '../account-runtime.ts';
import { keyPolicyOf } from '../iam-decisions.ts';
import { operation, page, type Service, ServiceError } from '../service.ts';

const lastStep = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/**
 * The ARN of the key that an id, an ARN, an alias or an alias's ARN names. AWS makes its own keys (`alias/aws/...`) when they are
 * first asked for; any other alias must be in the account file, or KMS finds nothing.
 */
export function resolvedKeyArn(runtime: AccountRuntime, asked: string): string {
  const alias = /(?:^|:)(alias\/.+)$/.exec(asked)?.[1];
  if (asked.startsWith('arn:') && asked.split(':')[3] !== runtime.state.region) {
    throw new ServiceError('NotFoundException', `Invalid arn ${asked.split(':')[3]}`);
  }
  if (alias === undefined) return asked.startsWith('arn:') ? asked : runtime.arn('kms', `key/${asked}`);
  const named = [...runtime.state.kms].find(([, key]) => key.aliases?.includes(alias));
  if (named !== undefined) return named[0];
  if (alias.startsWith('alias/aws/')) return runtime.arn('kms', `key/${ownKeyId(runtime, alias)}`);
  throw new ServiceError('NotFoundException', `Alias ${runtime.arn('kms', alias)} is not found.`);
}

/** AWS's own keys need no entry in the account file: the id is made from the alias, so that it is always the same. */
function ownKeyId({ state }: AccountRuntime, alias: string): string {
  const digest = createHash('sha256').update(`${state.account}:${state.region}:${alias}`).digest('hex');
  return `a5000000-${digest.slice(0, 4)}-4${digest.slice(4, 7)}-8${digest.slice(7, 10)}-${digest.slice(10, 22)}`;
}

/** What DescribeKey shows of a key; undefined where the account has none of that ARN. */
export function keyMetadataOf(runtime: AccountRuntime, arn: string): KeyMetadata | undefined {
  const key = runtime.state.kms.get(arn);
  const isOwn = lastStep(arn).startsWith('a5000000-');
  if (key === undefined && !isOwn) return undefined;
  const KeyState = key?.metadata.KeyState ?? (key?.metadata.Enabled === false ? 'Disabled' : 'Enabled');
  return {
    AWSAccountId: arn.split(':')[4] ?? '',
    KeyId: lastStep(arn),
    Arn: arn,
    KeyManager: isOwn ? 'AWS' : 'CUSTOMER',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    Origin: 'AWS_KMS',
    ...key?.metadata,
    KeyState,
    Enabled: KeyState === 'Enabled',
  };
}

/** Refuses the use of a key that is switched off or about to be deleted, in the words of KMS. */
export function refuseUnusableKey(runtime: AccountRuntime, arn: string): void {
  const KeyState = keyMetadataOf(runtime, arn)?.KeyState;
  if (KeyState === 'Disabled') throw new ServiceError('DisabledException', `${arn} is disabled.`);
  if (KeyState === 'PendingDeletion') throw new ServiceError('KMSInvalidStateException', `${arn} is pending deletion.`);
}

function known(runtime: AccountRuntime, arn: string) {
  const metadata = keyMetadataOf(runtime, arn);
  if (metadata === undefined) throw new ServiceError('NotFoundException', `Key '${arn}' does not exist`);
  return metadata;
}

/** GetKeyPolicy takes a key's id or ARN, and no alias. */
function keyArnOnly(runtime: AccountRuntime, asked = ''): string {
  if (/(?:^|:)alias\//.test(asked)) throw new ServiceError('NotFoundException', `Invalid keyId ${asked}`);
  return resolvedKeyArn(runtime, asked);
}

/** The ciphertext of this simulation is the ARN of its key: KMS finds the key in it as the real one does. */
const keyOfCiphertext = ({ KeyId, CiphertextBlob }: DecryptRequest) =>
  KeyId ?? Buffer.from(CiphertextBlob ?? new Uint8Array()).toString('utf8');

export const kms: Service = {
  signingName: 'kms',
  iamPrefix: 'kms',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.kms',
  eventSource: 'kms.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [
    operation<DescribeKeyRequest, DescribeKeyResponse>(DescribeKey$, {
      demands: ({ KeyId = '' }, { runtime }) => [{ resource: resolvedKeyArn(runtime, KeyId) }],
      run: ({ KeyId = '' }, { runtime }) => ({ KeyMetadata: known(runtime, resolvedKeyArn(runtime, KeyId)) }),
    }),
    operation<GetKeyPolicyRequest, GetKeyPolicyResponse>(GetKeyPolicy$, {
      demands: ({ KeyId }, { runtime }) => [{ resource: keyArnOnly(runtime, KeyId) }],
      run: ({ KeyId }, { runtime }) => {
        const arn = keyArnOnly(runtime, KeyId);
        known(runtime, arn);
        return { Policy: JSON.stringify(keyPolicyOf(runtime.state, arn)), PolicyName: 'default' };
      },
    }),
    operation<ListAliasesRequest, ListAliasesResponse>(ListAliases$, {
      demands: () => [{ resource: '*' }],
      run: ({ KeyId, Limit, Marker }, { runtime }) => {
        const wanted = KeyId === undefined ? undefined : resolvedKeyArn(runtime, KeyId);
        const aliases = [...runtime.state.kms]
          .filter(([arn]) => wanted === undefined || arn === wanted)
          .flatMap(([arn, key]) =>
            (key.aliases ?? []).map((AliasName) => ({
              AliasName,
              AliasArn: runtime.arn('kms', AliasName),
              TargetKeyId: lastStep(arn),
            })),
          );
        const invalid = () => new ServiceError('InvalidMarkerException', 'Could not deserialize marker');
        const { items, next } = page(aliases, Marker, runtime.pageLimit(Limit, 100), invalid);
        return { Aliases: items, Truncated: next !== undefined, ...(next === undefined ? {} : { NextMarker: next }) };
      },
    }),
    operation<DecryptRequest, DecryptResponse>(Decrypt$, {
      recording: 'read',
      recordedRequest: ({ EncryptionContext }) => ({
        ...(EncryptionContext === undefined ? {} : { encryptionContext: EncryptionContext }),
        encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      }),
      demands: (input, { runtime }) => [{ resource: resolvedKeyArn(runtime, keyOfCiphertext(input)) }],
      run: (input, { runtime }) => {
        const arn = resolvedKeyArn(runtime, keyOfCiphertext(input));
        known(runtime, arn);
        refuseUnusableKey(runtime, arn);
        return { KeyId: arn, Plaintext: Buffer.alloc(64), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      },
    }),
  ],
};
