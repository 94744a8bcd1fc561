import type { Digest } from './canonical.ts';
import type { Denial } from './denial.ts';
import type { ExecSession } from './exec-session.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { SessionCause } from './ledger.ts';
import type { LogTarget } from './log-target.ts';
import { parseDenial } from './parse-denial.ts';
import { causeOf } from './session-causes.ts';

/** A denied CreateLogStream of the session's own stream, and the record as CloudTrail wrote it. */
interface DeliveryDenial {
  readonly fingerprint: string;
  readonly eventId: string | null;
  readonly record: unknown;
}

/** A call that the agent makes before the shell starts, and without which it refuses the session. */
interface StartDenial {
  readonly cause: SessionCause;
  readonly eventId: string | null;
}

/** What the records of a task's role session show of one exec session. */
export interface AgentDenials {
  readonly delivery: DeliveryDenial | null;
  readonly start: StartDenial | null;
  /** The event id of a denied CreateLogStream whose stream cannot be read; it may be this session's. */
  readonly unreadable: boolean;
}

/** The agent asks before the shell starts: within seconds, in a slow container within minutes. */
const NEAR_START_MILLISECONDS = 5 * 60_000;

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
    delivery:
      delivery === undefined
        ? null
        : {
            fingerprint: fingerprintOf(delivery.denial, digest),
            eventId: delivery.denial.eventId,
            record: delivery.record,
          },
    start: target === null ? null : startDenialOf(denials, session, target),
    unreadable: parsed.some(({ parsed: read }) => read.kind === 'refusal' && read.deniedCreateLogStream),
  };
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

function startDenialOf(
  denials: readonly { readonly denial: Denial }[],
  session: ExecSession,
  target: LogTarget,
): StartDenial | null {
  const startedAt = Date.parse(session.startedAt);
  for (const { denial } of denials) {
    const distance = Math.abs(Date.parse(denial.eventTime ?? '') - startedAt);
    const cause = distance <= NEAR_START_MILLISECONDS ? startCause(denial, target) : null;
    if (cause !== null) return { cause, eventId: denial.eventId };
  }
  return null;
}

function startCause({ action, resource }: Denial, target: LogTarget): SessionCause | null {
  switch (action) {
    case 'logs:DescribeLogGroups':
      return target.encryptionRequired && target.logGroupName !== null ? causeOf('describe-log-groups-denied') : null;
    case 's3:GetEncryptionConfiguration':
      return target.bucket?.encryptionRequired === true && namesBucket(resource, target.bucket.name)
        ? causeOf('bucket-encryption-denied')
        : null;
    case 'kms:Decrypt':
      // An application decrypts under the same role: where both keys are known, they have to be one.
      return target.sessionKey !== null && (target.sessionKey.kind !== 'arn' || isSame(resource, target.sessionKey.arn))
        ? causeOf('session-key-denied')
        : null;
    default:
      return null;
  }
}

const isSame = (named: string | null, expected: string): boolean => named === null || named === expected;

const namesBucket = (resource: string | null, bucket: string): boolean =>
  resource === null || resource.endsWith(`:::${bucket}`);
