import { isSuppressionOver, type Rules } from '../domain/mode.ts';
import type { Clock, DelayQueue } from '../ports.ts';
import { orderMessage } from './own-messages.ts';
import type { AuditRun } from './settle-session.ts';

interface UnmuteOptions {
  readonly rules: Rules;
  readonly hasTime: (milliseconds: number) => boolean;
}

interface UnmutePorts {
  readonly orders: DelayQueue;
  readonly clock: Clock;
}

/** Putting a message into the queue. */
const MILLISECONDS_FOR_A_SEND = 3_000;

/**
 * Orders that each case is looked at whose suppression has ended or was taken out of the settings. The remediator derives again
 * that it has; what it could not do is ordered again by the next audit, because a muted case stays in the work list.
 */
export async function orderUnmutes(
  { openCases }: Pick<AuditRun, 'openCases'>,
  { rules, hasTime }: UnmuteOptions,
  { orders, clock }: UnmutePorts,
): Promise<{ readonly isFinished: boolean }> {
  const now = clock();
  const due = (await openCases()).filter(
    ({ state, roleArn }) => state === 'suppressed' && isSuppressionOver(rules, roleArn, now),
  );
  for (const { fingerprint } of due) {
    if (!hasTime(MILLISECONDS_FOR_A_SEND)) return { isFinished: false };
    await orders.sendLater(orderMessage({ kind: 'unmute', fingerprint }), 0);
  }
  return { isFinished: true };
}
