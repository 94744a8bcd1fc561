import { existsSync, readFileSync } from 'node:fs';
import { createAcceptanceStore } from '../../functions/adapters/aws/acceptance-store.ts';
import { createSessionRecorder } from '../../functions/adapters/aws/session-ledger.ts';
import { createVerdictStore } from '../../functions/adapters/aws/verdict-store.ts';
import { MemoryLedger } from '../../functions/cli/memory-ledger.ts';
import { readReport } from '../../functions/cli/report.ts';
import type { SessionVerdict } from '../../functions/domain/ledger.ts';
import { acceptances, aSettled, audited, MARCH } from '../messages/audited-sessions.ts';
import { anExecSession } from '../support/builders.ts';
import { aLedgerLine, anAcceptance } from '../support/ledger.ts';
import { startTable, type TestTable } from '../support/table.ts';
import { GROUP, nginxAccount } from './nginx-account.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const SESSION = 'ecs-execute-command-0289df90ce62e19cc';
const denial: unknown = JSON.parse(readFileSync('events/01-published-nginx-default.json', 'utf8'));
const account = nginxAccount();
const executeCommand = at(account, 'cloudtrail', 'records', '0');

const denied = aFile(nginxAccount({ cloudtrail: { records: [executeCommand, at(denial, 'detail')] } }));
const NEXT_DAY = '2023-02-12T08:00:00Z';

const spread = (value: unknown) => (typeof value === 'object' ? value : {});

const statesIn = (stdout: string) => {
  const [report] = linesOf(stdout);
  return [
    at(report, 'total', 'percent'),
    at(report, 'unrecorded', '0', 'state'),
    at(report, 'total', 'counts', 'open'),
  ];
};

describe('given an account file', () => {
  it('records and audits its sessions: one whose transcript was denied', async () => {
    const { code, stdout, stderr } = await runCli(['report', '--account', denied, '--now', NEXT_DAY, '--json']);
    expect({ code, stderr, states: statesIn(stdout) }).toEqual({ code: 0, stderr: '', states: [0, 'denied', 0] });
    expect(at(linesOf(stdout)[0], 'unrecorded', '0')).toMatchObject({
      sessionId: SESSION,
      person: { name: 'alice' },
      eventId: '95a42f28-d6de-406c-91df-e24980696995',
      accepted: null,
    });
  });

  it('begins with its first session, and ends now', async () => {
    const { stdout } = await runCli(['report', '--account', denied, '--now', NEXT_DAY, '--json']);
    expect(linesOf(stdout)).toMatchObject([{ since: '2023-02-11T06:34:01.000Z', until: '2023-02-12T08:00:00.000Z' }]);
  });

  it('finds the transcript of a session that was recorded', async () => {
    const at = Date.parse('2023-02-11T06:40:00Z');
    const logStream = {
      logStreamName: SESSION,
      creationTime: at,
      firstEventTimestamp: at,
      lastEventTimestamp: at,
      lastIngestionTime: at,
    };
    const recorded = nginxAccount({
      logs: {
        logGroups: [{ logGroupName: GROUP, creationTime: 1_676_000_000_000 }],
        logStreams: { [GROUP]: [logStream] },
      },
    });
    const argv = ['report', '--account', aFile(recorded), '--now', NEXT_DAY, '--fail-under', '100', '--json'];
    const { code, stdout } = await runCli(argv);
    expect([code, statesIn(stdout)]).toEqual([0, [100, undefined, 0]]);
  });

  it('finds a session that may still run open', async () => {
    const now = '2023-02-11T06:36:00Z';
    const { stdout } = await runCli(['report', '--account', aFile(account), '--now', now, '--json']);
    expect(statesIn(stdout)).toEqual([null, undefined, 1]);
  });

  it('counts a session once however often its record stands there, and none that was not opened', async () => {
    const dryRun = { ...spread(executeCommand), requestParameters: { dryrun: true } };
    const refused = { ...spread(executeCommand), errorCode: 'AccessDenied', responseElements: null };
    const ofAnInstance = { eventName: 'StartSession', eventSource: 'ssm.amazonaws.com', eventID: '9' };
    const records = [executeCommand, executeCommand, dryRun, refused, ofAnInstance];
    const file = aFile(nginxAccount({ cloudtrail: { records } }));
    const { code, stdout, stderr } = await runCli(['report', '--account', file, '--now', NEXT_DAY, '--json']);
    expect([code, stderr, at(linesOf(stdout)[0], 'total', 'counts', 'sessions')]).toEqual([0, '', 1]);
  });

  it('names a session that it cannot read, reports the others, and ends with 2 whatever their coverage', async () => {
    const responseElements = { omitted: true, originalSize: 300_000, reason: 'responseElements too large' };
    const cut = { ...spread(executeCommand), responseElements };
    const file = aFile(nginxAccount({ cloudtrail: { records: [executeCommand, cut] } }));
    const argv = ['report', '--account', file, '--now', NEXT_DAY, '--fail-under', '0', '--json'];
    const { code, stdout, stderr } = await runCli(argv);
    expect([code, at(linesOf(stdout)[0], 'total', 'counts', 'sessions'), stderr]).toEqual([
      2,
      1,
      `exec-log: ${file}: the report lacks what ExecuteCommand 5c2b1f60-7a5e-4e0e-9a2c-1f0000000001 opened: CloudTrail left the response out.\n`,
    ]);
  });

  it('ends before its first session where it was told so', async () => {
    const argv = ['report', '--account', denied, '--now', NEXT_DAY, '--until', '2023-02-01', '--json'];
    const { code, stdout } = await runCli(argv);
    expect([code, linesOf(stdout)]).toMatchObject([
      0,
      [{ since: '2023-02-01T00:00:00.000Z', until: '2023-02-01T00:00:00.000Z', total: { percent: null } }],
    ]);
  });

  it.each([
    { minimum: '0', code: 0, says: '' },
    { minimum: '0.01', code: 1, says: 'exec-log: the coverage is 0 %, under the minimum of 0.01 %\n' },
    { minimum: '100', code: 1, says: 'exec-log: the coverage is 0 %, under the minimum of 100 %\n' },
  ])('ends with $code at a minimum of $minimum', async ({ minimum, code, says }) => {
    const ran = await runCli(['report', '--account', denied, '--now', NEXT_DAY, '--fail-under', minimum]);
    expect([ran.code, ran.stderr]).toEqual([code, says]);
  });

  it('holds nothing against a minimum where nothing is settled, and says so', async () => {
    const argv = ['report', '--account', denied, '--now', NEXT_DAY, '--since', '1h', '--fail-under', '100'];
    const { code, stderr } = await runCli(argv);
    expect([code, stderr]).toEqual([
      0,
      'exec-log: no session of this period is settled: nothing to hold against --fail-under 100\n',
    ]);
  });

  it.each([
    { format: 'table', begins: /^exec sessions from 2023-02-11/ },
    { format: 'json', begins: /^\{"since":/ },
    { format: 'csv', begins: /^sessionId,startedAt,/ },
    { format: 'html', begins: /^<!doctype html>/ },
  ])('writes $format', async ({ format, begins }) => {
    const { stdout } = await runCli(['report', '--account', denied, '--now', NEXT_DAY, '--format', format]);
    expect(stdout).toMatch(begins);
    expect(stdout).toContain(SESSION);
  });

  it.each([
    { until: '2023-02-12', hasEnded: false, daysLeft: 1 },
    { until: '2023-02-11', hasEnded: true, daysLeft: 0 },
  ])('shows a suppression of the settings until $until, as of that time', async ({ until, ...state }) => {
    const role = 'arn:aws:iam::111111111111:role/nginx-sample-task-nginx-role';
    const suppression = { role, until, reason: 'retired', owner: 'platform' };
    const settings = aFile({ suppressions: [suppression] }, 'settings.json');
    const argv = ['report', '--account', denied, '--now', NEXT_DAY, '--settings', settings, '--json'];
    const { code, stdout } = await runCli(argv);
    expect([code, at(linesOf(stdout)[0], 'suppressions')]).toEqual([
      0,
      [{ ...suppression, ...state, sessionIds: [SESSION], fingerprints: [expect.any(String)] }],
    ]);
  });

  it('writes into a file, and nothing to stdout', async () => {
    const output = aFile('', 'report.html');
    const argv = ['report', '--account', denied, '--now', NEXT_DAY, '--format', 'html', '--output', output];
    expect(await runCli(argv)).toEqual({ code: 0, stdout: '', stderr: `exec-log: the report is in ${output}\n` });
    expect([existsSync(output), readFileSync(output, 'utf8').startsWith('<!doctype html>')]).toEqual([true, true]);
  });
});

describe('given a command line that cannot be right', () => {
  it.each([
    { name: 'a span without a unit', argv: ['--since', '30'], says: /--since: expected a span/ },
    { name: 'a day that is none', argv: ['--since', '2026-02-30'], says: /--since: expected/ },
    { name: 'a time on a day that is none', argv: ['--since', '2026-02-30T06:00:00Z'], says: /--since: expected/ },
    { name: 'settings without an account file', argv: ['--settings', 'settings.json'], says: /--settings: only with/ },
    { name: 'a time without its offset', argv: ['--until', '2026-02-01T00:00:00'], says: /--until: expected/ },
    { name: 'a period that ends before it begins', argv: ['--since', '1d', '--until', '2d'], says: /lies after/ },
    { name: 'a period of 1101 days', argv: ['--since', '1101d'], says: /at most 1100 days/ },
    { name: 'an unknown format', argv: ['--format', 'pdf'], says: /table, json, csv, html/ },
    { name: 'two formats', argv: ['--format', 'csv', '--json'], says: /--json/ },
    { name: 'a minimum over 100', argv: ['--fail-under', '100.1'], says: /0 to 100/ },
    { name: 'a minimum that is none', argv: ['--fail-under', 'all'], says: /0 to 100/ },
    { name: 'a moment that is none', argv: ['--now', 'yesterday'], says: /--now: expected/ },
    { name: 'a file that is not there', argv: ['--account', 'nowhere.json'], says: /nowhere\.json/ },
    { name: 'a file and a Region', argv: ['--account', denied, '--region', 'eu-central-1'], says: /cannot be used/ },
    {
      name: 'a folder that is not there',
      argv: ['--account', denied, '--output', '/nowhere/report.html'],
      says: /--output: cannot write/,
    },
  ])('ends with 2: $name', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runCli(['report', ...argv]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});

describe('given a deployed ledger', () => {
  let started: TestTable;

  beforeAll(async () => {
    started = await startTable();
  });

  afterAll(async () => started.stop());

  async function keep(settled: SessionVerdict): Promise<void> {
    const { sessionId, account, region, clusterArn, startedAt } = settled;
    const session = anExecSession({ sessionId, account, region, clusterArn, startedAt });
    await createSessionRecorder(started.table).recordSession(aLedgerLine({ session, recordedAt: startedAt }));
    const verdicts = createVerdictStore(started.table);
    const open = await verdicts.findVerdict(sessionId);
    await verdicts.saveVerdict({ ...settled, version: (open?.version ?? 0) + 1 }, open?.version ?? 0);
  }

  it('reads the sessions of the period, settled or open, and no other', async () => {
    const days = ['2026-02-28T23:59:00Z', '2026-03-01T00:00:00Z', '2026-03-02T10:00:00Z', '2026-03-03T10:00:00Z'];
    for (const [index, startedAt] of days.entries()) {
      await keep(aSettled(index, startedAt, { state: index === 2 ? 'missing' : 'recorded' }));
    }
    for (const day of ['01', '04']) {
      const session = anExecSession({ sessionId: `open-${day}`, startedAt: `2026-03-${day}T10:00:00Z` });
      await createSessionRecorder(started.table).recordSession(aLedgerLine({ session }));
    }
    const acceptanceStore = createAcceptanceStore(started.table);
    const [, , gap] = days.map((startedAt, index) => aSettled(index, startedAt));
    await acceptanceStore.saveAcceptance(
      anAcceptance({ sessionId: gap?.sessionId ?? '', startedAt: gap?.startedAt ?? '' }),
    );
    const report = await readReport(
      { since: '2026-03-01T00:00:00.000Z', until: '2026-03-03T00:00:00.000Z' },
      { verdicts: createVerdictStore(started.table), acceptances: acceptanceStore },
      { stderr: { write: () => undefined, redraw: () => undefined } },
    );
    expect(report.total).toMatchObject({
      counts: { sessions: 3, recorded: 1, missing: 1, open: 1, accepted: 1 },
      percent: 50,
    });
  });
});

describe('given a session that settles while the report is read', () => {
  it('counts it once, as it stands later', async () => {
    const open = aSettled(1, '2026-03-01T10:00:00Z', { state: 'open', dueAt: '2026-03-01T10:05:00Z', settledAt: null });
    const settled = aSettled(1, '2026-03-01T10:00:00Z', { version: 2 });
    const verdicts = {
      async *dueVerdicts() {
        yield [open];
      },
      async *verdictsOfDay(day: string) {
        yield day === '2026-03-01' ? [settled] : [];
      },
    };
    const silent = { stderr: { write: () => undefined, redraw: () => undefined } };
    const report = await readReport(MARCH, { verdicts, acceptances: new MemoryLedger() }, silent);
    expect(report.sessions.map(({ verdict }) => verdict)).toEqual([settled]);
  });
});

describe('given many days', () => {
  it('reads four at a time', async () => {
    const ledger = new MemoryLedger();
    for (const verdict of audited) ledger.verdicts.set(verdict.sessionId, verdict);
    for (const acceptance of acceptances) ledger.acceptances.set(acceptance.sessionId, acceptance);
    let [running, most, asked] = [0, 0, 0];
    const verdicts = {
      dueVerdicts: (until: Date) => ledger.dueVerdicts(until),
      async *verdictsOfDay(day: string) {
        asked += 1;
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield* ledger.verdictsOfDay(day);
        running -= 1;
      },
    };
    const silent = { stderr: { write: () => undefined, redraw: () => undefined } };
    const report = await readReport(MARCH, { verdicts, acceptances: ledger }, silent);
    expect([asked, most, report.total.counts.sessions, report.total.counts.accepted]).toEqual([31, 4, 144, 1]);
  });
});
