import { reportOf } from '../../functions/domain/coverage.ts';
import { htmlReport } from '../../functions/messages/report-html.ts';
import { aSettled, HOSTILE, hostileReport, MARCH, marchReport } from './audited-sessions.ts';

const AT = '2026-04-01T06:00:00.000Z';

describe('the HTML report', () => {
  const html = htmlReport(marchReport, AT);

  it('is one file that neither runs nor loads anything', () => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|https?:|javascript:|\son\w+=/i);
    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
  });

  it('has a language, a title, and headers of every table', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<title>Session coverage, 2026-03-01 to 2026-04-01</title>');
    const count = (pattern: RegExp) => [...html.matchAll(pattern)].length;
    expect([count(/<table /g), count(/<thead /g)]).toEqual([6, 6]);
    expect([count(/<h1>/g), count(/<tbody[\s\S]*?<\/tbody>/g)]).toEqual([1, 6]);
    expect(count(/<tr role="row"><th role="rowheader" scope="row">/g)).toBe(5 + 1 + 1 + 2 + 5 + 3);
  });

  it('draws a column of the timeline for each day, and tells what it says', () => {
    expect([...html.matchAll(/<rect class="hit"/g)]).toHaveLength(2 * 31);
    expect(html).toContain('<title>2026-03-05: 87.5 % of 8 sessions, 1 unrecorded</title>');
  });

  it.each([
    { days: 92, columns: 92 },
    { days: 93, columns: 47 },
    { days: 366, columns: 92 },
  ])('draws $columns columns for $days days', ({ days, columns }) => {
    const until = new Date(Date.parse(MARCH.since) + days * 86_400_000).toISOString();
    const long = htmlReport(reportOf([], [], { since: MARCH.since, until }), AT);
    expect([...long.matchAll(/<rect class="hit"/g)]).toHaveLength(2 * columns);
  });

  it('answers with the unrecorded sessions, their causes and who accepted them', () => {
    expect(html).toContain('5 of 139 settled sessions left no transcript; 1 gap is accepted.');
    expect(html).toContain('4 incidents wait for a person');
    expect(html).toContain('<li>the image has no `script`, without which the agent writes nothing</li>');
    expect(html).toContain('Read-only look at a stuck job, confirmed by two people');
    expect(html).toContain('logging was set to NONE by grace@example.com at 2026-03-20 07:58:00 UTC');
  });

  it.each([
    { name: 'nothing', sessions: [], says: 'No exec session began in this period.' },
    {
      name: 'only recorded sessions',
      sessions: [aSettled(1, '2026-03-02T08:00:00Z')],
      says: 'The one settled session left a transcript.',
    },
    {
      name: 'only open sessions',
      sessions: [aSettled(1, '2026-03-02T08:00:00Z', { state: 'open' })],
      says: 'No session of this period counts yet.',
    },
  ])('is whole with $name', ({ sessions, says }) => {
    const whole = htmlReport(reportOf(sessions, [], MARCH), AT);
    expect(whole).toContain(says);
    expect(whole).not.toMatch(/NaN|undefined|null/);
  });

  it('lists the changes of exec logging, also where the session under one is recorded', () => {
    const change = { changedAt: '2026-03-02T07:00:00Z', changedBy: HOSTILE.markup, eventId: null, logging: null };
    const changed = reportOf([aSettled(1, '2026-03-02T08:00:00Z', { loggingChange: change })], [], MARCH);
    const whole = htmlReport(changed, AT);
    expect(whole).toContain('<h2>Changes of exec logging (1)</h2>');
    expect(whole).toContain('scope="row">2026-03-02 07:00:00 UTC</th>');
    expect(whole).toContain('<td role="cell" data-label="by">&quot;&gt;&lt;script&gt;alert(1)');
    expect(whole).toContain('<td role="cell" data-label="set to">not said</td>');
    expect(whole).toContain('<td role="cell" data-label="sessions close to it">1, 0 unrecorded</td>');
    expect(whole).not.toMatch(/<script|<img/);
  });

  it('says nothing of changes where there is none', () => {
    const quiet = reportOf([aSettled(1, '2026-03-02T08:00:00Z')], [], MARCH);
    expect(htmlReport(quiet, AT)).not.toContain('exec logging');
  });

  it('shows hostile names as text', () => {
    const hostile = htmlReport(hostileReport, AT);
    expect(hostile).not.toContain('<script');
    expect(hostile).not.toContain('<img');
    expect(hostile).toContain(
      '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;',
    );
    expect(hostile).not.toContain('\u202e');
    expect(hostile).not.toContain(HOSTILE.endless);
  });
});
