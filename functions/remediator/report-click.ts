import type { ClickEnd } from '../flow/approve.ts';
import type { FinishedProposal, ProposalEnding } from '../flow/finish-proposal.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { reportOutcome, reportTicketRefusal, shownProposal } from './report-outcome.ts';

type Ended = ClickEnd | { readonly kind: 'failed'; readonly error: unknown };

/** Exactly one terminal line for a click, and its metrics; the error that gives it back to the queue, or null. */
export function reportClick(end: Ended, journal: Telemetry): unknown {
  switch (end.kind) {
    case 'failed':
      reportTicketRefusal(end.error, journal);
      journal.error(LOG_CODES.failed, { queue: 'approvals', error: end.error });
      return end.error;
    case 'refused': {
      const { code, detail, click, fingerprint } = end;
      journal.count(METRICS.approvalsRefused, 1, { code });
      journal.warn(LOG_CODES.approvalRefused, { refusal: { code, detail }, fingerprint, ...clickKeys(click) });
      return null;
    }
    case 'duplicate':
      journal.info(LOG_CODES.duplicate, { fingerprint: end.fingerprint, ...clickKeys(end.click) });
      return null;
    case 'waiting':
      journal.info(LOG_CODES.deferred, {
        fingerprint: end.fingerprint,
        because: end.because,
        ...clickKeys(end.click),
      });
      return null;
    case 'finished':
      reportEnding(end, journal);
      return null;
  }
}

const TOLD: Readonly<Record<ProposalEnding, { readonly code: string; readonly metric: string }>> = {
  approved: { code: LOG_CODES.proposalApproved, metric: METRICS.proposalsApproved },
  rejected: { code: LOG_CODES.proposalRejected, metric: METRICS.proposalsRejected },
  expired: { code: LOG_CODES.proposalExpired, metric: METRICS.proposalsExpired },
};

/** What came of a proposal: who answered, when, and what was done. */
export function reportEnding({ ending, proposal, found, completed }: FinishedProposal, journal: Telemetry): void {
  const { disposition, reasons } = completed?.decision ?? found;
  const keyed = journal.withKeys({ fingerprint: proposal.fingerprint });
  if (completed !== null) reportOutcome(completed, keyed);
  const { code, metric } = TOLD[ending];
  keyed.count(metric);
  keyed.info(code, {
    proposal: shownProposal(proposal.proposalId),
    proposedAt: proposal.proposedAt,
    slackUserId: proposal.answer?.slackUserId ?? null,
    clickedAt: proposal.answer?.clickedAt ?? null,
    disposition,
    mode: completed?.decision.mode ?? null,
    reasons: reasons.map(({ code }) => code),
    outcome: completed?.outcome.kind ?? 'ended-before',
    roleArn: found.roleArn,
    clusterArn: found.clusterArn,
    settingsVersion: found.settingsVersion,
    person: proposal.evidence.session?.personArn ?? null,
  });
}

function clickKeys(click: Extract<ClickEnd, { kind: 'duplicate' }>['click'] | null) {
  if (click === null) return {};
  const { action, slackUserId, proposalId, clickedAt } = click;
  return { action, slackUserId, clickedAt, proposal: shownProposal(proposalId) };
}
