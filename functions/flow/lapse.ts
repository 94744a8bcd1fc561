import type { Case } from '../domain/case.ts';
import { withNews } from '../domain/case-outcome.ts';
import type { Decision } from '../domain/decision.ts';
import { isMuted, type Rules } from '../domain/mode.ts';
import type { Proposal } from '../domain/proposal.ts';
import { ticketDraft } from '../messages/ticket.ts';
import type { ProposalStore } from '../ports.ts';
import { changeCase } from './change-case.ts';
import { type FinishedProposal, type FinishPorts, finishProposal } from './finish-proposal.ts';
import { ended, type OrderEnd } from './order-end.ts';
import type { Order } from './own-messages.ts';
import type { Invocation } from './remediate.ts';
import { RetryLater } from './retry-later.ts';

export interface LapsePorts extends FinishPorts {
  readonly proposals: ProposalStore;
}

/**
 * Ends what is left of a case's proposal: one that nobody answered in time becomes a ticket, and an answer that was not carried out,
 * because a Lambda died or the ticket system was away, is carried out now. What is still open and not over stays so.
 */
export async function lapseProposal(
  { fingerprint }: Extract<Order, { kind: 'lapse' }>,
  invocation: Invocation,
  ports: LapsePorts,
): Promise<OrderEnd> {
  const found = await ports.cases.findCase(fingerprint);
  const current = found?.proposal;
  if (found?.state !== 'proposed' || current == null) {
    // Only a notice that was never announced may be left to do.
    await changeCase(fingerprint, () => null, ports);
    return ended('void', 'the case asks nobody');
  }
  const proposal = await ports.proposals.findProposal(current.proposalId);
  if (proposal === undefined) return ticketWithoutEvidence(found, invocation.rules, ports);
  if (proposal.answer === null && ports.clock().getTime() < Date.parse(proposal.expiresAt)) {
    return ended('void', 'the proposal is open, and may still be answered');
  }
  const finish = await finishProposal(await sealed(proposal, ports), invocation, ports);
  return finish.kind === 'done' ? ended('void', 'the proposal has ended before') : endOf(finish);
}

/** No answer can be stored any more that was judged before this moment. */
async function sealed(proposal: Proposal, { proposals }: LapsePorts): Promise<Proposal> {
  if (proposal.answer !== null) return proposal;
  const next = { ...proposal, version: proposal.version + 1 };
  if ((await proposals.saveProposal(next, proposal.version)) === 'saved') return next;
  throw new RetryLater('somebody answered the proposal in its last moment');
}

function endOf(finished: FinishedProposal): OrderEnd {
  const { reasons } = finished.completed?.decision ?? finished.found;
  return ended(finished.ending, reasons.map(({ code }) => code).join(', '), { finished });
}

/** The proposal's row is gone, by hand or by its age: nobody can answer any more, and somebody has to look. */
async function ticketWithoutEvidence(found: Case, rules: Rules, ports: LapsePorts): Promise<OrderEnd> {
  const reason = { code: 'proposal-expired', detail: 'the proposal of this case is gone, and nobody can answer it' };
  const decision: Decision = {
    disposition: 'open-ticket',
    mode: 'ticket',
    reasons: [reason],
    guardrails: [],
    policy: null,
  };
  const { disposition, reasons } = decision;
  const shown = { ...found, disposition, reasons };
  const { language } = rules.settings;
  const { ticketId, ticketUrl, opened } = await ports.tickets.fileTicket(
    ticketDraft(shown, null, decision, ports.deploymentId, language),
  );
  const news = { state: 'ticketed', disposition, reasons, ticketId, ticketUrl } as const;
  await changeCase(
    found.fingerprint,
    (current, now) =>
      current?.state !== 'proposed'
        ? null
        : withNews(current, news, now, rules.settingsVersion, isMuted(rules, current, now)),
    ports,
  );
  return ended('expired', reason.code, { ticketsOpened: opened ? [ticketId] : [] });
}
