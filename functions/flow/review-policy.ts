import { parseArn, parseRoleArn } from '../domain/arn.ts';
import type { Reason } from '../domain/decision.ts';
import type { ObservedInlinePolicy, ObservedRole, Reading } from '../domain/observation.ts';
import { withRestOfRemoval } from '../domain/own-policy.ts';
import { callsOf, type PolicyJudgement, reviewPolicy, withdrawn } from '../domain/policy-review.ts';
import { policiesOn } from '../domain/prepared-policy.ts';
import type { IamReader } from '../ports.ts';
import { accountRules } from './account-rules.ts';
import { ended, type OrderEnd } from './order-end.ts';
import type { Order } from './own-messages.ts';
import { casesOf, isQuiet, tell, ticketCases } from './policy-cases.ts';
import { contextOfCalls, simulateCalls } from './simulate-calls.ts';
import {
  type Invoked,
  type Look,
  type ReviewPorts,
  save,
  settleAs,
  takeOff,
  ticketLast,
  tidingsOf,
  type WhyOff,
  withoutRemoval,
} from './take-off.ts';

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
  const stored = await ports.cases.findAttachedPolicy(roleId);
  if (stored?.version !== first.version) {
    return ended('kept', 'another invocation works on this policy');
  }
  const record = role.kind === 'read' ? withRestOfRemoval(stored, role.value) : stored;
  const policies = role.kind === 'read' && role.value.roleId === roleId ? policiesOn(role.value) : [];
  const standing = policies.find(({ name }) => name === record.policyName) ?? null;
  const judgement = reviewPolicy({
    record,
    role,
    simulation: await simulated(role, standing, ports.iam),
    policyTtlDays: invoked.rules.settings.limits.policyTtlDays,
    now: ports.clock(),
  });
  const rules = await accountRules(invoked.rules, parseArn(record.roleArn)?.account ?? null, ports);
  return carryOut(judgement, { record, role, standing }, { ...invoked, rules }, ports);
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
      return settleAs('removed', record, NOT_NEEDED.removed, invoked, ports);
    case 'removed-by-others': {
      const opened = await ticketAll(look, REMOVED, invoked, ports);
      await save(record, { ...record, revertedAt: ports.clock().toISOString(), removedByOthers: true }, ports);
      return ended('ticketed', REMOVED.detail, { ticketsOpened: opened });
    }
    case 'changed':
      return ended('ticketed', CHANGED.detail, { ticketsOpened: await ticketAll(look, CHANGED, invoked, ports) });
    case 'not-needed':
      return takeOff(look, judgement.policy, NOT_NEEDED, invoked, ports);
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
const NOT_NEEDED: WhyOff = {
  removed: { code: 'fixed-in-code', detail: 'the role is allowed by its own policies, and ours was removed' },
  notPermitted: {
    code: 'policy-not-needed',
    detail: 'the role is allowed without it, and this deployment removes nothing',
  },
};

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
