import type { LogTarget } from './log-target.ts';
import type { Observation } from './observation.ts';

/** The readings by which a target's keys are resolved. */
export type KeyReadings = Pick<Observation, 'sessionKey' | 'bucketKey'>;

/** What has to be asked of KMS for the session key: an id, an alias or an ARN, as configured; null where sessions have no key. */
export function keyIdOf({ sessionKey }: LogTarget): string | null {
  if (sessionKey === null) {
    return null;
  }
  return sessionKey.kind === 'arn' ? sessionKey.arn : sessionKey.keyId;
}

/**
 * The target with the ARN of each customer key that was read: a session key by id or alias is resolved, and the bucket gets its
 * own. What could not be read stays as it is. The key that AWS manages for S3 needs no grant.
 */
export function withKeys(target: LogTarget, { sessionKey, bucketKey }: KeyReadings): LogTarget {
  const resolved =
    target.sessionKey?.kind === 'unresolved' && sessionKey.kind === 'read'
      ? ({ kind: 'arn', arn: sessionKey.value.keyArn } as const)
      : target.sessionKey;
  const isCustomers = bucketKey.kind === 'read' && bucketKey.value.managedBy === 'customer';
  const bucket =
    target.bucket !== null && isCustomers ? { ...target.bucket, keyArn: bucketKey.value.keyArn } : target.bucket;
  return { ...target, sessionKey: resolved, bucket };
}
