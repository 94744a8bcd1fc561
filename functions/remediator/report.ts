import type { ReceivedDenial } from '../flow/received-denial.ts';
import type { Ended } from '../flow/remediate.ts';
import type { SettingsInForce } from '../ports.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** Tells what is wrong with the settings, on the metrics that alarms stand on. */
export function reportSettings({ state, problems, clipped }: SettingsInForce, journal: Telemetry): void {
  if (state !== 'valid' || problems.length > 0) {
    journal.count(METRICS.settingsInvalid);
    journal.error(LOG_CODES.settingsInvalid, { state, problems });
  }
  if (clipped.length > 0) {
    journal.count(METRICS.settingsClipped);
    journal.warn(LOG_CODES.settingsClipped, { clipped });
  }
}

/** Exactly one terminal line for a denial, and its metrics. */
export function reportEnded({ denial, eventId, attempt }: ReceivedDenial, ended: Ended, journal: Telemetry): void {
  const keys = {
    eventId,
    roleName: denial.roleName,
    logGroupName: denial.logGroupName,
    sessionId: denial.logStreamName,
  };
  switch (ended.kind) {
    case 'completed':
      reportCompleted(ended, journal.withKeys(keys));
      return;
    case 'folded':
      journal.count(METRICS.denials);
      journal.info(LOG_CODES.folded, { ...keys, count: ended.found.count });
      return;
    case 'duplicate':
      journal.info(LOG_CODES.duplicate, keys);
      return;
    case 'deferred':
      journal.info(LOG_CODES.deferred, { ...keys, attempt, delaySeconds: ended.delaySeconds });
      return;
    case 'failed':
      journal.error(LOG_CODES.failed, { ...keys, error: ended.error });
  }
}

function reportCompleted(ended: Extract<Ended, { kind: 'completed' }>, journal: Telemetry): void {
  const { decision, outcome, finding, found } = ended;
  journal.count(METRICS.denials);
  journal.count(METRICS.dispositions, 1, {
    disposition: decision.disposition,
    reason: decision.reasons[0]?.code ?? 'none',
  });
  if (outcome.kind === 'attached' || outcome.kind === 'unverified') {
    journal.count(METRICS.remediationsAttached);
    journal.info(outcome.kind === 'attached' ? LOG_CODES.policyAttached : LOG_CODES.policyUnverified, {
      policyName: decision.policy?.policyName,
      roleArn: found.roleArn,
    });
  }
  if (outcome.kind === 'unverified') {
    journal.count(METRICS.remediationsUnverified);
  }
  if (outcome.kind === 'ticketed') {
    journal.info(outcome.opened ? LOG_CODES.ticketOpened : LOG_CODES.ticketRefreshed, { ticketId: outcome.ticketId });
    if (outcome.opened) {
      journal.count(METRICS.ticketsOpened);
    }
  }
  journal.info(LOG_CODES.completed, {
    disposition: decision.disposition,
    mode: decision.mode,
    reasons: decision.reasons.map((reason) => reason.code),
    outcome: outcome.kind,
    clusterArn: found.clusterArn,
    settingsVersion: found.settingsVersion,
    person: finding.session?.personArn ?? null,
  });
}
