import { csvCell, csvReport } from '../../functions/messages/report-csv.ts';
import { HOSTILE, hostileReport, marchReport } from './audited-sessions.ts';

describe('a cell of the CSV report', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "yes"', '"say ""yes"""'],
    ['two\nlines', 'two lines'],
    ['', ''],
    ['1-2', '1-2'],
    ['a=b', 'a=b'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1+1', "'=1+1"],
    ['\tplain', "'plain"],
    [' =1+1', "'=1+1"],
    ['＝1+1', "'＝1+1"],
    ['ok;=1+1', "ok;'=1+1"],
    ['ok; -1', "ok; '-1"],
    ['ok;"=1+1', `"ok;""'=1+1"`],
    ['one; two', 'one; two'],
    ['\u200b=1+1', "'=1+1"],
    [HOSTILE.formula, `"'=HYPERLINK(""https://example.com"",""open"")"`],
  ])('of %j is %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });
});

describe('the CSV report', () => {
  it('has a line of names and one of each session, each ended by CR LF', () => {
    const csv = csvReport(marchReport);
    expect([csv.split('\r\n').length, csv.endsWith('\r\n'), csv.replaceAll('\r\n', '').includes('\n')]).toEqual([
      marchReport.sessions.length + 2,
      true,
      false,
    ]);
  });

  it('tells of an accepted gap', () => {
    const line = csvReport(marchReport)
      .split('\r\n')
      .find((candidate) => candidate.includes(',denied,'));
    expect(line?.split(',').slice(0, 10)).toEqual([
      'ecs-execute-command-00000000000000400',
      '2026-03-05T08:15:00Z',
      '',
      'denied',
      'yes',
      'no',
      '111111111111',
      'eu-central-1',
      'orders',
      'arn:aws:ecs:eu-central-1:111111111111:cluster/orders',
    ]);
    expect(line).toContain('"Read-only look at a stuck job, confirmed by two people"');
  });

  it('has no cell that a spreadsheet would run', () => {
    const cells = csvReport(hostileReport).split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)|\r\n/);
    expect(cells.filter((cell) => /^"?[=+\-@\t]/.test(cell))).toEqual([]);
  });
});
