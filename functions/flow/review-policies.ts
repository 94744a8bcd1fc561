import { parseRoleArn } from '../domain/arn.ts';
import { isReviewDue, type PolicyAttention, policyAttention } from '../domain/policy-attention.ts';
import type { CaseStore, DelayQueue, IamReader, WorkLists } from '../ports.ts';
import { type OrderPlace, orderMessage } from './own-messages.ts';

/** All that reviewing the standing policies works with. */
export interface ReviewPorts {
  readonly workLists: Pick<WorkLists, 'attachedPolicies'>;
  readonly policies: Pick<CaseStore, 'findAttachedPolicy'>;
  readonly iam: Pick<IamReader, 'findRole'>;
  /** The remediator's queue. */
  readonly orders: DelayQueue;
  /** Of a hub: whose policies they are. */
  readonly orderPlace?: OrderPlace | undefined;
}

export interface ReviewOptions {
  readonly reviewedRoleId: string | null;
  /** When an audit last came to its end; null where none did. */
  readonly lastFinishedAt: Date | null;
  readonly policyTtlDays: number;
  readonly now: Date;
  readonly hasTime: (milliseconds: number) => boolean;
  /** One role's failure does not stop the round: it is looked at again in the next one. */
  readonly onFailure: (error: unknown) => void;
}

/** How far the review came. */
export interface Reviewed {
  /** The last role that was looked at; null once the round is over. */
  readonly reviewedRoleId: string | null;
  readonly isFinished: boolean;
}

const LOOK_TIME_MILLISECONDS = 15_000;
/** An auditor that never comes to its end shall not order everything again each time. */
const LONGEST_LOOK_BACK_MILLISECONDS = 2 * 3_600_000;
/** Roles that one run looks at; the daily reviews are ordered for all of them. */
const MAX_LOOKS = 50;

/**
 * Orders a review of each standing policy at its moment of the day, and at once of those that are gone, changed or too old, of which
 * each run looks at the next 50. What is done about one is the remediator's to decide.
 */
export async function reviewPolicies(options: ReviewOptions, ports: ReviewPorts): Promise<Reviewed> {
  const earliest = new Date(options.now.getTime() - LONGEST_LOOK_BACK_MILLISECONDS);
  const { lastFinishedAt } = options;
  const since = lastFinishedAt !== null && lastFinishedAt < earliest ? earliest : lastFinishedAt;
  for await (const page of ports.workLists.attachedPolicies(null, options.onFailure)) {
    for (const { roleId } of page) {
      if (!options.hasTime(LOOK_TIME_MILLISECONDS))
        return { reviewedRoleId: options.reviewedRoleId, isFinished: false };
      if (isReviewDue(roleId, since, options.now)) await order(roleId, ports);
    }
  }
  return lookAtNext({ ...options, lastFinishedAt: since }, ports);
}

async function lookAtNext(options: ReviewOptions, ports: ReviewPorts): Promise<Reviewed> {
  let { reviewedRoleId } = options;
  let looks = 0;
  // The rows that are none were told of above.
  for await (const page of ports.workLists.attachedPolicies(options.reviewedRoleId, () => undefined)) {
    for (const { roleId } of page) {
      if (looks === MAX_LOOKS) return { reviewedRoleId, isFinished: true };
      if (!options.hasTime(LOOK_TIME_MILLISECONDS)) return { reviewedRoleId, isFinished: false };
      try {
        if ((await attentionOf(roleId, options, ports)) !== null) await order(roleId, ports);
      } catch (error) {
        options.onFailure(error);
      }
      reviewedRoleId = roleId;
      looks += 1;
    }
  }
  return { reviewedRoleId: null, isFinished: true };
}

async function attentionOf(
  roleId: string,
  { policyTtlDays, lastFinishedAt, now }: ReviewOptions,
  { policies, iam }: ReviewPorts,
): Promise<PolicyAttention | null> {
  const record = await policies.findAttachedPolicy(roleId);
  const roleName = record === undefined ? undefined : parseRoleArn(record.roleArn)?.roleName;
  if (record === undefined || roleName === undefined) return null;
  return policyAttention(record, await iam.findRole(roleName), { policyTtlDays, since: lastFinishedAt, now });
}

function order(roleId: string, { orders, orderPlace }: ReviewPorts): Promise<void> {
  const place = orderPlace === undefined ? {} : { place: orderPlace };
  return orders.sendLater(orderMessage({ kind: 'review', roleId, ...place }), 0);
}
