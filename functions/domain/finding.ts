import { parseLogGroupArn, parseRoleArn } from './arn.ts';
import type { Case } from './case.ts';
import type { PolicyDocument, RemediationPolicy } from './decision.ts';
import type { Denial } from './denial.ts';
import type { ExecSession } from './exec-session.ts';
import { type LogTarget, type NoLogTarget, resolveLogTarget } from './log-target.ts';
import type { Observation, ObservedInlinePolicy, ObservedRole, ObservedTask } from './observation.ts';
import {
  mergedWithEarlier,
  policyDocumentFor,
  policyNameFor,
  type RequiredCall,
  requiredCalls,
} from './remediation-policy.ts';
import { parseTaskArn } from './task.ts';

/** The policy that would repair a finding, and the calls that it has to make possible. */
export interface PlannedRepair {
  readonly policy: RemediationPolicy;
  readonly requiredCalls: readonly RequiredCall[];
}

/** What a denial turned out to be: who opened which session in which container, and where its transcript should have gone. */
export interface Finding {
  readonly denial: Denial;
  readonly fingerprint: string;
  readonly observation: Observation;
  /** The case of this fingerprint so far. */
  readonly found: Case | null;
  /** The session of the denial, if a record of it belongs to this task, account and Region. */
  readonly session: ExecSession | null;
  /** Overrides first; null where ECS shows none. */
  readonly taskRoleArn: string | null;
  readonly executionRoleArn: string | null;
  /** null where ECS did not show enough to derive one. */
  readonly target: LogTarget | NoLogTarget | null;
  /** null where there is no target that a policy could be written for. */
  readonly repair: PlannedRepair | null;
}

/** The readings that a target is derived from. */
export type TargetReadings = Pick<Observation, 'session' | 'task' | 'cluster' | 'taskDefinition' | 'role'> &
  Pick<Observation, 'attachedPolicy'>;

/**
 * Puts what was read together. Nothing here comes from the denial but the question which session it was about: container,
 * cluster, target, role and policy are derived from ECS and IAM.
 */
export function correlate(denial: Denial, fingerprint: string, observation: Observation, found: Case | null): Finding {
  const { task, taskDefinition } = observation;
  const session = matchingSession(denial, observation);
  const definition = taskDefinition.kind === 'read' ? taskDefinition.value : null;
  const overrides = task.kind === 'read' ? task.value : null;
  const target = deriveTarget(denial, observation);
  return {
    denial,
    fingerprint,
    observation,
    found,
    session,
    taskRoleArn: overrides === null ? null : (overrides.taskRoleArnOverride ?? definition?.taskRoleArn ?? null),
    executionRoleArn:
      overrides === null ? null : (overrides.executionRoleArnOverride ?? definition?.executionRoleArn ?? null),
    target,
    repair: planRepair(target, observation),
  };
}

/** The session of the denial, or null where the record is of another session, task, account or Region. */
export function matchingSession(denial: Denial, readings: Pick<Observation, 'session'>): ExecSession | null {
  if (readings.session.kind !== 'read') {
    return null;
  }
  const session = readings.session.value;
  const same =
    session.sessionId === denial.logStreamName &&
    session.taskId === denial.sessionName &&
    session.account === denial.account &&
    session.region === denial.region &&
    session.partition === denial.partition;
  return same ? session : null;
}

/** The target of the denial's session, or null where session, task, cluster or task definition are not known or not of one piece. */
export function deriveTarget(denial: Denial, readings: TargetReadings): LogTarget | NoLogTarget | null {
  const session = matchingSession(denial, readings);
  const { task, cluster, taskDefinition } = readings;
  if (session === null || task.kind !== 'read' || cluster.kind !== 'read' || taskDefinition.kind !== 'read') {
    return null;
  }
  const isOfOnePiece =
    isTaskOf(session, task.value) &&
    cluster.value.clusterArn === session.clusterArn &&
    taskDefinition.value.taskDefinitionArn === task.value.taskDefinitionArn;
  return isOfOnePiece
    ? resolveLogTarget(cluster.value.execConfiguration, taskDefinition.value, session.containerName, session)
    : null;
}

/** Whether this is the session's task: the old ARN format names no cluster, so that the ARNs' texts may differ. */
export function isTaskOf(session: ExecSession, task: ObservedTask): boolean {
  const arn = parseTaskArn(task.taskArn);
  return (
    arn !== null &&
    arn.taskId === session.taskId &&
    arn.account === session.account &&
    arn.region === session.region &&
    arn.partition === session.partition
  );
}

/** Whether the call was denied in the place where the target lies; null where the record does not say what was denied. */
export function isDeniedInPlaceOf(target: LogTarget, denial: Denial): boolean | null {
  const denied = parseLogGroupArn(denial.resource ?? '');
  // The denial's own account is the principal's; the denied group's stands only in the resource.
  return denied === null
    ? null
    : [target, denied].every(
        ({ partition, account, region }) =>
          partition === denial.partition && account === denial.account && region === denial.region,
      );
}

/** The policy for a target, with the earlier targets of our own policy of that Region where it still is as we left it. */
export function planRepair(
  target: LogTarget | NoLogTarget | null,
  readings: Pick<Observation, 'role' | 'attachedPolicy'>,
): PlannedRepair | null {
  if (target?.kind !== 'target' || readings.role.kind !== 'read') {
    return null;
  }
  const document = policyDocumentFor(target);
  if (document === null) {
    return null;
  }
  const role = readings.role.value;
  const policyName = policyNameFor(target.region);
  const merged = mergedWithOwn(document, ownPolicyOn(role, policyName, readings.attachedPolicy));
  if (merged === null) {
    return null;
  }
  return {
    policy: { roleName: role.roleName, policyName, document: merged },
    requiredCalls: requiredCalls(target),
  };
}

function mergedWithOwn(document: PolicyDocument, own: OwnPolicy): PolicyDocument | null {
  return own.kind === 'as-we-left-it' ? mergedWithEarlier(own.policy.document, document) : document;
}

/** How the policy of our name on a role stands to what we remember of it. */
export type OwnPolicy =
  /** Nothing there, and nothing remembered that should be. */
  | { readonly kind: 'none' }
  | { readonly kind: 'as-we-left-it'; readonly policy: ObservedInlinePolicy }
  /** A policy of our name that we did not write. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'changed' }
  /** We wrote it, and somebody else removed it. */
  | { readonly kind: 'removed' }
  | { readonly kind: 'unknown'; readonly because: string };

/** Compares the role's policy of our name with our record, by the hash of its canonical document. */
export function ownPolicyOn(role: ObservedRole, policyName: string, record: Observation['attachedPolicy']): OwnPolicy {
  if (record.kind === 'unreadable') {
    return { kind: 'unknown', because: record.because };
  }
  const policy = role.inlinePolicies.find((candidate) => candidate.name === policyName);
  const isOfThisPolicy =
    record.kind === 'read' && record.value.roleId === role.roleId && record.value.policyName === policyName;
  const ours = isOfThisPolicy && record.value.revertedAt === null ? record.value : null;
  if (policy === undefined) {
    // An announced write that was never confirmed is unfinished, not removed.
    return ours === null || (ours.confirmedAt === null && ours.previousHash === null)
      ? { kind: 'none' }
      : { kind: 'removed' };
  }
  if (ours === null) {
    return { kind: 'foreign' };
  }
  const known = policy.hash === ours.documentHash || (ours.confirmedAt === null && policy.hash === ours.previousHash);
  return known ? { kind: 'as-we-left-it', policy } : { kind: 'changed' };
}

/**
 * When this cause was repaired, or null where never. The case's own time comes first: the record's is that of the last write,
 * which may have been for another cause of the same role.
 */
export function repairedAtOf(finding: Finding): string | null {
  const caseRepairedAt = finding.found?.repairedAt ?? null;
  const { role, attachedPolicy } = finding.observation;
  if (caseRepairedAt !== null || attachedPolicy.kind !== 'read') {
    return caseRepairedAt;
  }
  const record = attachedPolicy.value;
  // Announced and written, but never confirmed: the policy itself shows that it took place.
  const stands =
    role.kind === 'read' &&
    role.value.inlinePolicies.some(({ name, hash }) => name === record.policyName && hash === record.documentHash);
  const isRepair = record.fingerprints.includes(finding.fingerprint) && (record.confirmedAt !== null || stands);
  return isRepair ? record.attachedAt : null;
}

/** The role's ARN as IAM says it, else as the denial claims it. */
export function roleArnOf(denial: Denial, role: Observation['role']): string | null {
  if (role.kind === 'read') {
    return role.value.roleArn;
  }
  return claimedRoleArn(denial);
}

/** The role's ARN put together from the denial: a claim, good for showing and for asking, never for a policy. */
export function claimedRoleArn(denial: Denial): string | null {
  if (denial.partition === null || denial.account === null || denial.roleName === null) {
    return null;
  }
  const arn = `arn:${denial.partition}:iam::${denial.account}:role${denial.rolePath ?? '/'}${denial.roleName}`;
  return parseRoleArn(arn) === null ? null : arn;
}
