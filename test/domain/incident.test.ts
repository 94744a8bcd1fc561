import { incidentsOf, isIncident } from '../../functions/domain/incident.ts';
import type { LoggingChange, SessionVerdict } from '../../functions/domain/ledger.ts';
import { aCase, anExecSession, ROLE_ARN } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';

const SETTLED_AT = '2023-02-11T08:00:00Z';
const CAUSES = [
  { code: 'no-script', detail: 'the image holds no script' },
  { code: 'task-killed', detail: 'the task was stopped' },
];
const CHANGE: LoggingChange = {
  changedAt: '2023-02-11T05:00:00Z',
  changedBy: 'arn:aws:iam::111111111111:user/mallory',
  eventId: 'change-1',
  logging: 'NONE',
};
const settled = (overrides: Partial<SessionVerdict>) =>
  aVerdict({ settledAt: SETTLED_AT, dueAt: null, causes: CAUSES, ...overrides });
const incidents = (overrides: Partial<SessionVerdict>) => incidentsOf(aLedgerLine(), settled(overrides), digestOf);
const codes = (overrides: Partial<SessionVerdict>) => incidents(overrides).map(({ reason }) => reason.code);

const half = (...codes: readonly string[]): Partial<SessionVerdict> => ({
  state: 'recorded',
  causes: codes.map((code) => ({ code, detail: code })),
});

describe('incidentsOf', () => {
  it('names the state, the likeliest cause and a case of its own', () => {
    expect(incidents({ state: 'missing' })).toEqual([
      {
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
        reason: { code: 'unrecorded-missing', detail: 'the image holds no script' },
        severity: 'medium',
        causes: CAUSES,
      },
    ]);
  });

  it.each<{ name: string; verdict: Partial<SessionVerdict>; expected: readonly string[] }>([
    { name: 'a missing session', verdict: { state: 'missing' }, expected: ['unrecorded-missing'] },
    { name: 'a refused session', verdict: { state: 'refused' }, expected: ['unrecorded-refused'] },
    { name: 'a session without logging', verdict: { state: 'off' }, expected: ['unrecorded-off'] },
    { name: 'a session that may go without', verdict: { state: 'off', exempt: true }, expected: [] },
    { name: 'a shell past ECS Exec', verdict: { state: 'outside-exec' }, expected: ['unrecorded-outside-exec'] },
    { name: 'a denied session, which has its case', verdict: { state: 'denied' }, expected: [] },
    {
      name: 'a refused session with the case of its denial',
      verdict: { state: 'refused', proof: { transcript: null, fingerprint: 'f1', eventId: 'e1' } },
      expected: [],
    },
    { name: 'a recorded session', verdict: { state: 'recorded' }, expected: [] },
    { name: 'half of a transcript', verdict: half('only-bucket'), expected: ['half-delivered'] },
    { name: 'the other half', verdict: half('only-log-group'), expected: ['half-delivered'] },
    {
      name: 'half of a transcript, with the case of the denied half',
      verdict: { ...half('only-log-group'), proof: { transcript: null, fingerprint: 'f1', eventId: 'e1' } },
      expected: [],
    },
    {
      name: 'half of a transcript, where the other place could not be looked at',
      verdict: half('only-bucket', 'target-unreadable'),
      expected: [],
    },
    {
      name: 'a recorded session after a change of logging',
      verdict: { state: 'recorded', loggingChange: CHANGE },
      expected: ['logging-changed'],
    },
    {
      name: 'a missing session after a change of logging',
      verdict: { state: 'missing', loggingChange: CHANGE },
      expected: ['unrecorded-missing', 'logging-changed'],
    },
    { name: 'an open session', verdict: { state: 'open', settledAt: null, loggingChange: CHANGE }, expected: [] },
    { name: 'a verdict that is not settled', verdict: { state: 'missing', settledAt: null }, expected: [] },
  ])('gives $expected for $name', ({ verdict, expected }) => {
    expect(codes(verdict)).toEqual(expected);
  });

  it('is high for a shell past ECS Exec and for a change of logging', () => {
    const found = incidents({ state: 'outside-exec', loggingChange: CHANGE });
    expect(found.map(({ severity }) => severity)).toEqual(['high', 'high']);
  });

  it('says who changed the logging', () => {
    expect(incidents({ state: 'recorded', loggingChange: CHANGE })[0]?.reason).toEqual({
      code: 'logging-changed',
      detail:
        'the exec logging of the cluster was set to NONE at 2023-02-11T05:00:00Z by arn:aws:iam::111111111111:user/mallory',
    });
  });

  it('makes one case of the halves of a role', () => {
    const fingerprints = [ROLE_ARN, `${ROLE_ARN}2`].map(
      (taskRoleArn) =>
        incidentsOf(aLedgerLine({ taskRoleArn }), settled(half('only-bucket')), digestOf)[0]?.fingerprint,
    );
    expect(new Set(fingerprints).size).toBe(2);
    expect(incidents(half('only-bucket'))[0]).toMatchObject({ fingerprint: fingerprints[0], severity: 'medium' });
  });

  it('makes one case of the sessions of a cluster, state and first cause', () => {
    const line = aLedgerLine({ session: anExecSession({ sessionId: 'ecs-execute-command-other' }) });
    const other = incidentsOf(line, settled({ state: 'missing', causes: CAUSES.slice(0, 1) }), digestOf);
    expect(other[0]?.fingerprint).toBe(incidents({ state: 'missing' })[0]?.fingerprint);
  });

  it.each([
    [
      'another account',
      aLedgerLine({ session: anExecSession({ account: '222222222222' }) }),
      settled({ state: 'missing' }),
    ],
    ['another Region', aLedgerLine({ session: anExecSession({ region: 'eu-west-1' }) }), settled({ state: 'missing' })],
    [
      'another cluster',
      aLedgerLine({ session: anExecSession({ clusterArn: 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/b' }) }),
      settled({ state: 'missing' }),
    ],
    ['another state', aLedgerLine(), settled({ state: 'refused' })],
    ['another first cause', aLedgerLine(), settled({ state: 'missing', causes: [...CAUSES].reverse() })],
    ['no cause', aLedgerLine(), settled({ state: 'missing', causes: [] })],
  ])('makes another case for %s', (_, line, verdict) => {
    expect(incidentsOf(line, verdict, digestOf)[0]?.fingerprint).not.toBe(
      incidents({ state: 'missing' })[0]?.fingerprint,
    );
  });

  it('makes one case of one change of logging', () => {
    const changed = (change: Partial<LoggingChange>) =>
      incidents({ state: 'recorded', loggingChange: { ...CHANGE, ...change } })[0]?.fingerprint;
    expect(changed({ logging: null })).toBe(changed({}));
    expect(changed({ eventId: 'change-2' })).not.toBe(changed({}));
    expect(changed({ eventId: null })).not.toBe(changed({ eventId: null, changedBy: null }));
  });
});

describe('isIncident', () => {
  it.each([
    ['unrecorded-missing', true],
    ['logging-changed', true],
    ['first-time', false],
    ['policy-removed', false],
  ])('of a case whose first reason is %s is %s', (code, expected) => {
    expect(isIncident(aCase({ reasons: [{ code, detail: '' }] }))).toBe(expected);
  });
});
