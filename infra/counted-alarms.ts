import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, METRICS } from '../functions/telemetry/metric-names.ts';
import { PERIOD, type Sentence, type Watched } from './watched.ts';

/** Our own metrics that nobody may miss. They carry no dimension, so that one alarm covers every function. */
const COUNTED: Readonly<Record<string, Sentence & { readonly metric: string }>> = {
  NotificationFailures: {
    metric: METRICS.notificationFailures,
    impact: 'People are not told about decisions; the decisions themselves stand.',
    first: 'Look for EXECLOG_NOTIFICATION_FAILED and check the Slack secret.',
    runbook: 'Messages not delivered',
  },
  BreakerOpened: {
    metric: METRICS.breakerOpened,
    impact: 'As many new causes or writes as the settings allow within an hour: nothing is written, tickets go on.',
    first: 'Look at the digest for what the causes have in common; exec-log breaker --close once it is understood.',
    runbook: 'Breaker open',
  },
  TicketFailures: {
    metric: METRICS.ticketFailures,
    impact:
      'Tickets are not written: the ticket system refuses them, or is away for more than 15 minutes. Nothing is lost.',
    first:
      'Look for EXECLOG_TICKET_REFUSED, correct what it names, then run exec-log redrive; without one, ask whether the system is down.',
    runbook: 'Tickets not written',
  },
  SettingsInvalid: {
    metric: METRICS.settingsInvalid,
    impact:
      'The settings cannot be used: the last valid version holds for an hour, then nothing above a ticket happens.',
    first: 'Look for EXECLOG_SETTINGS_INVALID, which names path, value and expectation, and correct the parameter.',
    runbook: 'Invalid settings',
  },
  SettingsClipped: {
    metric: METRICS.settingsClipped,
    impact: 'The settings ask for more than this deployment permits, by mistake or by somebody who may not write IAM.',
    first: 'Find out who wrote the parameter last; then lower the settings or deploy a higher ceiling.',
    runbook: 'Clipped settings',
  },
  UnreadableDenials: {
    metric: METRICS.unreadableDenials,
    impact: 'A transcript was lost and the denial could not be read, so no ticket says so.',
    first: 'Look for EXECLOG_REFUSED and run exec-log explain on the event.',
    runbook: 'Unreadable denials',
  },
  UnreadableSessions: {
    metric: METRICS.unreadableSessions,
    impact: 'The event of a session could not be read: a shell may be missing in the ledger and in every report.',
    first: 'Look for EXECLOG_REFUSED in the log of the recorder and for the session in the trail.',
    runbook: 'Unreadable sessions',
  },
  RemediationsUnverified: {
    metric: METRICS.remediationsUnverified,
    impact: 'A policy was written to a role and was not read back as written.',
    first: 'Look for EXECLOG_POLICY_UNVERIFIED, compare the role, and run exec-log revert on it if in doubt.',
    runbook: 'Unverified repairs',
  },
  CoverageLow: {
    metric: METRICS.coverageLow,
    impact: 'Fewer sessions of today and yesterday were recorded than the settings ask for.',
    first: 'Run exec-log report, which lists the sessions and their causes; repair the cause, then accept the gaps.',
    runbook: 'Low coverage',
  },
  UnauditedMembers: {
    metric: METRICS.unauditedMembers,
    impact: 'In some members of this hub nobody looks whether sessions are recorded; the hub and the others go on.',
    first: 'Look for EXECLOG_MEMBERS_UNAUDITED, which names them, and for their EXECLOG_FAILED.',
    runbook: 'Members unaudited',
  },
  UndeliveredEvents: {
    metric: METRICS.undeliveredEvents,
    impact: 'EventBridge never delivered sessions or denials; the audit found them late and handled them.',
    first: 'Look for EXECLOG_UNDELIVERED_FOUND, then check the trail and the rules with exec-log doctor.',
    runbook: 'Events found late',
  },
};

/** The alarms on what the functions count. */
export function countedAlarms(): readonly Watched[] {
  return Object.entries(COUNTED).map(([id, { metric, ...sentence }]) => ({
    id,
    metric: ownMetric(metric, PERIOD),
    threshold: 0,
    sentence,
  }));
}

/** How often the functions counted something, all together or those with these dimensions. */
export function ownMetric(
  metricName: string,
  period: Duration,
  dimensionsMap: Readonly<Record<string, string>> = {},
): Metric {
  return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic: 'Sum', period });
}
