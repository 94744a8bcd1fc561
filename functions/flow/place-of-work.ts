import { type Jurisdiction, type Place, placeOfRow } from '../domain/jurisdiction.ts';
import type { CaseStore, ClickReader, ForwardedClick, ProposalStore, VerdictStore } from '../ports.ts';
import type { NoticeMessage } from './notify.ts';
import type { Order } from './own-messages.ts';

/** What is read of the deployment's own table to find where work is to be done. */
export interface WorkPlacePorts {
  readonly cases: Pick<CaseStore, 'findCase'>;
  readonly verdicts: Pick<VerdictStore, 'findVerdict'>;
  readonly proposals: Pick<ProposalStore, 'findProposal'>;
  readonly clicks: ClickReader;
}

/**
 * Where an order or a notice belongs: what our own rows say of its case or session, because whoever can send a message can name any
 * place. A review, a stack's deletion and the turn of a digest carry theirs, which then is in the key of the row that they are about. The deployment's
 * own place where no row says otherwise, and without a question where it is no hub.
 */
export async function placeOfMessage(
  message: Order | NoticeMessage,
  jurisdiction: Jurisdiction,
  { cases, verdicts }: Pick<WorkPlacePorts, 'cases' | 'verdicts'>,
): Promise<Place> {
  if (jurisdiction.kind === 'single') return jurisdiction.home;
  switch (message.kind) {
    case 'review':
    case 'stack-deletion':
    case 'digest':
      return placeOfRow(jurisdiction, message.place);
    case 'incident':
      return placeOfRow(jurisdiction, await verdicts.findVerdict(message.sessionId));
    case 'delivered':
    case 'unmute':
    case 'lapse':
    case 'notice':
      return placeOfRow(jurisdiction, await cases.findCase(message.fingerprint));
  }
}

/** Where a click's repair belongs: that of its proposal's case. A click that Slack did not sign is nowhere's. */
export async function placeOfClick(
  forwarded: ForwardedClick,
  jurisdiction: Jurisdiction,
  secretId: string | null,
  { cases, clicks, proposals }: Pick<WorkPlacePorts, 'cases' | 'clicks' | 'proposals'>,
): Promise<Place> {
  if (jurisdiction.kind === 'single') return jurisdiction.home;
  const reading = await clicks.readClick(forwarded, secretId);
  const proposal = reading.kind === 'click' ? await proposals.findProposal(reading.click.proposalId) : undefined;
  return placeOfRow(jurisdiction, proposal && (await cases.findCase(proposal.fingerprint)));
}
