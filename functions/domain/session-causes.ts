import type { SessionCause } from './ledger.ts';
import type { NoLogTargetReason } from './log-target.ts';

/** What each code of a session's cause means, in one sentence; README "Session states" lists them. */
const SESSION_CAUSES = {
  'transcript-found': 'The transcript lies where it should.',
  'only-bucket': 'The bucket holds the transcript, the log group does not.',
  'only-log-group': 'The log group holds the transcript, the bucket does not.',
  'denied-create-log-stream': "The task role was denied logs:CreateLogStream for the session's stream.",
  'describe-log-groups-denied': 'Encryption is required, and the task role was denied logs:DescribeLogGroups.',
  'bucket-encryption-denied': 'Encryption is required, and the task role was denied s3:GetEncryptionConfiguration.',
  'session-key-denied': 'The task role was denied kms:Decrypt with the session key.',
  'put-object-denied': "The task role was denied s3:PutObject for the session's object.",
  'log-group-not-encrypted': 'Encryption is required, and the log group is absent or has no customer key.',
  'put-events-denied': 'The stream was created and nothing was written to it: logs:PutLogEvents is not allowed.',
  'transcript-before-session': "What lies at the transcript's place was written before the session began.",
  'log-group-missing': 'The log group does not exist.',
  'delivery-not-allowed': 'A denied write leaves no trace: s3:PutObject, or an endpoint or bucket policy.',
  'container-stopped': "The container stopped before the session's end, and its agent with it.",
  'script-missing': 'The image lacks `script` or `cat`, with which the agent makes the transcript.',
  'target-unreadable': 'The auditor may not look where the transcript should lie.',
  'line-gone': 'The ledger’s line of the session is gone, so that nobody knows where the transcript should lie.',
  'target-unresolved': 'ECS could not be read, so that nobody knows where the transcript should lie.',
  'history-unreadable': "CloudTrail's event history could not be read in full: a denial may have been overlooked.",
  'denial-unreadable':
    "The task's role was denied logs:CreateLogStream, in a record that does not show for which stream.",
  'logging-off': "The cluster's exec logging is NONE.",
  'container-unknown': "The task definition holds no container of the session's name.",
  'no-awslogs-driver': 'Logging is DEFAULT, and the container has no awslogs driver.',
  'awslogs-group-missing': "Logging is DEFAULT, and the container's awslogs driver names no group.",
  'override-without-target': 'Logging is OVERRIDE, and names neither a log group nor a bucket.',
  'log-group-unreadable': 'The configured log group is no name that CloudWatch Logs accepts.',
  'outside-exec': 'The session was opened by ssm:StartSession, past ECS Exec and its logging.',
  'lifetime-unknown': 'Systems Manager does not tell when the session ended: its age was taken instead.',
} as const satisfies Readonly<Record<NoLogTargetReason, string>> & Readonly<Record<string, string>>;

export type SessionCauseCode = keyof typeof SESSION_CAUSES;

/** Every code that a session's cause may have. */
export const SESSION_CAUSE_CODES = Object.keys(SESSION_CAUSES) as readonly SessionCauseCode[];

/** A cause with its sentence, and after it what this session adds to it. */
export function causeOf(code: SessionCauseCode, more = ''): SessionCause {
  return { code, detail: more === '' ? SESSION_CAUSES[code] : `${SESSION_CAUSES[code]} ${more}` };
}
