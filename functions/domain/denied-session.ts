import type { Denial } from './denial.ts';
import type { ExecSession } from './exec-session.ts';
import type { Observation } from './observation.ts';

/**
 * The exec session that a denial names, or null where the call names none: the stream of a delivery, and of an object in the bucket
 * its key, `<prefix>/<session id>.log`. The three calls before the shell starts name none; their session is found by task and time.
 */
export function sessionIdOf({ source, companion, objectKey, resource, logStreamName }: Denial): string | null {
  if (companion === undefined) {
    // A router's stream and a driver's are no sessions.
    return source === 'firelens' || source === 'awslogs-driver' ? null : logStreamName;
  }
  if (companion !== 'object') {
    return null;
  }
  // Denied for its key, the call's sentence names the key; the request still names the object.
  const path = objectKey ?? /^arn:[^:]+:s3:::[^/]+\/(.+)$/.exec(resource ?? '')?.[1] ?? '';
  return /(?:^|\/)(ecs-execute-command-[A-Za-z0-9]{1,76})\.log$/.exec(path)?.[1] ?? null;
}

/** The agent asks before the shell starts: within seconds, in a slow container within minutes. */
const AFTER_START_MILLISECONDS = 5 * 60_000;
/** The records of two services, each by its own clock. */
const BEFORE_START_MILLISECONDS = 60_000;

/** Whether a call was denied when a session began: where it is one of the agent's start, it may be this session's. */
export function isNearStart(eventTime: string | null, { startedAt }: Pick<ExecSession, 'startedAt'>): boolean {
  const afterStart = Date.parse(eventTime ?? '') - Date.parse(startedAt);
  return afterStart >= -BEFORE_START_MILLISECONDS && afterStart <= AFTER_START_MILLISECONDS;
}

/** The session of the denial, or null where the record is of another session, task, account or Region, or of another time. */
export function matchingSession(denial: Denial, readings: Pick<Observation, 'session'>): ExecSession | null {
  if (readings.session.kind !== 'read') {
    return null;
  }
  const session = readings.session.value;
  const same =
    isNamedOrNear(denial, session) &&
    session.taskId === denial.sessionName &&
    session.account === denial.account &&
    session.region === denial.region &&
    session.partition === denial.partition;
  return same ? session : null;
}

function isNamedOrNear(denial: Denial, session: ExecSession): boolean {
  if (denial.companion === undefined || denial.companion === 'object') {
    return sessionIdOf(denial) === session.sessionId;
  }
  return isNearStart(denial.eventTime, session);
}
