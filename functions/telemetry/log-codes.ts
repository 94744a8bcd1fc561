/**
 * Every line that the functions write carries one of these codes (README "Operations"). Per invocation: STARTED, and for each
 * event exactly one terminal code.
 */
export const LOG_CODES = {
  started: 'EXECLOG_STARTED',
  /** Terminal: a decision was made and carried out. */
  completed: 'EXECLOG_COMPLETED',
  /** Terminal: counted into its case without reads. */
  folded: 'EXECLOG_FOLDED',
  /** Terminal: this event id was done before. */
  duplicate: 'EXECLOG_DUPLICATE',
  /** Terminal: waits for its session record, or for the ticket system. */
  deferred: 'EXECLOG_DEFERRED',
  /** Terminal: could not be read; acknowledged and counted. */
  refused: 'EXECLOG_REFUSED',
  /** Terminal: thrown back to the queue. */
  failed: 'EXECLOG_FAILED',
  /** Terminal, recorder: a ledger line stands. */
  sessionRecorded: 'EXECLOG_SESSION_RECORDED',
  /** Terminal, recorder: a dry run, a refused call or a session known before. */
  sessionSkipped: 'EXECLOG_SESSION_SKIPPED',
  policyAttached: 'EXECLOG_POLICY_ATTACHED',
  policyUnverified: 'EXECLOG_POLICY_UNVERIFIED',
  ticketOpened: 'EXECLOG_TICKET_OPENED',
  ticketRefreshed: 'EXECLOG_TICKET_REFRESHED',
  /** The ticket system, or its secret, cannot be used before a person changes something; the event goes back to the queue. */
  ticketRefused: 'EXECLOG_TICKET_REFUSED',
  notified: 'EXECLOG_NOTIFIED',
  notificationFailed: 'EXECLOG_NOTIFICATION_FAILED',
  /** The breaker is open: from here on, one digest stands for first messages, and nothing is written. */
  breakerOpened: 'EXECLOG_BREAKER_OPENED',
  /** Terminal, remediator: an order of the auditor was carried out, or was none any more. */
  orderCompleted: 'EXECLOG_ORDER_COMPLETED',
  policyRemoved: 'EXECLOG_POLICY_REMOVED',
  ticketClosed: 'EXECLOG_TICKET_CLOSED',
  /** Terminal, auditor: a session got its final state. */
  sessionSettled: 'EXECLOG_SESSION_SETTLED',
  /** Auditor: a session or denial that EventBridge never delivered was sent to its queue. */
  undeliveredFound: 'EXECLOG_UNDELIVERED_FOUND',
  /** Terminal, auditor: how far this run came. */
  auditFinished: 'EXECLOG_AUDIT_FINISHED',
  auditUnfinished: 'EXECLOG_AUDIT_UNFINISHED',
  /** Auditor of a hub: members whose audit did not come to its end. */
  membersUnaudited: 'EXECLOG_MEMBERS_UNAUDITED',
  coverageLow: 'EXECLOG_COVERAGE_LOW',
  /** Auditor, once a day: whether a trail delivers calls to EventBridge, as far as it can be told. */
  trailChecked: 'EXECLOG_TRAIL_CHECKED',
  trailMissing: 'EXECLOG_TRAIL_MISSING',
  /** Terminal, acceptor: a gap was accepted, or the acceptance refused. */
  gapAccepted: 'EXECLOG_GAP_ACCEPTED',
  acceptanceRefused: 'EXECLOG_ACCEPTANCE_REFUSED',
  /** Somebody is asked in Slack to approve a repair. */
  proposed: 'EXECLOG_PROPOSED',
  /** Terminal, remediator: a person's answer was carried out. */
  proposalApproved: 'EXECLOG_PROPOSAL_APPROVED',
  proposalRejected: 'EXECLOG_PROPOSAL_REJECTED',
  /** A proposal that nobody answered became a ticket. */
  proposalExpired: 'EXECLOG_PROPOSAL_EXPIRED',
  /** Terminal, remediator: a click that answers nothing, and why. */
  approvalRefused: 'EXECLOG_APPROVAL_REFUSED',
  /** Terminal, approver: a click that Slack signed went to the remediator, or a request was turned away. */
  clickForwarded: 'EXECLOG_CLICK_FORWARDED',
  clickRefused: 'EXECLOG_CLICK_REFUSED',
  settingsInvalid: 'EXECLOG_SETTINGS_INVALID',
  settingsClipped: 'EXECLOG_SETTINGS_CLIPPED',
} as const;
