import { appendFileSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAws } from './live-account.ts';
import { nginxAccount } from './nginx-account.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const SESSION = 'ecs-execute-command-0289df90ce62e19cc';
const denial: unknown = at(JSON.parse(readFileSync('events/01-published-nginx-default.json', 'utf8')), 'detail');
const executeCommand = at(nginxAccount(), 'cloudtrail', 'records', '0');
const lost = nginxAccount({ cloudtrail: { records: [executeCommand, denial] } });

const spread = (value: unknown) => (typeof value === 'object' ? value : {});
const aState = () => join(mkdtempSync(join(tmpdir(), 'exec-log-backfill-')), 'state.json');

/** What a reader of the JSON lines looks for. */
function factsOf(stdout: string) {
  const lines = linesOf(stdout);
  const ofKind = (kind: string) => lines.filter((line) => at(line, 'kind') === kind);
  return {
    sessions: ofKind('session').map((line) => [at(line, 'sessionId'), at(line, 'state'), at(line, 'person', 'name')]),
    cases: ofKind('case').map((line) => [
      at(line, 'roleArn'),
      at(line, 'logGroupName'),
      at(line, 'sessions'),
      at(line, 'people'),
      at(line, 'today', 'disposition'),
    ]),
  };
}

const wholePast = {
  sessions: [[SESSION, 'denied', 'alice']],
  cases: [
    ['arn:aws:iam::111111111111:role/nginx-sample-task-nginx-role', '/ecs/nginx-sample/nginx', 1, ['alice'], 'observe'],
  ],
};

describe('given the account file of a session whose transcript was denied', () => {
  it('says what was lost, by whom, for which cause, and what would be done about it today', async () => {
    const { code, stdout, stderr } = await runCli(['backfill', '--account', aFile(lost), '--json']);
    expect([code, stderr, factsOf(stdout)]).toEqual([0, '', wholePast]);
  });

  it('shows a person the report and the causes', async () => {
    const { code, stdout } = await runCli(['backfill', '--account', aFile(lost)]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 cause of lost transcripts')]);
    expect(stdout).toMatch(/denied +logs:CreateLogStream on \/ecs\/nginx-sample\/nginx/);
  });

  it('looks no further back than it is asked to', async () => {
    const { stdout } = await runCli(['backfill', '--account', aFile(lost), '--since', '1h', '--json']);
    expect(factsOf(stdout)).toEqual({ sessions: [], cases: [] });
  });

  it('names a session that it cannot read', async () => {
    const cut = { ...spread(executeCommand), eventID: 'cut', responseElements: { omitted: true, originalSize: 1 } };
    const file = aFile(nginxAccount({ cloudtrail: { records: [cut] } }));
    const { code, stdout, stderr } = await runCli(['backfill', '--account', file, '--json']);
    expect([code, factsOf(stdout), stderr]).toEqual([
      2,
      { sessions: [], cases: [] },
      'exec-log: the record cut cannot be read, and its session is missing: CloudTrail left the response out.\n',
    ]);
  });
});

describe('given a state file', () => {
  const backfill = async (state: string, ...more: readonly string[]) => {
    const argv = ['backfill', '--account', aFile(lost), '--since', '2d', '--state', state, '--json', ...more];
    const { code, stdout, stderr } = await runCli(argv);
    return { code, stderr, ...(code === 0 ? factsOf(stdout) : {}) };
  };
  const whole = { code: 0, stderr: '', ...wholePast };
  const linesIn = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

  it('goes on where it was stopped, after any entry, and comes to the same end', async () => {
    const state = aState();
    await backfill(state);
    const lines = linesIn(state);
    const ends = [];
    for (let kept = 0; kept <= lines.length; kept += 1) {
      const file = aState();
      writeFileSync(
        file,
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join(''),
      );
      ends.push(await backfill(file));
    }
    expect(ends).toEqual(ends.map(() => whole));
  });

  it('goes on after an entry that was cut', async () => {
    const state = aState();
    await backfill(state);
    const lines = linesIn(state);
    writeFileSync(state, `${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 20) ?? ''}`);
    expect(await backfill(state)).toEqual(whole);
    // What the first run added can be read by the next one.
    expect(await backfill(state)).toEqual(whole);
  });

  it('keeps it from others: it tells who did what where', async () => {
    const state = aState();
    await backfill(state);
    expect(statSync(state).mode & 0o077).toBe(0);
  });

  const begin = { kind: 'begin', format: 'exec-log-backfill-1', account: '111111111111', region: 'ap-northeast-1' };
  const begun = (other: object) => `${JSON.stringify({ ...begin, since: '2023-01-01T00:00:00Z', ...other })}\n`;

  it.each([
    {
      name: 'of another account',
      write: () => begun({ account: '222222222222' }),
      says: /is of account 222222222222, Region ap-northeast-1/,
    },
    {
      name: 'of another Region',
      write: () => begun({ region: 'eu-west-1' }),
      says: /is of account 111111111111, Region eu-west-1/,
    },
    { name: 'that is none', write: () => 'hello\n', says: /line 1 of .* is none of a backfill/ },
  ])('refuses one $name, unless it may begin again', async ({ write, says }) => {
    const state = aState();
    writeFileSync(state, write());
    expect(await backfill(state)).toEqual({ code: 2, stderr: expect.stringMatching(says) });
    expect(await backfill(state, '--restart')).toEqual(whole);
  });

  it.each([
    ['one line without its end', '{"my":"notes"}'],
    ['lines of which the last lacks its end', 'my\nnotes'],
  ])("leaves somebody else's file of %s as it is", async (_, text) => {
    const state = aState();
    writeFileSync(state, text);
    expect(await backfill(state)).toEqual({
      code: 2,
      stderr: expect.stringMatching(/line 1 of .* is none of a backfill/),
    });
    expect(readFileSync(state, 'utf8')).toBe(text);
  });

  it('refuses one that begins later than what is asked for, and would hide the time before', async () => {
    const state = aState();
    await backfill(state, '--since', '1h');
    expect(await backfill(state)).toEqual({ code: 2, stderr: expect.stringMatching(/begins at .*, later than/) });
    expect(await backfill(state, '--restart')).toEqual(whole);
  });

  it('refuses one whose sessions a deployment got, where none is to get them', async () => {
    const state = aState();
    writeFileSync(state, begun({ deployment: 'exec-log' }));
    expect(await backfill(state)).toEqual({
      code: 2,
      stderr: expect.stringMatching(/was begun with --into-ledger --deployment-id exec-log/),
    });
  });

  it('says what CloudTrail has forgotten since it was begun, and goes on after that', async () => {
    const state = aState();
    // The history ends a day after the account's last record.
    const end = Date.parse(String(at(denial, 'eventTime'))) + 86_400_000;
    const daysBefore = (days: number) => new Date(end - days * 86_400_000).toISOString();
    writeFileSync(state, begun({ since: daysBefore(91) }));
    appendFileSync(state, `${JSON.stringify({ kind: 'swept', sweptUntil: daysBefore(90.5) })}\n`);
    const stderr = expect.stringMatching(/CloudTrail holds nothing before .* by now: what was opened from/);
    expect(await backfill(state)).toEqual({ ...whole, stderr });
  });

  it('refuses a line in the middle that is none', async () => {
    const state = aState();
    await backfill(state);
    appendFileSync(state, '{"kind":"verdict"}\n');
    expect(await backfill(state)).toMatchObject({ code: 2, stderr: expect.stringMatching(/none of a backfill/) });
  });
});

describe('given a command line that cannot be right', () => {
  it.each([
    { name: 'a period that CloudTrail does not hold', argv: ['--since', '91d'], says: /at most 90 days/ },
    { name: 'a span without a unit', argv: ['--since', '90'], says: /--since: expected a span/ },
    {
      name: 'a ledger for an account file',
      argv: ['--into-ledger'],
      says: /--into-ledger: the sessions of an account file/,
    },
  ])('refuses $name', async ({ argv, says }) => {
    const { code, stderr } = await runCli(['backfill', '--account', aFile(lost), ...argv]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});

describe('given the real account', () => {
  it('reads its history, keeps the state under a name of its own, and writes nothing to AWS', async () => {
    const now = Date.now();
    const moved = (record: unknown, minutes: number) => ({
      ...spread(record),
      eventTime: new Date(now - minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z'),
    });
    const records = [moved(executeCommand, 60 * 30), moved(denial, 60 * 29)];
    await asAws(
      async (account) => {
        const state = aState();
        const { code, stdout } = await runCli(['backfill', '--since', '3d', '--state', state, '--json']);
        expect([code, factsOf(stdout).sessions, existsSync(state)]).toEqual([0, wholePast.sessions, true]);
        const writes = account.calls.filter(({ operation }) =>
          /^(Put|Create|Delete|Update|Send|Attach)/.test(operation),
        );
        expect(writes).toEqual([]);
      },
      nginxAccount({ cloudtrail: { records } }),
    );
  });

  it('refuses to go on into the ledger where sessions were read without it: they would never get there', async () => {
    await asAws(async () => {
      const state = aState();
      await runCli(['backfill', '--since', '1d', '--state', state]);
      const { code, stderr } = await runCli(['backfill', '--since', '1d', '--state', state, '--into-ledger']);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/was begun without --into-ledger/)]);
    });
  });

  it('goes on after a failure, and says how', async () => {
    await asAws(async (account) => {
      const state = aState();
      const argv = ['backfill', '--since', '3d', '--state', state, '--json'];
      account.faults.add({ service: 'cloudtrail', kind: 'malformed' });
      const { code, stdout, stderr } = await runCli(argv);
      expect([code, stdout, stderr]).toEqual([3, '', expect.stringMatching(/state.json keeps what was read so far/)]);
      account.faults.clear();
      expect((await runCli(argv)).code).toBe(0);
    });
  });

  it('says which deployment it did not find for the ledger', async () => {
    await asAws(async () => {
      const { code, stderr } = await runCli(['backfill', '--since', '1d', '--state', aState(), '--into-ledger']);
      expect([code, stderr]).toEqual([3, expect.stringMatching(/no deployment "exec-log" in ap-northeast-1/)]);
    });
  });
});
