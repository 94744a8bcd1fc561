import { readPeriod } from '../../functions/cli/report-period.ts';

const NOW = new Date('2026-03-31T12:00:00Z');
const aMonthBefore = (until: Date) => new Date(until.getTime() - 30 * 86_400_000);
const period = (asked: { since?: string; until?: string }) => readPeriod(asked, aMonthBefore, NOW, 1100);

describe('the period of a report', () => {
  it.each([
    { asked: {}, since: '2026-03-01T12:00:00.000Z', until: '2026-03-31T12:00:00.000Z' },
    { asked: { since: '7d' }, since: '2026-03-24T12:00:00.000Z', until: '2026-03-31T12:00:00.000Z' },
    { asked: { since: '36h', until: '12h' }, since: '2026-03-30T00:00:00.000Z', until: '2026-03-31T00:00:00.000Z' },
    { asked: { until: '2026-01-31' }, since: '2026-01-01T00:00:00.000Z', until: '2026-01-31T00:00:00.000Z' },
    { asked: { since: '2024-02-29T09:00:00+09:00' }, since: '2024-02-29T00:00:00.000Z', until: NOW.toISOString() },
  ])('of $asked is $since to $until', ({ asked, since, until }) => {
    expect(period(asked)).toEqual({ since, until });
  });

  it.each(['2026-02-29', '2026-02-29T06:00:00Z', '2026-13-01T06:00:00Z'])(
    'does not begin on %s, which is no day',
    (since) => {
      expect(() => period({ since })).toThrow(/--since: expected/);
    },
  );
});
