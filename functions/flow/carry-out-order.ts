import { breakerLimits } from '../domain/breaker.ts';
import { TrackerLater } from '../domain/tracker-error.ts';
import { type ConfirmPorts, confirmDelivery } from './confirm-delivery.ts';
import { type DigestPorts, showDigest } from './digest.ts';
import { type FreePorts, freeRole } from './free-role.ts';
import { type LapsePorts, lapseProposal } from './lapse.ts';
import { ended, type OrderEnd } from './order-end.ts';
import { type Order, orderMessage } from './own-messages.ts';
import type { Invocation } from './remediate.ts';
import { type ReportPorts, reportIncident } from './report-incident.ts';
import { carryOutReview } from './review-policy.ts';
import type { ReviewPorts } from './take-off.ts';
import { type UnmutePorts, unmuteCase } from './unmute-case.ts';

export type OrderPorts = ReportPorts & ConfirmPorts & ReviewPorts & FreePorts & UnmutePorts & LapsePorts & DigestPorts;

/** A few reads, a simulation, a ticket, one write. */
const MILLISECONDS_FOR_AN_ORDER = 10_000;
/** An approved repair is read back, which takes up to 10 seconds by itself. */
const MILLISECONDS_FOR_A_LAPSE = 20_000;
const POSTPONED_SECONDS = 60;
/** People should have been told by then. */
const OVERDUE_MILLISECONDS = 15 * 60_000;

/**
 * Carries out an order of the auditor, or of an event. It only says where to look; what is done about it is derived again from the ledger, the
 * case and the role. Repeating it is harmless, and throwing means that it comes again.
 */
export async function carryOutOrder(order: Order, invocation: Invocation, ports: OrderPorts): Promise<OrderEnd> {
  if (!invocation.hasTime(order.kind === 'lapse' ? MILLISECONDS_FOR_A_LAPSE : MILLISECONDS_FOR_AN_ORDER)) {
    // Running out of time must not use up the receives that lead to the dead-letter queue.
    await ports.queue.sendLater(orderMessage(order), POSTPONED_SECONDS);
    return ended('postponed', 'no time left in this invocation');
  }
  try {
    return await carriedOut(order, invocation, ports);
  } catch (error) {
    if (!(error instanceof TrackerLater)) throw error;
    return postponed(order, error, ports);
  }
}

/** A ticket system that is away must not use up receives. What was done before the ticket is found done. */
async function postponed(order: Order, error: TrackerLater, ports: OrderPorts): Promise<OrderEnd> {
  const now = ports.clock();
  const waitingSince = order.waitingSince ?? now.toISOString();
  await ports.queue.sendLater(orderMessage({ ...order, waitingSince }), error.afterSeconds);
  const isOverdue = now.getTime() - Date.parse(waitingSince) > OVERDUE_MILLISECONDS;
  return ended('postponed', error.message, isOverdue ? { isTicketOverdue: true } : {});
}

function carriedOut(order: Order, invocation: Invocation, ports: OrderPorts): Promise<OrderEnd> {
  switch (order.kind) {
    case 'incident':
      return reportIncident(order, invocation.rules, ports);
    case 'delivered':
      return confirmDelivery(order, invocation.rules, ports);
    case 'review':
      return carryOutReview(order, invocation, ports);
    case 'stack-deletion':
      return freeRole(order, invocation, ports);
    case 'unmute':
      return unmuteCase(order, invocation.rules, ports);
    case 'lapse':
      return lapseProposal(order, invocation, ports);
    case 'digest':
      return showDigest(
        order,
        { slack: invocation.rules.settings.slack, limits: breakerLimits(invocation.rules) },
        ports,
      );
  }
}
