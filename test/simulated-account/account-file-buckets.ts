import {
  _Object$,
  type _Object as S3Object,
  type ServerSideEncryptionConfiguration,
  ServerSideEncryptionConfiguration$,
} from '@aws-sdk/client-s3';
import { elements, refuse, section, shaped, text } from './account-file-input.ts';
import type { AccountBucket } from './account-state.ts';
import { isObject } from './schema-check.ts';

/** Reads the buckets by name: `encryption` (get-bucket-encryption), `objects` (list-objects-v2) and `owner`, each optional. */
export function readBuckets(value: unknown): Map<string, AccountBucket> {
  return new Map(
    Object.entries(section(value, 's3')).map(([name, bucket]) => [name, readBucket(bucket, `s3.${name}`)]),
  );
}

function readBucket(value: unknown, path: string): AccountBucket {
  const { encryption, objects, owner } = section(value, path);
  return {
    ...(encryption === undefined || encryption === null
      ? {}
      : { encryption: readEncryption(encryption, `${path}.encryption`) }),
    objects: elements(objects, 'Contents', `${path}.objects`).map((element) => {
      const object = shaped<S3Object>(_Object$, element);
      text(object.Key, `${element.path}.Key`);
      return object;
    }),
    ...(owner === undefined || owner === null ? {} : { owner: readOwner(owner, `${path}.owner`) }),
  };
}

function readEncryption(value: unknown, path: string): ServerSideEncryptionConfiguration {
  const inner = isObject(value) ? value['ServerSideEncryptionConfiguration'] : undefined;
  return shaped(
    ServerSideEncryptionConfiguration$,
    inner === undefined ? { path, value } : { path: `${path}.ServerSideEncryptionConfiguration`, value: inner },
  );
}

function readOwner(value: unknown, path: string): string {
  return typeof value === 'string' && /^\d{12}$/.test(value) ? value : refuse(path, value, 'twelve digits as text');
}
