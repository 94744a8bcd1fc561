import type { LogTarget } from '../domain/log-target.ts';
import type {
  AttachedPolicy,
  Observation,
  ObservedLogGroup,
  ObservedRole,
  ObservedSimulation,
  Reading,
} from '../domain/observation.ts';
import { type PlannedRepair, planRepair } from '../domain/planned-repair.ts';
import type { RouterTarget } from '../domain/router-target.ts';
import { keyIdOf, withKeys } from '../domain/target-keys.ts';
import type { ObservationPorts } from '../ports.ts';
import { contextOfCalls, simulateCalls } from './simulate-calls.ts';

/** What resolving a target's keys reads. */
export type KeyPorts = Pick<ObservationPorts, 'keys' | 'buckets'>;

/** All that looking at one target reads. */
export type TargetPorts = KeyPorts & {
  readonly logGroups: ObservationPorts['logGroups'];
  readonly iam: Pick<ObservationPorts['iam'], 'simulate'>;
};

export interface TargetOptions {
  /** What we attached to the role in this Region before; absent where nobody remembers. */
  readonly attachedPolicy?: Reading<AttachedPolicy>;
  readonly withGroupTags?: boolean;
}

type KeysObservation = Pick<Observation, 'sessionKey' | 'bucketEncryption' | 'bucketKey'>;

/** What is known of a place that logs go to, and of what the role lacks for it. */
export interface TargetObservation extends KeysObservation, Pick<Observation, 'logGroup' | 'simulation'> {
  /** With its keys resolved; null where none was given. */
  readonly target: LogTarget | RouterTarget | null;
  /** null where no policy could be written. */
  readonly repair: PlannedRepair | null;
}

const ABSENT = { kind: 'absent' } as const;

/**
 * Reads keys, bucket and log group of a target, and simulates the whole repair: the role as it is and with the planned policy.
 * A target without key and bucket costs a reading of the group and two simulations.
 */
export async function observeTarget(
  target: LogTarget | RouterTarget | null,
  role: Reading<ObservedRole>,
  ports: TargetPorts,
  { attachedPolicy = ABSENT, withGroupTags = false }: TargetOptions = {},
): Promise<TargetObservation> {
  const logGroupName = target?.logGroupName ?? null;
  const [logGroup, { resolved, keys, repair, simulation }] = await Promise.all([
    findLogGroup(logGroupName, ports, withGroupTags),
    observeRepair(target, role, attachedPolicy, ports),
  ]);
  return { target: resolved, ...keys, logGroup, repair, simulation };
}

async function observeRepair(
  target: LogTarget | RouterTarget | null,
  role: Reading<ObservedRole>,
  attachedPolicy: Reading<AttachedPolicy>,
  ports: TargetPorts,
) {
  const keys = target?.kind === 'target' ? await observeKeys(target, ports) : NO_KEYS;
  const resolved = target?.kind === 'target' ? withKeys(target, keys) : target;
  const repair = planRepair(resolved, { role, attachedPolicy });
  const simulation = await simulate(role, repair, resolved?.region ?? null, ports);
  return { resolved, keys, repair, simulation };
}

const NO_KEYS: KeysObservation = { sessionKey: ABSENT, bucketEncryption: ABSENT, bucketKey: ABSENT };

/** The session key, and how the bucket encrypts; after it the bucket's own key. */
export async function observeKeys(target: LogTarget, { keys, buckets }: KeyPorts): Promise<KeysObservation> {
  const sessionKeyId = keyIdOf(target);
  const [sessionKey, { bucketEncryption, bucketKey }] = await Promise.all([
    sessionKeyId === null ? ABSENT : keys.findKey(sessionKeyId),
    observeBucket(target.bucket?.name ?? null, { keys, buckets }),
  ]);
  return { sessionKey, bucketEncryption, bucketKey };
}

async function observeBucket(
  bucketName: string | null,
  { keys, buckets }: KeyPorts,
): Promise<Pick<KeysObservation, 'bucketEncryption' | 'bucketKey'>> {
  if (bucketName === null) {
    return { bucketEncryption: ABSENT, bucketKey: ABSENT };
  }
  const bucketEncryption = await buckets.findEncryption(bucketName);
  // Without a key of its own, the bucket encrypts with one that AWS manages.
  const keyId = bucketEncryption.kind === 'read' ? bucketEncryption.value.keyId : null;
  return { bucketEncryption, bucketKey: keyId === null ? ABSENT : await keys.findKey(keyId) };
}

async function findLogGroup(
  logGroupName: string | null,
  { logGroups }: Pick<TargetPorts, 'logGroups'>,
  withTags: boolean,
): Promise<Reading<ObservedLogGroup>> {
  return logGroupName === null ? ABSENT : logGroups.findLogGroup({ logGroupName, withTags });
}

/** The role as it is and with the planned policy, under the context that each call would have. */
async function simulate(
  role: Reading<ObservedRole>,
  repair: PlannedRepair | null,
  region: string | null,
  { iam }: TargetPorts,
): Promise<Reading<ObservedSimulation>> {
  if (role.kind !== 'read' || repair === null || region === null) {
    return ABSENT;
  }
  const { roleArn } = role.value;
  const context = contextOfCalls(role.value, region);
  const ask = (additionalPolicy: string | null) =>
    simulateCalls(repair.requiredCalls, { roleArn, context, additionalPolicy }, iam);
  const [now, withPolicy] = await Promise.all([ask(null), ask(JSON.stringify(repair.policy.document))]);
  if (now.kind !== 'read') {
    return now;
  }
  return withPolicy.kind === 'read'
    ? { kind: 'read', value: { now: now.value, withPolicy: withPolicy.value } }
    : withPolicy;
}
