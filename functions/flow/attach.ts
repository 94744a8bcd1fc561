import { canonicalJson, type Digest } from '../domain/canonical.ts';
import type { Case } from '../domain/case.ts';
import type { Outcome } from '../domain/case-outcome.ts';
import type { Reason, RemediationPolicy } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { AttachedPolicy, ObservedRole } from '../domain/observation.ts';
import { policiesOn } from '../domain/prepared-policy.ts';
import type { CaseStore, Clock, RolePolicyWriter, RoleSnapshot } from '../ports.ts';
import { RetryLater } from './retry-later.ts';

/** What a write needs. Without a writer the deployment has no IAM write, and nothing is ever attached. */
export interface AttachPorts {
  readonly writer: RolePolicyWriter | null;
  readonly cases: CaseStore;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly digest: Digest;
}

export interface AttachRequest {
  /** null where the settings alone decided, and nothing was read. */
  readonly finding: Finding | null;
  /** The case as it will be. */
  readonly found: Case;
  /** The event or the proposal that asks for the write; asking twice reserves once. */
  readonly eventId: string;
  /** Names this invocation. */
  readonly owner: string;
  readonly writesPerHour: number;
}

/** A decision that cannot be carried out as it stands: a person gets a ticket. */
export interface Lowered {
  readonly kind: 'lowered';
  readonly reason: Reason;
}

type Attached = Extract<Outcome, { kind: 'attached' | 'unverified' }> | Lowered;

export const NO_WRITER = 'this deployment holds no IAM write';

/** Longer than a function runs: an older announcement belongs to a Lambda that is gone. */
const ANNOUNCEMENT_MILLISECONDS = 60_000;
/** IAM is eventually consistent; together 10 seconds. */
const READ_BACK_DELAYS_MILLISECONDS = [0, 250, 750, 1000, 2000, 3000, 3000];

/**
 * Writes one policy to one role: reserved, announced, written only where the role still is what was judged, and read back.
 * Repeating it is harmless.
 * @throws RetryLater where another invocation writes to the role, or the role changed meanwhile.
 */
export async function attach(request: AttachRequest, policy: RemediationPolicy, ports: AttachPorts): Promise<Attached> {
  const { finding, found, eventId, owner } = request;
  const role = finding?.observation.role;
  if (ports.writer === null || finding === null || role?.kind !== 'read') {
    return lowered('not-permitted-by-deployment', NO_WRITER);
  }
  const at = ports.clock();
  const record = finding.observation.attachedPolicy;
  // Read with the rest of the evidence: the conditional write below notices whoever changed it since.
  const earlier = record.kind === 'read' ? record.value : undefined;
  if (isAnnouncedByAnother(earlier, owner, at)) {
    throw new RetryLater('another invocation is writing to this role');
  }
  const reserved = await ports.cases.reserveWrite({
    at,
    limit: request.writesPerHour,
    reservationId: eventId,
  });
  if (reserved === 'over-limit') {
    return lowered('breaker-closed', 'the breaker opened meanwhile: nothing more is written for now');
  }
  const announced = announcement(request, policy, role.value, earlier, at, ports.digest);
  if ((await ports.cases.saveAttachedPolicy(announced, earlier?.version ?? null)) === 'conflict') {
    throw new RetryLater('another invocation announced a write to this role');
  }
  // The last thing before the write: what was judged must still be what is there.
  const snapshot = await ports.writer.readRole(policy.roleName);
  if (snapshot.kind !== 'read' || !isUnchanged(role.value, snapshot.value)) {
    await withdraw(announced, earlier, ports);
    throw new RetryLater('the role changed between the decision and the write');
  }
  const written = await ports.writer.putPolicy(policy, role.value.roleArn);
  if (written.kind === 'refused') {
    await withdraw(announced, earlier, ports);
    return lowered('write-refused', written.because);
  }
  const attachedAt = at.toISOString();
  if (await isReadBack(policy, announced.documentHash, ports)) {
    await confirm(announced, ports);
    return { kind: 'attached', attachedAt };
  }
  return { kind: 'unverified', attachedAt: found.repairedAt ?? attachedAt };
}

/** The answer for what cannot be carried out. */
export function lowered(code: string, detail: string): Lowered {
  return { kind: 'lowered', reason: { code, detail } };
}

/** Role id, tags, inline policies and prepared ones of ours, as the decision saw them: what changed since was not judged. */
export function isUnchanged(observed: ObservedRole, snapshot: RoleSnapshot): boolean {
  const facts = (role: RoleSnapshot) =>
    canonicalJson([
      role.roleId,
      role.tags,
      policiesOn(role)
        .map((policy) => [policy.name, policy.hash])
        .sort(([left = ''], [right = '']) => (left < right ? -1 : 1)),
    ]);
  return facts(observed) === facts(snapshot);
}

function isAnnouncedByAnother(record: AttachedPolicy | undefined, owner: string, now: Date): boolean {
  return (
    record !== undefined &&
    record.confirmedAt === null &&
    record.revertedAt === null &&
    record.owner !== owner &&
    now.getTime() - Date.parse(record.attachedAt) < ANNOUNCEMENT_MILLISECONDS
  );
}

function announcement(
  { found, owner }: AttachRequest,
  policy: RemediationPolicy,
  role: ObservedRole,
  earlier: AttachedPolicy | undefined,
  at: Date,
  digest: Digest,
): AttachedPolicy {
  const standing = policiesOn(role).find((candidate) => candidate.name === policy.policyName);
  const carried = standing === undefined ? [] : repairedBy(standing.hash, earlier);
  return {
    roleId: role.roleId,
    roleArn: role.roleArn,
    policyName: policy.policyName,
    documentHash: digest(canonicalJson(policy.document)),
    previousHash: standing?.hash ?? null,
    attachedAt: at.toISOString(),
    confirmedAt: null,
    revertedAt: null,
    provedBy: null,
    warnedAt: null,
    fingerprints: [...carried.filter((known) => known !== found.fingerprint), found.fingerprint],
    owner,
    version: (earlier?.version ?? 0) + 1,
  };
}

/** The causes that the standing policy repairs. An announced write that was never made added its own, the last one, in vain. */
function repairedBy(standingHash: string, record: AttachedPolicy | undefined): readonly string[] {
  if (record === undefined || record.revertedAt !== null) {
    return [];
  }
  const isMade = record.confirmedAt !== null || record.documentHash === standingHash;
  return isMade ? record.fingerprints : record.fingerprints.slice(0, -1);
}

/** The record as it was before an announced write that was not made. */
async function withdraw(
  announced: AttachedPolicy,
  earlier: AttachedPolicy | undefined,
  ports: AttachPorts,
): Promise<void> {
  const restored: AttachedPolicy =
    earlier === undefined ? { ...announced, fingerprints: [], revertedAt: announced.attachedAt } : earlier;
  await ports.cases.saveAttachedPolicy({ ...restored, version: announced.version + 1 }, announced.version);
}

/** The record of a policy that was read back as written. */
export async function confirm(record: AttachedPolicy, ports: Pick<AttachPorts, 'cases' | 'clock'>): Promise<void> {
  const confirmed: AttachedPolicy = {
    ...record,
    previousHash: null,
    confirmedAt: ports.clock().toISOString(),
    version: record.version + 1,
  };
  // A conflict means that somebody confirmed or went on from it; either way the policy was read back as written.
  await ports.cases.saveAttachedPolicy(confirmed, record.version);
}

async function isReadBack(policy: RemediationPolicy, documentHash: string, ports: AttachPorts): Promise<boolean> {
  for (const delay of READ_BACK_DELAYS_MILLISECONDS) {
    if (delay > 0) {
      await ports.sleep(delay);
    }
    const standing = await ports.writer?.readPolicy(policy.roleName, policy.policyName);
    if (standing?.kind === 'read' && standing.value.hash === documentHash) {
      return true;
    }
  }
  return false;
}
