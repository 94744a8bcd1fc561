import { parseArn } from '../arn.ts';
import type { GuardrailResult } from '../decision.ts';
import type { Finding } from '../finding.ts';
import { matchesAnyGlob } from '../glob.ts';
import { keyPolicyAllows } from '../key-policy.ts';
import type { LogTarget } from '../log-target.ts';
import type { Rules } from '../mode.ts';
import type { ObservedKey, Reading } from '../observation.ts';
import { bucketServiceOf } from '../own-document.ts';
import { everyName, notPermitted, withTarget } from './granted.ts';
import { type Evidence, fails, type Guardrail, holds, missing, notEvaluable } from './guardrail.ts';

/** Buckets are global names, and nobody but the settings can say that one is ours; the policy's condition holds them to it. */
export const bucketAllowed: Guardrail = ({ finding, rules }: Evidence) => {
  const code = 'bucket-allowed';
  return withTarget(code, finding, (target, granted) => {
    const bucket = target.kind === 'target' ? target.bucket : null;
    const buckets = [...(bucket === null ? [] : [bucket.name]), ...granted.buckets];
    if (buckets.length === 0) {
      return holds(code, 'the target has no bucket');
    }
    const listed = everyName(code, 'the settings list bucket', buckets, (name) => {
      if (!matchesAnyGlob(rules.settings.buckets.allow, name)) {
        return fails(code, `the settings do not list bucket ${name}`);
      }
      return matchesAnyGlob(rules.ceiling.buckets, name) ? null : notPermitted(code, `bucket ${name}`);
    });
    const encryption = finding?.observation.bucketEncryption ?? { kind: 'absent' as const };
    if (listed.holds !== true || bucket === null || encryption.kind === 'read') {
      return listed;
    }
    return encryption.kind === 'absent'
      ? missing(code, `bucket ${bucket.name}`, encryption, 'bucket-missing')
      : notEvaluable(
          code,
          `how bucket ${bucket.name} encrypts could not be read: ${encryption.because}`,
          'bucket-encryption-unreadable',
        );
  });
};

/**
 * The session key and the bucket's own: in this account and Region, listed by the settings, enabled, and left to IAM by its owner.
 * A key that AWS manages for S3 needs no grant.
 */
export const keyAllowed: Guardrail = ({ finding, rules }: Evidence) => {
  const code = 'key-allowed';
  return withTarget(code, finding, (target, granted) => {
    const uses = finding === null || target.kind !== 'target' ? [] : keyUsesOf(target, finding);
    const lost = uses.map(unresolved).find((result) => result !== null);
    if (lost !== undefined) {
      return lost;
    }
    const keys = [...uses.flatMap(({ keyArn }) => keyArn ?? []), ...granted.keys];
    if (keys.length === 0) {
      return holds(code, 'sessions are not encrypted with a key');
    }
    const listed = everyName(code, 'the settings list key', keys, (key) => {
      const what = uses.find(({ keyArn }) => keyArn === key)?.what ?? 'session key';
      return objectionTo(key, what, target, rules);
    });
    const refused = uses.map(refusedByOwner).find((result) => result !== null);
    return listed.holds === true ? (refused ?? listed) : listed;
  });
};

/** Whether the keys' owners let the role use them, which no simulation sees. A bucket that cannot be read may need one more. */
export function keysAreUsable(finding: Finding): boolean {
  const { target, observation } = finding;
  return (
    target?.kind === 'target' &&
    (target.bucket === null || observation.bucketEncryption.kind === 'read') &&
    keyUsesOf(target, finding).every((use) => unresolved(use) === null && refusedByOwner(use) === null)
  );
}

/** A key that the delivery needs. */
interface NeededKey {
  readonly what: 'session key' | "bucket's key";
  /** null where it is configured by a name that was not resolved. */
  readonly keyArn: string | null;
  readonly reading: Reading<ObservedKey>;
  readonly actions: readonly string[];
  readonly roleArn: string;
  readonly viaService: string | null;
}

function keyUsesOf(target: LogTarget, { observation }: Finding): readonly NeededKey[] {
  const { sessionKey, bucketEncryption, bucketKey, role } = observation;
  const roleArn = role.kind === 'read' ? role.value.roleArn : '';
  const needed: NeededKey[] = [];
  if (target.sessionKey !== null) {
    const keyArn = target.sessionKey.kind === 'arn' ? target.sessionKey.arn : null;
    const actions = ['kms:Decrypt'];
    needed.push({ what: 'session key', keyArn, reading: sessionKey, actions, roleArn, viaService: null });
  }
  const hasOwnKey = target.bucket !== null && bucketEncryption.kind === 'read' && bucketEncryption.value.keyId !== null;
  if (hasOwnKey && !(bucketKey.kind === 'read' && bucketKey.value.managedBy === 'AWS')) {
    const keyArn = target.bucket?.keyArn ?? null;
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    const viaService = bucketServiceOf(target);
    needed.push({ what: "bucket's key", keyArn, reading: bucketKey, actions, roleArn, viaService });
  }
  return needed;
}

/** Without its ARN a key cannot be granted. */
function unresolved({ what, keyArn, reading }: NeededKey): GuardrailResult | null {
  const code = 'key-allowed';
  if (keyArn !== null) {
    return null;
  }
  return reading.kind === 'absent'
    ? fails(code, `the ${what} does not exist`, 'key-missing')
    : notEvaluable(
        code,
        `the ${what} could not be resolved to an ARN${reading.kind === 'unreadable' ? `: ${reading.because}` : ''}`,
        'key-unresolved',
      );
}

function objectionTo(
  key: string,
  what: NeededKey['what'],
  { partition, account, region }: Pick<LogTarget, 'partition' | 'account' | 'region'>,
  { settings, ceiling }: Rules,
): GuardrailResult | null {
  const code = 'key-allowed';
  const arn = parseArn(key);
  if (arn === null || arn.partition !== partition || arn.account !== account || arn.region !== region) {
    return fails(code, `the ${what} belongs to another account or Region`, 'key-elsewhere');
  }
  if (!matchesAnyGlob(settings.keys.allow, key)) {
    return fails(code, `the settings do not list key ${key}`);
  }
  return matchesAnyGlob(ceiling.keys, key) ? null : notPermitted(code, `key ${key}`);
}

/** KMS asks the key's policy besides the role's, and that is its owner's. */
function refusedByOwner({ what, keyArn, reading, ...use }: NeededKey): GuardrailResult | null {
  const code = 'key-allowed';
  if (reading.kind !== 'read') {
    return reading.kind === 'absent'
      ? fails(code, `the ${what} does not exist`, 'key-missing')
      : notEvaluable(code, `the ${what} could not be looked up: ${reading.because}`, 'key-unresolved');
  }
  if (reading.value.keyArn !== keyArn) {
    return notEvaluable(code, `another key was read than the ${what}`, 'key-unresolved');
  }
  if (!reading.value.enabled) {
    return fails(code, `the ${what} is disabled or about to be deleted`, 'key-disabled');
  }
  const { policy } = reading.value;
  if (policy.kind !== 'read') {
    const because = policy.kind === 'unreadable' ? `: ${policy.because}` : '';
    return notEvaluable(code, `the policy of the ${what} could not be read${because}`, 'key-policy-unreadable');
  }
  return keyPolicyAllows(policy.value, { ...use, keyArn })
    ? null
    : fails(
        code,
        `the policy of the ${what} does not leave it to this account to grant its use: its owner has to change it`,
        'key-not-delegating',
      );
}
