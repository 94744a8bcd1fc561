import { canonicalJson, type Digest } from '../domain/canonical.ts';
import type { Case } from '../domain/case.ts';
import type { Outcome } from '../domain/case-outcome.ts';
import type { Decision, Reason, RemediationPolicy } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { AttachedPolicy, ObservedRole } from '../domain/observation.ts';
import { ticketDraft } from '../messages/ticket.ts';
import type { CaseStore, Clock, RolePolicyWriter, RoleSnapshot, TicketSystem } from '../ports.ts';
import { RetryLater } from './retry-later.ts';

/** What carrying out a decision needs. Without a writer the deployment has no IAM write, and nothing is ever attached. */
export interface ActPorts {
  readonly writer: RolePolicyWriter | null;
  readonly cases: CaseStore;
  readonly tickets: TicketSystem;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly digest: Digest;
  /** Stands in the command that people are given to revert. */
  readonly deploymentId: string;
}

export interface Act {
  readonly decision: Decision;
  /** null where the settings alone decided, and nothing was read. */
  readonly finding: Finding | null;
  /** The case as it will be: the ticket shows its count. */
  readonly found: Case;
  /** The event that asks for the write; asking twice reserves once. */
  readonly eventId: string;
  /** Names this invocation. */
  readonly owner: string;
  readonly writesPerHour: number;
}

/** The outcome, and the decision as it was carried out: a refused write lowers it to a ticket. */
export interface Acted {
  readonly decision: Decision;
  readonly outcome: Outcome;
}

const MILLISECONDS_PER_HOUR = 3_600_000;
/** Longer than a function runs: an older announcement belongs to a Lambda that is gone. */
const ANNOUNCEMENT_MILLISECONDS = 60_000;
/** IAM is eventually consistent; together 10 seconds. */
const READ_BACK_DELAYS_MILLISECONDS = [0, 250, 750, 1000, 2000, 3000, 3000];

/** Carries out a decision: one write, or a ticket, or nothing. Repeating it is harmless. */
export async function act(request: Act, ports: ActPorts): Promise<Acted> {
  const { decision, finding } = request;
  switch (decision.disposition) {
    case 'attach-policy':
      return attach(request, decision.policy, ports);
    case 'propose-policy':
    case 'open-ticket':
      return { decision, outcome: await ticket(request, decision, ports) };
    case 'observe':
      return { decision, outcome: { kind: 'observed' } };
    case 'suppress':
      return { decision, outcome: { kind: 'suppressed' } };
    case 'not-applicable':
      return { decision, outcome: await join(decision, finding, ports) };
  }
}

async function ticket(request: Act, decision: Decision, ports: ActPorts): Promise<Outcome> {
  const draft = ticketDraft(request.found, request.finding, decision, ports.deploymentId);
  return { kind: 'ticketed', ...(await ports.tickets.fileTicket(draft)) };
}

/** A denial of a case that is repaired joins it; a write that a killed Lambda left unconfirmed is confirmed here. */
async function join(decision: Decision, finding: Finding | null, ports: ActPorts): Promise<Outcome> {
  const record = finding?.observation.attachedPolicy;
  if (decision.reasons[0]?.code !== 'already-repaired' || record?.kind !== 'read') {
    return { kind: 'closed' };
  }
  if (record.value.confirmedAt === null) {
    await confirm(record.value, ports);
  }
  return { kind: 'joined', repairedAt: record.value.attachedAt };
}

async function attach(request: Act, policy: RemediationPolicy, ports: ActPorts): Promise<Acted> {
  const { finding, found, eventId, owner } = request;
  const role = finding?.observation.role;
  if (ports.writer === null || finding === null || role?.kind !== 'read') {
    return lowered(
      request,
      { code: 'not-permitted-by-deployment', detail: 'this deployment holds no IAM write' },
      ports,
    );
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
    since: new Date(at.getTime() - MILLISECONDS_PER_HOUR),
    limit: request.writesPerHour,
    reservationId: eventId,
  });
  if (reserved === 'over-limit') {
    return lowered(
      request,
      { code: 'breaker-closed', detail: `${request.writesPerHour} writes in the last hour, no more are allowed` },
      ports,
    );
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
  const written = await ports.writer.putPolicy(policy);
  if (written.kind === 'refused') {
    await withdraw(announced, earlier, ports);
    return lowered(request, { code: 'write-refused', detail: written.because }, ports);
  }
  const attachedAt = at.toISOString();
  if (await isReadBack(policy, announced.documentHash, ports)) {
    await confirm(announced, ports);
    return { decision: request.decision, outcome: { kind: 'attached', attachedAt } };
  }
  return { decision: request.decision, outcome: { kind: 'unverified', attachedAt: found.repairedAt ?? attachedAt } };
}

async function lowered(request: Act, reason: Reason, ports: ActPorts): Promise<Acted> {
  const decision: Decision = {
    disposition: 'open-ticket',
    mode: request.decision.mode,
    reasons: [reason],
    guardrails: request.decision.guardrails,
    policy: null,
  };
  return { decision, outcome: await ticket(request, decision, ports) };
}

/** Role id, tags and inline policies, as the decision saw them: what changed since was not judged. */
export function isUnchanged(observed: ObservedRole, snapshot: RoleSnapshot): boolean {
  const facts = (role: RoleSnapshot) =>
    canonicalJson([
      role.roleId,
      role.tags,
      role.inlinePolicies
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
  { found, owner }: Act,
  policy: RemediationPolicy,
  role: ObservedRole,
  earlier: AttachedPolicy | undefined,
  at: Date,
  digest: Digest,
): AttachedPolicy {
  const standing = role.inlinePolicies.find((candidate) => candidate.name === policy.policyName);
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
  ports: ActPorts,
): Promise<void> {
  const restored: AttachedPolicy =
    earlier === undefined ? { ...announced, fingerprints: [], revertedAt: announced.attachedAt } : earlier;
  await ports.cases.saveAttachedPolicy({ ...restored, version: announced.version + 1 }, announced.version);
}

async function confirm(record: AttachedPolicy, ports: ActPorts): Promise<void> {
  const confirmed: AttachedPolicy = {
    ...record,
    previousHash: null,
    confirmedAt: ports.clock().toISOString(),
    version: record.version + 1,
  };
  // A conflict means that somebody confirmed or went on from it; either way the policy was read back as written.
  await ports.cases.saveAttachedPolicy(confirmed, record.version);
}

async function isReadBack(policy: RemediationPolicy, documentHash: string, ports: ActPorts): Promise<boolean> {
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
