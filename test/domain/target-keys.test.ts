import type { LogTarget } from '../../functions/domain/log-target.ts';
import { keyIdOf, withKeys } from '../../functions/domain/target-keys.ts';
import { absent, aCluster, read, unreadable } from '../support/builders.ts';
import { aKey, anEncryptedConfiguration, BUCKET_KEY_ARN, KEY_ARN } from '../support/other-signals.ts';
import { aFinding } from '../support/world.ts';

/** The target of a cluster with group, bucket and this session key, before any key was read. */
function targetWith(kmsKeyId: string | null, s3BucketName: string | null = 'transcripts-1'): LogTarget {
  const execConfiguration = anEncryptedConfiguration({ kmsKeyId, s3BucketName });
  const { target } = aFinding({ cluster: read(aCluster({ execConfiguration })) });
  if (target?.kind !== 'target') {
    throw new Error('the set-up has no target');
  }
  return target;
}

const nothing = { sessionKey: absent, bucketKey: absent };

describe('what is asked for the session key', () => {
  it.each([
    ['its ARN', KEY_ARN],
    ['its id', '1234abcd-12ab-34cd-56ef-1234567890ab'],
    ['its alias', 'alias/exec'],
    ['nothing without one', null],
  ])('is %s', (_, kmsKeyId) => {
    expect(keyIdOf(targetWith(kmsKeyId))).toBe(kmsKeyId);
  });
});

describe('a target with its keys', () => {
  it('has the ARN of the session key in place of its id or alias', () => {
    const resolved = withKeys(targetWith('alias/exec'), { ...nothing, sessionKey: read(aKey()) });
    expect(resolved).toEqual({ ...targetWith('alias/exec'), sessionKey: { kind: 'arn', arn: KEY_ARN } });
  });

  it('keeps the ARN that is configured, whatever was read', () => {
    const other = read(aKey({ keyArn: BUCKET_KEY_ARN }));
    expect(withKeys(targetWith(KEY_ARN), { ...nothing, sessionKey: other })).toEqual(targetWith(KEY_ARN));
  });

  it.each([absent, unreadable])('stays as it is where keys are $kind', (reading) => {
    const target = targetWith('alias/exec');
    expect(withKeys(target, { sessionKey: reading, bucketKey: reading })).toEqual(target);
  });

  it("has the ARN of the customer's key of its bucket, and none of the key that AWS manages", () => {
    const target = targetWith(null);
    const bucketKey = aKey({ keyArn: BUCKET_KEY_ARN });
    expect(withKeys(target, { ...nothing, bucketKey: read(bucketKey) }).bucket).toEqual({
      ...target.bucket,
      keyArn: BUCKET_KEY_ARN,
    });
    expect(withKeys(target, { ...nothing, bucketKey: read({ ...bucketKey, managedBy: 'AWS' }) })).toEqual(target);
  });

  it('has no bucket for a key where it had none', () => {
    const target = targetWith(null, null);
    expect(withKeys(target, { ...nothing, bucketKey: read(aKey()) })).toEqual(target);
  });
});
