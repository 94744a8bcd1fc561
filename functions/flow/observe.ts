import { writesUntil } from '../domain/breaker.ts';
import type { Denial } from '../domain/denial.ts';
import { sessionIdOf } from '../domain/denied-session.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import { deriveRouter, deriveTarget, type TargetReadings } from '../domain/finding.ts';
import type { Observation, ObservedTaskDefinition, Reading } from '../domain/observation.ts';
import { ownPolicyOn } from '../domain/own-policy.ts';
import type { DeclaredRouterTarget } from '../domain/router-target.ts';
import { signalOf } from '../domain/signal.ts';
import { isTaskId } from '../domain/task.ts';
import type { ObservationPorts } from '../ports.ts';
import { observeTarget } from './observe-target.ts';
import { RetryLater } from './retry-later.ts';

const CLOCK_TOLERANCE_MILLISECONDS = 10_000;

/** What one look at a denial goes by besides the denial itself. */
export interface ObserveOptions {
  readonly now: Date;
  readonly withGroupTags: boolean;
  /** What the settings say of log routers whose output no AWS API shows. */
  readonly declaredTargets?: readonly DeclaredRouterTarget[];
}

/**
 * The record of the denial's session: the ledger first, CloudTrail's history only where the ledger does not know it. A call that
 * names no session is one of a session of its task that had just begun. A log router's denial is of none.
 */
export async function findSession(
  denial: Denial,
  ports: Pick<ObservationPorts, 'ledger' | 'history'>,
  now: Date,
): Promise<Reading<ExecSession>> {
  if (signalOf(denial) === 'router') {
    return absent;
  }
  const sessionId = sessionIdOf(denial);
  if (sessionId === null) {
    return findSessionOfTask(denial, ports);
  }
  const inLedger = await ports.ledger.findSession(sessionId);
  return inLedger.kind === 'read' ? inLedger : ports.history.findSession({ sessionId, before: now });
}

async function findSessionOfTask(
  { companion, sessionName, eventTime }: Denial,
  { history }: Pick<ObservationPorts, 'history'>,
): Promise<Reading<ExecSession>> {
  const near = new Date(eventTime ?? '');
  return companion === undefined || sessionName === null || !isTaskId(sessionName) || Number.isNaN(near.getTime())
    ? absent
    : history.findSessionOfTask({ taskId: sessionName, near });
}

/** Everything else that is read about a denial, in parallel where one answer does not ask the next question. */
export async function observe(
  denial: Denial,
  session: Reading<ExecSession>,
  ports: ObservationPorts,
  options: ObserveOptions,
): Promise<Observation> {
  return observeAround(denial, session, () => observeTask(denial, session, ports), ports, options);
}

/** Where a denial was made. */
export type ObservedPlace = Pick<Observation, 'task' | 'cluster' | 'taskDefinition'>;

/** All that is read about a denial, around a place that is found in the caller's way. */
export async function observeAround(
  denial: Denial,
  session: Reading<ExecSession>,
  findPlace: () => Promise<ObservedPlace>,
  ports: ObservationPorts,
  options: ObserveOptions,
): Promise<Observation> {
  const [place, { role, attachedPolicy }, stack, breaker] = await Promise.all([
    findPlace(),
    observeRole(denial, ports, options.now),
    denial.roleName === null ? absent : ports.stacks.findOwningStack(denial.roleName),
    ports.cases.readBreaker(),
  ]);
  const readings: TargetReadings = { session, ...place, role, attachedPolicy };
  const target =
    signalOf(denial) === 'router'
      ? deriveRouter(denial, readings, options.declaredTargets ?? [])
      : deriveTarget(denial, readings);
  const isKnown = target?.kind === 'target' || target?.kind === 'router-target';
  const { sessionKey, bucketEncryption, bucketKey, logGroup, simulation } = await observeTarget(
    isKnown ? target : null,
    role,
    ports,
    { attachedPolicy, withGroupTags: options.withGroupTags },
  );
  const seen = { sessionKey, bucketEncryption, bucketKey, logGroup, simulation };
  return { ...readings, stack, ...seen, breaker, writesInLastHour: writesUntil(breaker, options.now) };
}

const absent = { kind: 'absent' } as const;

async function observeTask(
  denial: Denial,
  session: Reading<ExecSession>,
  { ecs }: Pick<ObservationPorts, 'ecs'>,
): Promise<ObservedPlace> {
  // ECS refuses what is no task id: an instance's or a person's session has no task.
  if (denial.sessionName === null || !isTaskId(denial.sessionName)) {
    return { task: absent, cluster: absent, taskDefinition: absent };
  }
  const known = session.kind === 'read' ? session.value.clusterArn : null;
  const [task, knownCluster] = await Promise.all([
    ecs.findTask({ clusterArn: known, taskId: denial.sessionName }),
    known === null ? null : ecs.findCluster(known),
  ]);
  if (task.kind !== 'read') {
    return { task, cluster: knownCluster ?? task, taskDefinition: task };
  }
  const [cluster, taskDefinition]: [Observation['cluster'], Reading<ObservedTaskDefinition>] = await Promise.all([
    knownCluster ?? ecs.findCluster(task.value.clusterArn),
    ecs.findTaskDefinition(task.value.taskDefinitionArn),
  ]);
  return { task, cluster, taskDefinition };
}

/**
 * The role, and after it our record of what we attached to it: a write is announced before it is made, so that a policy of ours
 * on the role is always one that the record knows.
 * @throws RetryLater when another invocation finished its write between the two readings.
 */
async function observeRole(
  denial: Denial,
  { iam, cases }: Pick<ObservationPorts, 'iam' | 'cases'>,
  begunAt: Date,
): Promise<Pick<Observation, 'role' | 'attachedPolicy'>> {
  const role = denial.roleName === null ? absent : await iam.findRole(denial.roleName);
  const record = denial.roleId === null ? undefined : await cases.findAttachedPolicy(denial.roleId);
  if (record === undefined) {
    return { role, attachedPolicy: absent };
  }
  const attachedPolicy = { kind: 'read', value: record } as const;
  const own = role.kind === 'read' ? ownPolicyOn(role.value, record.policyName, attachedPolicy) : null;
  const confirmedAt = Date.parse(record.confirmedAt ?? '');
  if (own?.kind === 'removed' && confirmedAt > begunAt.getTime() - CLOCK_TOLERANCE_MILLISECONDS) {
    throw new RetryLater('the role was read before a write that another invocation has finished since');
  }
  return { role, attachedPolicy };
}
