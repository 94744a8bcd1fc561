import type { CoverageReport } from '../../functions/domain/coverage.ts';
import { reportOf } from '../../functions/domain/coverage.ts';
import { reportedSuppressions } from '../../functions/domain/suppression.ts';
import { csvReport } from '../../functions/messages/report-csv.ts';
import { htmlReport } from '../../functions/messages/report-html.ts';
import { jsonReport } from '../../functions/messages/report-json.ts';
import { tableReport } from '../../functions/messages/report-table.ts';
import { at } from '../cli/run-cli.ts';
import { aSettled, HOSTILE, MARCH } from './audited-sessions.ts';

const asIs = (text: string) => text;
const PLAIN = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs, cyan: asIs };
const LEGACY = 'arn:aws:iam::111111111111:role/legacy';
const RETIRED = 'arn:aws:iam::111111111111:role/retired';
const NOW = new Date('2026-03-20T12:00:00Z');

const proof = { transcript: null, fingerprint: 'c0ffee12c0ffee12', eventId: '1' };
const sessions = [
  aSettled(1, '2026-03-02T08:00:00Z', { state: 'denied', taskRoleArn: LEGACY, proof }),
  aSettled(2, '2026-03-03T08:00:00Z', { taskRoleArn: LEGACY }),
  aSettled(3, '2026-03-04T08:00:00Z', { state: 'missing', taskRoleArn: RETIRED }),
];
const suppressions = [
  { role: LEGACY, until: '2026-03-31', reason: 'retired in April', owner: 'platform' },
  { role: RETIRED, until: '2026-03-19', reason: 'was to be gone', owner: 'web' },
];

function reportWith(list: typeof suppressions | null = suppressions): CoverageReport {
  const found = reportOf(sessions, [], MARCH);
  return { ...found, suppressions: list && reportedSuppressions(list, found.unrecorded, [], NOW) };
}

describe('the suppressions in a report', () => {
  it('stand in the table with role, end, owner, reason and what they mute, those that have ended marked', () => {
    const text = tableReport(reportWith(), PLAIN);
    const lines = text.slice(text.indexOf('2 suppressions')).trimEnd().split('\n');
    expect(lines).toEqual([
      '2 suppressions',
      `  ended         ${RETIRED}  ended with 2026-03-19`,
      '    owner     web',
      '    reason    was to be gone',
      '    muted     no longer 1 unrecorded session of this period: its cases are raised again',
      '    sessions  ecs-execute-command-00000000000000003',
      `  muted         ${LEGACY}  until 2026-03-31 (12 days left)`,
      '    owner     platform',
      '    reason    retired in April',
      '    mutes     1 unrecorded session of this period',
      '    sessions  ecs-execute-command-00000000000000001',
      '    cases     c0ffee12c0ffee12',
    ]);
  });

  it('stand in the JSON', () => {
    expect(at(JSON.parse(jsonReport(reportWith())), 'suppressions')).toEqual([
      {
        ...suppressions[1],
        hasEnded: true,
        daysLeft: 0,
        sessionIds: [sessions[2]?.sessionId],
        fingerprints: [],
      },
      {
        ...suppressions[0],
        hasEnded: false,
        daysLeft: 12,
        sessionIds: [sessions[0]?.sessionId],
        fingerprints: ['c0ffee12c0ffee12'],
      },
    ]);
  });

  it('stand in the CSV at each unrecorded session that one of them still mutes', () => {
    const lines = csvReport(reportWith()).trimEnd().split('\r\n');
    expect(lines.map((line) => line.split(',').at(-1))).toEqual(['suppressed', 'until 2026-03-31 by platform', '', '']);
  });

  it('stand in the HTML, those that have ended marked', () => {
    const html = htmlReport(reportWith(), NOW.toISOString());
    expect(html).toContain('<h2>Suppressions (2)</h2>');
    expect(html).toContain('ended with 2026-03-19<br><span class="badge pending">ended</span>');
    expect(html).toContain('until 2026-03-31 (12 days left)');
    for (const text of ['retired in April', 'platform', LEGACY]) expect(html).toContain(text);
  });

  it('are not mentioned where there is none, and said to be unknown where the settings are', () => {
    const texts = (report: CoverageReport) => [tableReport(report, PLAIN), htmlReport(report, NOW.toISOString())];
    for (const text of texts(reportWith([]))) expect(text).not.toMatch(/suppression/i);
    for (const text of texts(reportWith(null))) expect(text).toContain('The suppressions are not known');
    expect(at(JSON.parse(jsonReport(reportWith(null))), 'suppressions')).toBeNull();
    expect(csvReport(reportWith(null))).not.toContain('until');
  });

  it('cannot forge markup, a line or a formula', () => {
    for (const text of Object.values(HOSTILE)) {
      const hostile = reportWith([{ role: LEGACY, until: '2026-03-31', reason: text, owner: text }]);
      expect(htmlReport(hostile, NOW.toISOString())).not.toMatch(/<script|<img/);
      expect(tableReport(hostile, PLAIN)).not.toMatch(/[^\n\P{C}]/u);
      expect(csvReport(hostile)).not.toMatch(/,"?[=+@-]/);
    }
  });
});
