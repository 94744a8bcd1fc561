import { reportOf } from '../../functions/domain/coverage.ts';
import { tableReport } from '../../functions/messages/report-table.ts';
import { aSettled, hostileReport, MARCH, marchReport } from './audited-sessions.ts';

const asIs = (text: string) => text;
const marked = (mark: string) => (text: string) => `<${mark}>${text}</${mark}>`;
const PLAIN = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs, cyan: asIs };

describe('the report at a terminal', () => {
  it('answers first, then counts, then lists what was not recorded', () => {
    const lines = tableReport(marchReport, PLAIN).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      'exec sessions from 2026-03-01 00:00:00 UTC to 2026-04-01 00:00:00 UTC',
      '96.4 %  5 of 139 settled sessions left no transcript; 1 gap is accepted. 5 sessions are not settled yet.',
      '',
      'total         coverage  sessions  recorded  denied  refused  missing  off  outside exec  open  accepted',
      'all sessions    96.4 %       144       134       1        1        1    1             1     5         1',
    ]);
    const listed = lines.slice(lines.indexOf('5 unrecorded sessions'));
    expect(listed.slice(1, 7)).toEqual([
      '  denied        ecs-execute-command-00000000000000400  2026-03-05 08:15:00 UTC',
      '    who       ada@example.com (SSO user)',
      '    where     cluster orders, task aaaaaaaaaaaaaaaaaaaaaaaaaaaaa400 (111111111111 eu-central-1)',
      '    why       AWS denied the task role logs:CreateLogStream (create-log-stream-denied)',
      '    case      c0ffee12c0ffee12',
      '    accepted  by auditor@example.com at 2026-03-06 10:00:00 UTC: Read-only look at a stuck job, confirmed by two people',
    ]);
    expect(listed).toContain(
      "    accepted  not yet: exec-log accept ecs-execute-command-00000000000001200 --reason 'why the gap is acceptable' --region eu-central-1",
    );
  });

  it.each([
    { states: [], answer: '<dim>–</dim>  No exec session began in this period.' },
    {
      states: ['open'] as const,
      answer: '<dim>–</dim>  No session of this period counts yet. 1 session is not settled yet.',
    },
    { states: ['recorded'] as const, answer: '<green>100 %</green>  The one settled session left a transcript.' },
    {
      states: ['recorded', 'missing'] as const,
      answer: '<red>50 %</red>  1 of 2 settled sessions left no transcript; no gap is accepted.',
    },
  ])('says of $states: $answer', ({ states, answer }) => {
    const report = reportOf(
      states.map((state, index) => aSettled(index, '2026-03-02T08:00:00Z', { state })),
      [],
      MARCH,
    );
    const paint = { ...PLAIN, dim: marked('dim'), green: marked('green'), red: marked('red') };
    expect(tableReport(report, paint).split('\n')[1]).toBe(answer);
  });

  it('ends with the changes of exec logging, also where the session under one is recorded', () => {
    const loggingChange = { changedAt: '2026-03-02T07:00:00Z', changedBy: null, eventId: '7', logging: null };
    const report = reportOf([aSettled(1, '2026-03-02T08:00:00Z', { loggingChange })], [], MARCH);
    expect(tableReport(report, PLAIN).split('\n\n').at(-1)?.split('\n')).toEqual([
      '1 change of exec logging',
      '  logging was set by somebody unnamed at 2026-03-02 07:00:00 UTC',
      '    where     cluster orders (arn:aws:ecs:eu-central-1:111111111111:cluster/orders)',
      '    close to  1 session, 0 unrecorded',
      '',
    ]);
  });

  it('says nothing of changes where there is none', () => {
    const report = reportOf([aSettled(1, '2026-03-02T08:00:00Z')], [], MARCH);
    expect(tableReport(report, PLAIN)).not.toContain('exec logging');
  });

  it('names the source identity, which outlives a change of role', () => {
    const gap = aSettled(1, '2026-03-02T08:00:00Z', { state: 'missing', sourceIdentity: 'ada' });
    expect(tableReport(reportOf([gap], [], MARCH), PLAIN)).toContain(
      'ada@example.com (SSO user), source identity ada\n',
    );
  });

  it('cannot be repainted or reordered by a name', () => {
    expect(tableReport(hostileReport, PLAIN)).not.toMatch(/[^\n\P{C}]/u);
  });
});
