import { parseArn } from '../arn.ts';
import { type KeyUse, keyPolicyAllows } from '../key-policy.ts';
import type { LogTarget } from '../log-target.ts';
import type { ObservedKey, Reading } from '../observation.ts';
import { requiredCalls } from '../remediation-policy.ts';
import type { PreflightCheck } from './check.ts';
import { found } from './codes.ts';
import type { PreflightSubject } from './subject.ts';

/** Whether the session key and the bucket's own key can be used at all: no grant on the role helps with a key that refuses it. */
export function keyChecks(subject: PreflightSubject): readonly PreflightCheck[] {
  const { target, role, sessionKey, bucketKey } = subject;
  if (target?.kind !== 'target') return [];
  const roleArn = role.kind === 'read' ? role.value.roleArn : null;
  return [
    ...(target.sessionKey === null
      ? []
      : [keyCheck(sessionKey, { name: 'The session key', viaS3: false, target, roleArn })]),
    ...(hasBucketKey(subject) ? [keyCheck(bucketKey, { name: "The bucket's key", viaS3: true, target, roleArn })] : []),
  ];
}

/** The key that AWS manages for S3 needs nothing; a named one does, unless it turns out to be that key. */
function hasBucketKey({ target, bucketEncryption, bucketKey }: PreflightSubject): boolean {
  if (target?.kind !== 'target' || target.bucket === null) return false;
  if (bucketKey.kind === 'read') return bucketKey.value.managedBy === 'customer';
  return (
    bucketKey.kind === 'unreadable' ||
    target.bucket.keyArn !== undefined ||
    (bucketEncryption.kind === 'read' && bucketEncryption.value.keyId !== null)
  );
}

interface Use {
  readonly name: string;
  readonly viaS3: boolean;
  readonly target: LogTarget;
  readonly roleArn: string | null;
}

function keyCheck(key: Reading<ObservedKey>, { name, viaS3, target, roleArn }: Use): PreflightCheck {
  if (key.kind === 'absent') return found('key-missing', `${name}.`);
  if (key.kind === 'unreadable') return found('key-unreadable', `${name}: ${key.because}.`);
  const { keyArn, enabled, managedBy, policy } = key.value;
  const which = `${name}: ${keyArn}.`;
  if (!enabled) return found('key-disabled', which);
  const arn = parseArn(keyArn);
  if (arn?.account !== target.account || arn.region !== target.region) return found('key-elsewhere', which);
  // A key of AWS's own answers only the service that it belongs to.
  if (managedBy === 'AWS') return found('key-not-delegating', which);
  if (policy.kind !== 'read' || roleArn === null) return found('key-policy-unreadable', which);
  const uses = usesOf(keyArn, { viaS3, target, roleArn });
  return uses.length > 0 && uses.every((use) => keyPolicyAllows(policy.value, use))
    ? found('key-usable', which)
    : found('key-not-delegating', which);
}

/** What the delivery wants of this key: the session's own calls, or those that S3 makes for it. */
function usesOf(
  keyArn: string,
  { viaS3, target, roleArn }: { readonly viaS3: boolean; readonly target: LogTarget; readonly roleArn: string },
): readonly KeyUse[] {
  return requiredCalls(target)
    .filter(({ resource, viaService }) => resource === keyArn && (viaService !== undefined) === viaS3)
    .map(({ action, viaService }) => ({ keyArn, actions: [action], roleArn, viaService: viaService ?? null }));
}
