import { parseArn } from './arn.ts';
import type { LogTarget } from './log-target.ts';
import type { RouterTarget } from './router-target.ts';

// `*`, `?` and `$` are wildcards and variables in a policy's resource; none of AWS's own character sets below holds one.
const LOG_GROUP = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
// "Safe characters" of the S3 user guide, without the asterisk.
const KEY_PREFIX = /^[A-Za-z0-9!_.'()/-]{0,512}$/;
const KMS_KEY = /^key\/[A-Za-z0-9-]{1,64}$/;
const PARTITION = /^aws[a-z-]*$/;
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/;
const ACCOUNT = /^\d{12}$/;

/** The first name of the target that must not enter a policy, as a phrase for a person; null where all are safe. */
export function unsafeName(target: LogTarget | RouterTarget): string | null {
  if (!PARTITION.test(target.partition) || !REGION.test(target.region) || !ACCOUNT.test(target.account)) {
    return 'partition, Region or account';
  }
  if (target.logGroupName !== null && !LOG_GROUP.test(target.logGroupName)) {
    return 'log group name';
  }
  return target.kind === 'target' ? unsafeBucketOrKey(target) : null;
}

function unsafeBucketOrKey(target: LogTarget): string | null {
  if (target.bucket !== null && !BUCKET.test(target.bucket.name)) {
    return 'bucket name';
  }
  if (target.bucket !== null && !isSafePrefix(target.bucket.keyPrefix)) {
    return 'key prefix';
  }
  if (target.sessionKey?.kind === 'arn' && !isSafeKeyArn(target.sessionKey.arn)) {
    return 'session key ARN';
  }
  if (target.bucket?.keyArn !== undefined && !isSafeKeyArn(target.bucket.keyArn)) {
    return 'bucket key ARN';
  }
  return null;
}

/** Empty and relative segments are refused too: the agent joins them away, so that the granted prefix would not be the one used. */
function isSafePrefix(prefix: string): boolean {
  return (
    prefix === '' ||
    (KEY_PREFIX.test(prefix) &&
      prefix.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..'))
  );
}

function isSafeKeyArn(text: string): boolean {
  const arn = parseArn(text);
  return (
    arn !== null &&
    arn.service === 'kms' &&
    PARTITION.test(arn.partition) &&
    REGION.test(arn.region) &&
    ACCOUNT.test(arn.account) &&
    KMS_KEY.test(arn.resource)
  );
}
