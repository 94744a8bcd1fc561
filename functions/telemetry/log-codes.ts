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
  /** Terminal: waits for its session record. */
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
  notified: 'EXECLOG_NOTIFIED',
  notificationFailed: 'EXECLOG_NOTIFICATION_FAILED',
  settingsInvalid: 'EXECLOG_SETTINGS_INVALID',
  settingsClipped: 'EXECLOG_SETTINGS_CLIPPED',
} as const;
