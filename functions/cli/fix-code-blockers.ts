import { parseArn } from '../domain/arn.ts';
import type { Finding } from '../domain/finding.ts';
import { keyPolicyAllows } from '../domain/key-policy.ts';
import type { LogTarget } from '../domain/log-target.ts';
import type { Observation, ObservedKey, Reading } from '../domain/observation.ts';
import { bucketServiceOf } from '../domain/own-document.ts';
import type { PlannedRepair } from '../domain/planned-repair.ts';

type Readings = Pick<Observation, 'logGroup' | 'simulation' | 'sessionKey' | 'bucketEncryption' | 'bucketKey'>;

/** What a fix is read from. */
export interface FixEvidence extends Readings, Pick<Observation, 'stack' | 'role' | 'attachedPolicy'> {
  readonly roleArn: string;
  readonly target: Finding['target'] | Finding['router'];
  readonly repair: PlannedRepair | null;
  /** Why a denial is not repaired by exec-log itself, in the order of the decision; empty without a denial. */
  readonly reasons: readonly Blocker[];
}

/** Something that a policy of the role does not change: a reason code and a phrase. */
export interface Blocker {
  readonly code: string;
  readonly detail: string;
}

/**
 * What stands against the repair in the readings themselves; null where nothing does. A decision's reasons do not say it all: what
 * the settings do not list is not looked into further there, and code does not ask the settings.
 */
export function blockedBy(evidence: FixEvidence): Blocker | null {
  const { target } = evidence;
  if (target === null) return null;
  if (target.kind === 'none') return { code: target.because, detail: `there is no log target (${target.because})` };
  if (target.kind === 'no-router-target') {
    return { code: target.because, detail: `the target of the log router is not known (${target.because})` };
  }
  const createsGroup = target.kind === 'router-target' && target.createsGroup;
  if (target.logGroupName !== null && evidence.logGroup.kind === 'absent' && !createsGroup) {
    return { code: 'log-group-missing', detail: `the log group ${target.logGroupName} does not exist` };
  }
  return (target.kind === 'target' ? blockedAtKeys(target, evidence) : null) ?? stillDenied(evidence);
}

function blockedAtKeys(target: LogTarget, evidence: FixEvidence): Blocker | null {
  const { sessionKey, bucketEncryption, bucketKey, roleArn } = evidence;
  if (target.bucket !== null && bucketEncryption.kind === 'absent') {
    return { code: 'bucket-missing', detail: `the bucket ${target.bucket.name} does not exist` };
  }
  const ofSession =
    target.sessionKey === null
      ? null
      : keyBlocker('session key', sessionKey, target, { roleArn, actions: ['kms:Decrypt'], viaService: null });
  if (ofSession !== null) return ofSession;
  const hasOwnKey = bucketEncryption.kind === 'read' && bucketEncryption.value.keyId !== null;
  if (target.bucket === null || !hasOwnKey) return null;
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
  return keyBlocker("bucket's key", bucketKey, target, { roleArn, actions, viaService: bucketServiceOf(target) });
}

/** Why the owner of a key has to act first; what AWS manages for a service needs no grant. */
function keyBlocker(
  what: string,
  key: Reading<ObservedKey>,
  target: LogTarget,
  use: { readonly roleArn: string; readonly actions: readonly string[]; readonly viaService: string | null },
): Blocker | null {
  if (key.kind === 'absent') return { code: 'key-missing', detail: `the ${what} does not exist` };
  if (key.kind === 'unreadable') {
    return { code: 'key-unresolved', detail: `the ${what} could not be looked up: ${key.because}` };
  }
  const { keyArn, enabled, managedBy, policy } = key.value;
  if (managedBy === 'AWS') return null;
  const arn = parseArn(keyArn);
  if (arn?.account !== target.account || arn.region !== target.region) {
    return { code: 'key-elsewhere', detail: `the ${what} belongs to another account or Region` };
  }
  if (!enabled) return { code: 'key-disabled', detail: `the ${what} is disabled or about to be deleted` };
  if (policy.kind !== 'read') {
    return { code: 'key-policy-unreadable', detail: `the policy of the ${what} could not be read` };
  }
  return keyPolicyAllows(policy.value, { ...use, keyArn })
    ? null
    : {
        code: 'key-not-delegating',
        detail: `the policy of the ${what} does not leave it to this account to grant its use`,
      };
}

function stillDenied({ simulation }: FixEvidence): Blocker | null {
  const denied = simulation.kind === 'read' ? simulation.value.withPolicy.find(({ allowed }) => !allowed) : undefined;
  if (denied === undefined) return null;
  const code = denied.deniedByOrganization
    ? 'simulated-organization-deny'
    : denied.deniedByBoundary
      ? 'simulated-boundary-deny'
      : 'simulated-deny';
  return { code, detail: `${denied.action} would still be denied with the policy` };
}
