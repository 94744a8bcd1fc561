import { coverageOf, daysOf, isoWeekOf, reportOf, unrecordedIn } from '../../functions/domain/coverage.ts';
import { SESSION_STATES, type SessionState, type SessionVerdict } from '../../functions/domain/ledger.ts';
import { acceptances, aSettled, audited, MARCH, marchReport } from '../messages/audited-sessions.ts';
import { anAcceptance, aVerdict } from '../support/ledger.ts';

const inStates = (...states: readonly SessionState[]) =>
  states.map((state, index) => aVerdict({ sessionId: `session-${index}`, state }));

const NONE = {
  sessions: 0,
  recorded: 0,
  denied: 0,
  refused: 0,
  missing: 0,
  off: 0,
  outsideExec: 0,
  open: 0,
  accepted: 0,
};

describe('the coverage of sessions', () => {
  it('counts each state once', () => {
    expect(coverageOf(inStates(...SESSION_STATES), [])).toEqual({
      counts: {
        sessions: 7,
        recorded: 1,
        denied: 1,
        refused: 1,
        missing: 1,
        off: 1,
        outsideExec: 1,
        open: 1,
        accepted: 0,
      },
      exempt: 0,
      percent: 16.66,
    });
  });

  it('is not known where there is no session', () => {
    expect(coverageOf([], [])).toEqual({ counts: NONE, exempt: 0, percent: null });
  });

  it('is not known where all sessions are open', () => {
    expect(coverageOf(inStates('open', 'open'), [])).toEqual({
      counts: { ...NONE, sessions: 2, open: 2 },
      exempt: 0,
      percent: null,
    });
  });

  it('leaves out a session whose logging is off on purpose', () => {
    const exempt = aVerdict({ sessionId: 'exempt', state: 'off', exempt: true });
    expect(coverageOf([exempt], [])).toEqual({
      counts: { ...NONE, sessions: 1, off: 1 },
      exempt: 1,
      percent: null,
    });
    expect(coverageOf([exempt, ...inStates('recorded', 'off')], [])).toEqual({
      counts: { ...NONE, sessions: 3, recorded: 1, off: 2 },
      exempt: 1,
      percent: 50,
    });
  });

  it.each([
    { recorded: 99_999, missing: 1, percent: 99.99 },
    { recorded: 100_000, missing: 0, percent: 100 },
    { recorded: 2, missing: 1, percent: 66.66 },
    { recorded: 0, missing: 3, percent: 0 },
  ])('is rounded down: $recorded recorded and $missing missing are $percent', ({ recorded, missing, percent }) => {
    const states = [
      ...Array.from({ length: recorded }, () => 'recorded' as const),
      ...Array.from({ length: missing }, () => 'missing' as const),
    ];
    expect(coverageOf(inStates(...states), []).percent).toBe(percent);
  });

  it('is not raised by accepting a gap', () => {
    const coverage = coverageOf(inStates('recorded', 'missing'), [anAcceptance({ sessionId: 'session-1' })]);
    expect([coverage.percent, coverage.counts.accepted, unrecordedIn(coverage)]).toEqual([50, 1, 1]);
  });

  it.each(['recorded', 'open'] as const)('counts no acceptance of a session that is %s', (state) => {
    expect(coverageOf(inStates(state), [anAcceptance({ sessionId: 'session-0' })]).counts.accepted).toBe(0);
  });

  it('counts no acceptance of a session that is not there', () => {
    expect(coverageOf(inStates('missing'), [anAcceptance({ sessionId: 'another' })]).counts.accepted).toBe(0);
  });
});

describe('the ISO week of a day', () => {
  it.each([
    ['2026-01-01T00:00:00Z', '2026-W01'],
    ['2026-01-04T23:59:59Z', '2026-W01'],
    ['2026-01-05T00:00:00Z', '2026-W02'],
    ['2026-12-31T10:00:00Z', '2026-W53'],
    ['2027-01-03T23:59:59Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
    ['2024-12-29T23:59:59Z', '2024-W52'],
    ['2024-12-30T00:00:00Z', '2025-W01'],
    ['2021-01-03T12:00:00Z', '2020-W53'],
    ['2024-02-29T12:00:00Z', '2024-W09'],
  ])('%s is %s', (moment, week) => {
    expect(isoWeekOf(moment)).toBe(week);
  });
});

describe('the days of a period', () => {
  it.each([
    { since: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z', days: ['2026-03-01'] },
    { since: '2026-03-01T23:59:59Z', until: '2026-03-02T00:00:00.001Z', days: ['2026-03-01', '2026-03-02'] },
    { since: '2026-02-28T12:00:00Z', until: '2026-03-01T00:00:01Z', days: ['2026-02-28', '2026-03-01'] },
    { since: '2026-03-01T00:00:00Z', until: '2026-03-01T00:00:00Z', days: [] },
  ])('from $since to $until are $days', ({ since, until, days }) => {
    expect(daysOf({ since, until })).toEqual(days);
  });
});

describe('the report of a period', () => {
  it('holds what began in it, its beginning included and its end not', () => {
    const { since, until } = MARCH;
    const sessions = [
      aSettled(1, '2026-02-28T23:59:59Z'),
      aSettled(2, '2026-03-01T00:00:00Z'),
      aSettled(3, '2026-03-31T23:59:59Z'),
      aSettled(4, '2026-04-01T00:00:00Z'),
    ];
    const report = reportOf(sessions, [], { since, until });
    expect(report.sessions.map(({ verdict }) => verdict.startedAt)).toEqual([
      '2026-03-01T00:00:00Z',
      '2026-03-31T23:59:59Z',
    ]);
  });

  it('has every day, and only weeks with sessions', () => {
    const report = reportOf([aSettled(1, '2026-03-09T08:00:00Z')], [], MARCH);
    expect([report.days.length, report.weeks.map(({ key }) => key)]).toEqual([31, ['2026-W11']]);
  });

  it('is whole without a session', () => {
    const nothing = { since: MARCH.since, until: MARCH.since };
    expect(reportOf([], [], nothing)).toEqual({
      ...nothing,
      total: { counts: NONE, exempt: 0, percent: null },
      accounts: [],
      clusters: [],
      weeks: [],
      people: [],
      days: [],
      sessions: [],
      unrecorded: [],
      loggingChanges: [],
      suppressions: [],
    });
  });

  it('puts the lowest coverage first', () => {
    expect(marchReport.people.map(({ name, detail, percent }) => [name, detail, percent])).toEqual([
      ['break-glass', 'IAM user of 111111111111', 0],
      ['ada@example.com', 'SSO user', 95.65],
      ['grace@example.com', 'SSO user', 100],
    ]);
    expect(marchReport.clusters.map(({ name, percent }) => [name, percent])).toEqual([
      ['orders', 94.62],
      ['payments', 100],
    ]);
  });

  it('takes an SSO user for one person in every account, and an IAM user for one in each', () => {
    const of = (personArn: string, account: string, index: number) =>
      aSettled(index, '2026-03-09T08:00:00Z', { personArn, account });
    const sso = (account: string) =>
      `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Operator_0123456789abcdef/ada@example.com`;
    const user = (account: string) => `arn:aws:iam::${account}:user/ada`;
    const { people } = reportOf(
      ['111111111111', '222222222222'].flatMap((account, index) => [
        of(sso(account), account, index * 2),
        of(user(account), account, index * 2 + 1),
      ]),
      [],
      MARCH,
    );
    expect(people.map(({ key, counts }) => [key, counts.sessions])).toEqual([
      ['iam-user/111111111111/ada', 1],
      ['iam-user/222222222222/ada', 1],
      ['sso-user/ada@example.com', 2],
    ]);
  });

  it('adds up: every slicing has the sessions of the whole', () => {
    const { total, accounts, clusters, weeks, people, days } = marchReport;
    const sum = (slices: readonly { readonly counts: { readonly sessions: number } }[]) =>
      slices.reduce((sessions, { counts }) => sessions + counts.sessions, 0);
    expect([accounts, clusters, weeks, people, days].map(sum)).toEqual(Array(5).fill(total.counts.sessions));
    expect(total.counts.sessions).toBe(audited.length);
  });

  it('lists the unrecorded sessions with who accepted them', () => {
    expect(
      marchReport.unrecorded.map(({ verdict, person, clusterName, acceptance }) => [
        verdict.state,
        person.name,
        clusterName,
        acceptance,
      ]),
    ).toEqual([
      ['denied', 'ada@example.com', 'orders', acceptances[0]],
      ['missing', 'ada@example.com', 'orders', null],
      ['refused', 'ada@example.com', 'orders', null],
      ['off', 'ada@example.com', 'orders', null],
      ['outside-exec', 'break-glass', 'orders', null],
    ]);
  });
});

describe('the changes of exec logging in a report', () => {
  const ORDERS = 'arn:aws:ecs:eu-central-1:111111111111:cluster/orders';
  const change = { changedAt: '2026-03-09T07:00:00Z', changedBy: 'ada', eventId: 'event-1', logging: 'NONE' };
  const later = { ...change, changedAt: '2026-03-09T07:00:00.500Z', eventId: 'event-2', logging: 'DEFAULT' };
  const changesIn = (...verdicts: readonly Partial<SessionVerdict>[]) =>
    reportOf(
      verdicts.map((verdict, index) => aSettled(index, `2026-03-09T08:00:0${index}Z`, verdict)),
      [],
      MARCH,
    ).loggingChanges;

  it('are told once each, by their time, with the sessions near them', () => {
    expect(
      changesIn(
        { loggingChange: later },
        { loggingChange: change },
        { loggingChange: change, state: 'missing' },
        { loggingChange: change, state: 'off', exempt: true },
        {},
      ),
    ).toEqual([
      { ...change, clusterArn: ORDERS, clusterName: 'orders', sessions: 3, unrecorded: 1 },
      { ...later, clusterArn: ORDERS, clusterName: 'orders', sessions: 1, unrecorded: 0 },
    ]);
  });

  it.each([
    { name: 'the same cluster and time', other: {}, sessions: [2] },
    { name: 'another cluster', other: { clusterArn: `${ORDERS}-2` }, sessions: [1, 1] },
    { name: 'another time', other: { loggingChange: { ...later, eventId: null } }, sessions: [1, 1] },
  ])('are told apart without an event by cluster and time: $name', ({ other, sessions }) => {
    const unnamed = { loggingChange: { ...change, eventId: null } };
    expect(changesIn(unnamed, { ...unnamed, ...other }).map((told) => told.sessions)).toEqual(sessions);
  });

  it('are only those of sessions that began in the period', () => {
    const before = aSettled(1, '2026-02-28T23:59:59Z', { loggingChange: change });
    expect(reportOf([before], [], MARCH).loggingChanges).toEqual([]);
  });
});
