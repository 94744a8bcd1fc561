import { type CoverageReport, reportOf } from '../../functions/domain/coverage.ts';
import type { Acceptance, SessionVerdict } from '../../functions/domain/ledger.ts';
import { anAcceptance, aVerdict } from '../support/ledger.ts';

export const MARCH = { since: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' };

const CLUSTER = 'arn:aws:ecs:eu-central-1:111111111111:cluster';
const SSO = 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Operator_0123456789abcdef';

/** A settled verdict of one moment; its session id says how many there are before it. */
export function aSettled(index: number, startedAt: string, overrides: Partial<SessionVerdict> = {}): SessionVerdict {
  return aVerdict({
    sessionId: `ecs-execute-command-${String(index).padStart(17, '0')}`,
    region: 'eu-central-1',
    clusterArn: `${CLUSTER}/orders`,
    taskArn: `arn:aws:ecs:eu-central-1:111111111111:task/orders/${String(index).padStart(32, 'a')}`,
    personArn: `${SSO}/ada@example.com`,
    startedAt,
    state: 'recorded',
    dueAt: null,
    settledAt: startedAt,
    ...overrides,
  });
}

const missing = { code: 'no-script', detail: 'the image has no `script`, without which the agent writes nothing' };
const killed = { code: 'task-killed', detail: 'the task was stopped before the agent could upload the transcript' };

/** A month of one account: every state, an accepted gap, a change of logging. */
export const audited: readonly SessionVerdict[] = Array.from({ length: 31 }, (_, day) => day)
  .filter((day) => day % 7 !== 0)
  .flatMap((day) =>
    Array.from({ length: 2 + ((day * 5) % 7) }, (_, hour) =>
      aSettled(
        day * 100 + hour,
        `2026-03-${String(day + 1).padStart(2, '0')}T${String(8 + hour).padStart(2, '0')}:15:00Z`,
        {
          ...(hour % 3 === 1 ? { personArn: `${SSO}/grace@example.com`, clusterArn: `${CLUSTER}/payments` } : {}),
          ...(day === 4 && hour === 0
            ? {
                state: 'denied',
                causes: [{ code: 'create-log-stream-denied', detail: 'AWS denied the task role logs:CreateLogStream' }],
                proof: { transcript: null, fingerprint: 'c0ffee12c0ffee12', eventId: '1' },
              }
            : {}),
          ...(day === 12 && hour === 0 ? { state: 'missing', causes: [missing, killed] } : {}),
          ...(day === 13 && hour === 2
            ? {
                state: 'refused',
                causes: [
                  {
                    code: 'log-group-not-encrypted',
                    detail: 'the cluster asks for encryption, and the log group has no key',
                  },
                ],
              }
            : {}),
          ...(day === 19 && hour === 0
            ? {
                state: 'off',
                causes: [{ code: 'logging-off', detail: "the cluster's logging was NONE" }],
                loggingChange: {
                  changedAt: '2026-03-20T07:58:00Z',
                  changedBy: `${SSO}/grace@example.com`,
                  eventId: '2',
                  logging: 'NONE',
                },
              }
            : {}),
          ...(day === 22 && hour === 0
            ? {
                state: 'outside-exec',
                personArn: 'arn:aws:iam::111111111111:user/break-glass',
                causes: [{ code: 'start-session', detail: 'opened by ssm:StartSession on the ECS target' }],
              }
            : {}),
          ...(day === 30 ? { state: 'open', dueAt: '2026-04-01T06:15:00.000Z', settledAt: null } : {}),
        } satisfies Partial<SessionVerdict>,
      ),
    ),
  );

const gap = audited.find(({ state }) => state === 'denied');

export const acceptances: readonly Acceptance[] = [
  anAcceptance({
    sessionId: gap?.sessionId ?? '',
    startedAt: gap?.startedAt ?? '',
    acceptedBy: `${SSO}/auditor@example.com`,
    acceptedAt: '2026-03-06T10:00:00.000Z',
    reason: 'Read-only look at a stuck job, confirmed by two people',
  }),
];

/** The report of that month. */
export const marchReport: CoverageReport = reportOf(audited, acceptances, MARCH);

/** Names as an attacker would choose them: markup, a formula, an endless word, a character that turns the text around. */
export const HOSTILE = {
  markup: `"><script>alert(1)</script><img src=x onerror='alert(1)'>`,
  formula: `=HYPERLINK("https://example.com","open")`,
  endless: 'w'.repeat(1200),
  reversed: 'a\u202Eb',
} as const;

/** A report in which every name and reason is hostile. */
export const hostileReport: CoverageReport = reportOf(
  Object.values(HOSTILE).map((text, index) =>
    aSettled(index, `2026-03-0${index + 1}T10:00:00Z`, {
      sessionId: `session-${index}-${text}`,
      clusterArn: `${CLUSTER}/${text}`,
      taskArn: `${CLUSTER}/${text}`,
      personArn: text,
      sourceIdentity: text,
      account: text,
      region: text,
      state: 'missing',
      causes: [{ code: text, detail: text }, missing],
      proof: { transcript: text, fingerprint: text, eventId: text },
      loggingChange: { changedAt: text, changedBy: text, eventId: text, logging: text },
    }),
  ),
  [
    anAcceptance({ sessionId: `session-1-${HOSTILE.formula}`, acceptedBy: HOSTILE.markup, reason: HOSTILE.formula }),
    anAcceptance({ sessionId: `session-2-${HOSTILE.endless}`, acceptedBy: HOSTILE.endless, reason: HOSTILE.endless }),
  ],
  { since: MARCH.since, until: MARCH.until },
);
