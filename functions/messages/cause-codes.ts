import type { TicketDraft } from '../ports.ts';

/**
 * By reason code; the first that a decision carries is its cause. High is what may be an attack, and what our own repair did not
 * settle: both lose more transcripts while nobody looks. Everything else is medium.
 */
export const CAUSE_SEVERITIES = {
  'write-refused': 'high',
  'target-unexpected': 'high',
  'session-of-another-task': 'high',
  'not-the-task-role': 'high',
  'target-elsewhere': 'medium',
  'policy-foreign': 'high',
  'policy-changed': 'high',
  recurrence: 'high',
  'policy-removed': 'medium',
  'policy-overdue': 'medium',
  'policy-not-needed': 'low',
  'policy-blocks-deletion': 'medium',
  'removal-refused': 'medium',
  'policy-reverted': 'medium',
  'denied-by-boundary': 'medium',
  'denied-by-scp': 'medium',
  'denied-by-rcp': 'medium',
  'denied-by-session-policy': 'medium',
  'denied-by-vpc-endpoint': 'medium',
  'denied-by-resource-policy': 'medium',
  'denied-explicitly': 'medium',
  'simulated-organization-deny': 'medium',
  'simulated-boundary-deny': 'medium',
  'simulated-deny': 'medium',
  'execution-role-denied': 'medium',
  'no-log-router': 'high',
  'router-target-baked-in': 'medium',
  'router-target-template': 'medium',
  'router-other-role': 'medium',
  'router-region-elsewhere': 'medium',
  'router-group-unreadable': 'medium',
  'router-creates-group': 'medium',
  'key-missing': 'medium',
  'key-disabled': 'medium',
  'key-elsewhere': 'medium',
  'key-not-delegating': 'medium',
  'key-policy-unreadable': 'medium',
  'key-unresolved': 'medium',
  'bucket-missing': 'medium',
  'bucket-encryption-unreadable': 'medium',
  'log-group-missing': 'medium',
  'target-other-container': 'medium',
  'logging-off': 'medium',
  'no-awslogs-driver': 'medium',
  'awslogs-group-missing': 'medium',
  'override-without-target': 'medium',
  'log-group-unreadable': 'medium',
  'not-a-role-session': 'medium',
  'session-not-found': 'medium',
  'suppression-expired': 'medium',
  'cause-unknown': 'medium',
  'missing-permission': 'medium',
} as const satisfies Readonly<Record<string, TicketDraft['severity']>>;

/** A reason code that says why logs were lost. */
export type CauseCode = keyof typeof CAUSE_SEVERITIES;

/** The likeliest to be the cause first. */
export const CAUSE_CODES = Object.keys(CAUSE_SEVERITIES) as readonly CauseCode[];
