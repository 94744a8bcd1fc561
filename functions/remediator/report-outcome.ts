import { TrackerRefusal } from '../domain/tracker-error.ts';
import type { Completed } from '../flow/settle.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** Enough of an opaque one-time id to find its lines, too little to answer it. */
const SHOWN_OF_ID = 6;

/** How a proposal is named in the log. */
export function shownProposal(proposalId: string): string {
  return proposalId.slice(0, SHOWN_OF_ID);
}

/** What a decision led to, beside its terminal line. */
export function reportOutcome({ decision, outcome, found, finding }: Completed, journal: Telemetry): void {
  const { disposition } = decision;
  const reasons = decision.reasons.map((reason) => reason.code);
  journal.count(METRICS.dispositions, 1, { disposition, reason: reasons[0] ?? 'none' });
  if (outcome.kind === 'attached' || outcome.kind === 'unverified') {
    const policyName = decision.policy?.policyName;
    const seconds = secondsToRepair(finding?.denial.eventTime ?? null, outcome.attachedAt);
    journal.count(METRICS.remediationsAttached);
    if (seconds !== null) journal.count(METRICS.secondsToRepair, seconds);
    journal.info(outcome.kind === 'attached' ? LOG_CODES.policyAttached : LOG_CODES.policyUnverified, {
      policyName,
      roleArn: found.roleArn,
    });
  }
  if (outcome.kind === 'unverified') {
    journal.count(METRICS.remediationsUnverified);
  }
  if (reasons.includes('not-permitted-by-deployment')) {
    journal.count(METRICS.settingsClipped);
  }
  if (outcome.kind === 'ticketed') {
    journal.info(outcome.opened ? LOG_CODES.ticketOpened : LOG_CODES.ticketRefreshed, { ticketId: outcome.ticketId });
    if (outcome.opened) {
      journal.count(METRICS.ticketsOpened);
    }
  }
  if (outcome.kind === 'proposed' && outcome.isNew) {
    const { proposalId, expiresAt } = outcome.proposal;
    journal.count(METRICS.proposalsOpened);
    journal.info(LOG_CODES.proposed, { proposal: shownProposal(proposalId), roleArn: found.roleArn, expiresAt });
  }
}

/** Said beside the terminal line: what a person has to change before the dead-letter queue is worth a redrive. */
export function reportTicketRefusal(error: unknown, journal: Telemetry): void {
  if (!(error instanceof TrackerRefusal)) return;
  journal.count(METRICS.ticketFailures);
  journal.error(LOG_CODES.ticketRefused, { because: error.message });
}

/** null where the record tells no time. CloudTrail's times are whole seconds of another clock: a repair is never before its denial. */
function secondsToRepair(deniedAt: string | null, writtenAt: string): number | null {
  const milliseconds = Date.parse(writtenAt) - Date.parse(deniedAt ?? '');
  return Number.isNaN(milliseconds) ? null : Math.max(0, Math.round(milliseconds / 1000));
}
