import type { AttachedPolicy } from '../domain/observation.ts';
import type { FinishedProposal, ProposalEnding } from './finish-proposal.ts';

/** How an order of the auditor ended. */
export interface OrderEnd {
  /** `void`: what it says does not agree with the ledger, the case or the role, or is done already; nothing was changed. */
  readonly result:
    | 'void'
    | 'reported'
    | 'verified'
    | 'confirmed'
    | 'withdrawn'
    | 'removed'
    | 'ticketed'
    | 'warned'
    | 'closed'
    | 'kept'
    | 'postponed'
    | ProposalEnding;
  readonly because: string;
  /** Tickets that were opened for it; a ticket brought up to date is none. */
  readonly ticketsOpened: readonly string[];
  readonly ticketsClosed: readonly string[];
  /** The policy that was taken off a role; null where none was. */
  readonly removed: Pick<AttachedPolicy, 'roleArn' | 'policyName'> | null;
  /** The proposal that came to its end by it, which tells of its ticket itself. */
  readonly finished?: FinishedProposal;
  /** It waits for the ticket system for so long that people should have been told by now. */
  readonly isTicketOverdue?: true;
}

/** An end of an order, with what it did besides. */
export function ended(
  result: OrderEnd['result'],
  because: string,
  done: Partial<Omit<OrderEnd, 'result' | 'because'>> = {},
): OrderEnd {
  return { result, because, ticketsOpened: [], ticketsClosed: [], removed: null, ...done };
}
