import type { Case } from './case.ts';
import type { Reason } from './decision.ts';
import type { Proposal, ProposalAnswer } from './proposal.ts';
import type { SlackClick } from './slack-click.ts';

/** The answer that a click gives. */
export function answerOf({ action, slackUserId, clickedAt }: SlackClick): ProposalAnswer {
  return { action, slackUserId, clickedAt };
}

/** Whether this very click was stored as the answer before: a message that comes again goes on where it stopped. */
export function isAnswerOf(click: SlackClick, { answer }: Proposal): boolean {
  return (
    answer !== null &&
    answer.action === click.action &&
    answer.slackUserId === click.slackUserId &&
    answer.clickedAt === click.clickedAt
  );
}

/**
 * Why a click answers nothing, by what stands about its proposal; null where it is open. A proposal is answered once, before its end,
 * and only while it is the one that its case shows.
 */
export function clickObjection(proposal: Proposal, found: Case | null, now: Date): Reason | null {
  const current = found?.proposal;
  if (found === null || current?.proposalId !== proposal.proposalId || current.state === 'replaced') {
    return { code: 'proposal-replaced', detail: 'the case does not ask for this any more' };
  }
  if (proposal.answer !== null || current.state === 'approved' || current.state === 'rejected') {
    return { code: 'proposal-answered', detail: 'the proposal was answered before; the first answer stands' };
  }
  if (current.state === 'expired' || !(now.getTime() < Date.parse(proposal.expiresAt))) {
    return { code: 'proposal-expired', detail: `the proposal ended at ${proposal.expiresAt}` };
  }
  return found.state === 'proposed'
    ? null
    : { code: 'proposal-replaced', detail: `the case is ${found.state} by now, and does not ask for this any more` };
}

/** Whether the click was made on the case's own message, and not on a copy of its buttons. */
export function isOnMessageOf({ channel, ts }: SlackClick, { chat }: Case): boolean {
  return chat?.channel === channel && chat.ts === ts;
}
