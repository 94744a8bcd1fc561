import type { Digest } from './canonical.ts';
import type { CompanionCall, Denial } from './denial.ts';
import { isNearStart } from './denied-session.ts';
import type { ExecSession } from './exec-session.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { LogTarget, NoLogTarget } from './log-target.ts';
import { parseDenial } from './parse-denial.ts';
import type { SessionCauseCode } from './session-causes.ts';
import { signalOf } from './signal.ts';
import { transcriptPlaces } from './transcript-evidence.ts';

/** A denied call of the session's that the remediator would make a case of, and the record as CloudTrail wrote it. */
interface HandedDenial {
  readonly fingerprint: string;
  readonly eventId: string | null;
  readonly record: unknown;
}

/** A call that the agent makes before the shell starts, and without which it refuses the session. */
interface StartDenial {
  readonly cause: SessionCauseCode;
  readonly eventId: string | null;
  /** null where nothing shows that the agent made the call: then it is evidence, and no case of its own. */
  readonly handed: HandedDenial | null;
}

/** What the records of a task's role session show of one exec session. */
export interface AgentDenials {
  /** A denied CreateLogStream of the session's own stream. */
  readonly delivery: HandedDenial | null;
  readonly start: StartDenial | null;
  /** The event id of a denied CreateLogStream whose stream cannot be read; it may be this session's. */
  readonly unreadable: boolean;
}

/** Reads the records of the task's role session; they are the newest first, and other sessions' and the application's too. */
export function agentDenialsOf(
  records: readonly unknown[],
  session: ExecSession,
  target: LogTarget | null,
  digest: Digest,
): AgentDenials {
  const parsed = records.map((record) => ({ record, parsed: parseDenial(record) }));
  const denials = parsed.flatMap(({ record, parsed: { kind, ...read } }) =>
    kind === 'denial' && 'denial' in read && isOfTask(read.denial, session) ? [{ record, denial: read.denial }] : [],
  );
  const delivery = denials.find(({ denial }) => isDeliveryOf(denial, session));
  return {
    delivery: delivery === undefined ? null : handed(delivery, digest),
    start: target === null ? null : startDenialOf(denials, session, target, digest),
    unreadable: parsed.some(({ parsed: read }) => read.kind === 'refusal' && read.deniedCreateLogStream),
  };
}

interface RecordedDenial {
  readonly record: unknown;
  readonly denial: Denial;
}

function isOfTask({ account, sessionName }: Denial, session: ExecSession): boolean {
  return account === session.account && sessionName === session.taskId;
}

function isDeliveryOf(denial: Denial, session: ExecSession): boolean {
  return (
    denial.action === 'logs:CreateLogStream' &&
    denial.logStreamName === session.sessionId &&
    denial.region === session.region &&
    denial.partition === session.partition
  );
}

function handed({ denial, record }: RecordedDenial, digest: Digest): HandedDenial {
  return { fingerprint: fingerprintOf(denial, digest), eventId: denial.eventId, record };
}

/**
 * The agent's own call first: an application's of the same kind is no case. Of several the nearest to the start: the others are of
 * other sessions of the task, and each is handed on for its own.
 */
function startDenialOf(
  denials: readonly RecordedDenial[],
  session: ExecSession,
  target: LogTarget,
  digest: Digest,
): StartDenial | null {
  const near = denials.filter(({ denial }) => isNearStart(denial.eventTime, session));
  const distanceOf = ({ denial }: RecordedDenial) =>
    Math.abs(Date.parse(denial.eventTime ?? '') - Date.parse(session.startedAt));
  const nearestFirst = near.sort((left, right) => distanceOf(left) - distanceOf(right));
  const found = nearestFirst.flatMap((recorded) => {
    const { denial } = recorded;
    const cause = startCause(denial, target);
    const isAgents = signalOf(denial) === 'exec-companion' && denial.region === session.region;
    return cause === null
      ? []
      : [{ cause, eventId: denial.eventId, handed: isAgents ? handed(recorded, digest) : null }];
  });
  return found.find((start) => start.handed !== null) ?? found[0] ?? null;
}

/**
 * Whether a denied call of a session's is what loses its transcript: the delivery always is, another call only where the target
 * needs it. The agent also asks in vain, and a shell in the container asks for what it likes.
 */
export function losesTranscript(denial: Denial, session: ExecSession, target: LogTarget | NoLogTarget | null): boolean {
  if (denial.companion === undefined) return true;
  if (target?.kind !== 'target') return false;
  return denial.companion === 'object' ? isTranscript(denial, session, target) : startCause(denial, target) !== null;
}

/** Denied for its key, the call's sentence names the key; the request still names the object. */
function isTranscript({ action, resource, objectKey }: Denial, session: ExecSession, target: LogTarget): boolean {
  const { object } = transcriptPlaces(session, target);
  if (object === null) return false;
  return action === 's3:PutObject'
    ? resource === `arn:${target.partition}:s3:::${object.bucketName}/${object.key}`
    : resource === target.bucket?.keyArn && objectKey === object.key;
}

/** The cause of a session whose agent was denied this call. */
export function causeOfCompanion(companion: CompanionCall): SessionCauseCode {
  switch (companion) {
    case 'describe-log-groups':
      return 'describe-log-groups-denied';
    case 'bucket-encryption':
      return 'bucket-encryption-denied';
    case 'session-key':
      return 'session-key-denied';
    case 'object':
      return 'put-object-denied';
  }
}

function startCause({ action, resource }: Denial, target: LogTarget): SessionCauseCode | null {
  switch (action) {
    case 'logs:DescribeLogGroups':
      return target.encryptionRequired && target.logGroupName !== null ? 'describe-log-groups-denied' : null;
    case 's3:GetEncryptionConfiguration':
      return target.bucket?.encryptionRequired === true && namesBucket(resource, target.bucket.name)
        ? 'bucket-encryption-denied'
        : null;
    case 'kms:Decrypt':
      // An application decrypts under the same role: where both keys are known, they have to be one.
      return target.sessionKey !== null && (target.sessionKey.kind !== 'arn' || isSame(resource, target.sessionKey.arn))
        ? 'session-key-denied'
        : null;
    default:
      return null;
  }
}

const isSame = (named: string | null, expected: string): boolean => named === null || named === expected;

const namesBucket = (resource: string | null, bucket: string): boolean =>
  resource === null || resource.endsWith(`:::${bucket}`);
