import type { AttachedPolicy, ObservedInlinePolicy, ObservedRole } from '../domain/observation.ts';
import { ownPolicyOn } from '../domain/own-policy.ts';
import { isPreparedName, ownPolicyName, policiesOn } from '../domain/prepared-policy.ts';
import { isOwnDocument } from '../domain/remediation-policy.ts';
import type { CaseStore, Clock, IamReader, RolePolicyWriter } from '../ports.ts';
import { FailureError, UsageError } from './failures.ts';

/** One of the two ways in which a policy of ours gets onto a role, and off it. */
export interface RevertWay {
  readonly iam: Pick<IamReader, 'findRole'>;
  readonly writer: Pick<RolePolicyWriter, 'deletePolicy' | 'readPolicy'>;
}

/** What reverting works with: the way of inline policies and that of prepared ones. `records` is null where the deployment's table is not known. */
export interface RevertPorts extends RevertWay {
  readonly prepared: RevertWay;
  readonly records: Pick<CaseStore, 'findAttachedPolicy' | 'saveAttachedPolicy'> | null;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface RevertRequest {
  readonly roleName: string;
  /** Given where the user named the role by its ARN: then it has to be that one. */
  readonly roleArn: string | null;
  readonly region: string;
  readonly dryRun: boolean;
  /** Without a record, take a policy that has exactly our form for ours. */
  readonly unrecorded: boolean;
}

export interface Reverted {
  readonly result: 'removed' | 'would-remove' | 'nothing-to-do' | 'refused' | 'still-there';
  readonly roleArn: string;
  readonly policyName: string;
  /** One sentence for a person. */
  readonly because: string;
  /** The text of the policy that stood there, or null. */
  readonly document: string | null;
  /** Whether our record of the policy now says that it is reverted; null where there is no record. */
  readonly recordReverted: boolean | null;
  /** The names of the role's inline policies, and of our prepared ones as one, as they stand afterwards. */
  readonly remaining: readonly string[];
}

/** IAM shows a removal within seconds. */
const READ_BACK_DELAYS_MILLISECONDS = [0, 500, 1000, 2000, 4000];

/** Removes our policy of one Region from a role: what the record proves to be ours, or, if asked to, what looks exactly like it. */
export async function revertPolicy(request: RevertRequest, ports: RevertPorts): Promise<Reverted> {
  const found = await roleOf(request, ports);
  const record = await ports.records?.findAttachedPolicy(found.roleId);
  const { role, writer } = await wayOf(found, record, request, ports);
  const policyName = ownPolicyName(role, request.region);
  const standing = policiesOn(role).find((policy) => policy.name === policyName);
  const names = policiesOn(role).map((policy) => policy.name);
  const facts = { roleArn: role.roleArn, policyName, document: standing?.document ?? null, remaining: names };
  if (standing === undefined) {
    const recordReverted = request.dryRun ? asIs(record) : await markReverted(record, ports);
    return { ...facts, result: 'nothing-to-do', because: `the role has no policy ${policyName}`, recordReverted };
  }
  const refusal = whyNotOurs(role, standing, record, request, ports.records !== null);
  if (refusal !== null) return { ...facts, result: 'refused', because: refusal, recordReverted: asIs(record) };
  if (request.dryRun) {
    return { ...facts, result: 'would-remove', because: 'the policy is ours', recordReverted: asIs(record) };
  }
  const written = await writer.deletePolicy(role.roleName, policyName, role.roleArn);
  if (written.kind === 'refused') throw new FailureError(`the policy was not removed: ${written.because}`);
  if (!(await isGone(role.roleName, policyName, writer, ports))) {
    const because = 'IAM took the removal and still shows the policy; run the command again in a minute';
    return { ...facts, result: 'still-there', because, recordReverted: asIs(record) };
  }
  const recordReverted = await markReverted(record, ports);
  const remaining = names.filter((name) => name !== policyName);
  return { ...facts, result: 'removed', because: 'the policy was ours', recordReverted, remaining };
}

async function roleOf({ roleName, roleArn }: RevertRequest, { iam }: Pick<RevertWay, 'iam'>): Promise<ObservedRole> {
  const reading = await iam.findRole(roleName);
  if (reading.kind === 'absent') throw new UsageError(`the account of these credentials has no role ${roleName}`);
  if (reading.kind === 'unreadable') throw new FailureError(`the role ${roleName} cannot be read: ${reading.because}`);
  if (roleArn !== null && reading.value.roleArn !== roleArn) {
    throw new UsageError(`the account of these credentials has ${reading.value.roleArn}, not ${roleArn}`);
  }
  return reading.value;
}

/**
 * The way in which the policy that is to go came: as the record says, else by what stands on the role. Prepared policies are looked for
 * only where no inline one explains it, so that reverting an inline one needs no further permission.
 */
async function wayOf(
  role: ObservedRole,
  record: AttachedPolicy | undefined,
  request: RevertRequest,
  ports: RevertPorts,
): Promise<{ readonly role: ObservedRole; readonly writer: RevertWay['writer'] }> {
  const inline = { role, writer: ports.writer };
  const isRecorded = record !== undefined && record.revertedAt === null;
  const standsInline = role.inlinePolicies.some(({ name }) => name === ownPolicyName(role, request.region));
  if (isRecorded ? !isPreparedName(record.policyName) : standsInline) return inline;
  if (isRecorded) return { role: await roleOf(request, ports.prepared), writer: ports.prepared.writer };
  const reading = await ports.prepared.iam.findRole(request.roleName);
  return reading.kind === 'read' && reading.value.prepared?.policy != null
    ? { role: reading.value, writer: ports.prepared.writer }
    : inline;
}

/** Null where the policy may go; else the reason why it has to stay, with what the user can do. */
function whyNotOurs(
  role: ObservedRole,
  standing: ObservedInlinePolicy,
  record: AttachedPolicy | undefined,
  { unrecorded }: RevertRequest,
  hasRecords: boolean,
): string | null {
  const reading = record === undefined ? ({ kind: 'absent' } as const) : ({ kind: 'read', value: record } as const);
  const own = ownPolicyOn(role, standing.name, reading);
  if (own.kind === 'as-we-left-it') return null;
  if (own.kind === 'changed') {
    const command = isPreparedName(standing.name) ? 'detach-role-policy' : 'delete-role-policy';
    return `somebody changed the policy since it was attached; look at it, and remove it with "aws iam ${command}"`;
  }
  const noRecord = hasRecords
    ? 'the table has no record that this deployment attached it'
    : 'without the table (--deployment-id ID or --table NAME) nothing proves that this deployment attached it';
  if (!isOwnDocument(standing.document)) return `${noRecord}, and it does not have the form of our policies`;
  return unrecorded ? null : `${noRecord}; it has exactly the form of ours, and --unrecorded accepts that`;
}

async function isGone(
  roleName: string,
  policyName: string,
  writer: RevertWay['writer'],
  { sleep }: RevertPorts,
): Promise<boolean> {
  for (const delay of READ_BACK_DELAYS_MILLISECONDS) {
    if (delay > 0) await sleep(delay);
    const reading = await writer.readPolicy(roleName, policyName);
    if (reading.kind === 'absent') return true;
  }
  return false;
}

function asIs(record: AttachedPolicy | undefined): boolean | null {
  return record === undefined ? null : record.revertedAt !== null;
}

/** After the removal, never before: a record that says too much heals with the next run, a policy nobody remembers does not. */
async function markReverted(
  record: AttachedPolicy | undefined,
  { records, clock }: RevertPorts,
): Promise<boolean | null> {
  if (record === undefined || records === null) return null;
  if (record.revertedAt !== null) return true;
  const reverted = { ...record, revertedAt: clock().toISOString(), version: record.version + 1 };
  return (await records.saveAttachedPolicy(reverted, record.version)) === 'saved';
}
