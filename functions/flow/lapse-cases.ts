import type { Clock, DelayQueue } from '../ports.ts';
import { orderMessage } from './own-messages.ts';
import type { AuditRun } from './settle-session.ts';

interface LapseOptions {
  readonly hasTime: (milliseconds: number) => boolean;
}

interface LapsePorts {
  readonly orders: DelayQueue;
  readonly clock: Clock;
}

/** Putting a message into the queue. */
const MILLISECONDS_FOR_A_SEND = 3_000;

/**
 * Orders that each case is looked at whose proposal is past its end, or was answered and not carried out. The remediator derives
 * again that it is so; what it could not do is ordered again by the next audit, because such a case stays in the work list.
 */
export async function orderLapses(
  { openCases }: Pick<AuditRun, 'openCases'>,
  { hasTime }: LapseOptions,
  { orders, clock }: LapsePorts,
): Promise<{ readonly isFinished: boolean }> {
  const now = clock().getTime();
  const due = (await openCases()).filter(
    ({ state, proposalExpiresAt }) =>
      state === 'proposed' && proposalExpiresAt != null && Date.parse(proposalExpiresAt) <= now,
  );
  for (const { fingerprint } of due) {
    if (!hasTime(MILLISECONDS_FOR_A_SEND)) return { isFinished: false };
    await orders.sendLater(orderMessage({ kind: 'lapse', fingerprint }), 0);
  }
  return { isFinished: true };
}
