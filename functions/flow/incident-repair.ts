import { parseRoleArn } from '../domain/arn.ts';
import type { Incident } from '../domain/incident.ts';
import type { IncidentRepair } from '../domain/incident-repair.ts';
import type { LedgerLine, SessionVerdict } from '../domain/ledger.ts';
import type { ObservedRole, Reading } from '../domain/observation.ts';
import type { CaseStore, EcsReader, IamReader, StackReader } from '../ports.ts';
import { observeTarget, type TargetPorts } from './observe-target.ts';
import { resolvePlace } from './session-evidence.ts';

/** All that looking at what an unrecorded session's role lacks reads. */
export interface IncidentRepairPorts extends Omit<TargetPorts, 'iam'> {
  readonly iam: IamReader;
  readonly ecs: EcsReader;
  readonly stacks: StackReader;
  readonly cases: Pick<CaseStore, 'findAttachedPolicy'>;
}

const TARGET_CODES: ReadonlySet<Incident['reason']['code']> = new Set([
  'unrecorded-missing',
  'unrecorded-refused',
  'half-delivered',
]);

/**
 * What the task role is not allowed of its session's whole target, by simulation: a denied write of S3 or KMS leaves no record
 * that anybody could search. null for incidents that are about no target, or where target or role are not known any more.
 * @throws what a port throws: throttling, time-outs, 5xx.
 */
export async function incidentRepair(
  { reason }: Incident,
  line: LedgerLine,
  verdict: SessionVerdict,
  ports: IncidentRepairPorts,
  now: Date,
): Promise<IncidentRepair | null> {
  if (!TARGET_CODES.has(reason.code)) {
    return null;
  }
  const place = await resolvePlace(line, ports.ecs, now);
  const roleArn = place.taskRoleArn ?? verdict.taskRoleArn;
  const roleName = parseRoleArn(roleArn ?? '')?.roleName;
  if (place.target.kind !== 'target' || roleArn === null || roleName === undefined) {
    return null;
  }
  const [role, stack] = await Promise.all([findRole(roleArn, roleName, ports), ports.stacks.findOwningStack(roleName)]);
  const record = role.kind === 'read' ? await ports.cases.findAttachedPolicy(role.value.roleId) : undefined;
  const attachedPolicy = record === undefined ? {} : { attachedPolicy: { kind: 'read', value: record } as const };
  const { repair, simulation } = await observeTarget(place.target, role, ports, attachedPolicy);
  return { repair, simulation, stackName: stack.kind === 'read' ? stack.value.stackName : null };
}

/** A role of another account with the same name is another role. */
async function findRole(
  roleArn: string,
  roleName: string,
  { iam }: Pick<IncidentRepairPorts, 'iam'>,
): Promise<Reading<ObservedRole>> {
  const role = await iam.findRole(roleName);
  return role.kind === 'read' && role.value.roleArn !== roleArn ? { kind: 'absent' } : role;
}
