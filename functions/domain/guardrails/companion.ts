import { parseArn } from '../arn.ts';
import type { GuardrailResult } from '../decision.ts';
import type { Denial } from '../denial.ts';
import type { Finding } from '../finding.ts';
import type { LogTarget } from '../log-target.ts';
import { groupExists, noTarget, notDerived } from './confirmed.ts';
import { fails, holds, notEvaluable } from './guardrail.ts';

const code = 'target-confirmed';

/**
 * The denied key or bucket is the target's, in its place. Listing the log groups names none of them: there the real session decides,
 * and the target must have a group.
 */
export function companionConfirmed(finding: Finding): GuardrailResult {
  const { target, denial } = finding;
  if (target === null) {
    return notDerived(finding);
  }
  if (target.kind === 'none') {
    return noTarget(target);
  }
  return objectionTo(denial, target) ?? placeExists(target, finding);
}

/** A target without a group is a bucket, of which another guardrail tells. */
function placeExists(target: LogTarget, finding: Finding): GuardrailResult {
  return target.logGroupName === null
    ? holds(code, `${target.logging} sends the transcript to bucket ${target.bucket?.name ?? ''} alone`)
    : groupExists(target, finding);
}

/** Whether the denied call went elsewhere than the session's target lies: then no transcript there tells anything of it. */
export function isOfAnotherTarget({ denial, target }: Pick<Finding, 'denial' | 'target'>): boolean {
  return target?.kind === 'target' && objectionTo(denial, target)?.holds === false;
}

/**
 * Whether the cluster does not ask for the answer to a denied call: the agent asks all the same, and goes on without it. By the
 * cluster alone, because it asks for the bucket once more at the session's end, long after its start.
 */
export function isAskedInVain({ denial, observation: { cluster } }: Pick<Finding, 'denial' | 'observation'>): boolean {
  if (cluster.kind !== 'read' || cluster.value.execConfiguration?.logging === 'NONE') {
    return false;
  }
  const { logging, cloudWatchEncryptionEnabled, s3EncryptionEnabled } =
    cluster.value.execConfiguration ?? NO_ENCRYPTION;
  switch (denial.companion) {
    case 'describe-log-groups':
      return logging !== 'OVERRIDE' || !cloudWatchEncryptionEnabled;
    case 'bucket-encryption':
      return logging !== 'OVERRIDE' || !s3EncryptionEnabled;
    default:
      return false;
  }
}

const NO_ENCRYPTION = { logging: null, cloudWatchEncryptionEnabled: false, s3EncryptionEnabled: false };

function objectionTo(denial: Denial, target: LogTarget): GuardrailResult | null {
  const denied = parseArn(denial.resource ?? '');
  if (denied === null) {
    return notEvaluable(code, 'the record does not show what was denied');
  }
  // S3's ARNs name neither account nor Region.
  const isHere =
    [denial, denied].every(({ partition }) => partition === target.partition) &&
    [denial, denied].every(({ account }) => account === '' || account === target.account) &&
    [denial, denied].every(({ region }) => region === '' || region === target.region);
  if (!isHere) {
    return fails(code, 'the target or what was denied lies in another account or Region', 'target-elsewhere');
  }
  return objectionToName(denial, target);
}

function objectionToName({ companion, action, resource }: Denial, target: LogTarget): GuardrailResult | null {
  const bucket = target.bucket === null ? null : `arn:${target.partition}:s3:::${target.bucket.name}`;
  switch (companion) {
    case 'session-key':
      return target.sessionKey?.kind === 'unresolved'
        ? notEvaluable(code, 'the session key could not be resolved to an ARN', 'key-unresolved')
        : unexpected(resource, target.sessionKey?.arn ?? null, 'session key');
    case 'bucket-encryption':
      return unexpected(resource, bucket, 'bucket');
    case 'object':
      return action === 's3:PutObject'
        ? unexpected(resource?.split('/')[0] ?? null, bucket, 'bucket')
        : unexpected(resource, target.bucket?.keyArn ?? null, "key of the bucket's own");
    case 'describe-log-groups':
      return target.logGroupName === null
        ? fails(code, "the session's target is no log group, only a bucket", 'target-unexpected')
        : null;
    default:
      return notEvaluable(code, "the call is none of an exec session's");
  }
}

function unexpected(denied: string | null, derived: string | null, what: string): GuardrailResult | null {
  if (derived !== null && denied === derived) {
    return null;
  }
  const target = derived === null ? `the session's target has no ${what}` : `the session's ${what} is ${derived}`;
  return fails(code, `${target}, the denied call went elsewhere`, 'target-unexpected');
}
