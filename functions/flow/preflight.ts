import { parseArn, parseRoleArn } from '../domain/arn.ts';
import { type LogTarget, type NoLogTarget, resolveLogTarget } from '../domain/log-target.ts';
import type { ObservedRole, Reading } from '../domain/observation.ts';
import { preflightCalls } from '../domain/preflight/calls.ts';
import { containersOf, type Shell, shellsOf, tasksIn } from '../domain/preflight/fleet.ts';
import type { ObservedNetwork, PreflightSubject, PreflightTaskDefinition } from '../domain/preflight/subject.ts';
import type { ObservedTrail } from '../domain/trail-diagnosis.ts';
import type { IamReader, NetworkReader, TrailReader } from '../ports.ts';
import { observeTarget, type TargetPorts } from './observe-target.ts';
import type { Fleet } from './preflight-fleet.ts';
import { sideBySide } from './side-by-side.ts';
import { contextOfCalls, simulateCalls } from './simulate-calls.ts';

/** All that looking at the shells of a fleet reads; equal questions should be answered from memory. */
export interface PreflightPorts extends TargetPorts {
  readonly iam: Pick<IamReader, 'findRole' | 'simulate'>;
  readonly networks: NetworkReader;
  /** null where nobody can know of trails: an account file does not hold them. */
  readonly trails: TrailReader | null;
}

/** Subjects looked at side by side; how fast they go is decided by the account's request buckets. */
const AT_ONCE = 8;
const ABSENT = { kind: 'absent' } as const;

/** A container in which a shell may be opened. */
interface ShellContainer {
  readonly shell: Shell;
  readonly containerName: string;
}

/** The containers of a fleet, each for all tasks that are alike. */
export function shellContainersOf({ clusters, lookup }: Fleet): readonly ShellContainer[] {
  return clusters.flatMap((cluster) =>
    shellsOf(cluster, lookup).flatMap((shell) =>
      containersOf(shell, lookup).map((containerName) => ({ shell, containerName })),
    ),
  );
}

/**
 * Everything that is known of each shell of the fleet, in the fleet's order, as it comes. A reading that failed stays in its
 * subject; throttling and broken answers are thrown.
 */
export async function* preflightSubjects(fleet: Fleet, ports: PreflightPorts): AsyncGenerator<PreflightSubject> {
  const containers = shellContainersOf(fleet);
  const subnetIds = [...new Set(containers.flatMap(({ shell }) => subnetsOf(shell, fleet)))];
  const [networks, trails] = await Promise.all([
    subnetIds.length === 0 ? new Map<string, Reading<ObservedNetwork>>() : ports.networks.findNetworks(subnetIds),
    containers.length === 0 ? null : (ports.trails?.listTrails() ?? null),
  ]);
  yield* sideBySide(containers, AT_ONCE, (container) => observeShell(container, fleet, { networks, trails }, ports));
}

interface Surroundings {
  readonly networks: ReadonlyMap<string, Reading<ObservedNetwork>>;
  readonly trails: Reading<readonly ObservedTrail[]> | null;
}

async function observeShell(
  { shell, containerName }: ShellContainer,
  { lookup }: Fleet,
  { networks, trails }: Surroundings,
  ports: PreflightPorts,
): Promise<PreflightSubject> {
  const { cluster, clusterArn } = shell.cluster;
  const taskDefinition = lookup.definitionOf(shell.taskDefinitionArn);
  const derived = targetOf(shell, containerName, taskDefinition);
  const asked = derived?.kind === 'target' ? derived : null;
  const [role, readings] = await Promise.all([
    findRole(shell, taskDefinition, ports.iam),
    // Whoever looks for gaps plans no repair, and needs none simulated.
    observeTarget(asked, ABSENT, ports),
  ]);
  const target = readings.target?.kind === 'target' ? readings.target : derived;
  const [subnetId] = subnetsOf(shell, { lookup });
  return {
    cluster,
    clusterArn,
    service: shell.service,
    taskDefinitionArn: shell.taskDefinitionArn,
    taskDefinition,
    containerName,
    tasks: tasksIn(shell, containerName, lookup),
    launchType: shell.launchType,
    taskRoleArn: shell.taskRoleArn,
    executionRoleArn: shell.executionRoleArn,
    role,
    isInstanceRole: shell.taskRoleArn === null && shell.instanceRole?.kind === 'read',
    target,
    logGroup: readings.logGroup,
    sessionKey: readings.sessionKey,
    bucketEncryption: readings.bucketEncryption,
    bucketKey: readings.bucketKey,
    calls: await simulateSession(role, target, clusterArn, ports.iam),
    network: subnetId === undefined ? ABSENT : (networks.get(subnetId) ?? ABSENT),
    trails,
  };
}

const subnetsOf = ({ tasks }: Shell, { lookup }: Pick<Fleet, 'lookup'>): readonly string[] =>
  tasks.flatMap((task) => lookup.subnetIdsOf(task));

function targetOf(
  { cluster: { cluster, clusterArn } }: Shell,
  containerName: string,
  taskDefinition: Reading<PreflightTaskDefinition>,
): LogTarget | NoLogTarget | null {
  const place = parseArn(clusterArn);
  if (cluster.kind !== 'read' || taskDefinition.kind !== 'read' || place === null) return null;
  return resolveLogTarget(cluster.value.execConfiguration, taskDefinition.value, containerName, place);
}

/** The role whose credentials the agent takes: the task's, else the machine's. */
async function findRole(
  { taskRoleArn, instanceRole }: Shell,
  taskDefinition: Reading<PreflightTaskDefinition>,
  iam: PreflightPorts['iam'],
): Promise<Reading<ObservedRole>> {
  if (taskRoleArn === null && taskDefinition.kind !== 'read') {
    return { kind: 'unreadable', because: 'the task definition, which names the task role, could not be read' };
  }
  const roleArn: Reading<string> =
    taskRoleArn === null ? (instanceRole ?? ABSENT) : { kind: 'read', value: taskRoleArn };
  if (roleArn.kind !== 'read') return roleArn;
  const parsed = parseRoleArn(roleArn.value);
  return parsed === null
    ? { kind: 'unreadable', because: 'the role has no ARN of a role' }
    : iam.findRole(parsed.roleName);
}

/** Every call of the session as the role is now; `absent` without a role. */
async function simulateSession(
  role: Reading<ObservedRole>,
  target: LogTarget | NoLogTarget | null,
  clusterArn: string,
  iam: PreflightPorts['iam'],
): Promise<PreflightSubject['calls']> {
  const place = parseArn(clusterArn);
  if (role.kind !== 'read' || place === null) return ABSENT;
  const calls = preflightCalls(target);
  const context = contextOfCalls(role.value, place.region);
  return simulateCalls(calls, { roleArn: role.value.roleArn, context, additionalPolicy: null }, iam);
}
