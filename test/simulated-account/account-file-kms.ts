import { type KeyMetadata, KeyMetadata$ } from '@aws-sdk/client-kms';
import { documentText, elements, refuse, section, shaped, text } from './account-file-input.ts';
import type { AccountKey } from './account-state.ts';
import { isObject } from './schema-check.ts';

/** Reads the keys by ARN: `metadata` (describe-key), `policy` (get-key-policy) and `aliases` (names, or list-aliases). */
export function readKeys(value: unknown): Map<string, AccountKey> {
  return new Map(Object.entries(section(value, 'kms')).map(([arn, key]) => [arn, readKey(key, `kms.${arn}`)]));
}

function readKey(value: unknown, path: string): AccountKey {
  const key = section(value, path);
  const printed = section(key['metadata'], `${path}.metadata`);
  const metadata = isObject(printed['KeyMetadata'])
    ? { path: `${path}.metadata.KeyMetadata`, value: printed['KeyMetadata'] }
    : { path: `${path}.metadata`, value: printed };
  const policy = key['policy'];
  const document = isObject(policy) && 'Policy' in policy ? policy['Policy'] : policy;
  return {
    metadata: shaped<KeyMetadata>(KeyMetadata$, metadata),
    policy: document === undefined || document === null ? null : documentText(document, `${path}.policy`),
    aliases: elements(key['aliases'], 'Aliases', `${path}.aliases`).map((element) => {
      const name = isObject(element.value) ? element.value['AliasName'] : element.value;
      const alias = text(name, element.path);
      return alias.startsWith('alias/') ? alias : refuse(element.path, alias, 'a name that begins with "alias/"');
    }),
  };
}
