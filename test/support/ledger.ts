import { type Acceptance, type LedgerLine, openVerdict, type SessionVerdict } from '../../functions/domain/ledger.ts';
import { anExecSession } from './builders.ts';

/** A line of the ledger: a session under DEFAULT whose target was resolved when it was recorded. */
export function aLedgerLine(overrides: Partial<LedgerLine> = {}): LedgerLine {
  const session = overrides.session ?? anExecSession();
  return {
    kind: 'exec',
    session,
    sourceIdentity: null,
    taskRoleArn: `arn:aws:iam::${session.account}:role/nginx-sample-task-nginx-role`,
    target: {
      kind: 'target',
      logging: 'DEFAULT',
      partition: session.partition,
      account: session.account,
      region: session.region,
      logGroupName: '/ecs/nginx-sample/nginx',
      encryptionRequired: false,
      bucket: null,
      sessionKey: null,
      otherRegionOption: null,
      otherContainerGroups: [],
    },
    recordedAt: session.startedAt,
    ...overrides,
  };
}

/** The open verdict of that line, or the settled one with what the auditor found. */
export function aVerdict(overrides: Partial<SessionVerdict> = {}): SessionVerdict {
  const open = openVerdict(aLedgerLine());
  const settled = (overrides.state ?? 'open') !== 'open' && { dueAt: null, settledAt: '2023-02-11T07:15:00.000Z' };
  return { ...open, ...settled, ...overrides };
}

export function anAcceptance(overrides: Partial<Acceptance> = {}): Acceptance {
  const { sessionId, startedAt } = aVerdict();
  return {
    sessionId,
    acceptedBy: 'arn:aws:iam::111111111111:user/auditor',
    reason: 'known gap of the pilot, reviewed with the team',
    acceptedAt: startedAt,
    startedAt,
    ...overrides,
  };
}
