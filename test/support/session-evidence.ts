/** Evidence of one session, for the judgement's tables: all questions answered, and nothing found. */
import { type Judgement, judgeSession, type SessionEvidence } from '../../functions/domain/audit-session.ts';
import type { LedgerLine, LedgerTarget } from '../../functions/domain/ledger.ts';
import type { LogTarget, NoLogTargetReason } from '../../functions/domain/log-target.ts';
import { absent, read } from './builders.ts';
import { digestOf } from './digest.ts';
import { aLedgerLine } from './ledger.ts';

/** The session began at 06:30:00. */
const NOW = new Date('2023-02-11T12:00:00Z');
const AFTER_START = '2023-02-11T06:40:00Z';
export const KEY = 'arn:aws:kms:ap-northeast-1:111111111111:key/1';

export function aTarget(overrides: Partial<LogTarget> = {}): LogTarget {
  const { target } = aLedgerLine();
  if (target.kind !== 'target') throw new Error('the line has no target');
  return { ...target, ...overrides };
}

export const BUCKET = { name: 'transcripts', keyPrefix: 'exec', encryptionRequired: false };
export const bothPlaces = aTarget({ logging: 'OVERRIDE', bucket: BUCKET });

export const aStream = (overrides = {}) =>
  read({ createdAt: AFTER_START, firstEventAt: AFTER_START, lastIngestedAt: AFTER_START, ...overrides });
export const anObject = (overrides = {}) => read({ sizeBytes: 12, lastModifiedAt: AFTER_START, ...overrides });
export const endedAt = (time: string | null) => read({ kind: 'ended', endedAt: time } as const);
export const history = (...records: unknown[]) => read({ records, complete: true });

/** A session that ended hours ago and left nothing; all questions answered. */
function evidence(overrides: Partial<SessionEvidence> = {}): SessionEvidence {
  return {
    target: aTarget(),
    transcript: { stream: absent, object: absent },
    note: absent,
    lifetime: endedAt('2023-02-11T06:50:00Z'),
    aftermath: { history: history(), logGroup: read({ kmsKeyId: null }), task: read({}) },
    ...overrides,
  };
}

const OPTIONS = { unloggedClusters: ['arn:aws:ecs:*:cluster/playground-*'], digest: digestOf };

export function judged(overrides: Partial<SessionEvidence>, line: LedgerLine = aLedgerLine(), now = NOW): Judgement {
  return judgeSession(line, evidence(overrides), OPTIONS, now);
}

/** The state, and the codes of its causes. */
export function ended(judgement: Judgement): string {
  return judgement.kind === 'settled'
    ? `${judgement.state}: ${judgement.causes.map(({ code }) => code).join(' ')}`
    : judgement.kind;
}

export const seen = (stream: object, object: object = absent) =>
  ({ transcript: { stream, object } }) as Pick<SessionEvidence, 'transcript'>;
export const andThen = (overrides: Partial<NonNullable<SessionEvidence['aftermath']>>) => ({
  aftermath: { history: history(), logGroup: read({ kmsKeyId: null }), task: read({}), ...overrides },
});
export const noTarget = (because: NoLogTargetReason): LedgerTarget => ({
  kind: 'none',
  because,
  otherContainerGroups: [],
});
