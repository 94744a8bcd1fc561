import { parseRoleArn } from '../domain/arn.ts';
import type { Reason } from '../domain/decision.ts';
import type { Rules } from '../domain/mode.ts';
import type { AttachedPolicy, ObservedInlinePolicy, ObservedRole, Reading } from '../domain/observation.ts';
import { removalEvidence } from '../messages/closing-evidence.ts';
import type { IamReader, StackReader } from '../ports.ts';
import type { AccountRulesPorts } from './account-rules.ts';
import { ended, type OrderEnd } from './order-end.ts';
import { casesOf, closeCases, isQuiet, type PolicyCasePorts, type PolicyTidings, ticketCases } from './policy-cases.ts';
import { type PatchPorts, policyForCode } from './policy-patch.ts';
import { type RemovalPorts, removePolicy } from './policy-removal.ts';
import { RetryLater } from './retry-later.ts';

/** All that looking after a policy of ours works with. */
export interface ReviewPorts extends PolicyCasePorts, RemovalPorts, PatchPorts, AccountRulesPorts {
  readonly cases: PolicyCasePorts['cases'];
  readonly iam: IamReader;
  readonly stacks: StackReader;
}

/** What an invocation judges by, and who it is. */
export interface Invoked {
  readonly rules: Rules;
  readonly owner: string;
}

/** One look at a policy of ours: the record, and what stands on its role. */
export interface Look {
  readonly record: AttachedPolicy;
  readonly role: Reading<ObservedRole>;
  readonly standing: ObservedInlinePolicy | null;
}

/** Why a policy of ours comes off: what is told once it did, and the ticket where this deployment removes nothing. */
export interface WhyOff {
  readonly removed: Reason;
  readonly notPermitted: Reason;
}

/**
 * Takes the policy off its role and closes the cases that wait for nothing else; a ticket where IAM refuses, or this deployment
 * may not.
 * @throws RetryLater when anything changed since the look.
 */
export async function takeOff(
  look: Look,
  policy: ObservedInlinePolicy,
  why: WhyOff,
  invoked: Invoked,
  ports: ReviewPorts,
): Promise<OrderEnd> {
  if (look.role.kind !== 'read') {
    return ended('kept', 'the role could not be read');
  }
  const removal = await removePolicy({ record: look.record, role: look.role.value, policy }, invoked, ports);
  switch (removal.kind) {
    case 'removed':
      return settleAs('removed', removal.announced, why.removed, invoked, ports);
    case 'refused': {
      const end = await ticketLast(look, { code: 'removal-refused', detail: removal.because }, invoked, ports);
      await save(removal.announced, withoutRemoval(removal.announced), ports);
      return end;
    }
    case 'not-permitted':
      return ticketLast(look, why.notPermitted, invoked, ports);
    case 'not-ours':
      return ended('kept', 'its name or its text is not ours: nothing else is ever removed');
  }
}

/** The record without the announcement of a removal that was not made. */
export const withoutRemoval = (record: AttachedPolicy): AttachedPolicy => ({
  ...record,
  removalAt: undefined,
  removalArns: undefined,
});

/** Closes the cases that wait for nothing else, then says in the record that nothing of ours is attached any more. */
export async function settleAs(
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

/** One ticket for the policy as a whole, unless people have an open question about the cause anyway. */
export async function ticketLast(
  look: Look,
  reason: Reason,
  { rules }: Invoked,
  ports: ReviewPorts,
): Promise<OrderEnd> {
  const last = (await casesOf(look.record, ports.cases)).filter(isQuiet).slice(-1);
  const ticketsOpened = await ticketCases(last, await tidingsOf(look, reason, rules, ports), ports);
  return ended('ticketed', reason.detail, { ticketsOpened });
}

/** What is told about the policy, with the patch that its stack wants. */
export async function tidingsOf({ record, role, standing }: Look, reason: Reason, rules: Rules, ports: ReviewPorts) {
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

/** Saves the record as its next version; a conflict means that another invocation works on it. */
export async function save(record: AttachedPolicy, next: AttachedPolicy, { cases }: ReviewPorts): Promise<void> {
  if ((await cases.saveAttachedPolicy({ ...next, version: record.version + 1 }, record.version)) === 'conflict') {
    throw new RetryLater('another invocation works on this policy');
  }
}
