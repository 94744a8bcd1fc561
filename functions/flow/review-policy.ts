import { parseArn, parseRoleArn } from '../domain/arn.ts';
import type { Reason } from '../domain/decision.ts';
import type { Rules } from '../domain/mode.ts';
import type { AttachedPolicy, ObservedInlinePolicy, ObservedRole, Reading } from '../domain/observation.ts';
import { callsOf, type PolicyJudgement, reviewPolicy, withdrawn } from '../domain/policy-review.ts';
import { removalEvidence } from '../messages/closing-evidence.ts';
import type { IamReader, StackReader } from '../ports.ts';
import { ended, type OrderEnd } from './order-end.ts';
import type { Order } from './own-messages.ts';
import {
  casesOf,
  closeCases,
  isQuiet,
  type PolicyCasePorts,
  type PolicyTidings,
  tell,
  ticketCases,
} from './policy-cases.ts';
import { type PatchPorts, policyForCode } from './policy-patch.ts';
import { type RemovalPorts, removePolicy } from './policy-removal.ts';
import { RetryLater } from './retry-later.ts';
import { contextOfCalls, simulateCalls } from './simulate-calls.ts';

export interface ReviewPorts extends PolicyCasePorts, RemovalPorts, PatchPorts {
  readonly cases: PolicyCasePorts['cases'];
  readonly iam: IamReader;
  readonly stacks: StackReader;
}

interface Invoked {
  readonly rules: Rules;
  readonly owner: string;
}

/** One look at a policy of ours: the record, and what stands on its role. */
interface Look {
  readonly record: AttachedPolicy;
  readonly role: Reading<ObservedRole>;
  readonly standing: ObservedInlinePolicy | null;
}

/**
 * Looks after a policy that we attached: confirms it, removes it once the role may do without it, and tells people when others
 * removed or changed it, or when it stands for too long. Cases are saved before the record says that it is done with, so that a
 * killed Lambda leaves nothing untold.
 */
export async function carryOutReview(
  { roleId }: Extract<Order, { kind: 'review' }>,
  invoked: Invoked,
  ports: ReviewPorts,
): Promise<OrderEnd> {
  const first = await ports.cases.findAttachedPolicy(roleId);
  const roleName = parseRoleArn(first?.roleArn ?? '')?.roleName;
  if (first === undefined || roleName === undefined) {
    return ended('void', 'nothing of ours was ever attached to this role');
  }
  const role = await ports.iam.findRole(roleName);
  // After the role: a policy that stands there was announced before, and this record knows it.
  const record = await ports.cases.findAttachedPolicy(roleId);
  if (record?.version !== first.version) {
    return ended('kept', 'another invocation works on this policy');
  }
  const policies = role.kind === 'read' && role.value.roleId === roleId ? role.value.inlinePolicies : [];
  const standing = policies.find(({ name }) => name === record.policyName) ?? null;
  const judgement = reviewPolicy({
    record,
    role,
    simulation: await simulated(role, standing, ports.iam),
    policyTtlDays: invoked.rules.settings.limits.policyTtlDays,
    now: ports.clock(),
  });
  return carryOut(judgement, { record, role, standing }, invoked, ports);
}

async function simulated(role: Reading<ObservedRole>, standing: ObservedInlinePolicy | null, iam: IamReader) {
  const calls = standing === null ? [] : callsOf(standing);
  const region = parseArn(calls[0]?.resource ?? '')?.region;
  if (role.kind !== 'read' || region === undefined) {
    return { kind: 'absent' } as const;
  }
  const context = contextOfCalls(role.value, region);
  return simulateCalls(
    calls,
    { roleArn: role.value.roleArn, additionalPolicy: null, context, namesPolicies: true },
    iam,
  );
}

async function carryOut(
  judgement: PolicyJudgement,
  look: Look,
  invoked: Invoked,
  ports: ReviewPorts,
): Promise<OrderEnd> {
  const { record, standing } = look;
  switch (judgement.kind) {
    case 'keep':
      // An announced removal was not made, and the role needs the policy again: whoever removes it from now on is not us.
      if (standing !== null && record.removalAt !== undefined) await save(record, withoutRemoval(record), ports);
      return ended(record.revertedAt === null ? 'kept' : 'void', judgement.because);
    case 'withdraw':
      await save(record, withdrawn(record, standing?.hash ?? null, ports.clock()), ports);
      return ended('withdrawn', 'an announced write was never made');
    case 'confirm':
      return confirm(look, invoked, ports);
    case 'role-gone':
      return settleAs('closed', record, { code: 'role-gone', detail: judgement.because }, invoked, ports);
    case 'removed-by-us':
      return settleAs('removed', record, FIXED_IN_CODE, invoked, ports);
    case 'removed-by-others': {
      const opened = await ticketAll(look, REMOVED, invoked, ports);
      await save(record, { ...record, revertedAt: ports.clock().toISOString(), removedByOthers: true }, ports);
      return ended('ticketed', REMOVED.detail, { ticketsOpened: opened });
    }
    case 'changed':
      return ended('ticketed', CHANGED.detail, { ticketsOpened: await ticketAll(look, CHANGED, invoked, ports) });
    case 'not-needed':
      return remove(look, judgement.policy, invoked, ports);
    case 'old':
      return warn(look, judgement.days, invoked, ports);
    case 'overdue': {
      const detail = `it stands for ${judgement.days} days, and the role still needs it`;
      return ticketLast(look, { code: 'policy-overdue', detail }, invoked, ports);
    }
  }
}

const REMOVED: Reason = {
  code: 'policy-removed',
  detail: 'somebody removed the policy that we attached; the permission belongs in their code',
};
const CHANGED: Reason = { code: 'policy-changed', detail: 'somebody changed the policy that we attached' };
const FIXED_IN_CODE: Reason = {
  code: 'fixed-in-code',
  detail: 'the role is allowed by its own policies, and ours was removed',
};

async function remove(
  look: Look,
  policy: ObservedInlinePolicy,
  invoked: Invoked,
  ports: ReviewPorts,
): Promise<OrderEnd> {
  if (look.role.kind !== 'read') {
    return ended('kept', 'the role could not be read');
  }
  const removal = await removePolicy({ record: look.record, role: look.role.value, policy }, invoked, ports);
  switch (removal.kind) {
    case 'removed':
      return settleAs('removed', removal.announced, FIXED_IN_CODE, invoked, ports);
    case 'refused': {
      const end = await ticketLast(look, { code: 'removal-refused', detail: removal.because }, invoked, ports);
      await save(removal.announced, withoutRemoval(removal.announced), ports);
      return end;
    }
    case 'not-permitted':
      return ticketLast(
        look,
        { code: 'policy-not-needed', detail: 'the role is allowed without it, and this deployment removes nothing' },
        invoked,
        ports,
      );
    case 'not-ours':
      return ended('kept', 'its name or its text is not ours: nothing else is ever removed');
  }
}

const withoutRemoval = (record: AttachedPolicy): AttachedPolicy => ({ ...record, removalAt: undefined });

/** Closes the cases that wait for nothing else, then says in the record that nothing of ours is attached any more. */
async function settleAs(
  result: 'removed' | 'closed',
  record: AttachedPolicy,
  reason: Reason,
  { rules }: Invoked,
  ports: ReviewPorts,
): Promise<OrderEnd> {
  const at = ports.clock().toISOString();
  const cases = (await casesOf(record, ports.cases)).filter((found) => result === 'closed' || isQuiet(found));
  const evidence = removalEvidence(record.policyName, reason, at, rules.settings.language);
  const ticketsClosed = await closeCases(cases, reason, evidence, rules, ports);
  await save(record, { ...record, revertedAt: at }, ports);
  const removed = result === 'removed' ? { roleArn: record.roleArn, policyName: record.policyName } : null;
  return ended(result, reason.detail, { ticketsClosed, removed });
}

async function confirm({ record }: Look, { rules }: Invoked, ports: ReviewPorts): Promise<OrderEnd> {
  for (const { fingerprint, state, disposition, reasons } of await casesOf(record, ports.cases)) {
    if (state === 'unverified') {
      await tell(fingerprint, { state: 'repaired', disposition, reasons }, rules, ports);
    }
  }
  await save(record, { ...record, previousHash: null, confirmedAt: ports.clock().toISOString() }, ports);
  return ended('confirmed', 'the policy stands as it was written');
}

async function warn(look: Look, days: number, { rules }: Invoked, ports: ReviewPorts): Promise<OrderEnd> {
  const last = (await casesOf(look.record, ports.cases)).filter(isQuiet).at(-1);
  const reason = { code: 'policy-old', detail: `our policy stands for ${days} days, and the role still needs it` };
  if (last !== undefined) {
    const { fingerprint, state, disposition } = last;
    await tell(fingerprint, { state, disposition, reasons: [reason] }, rules, ports);
  }
  await save(look.record, { ...look.record, warnedAt: ports.clock().toISOString() }, ports);
  return ended('warned', reason.detail);
}

async function ticketAll(
  look: Look,
  reason: Reason,
  { rules }: Invoked,
  ports: ReviewPorts,
): Promise<readonly string[]> {
  const cases = await casesOf(look.record, ports.cases);
  return ticketCases(cases, await tidingsOf(look, reason, rules, ports), ports);
}

/** One ticket for the policy as a whole, unless people have an open question about the cause anyway. */
async function ticketLast(look: Look, reason: Reason, { rules }: Invoked, ports: ReviewPorts): Promise<OrderEnd> {
  const last = (await casesOf(look.record, ports.cases)).filter(isQuiet).slice(-1);
  const ticketsOpened = await ticketCases(last, await tidingsOf(look, reason, rules, ports), ports);
  return ended('ticketed', reason.detail, { ticketsOpened });
}

async function tidingsOf({ record, role, standing }: Look, reason: Reason, rules: Rules, ports: ReviewPorts) {
  const roleName = parseRoleArn(record.roleArn)?.roleName ?? '';
  const stack = await ports.stacks.findOwningStack(roleName);
  const ours = standing?.hash === record.documentHash ? standing.document : null;
  const tidings: PolicyTidings = {
    record,
    reason,
    policy: await policyForCode(record, ours, await casesOf(record, ports.cases), ports),
    stackName: stack.kind === 'read' ? stack.value.stackName : null,
    roleTags: role.kind === 'read' ? role.value.tags : {},
    rules,
  };
  return tidings;
}

async function save(record: AttachedPolicy, next: AttachedPolicy, { cases }: ReviewPorts): Promise<void> {
  if ((await cases.saveAttachedPolicy({ ...next, version: record.version + 1 }, record.version)) === 'conflict') {
    throw new RetryLater('another invocation works on this policy');
  }
}
