/** The namespace of every metric; `infra/` builds its alarms from these names, so that the two cannot drift apart. */
export const METRIC_NAMESPACE = 'ExecLog';

/** Few and low in cardinality: never a role or a cluster as a dimension; those stand in the log. */
export const METRICS = {
  /** Denials that were read, folded ones included. */
  denials: 'Denials',
  /** Decisions, by disposition and first reason. */
  dispositions: 'Dispositions',
  remediationsAttached: 'RemediationsAttached',
  /** From the denial's event time to the write of its repair; of an approved one, to the write after the click. */
  secondsToRepair: 'SecondsToRepair',
  /** A policy was written and not read back as written. */
  remediationsUnverified: 'RemediationsUnverified',
  ticketsOpened: 'TicketsOpened',
  /** Tickets that are refused, or late by more than 15 minutes. */
  ticketFailures: 'TicketFailures',
  /** Openings of the breaker, told by its first digest. */
  breakerOpened: 'BreakerOpened',
  notificationFailures: 'NotificationFailures',
  /** Inputs that could not be read, by refusal code. */
  refusedEvents: 'RefusedEvents',
  /** Of these, denied CreateLogStream calls: an audit gap that nobody could be told about in a ticket. */
  unreadableDenials: 'UnreadableDenials',
  /** Refused events of the rules for sessions: a shell that the ledger may not know. */
  unreadableSessions: 'UnreadableSessions',
  proposalsOpened: 'ProposalsOpened',
  proposalsApproved: 'ProposalsApproved',
  proposalsRejected: 'ProposalsRejected',
  proposalsExpired: 'ProposalsExpired',
  /** Clicks that answered nothing, by code. */
  approvalsRefused: 'ApprovalsRefused',
  settingsInvalid: 'SettingsInvalid',
  settingsClipped: 'SettingsClipped',
  sessionsRecorded: 'SessionsRecorded',
  /** Sessions that got their final state, by state. */
  sessionsSettled: 'SessionsSettled',
  /** Of these, sessions that nobody can read. */
  unrecordedSessions: 'UnrecordedSessions',
  /** Of the settled sessions of today and yesterday, how many of a hundred were recorded; once an hour, where there are any. */
  coveragePercent: 'CoveragePercent',
  /** Runs that found the coverage of today and yesterday under the settings' minimum. */
  coverageLow: 'CoverageLow',
  /** Sessions and denials that EventBridge never delivered. */
  undeliveredEvents: 'UndeliveredEvents',
  auditsFinished: 'AuditsFinished',
  /** Members of a hub, by account and Region, whose audit did not come to its end. */
  unauditedMembers: 'UnauditedMembers',
  /** Looks at the trails that found none to deliver calls to EventBridge. */
  trailMissing: 'TrailMissing',
  /** Requests to CloudTrail's event history, of which an account and Region share two a second. */
  historyRequests: 'HistoryRequests',
  policiesRemoved: 'PoliciesRemoved',
  ticketsClosed: 'TicketsClosed',
  gapsAccepted: 'GapsAccepted',
  clicksForwarded: 'ClicksForwarded',
  /** Requests to the approver that are no click of ours, by verdict. */
  clicksRefused: 'ClicksRefused',
  /** Requests that the approver could not judge or hand on. */
  clicksFailed: 'ClicksFailed',
} as const;

/** The metrics that measure something; all others count. */
export const METRIC_UNITS: Readonly<Record<string, 'Seconds' | 'Percent'>> = {
  [METRICS.secondsToRepair]: 'Seconds',
  [METRICS.coveragePercent]: 'Percent',
};
