import { gzipSync } from 'node:zlib';
import { GUARDRAIL_CODES } from '../../functions/domain/decision.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const record = aDenialRecord();
const event = delivered(record);

const explained = async (content: unknown, ...options: readonly string[]) => {
  const { stdout } = await runCli(['explain', aFile(content), '--json', ...options]);
  return linesOf(stdout)[0];
};

/** What a refused input decides, and why. */
const refusedAs = (line: unknown) => [
  at(line, 'denial'),
  at(line, 'refusal', 'code'),
  at(line, 'decision', 'disposition'),
];

describe('given the published denial, without an account', () => {
  it('prints one object with the keys in their order', async () => {
    const file = aFile(event);
    const { code, stdout, stderr } = await runCli(['explain', file, '--json', '--mode', 'attach']);
    const [line] = linesOf(stdout);
    expect({ code, stderr, input: at(line, 'input') }).toEqual({ code: 0, stderr: '', input: file });
    expect(Object.keys(Object(line))).toEqual(['input', 'matchesRule', 'denial', 'refusal', 'finding', 'decision']);
    expect(Object.keys(Object(at(line, 'denial'))).join()).toBe(
      'eventId,eventTime,account,partition,region,action,resource,principalArn,roleName,rolePath,roleId,' +
        'sessionName,logGroupName,logStreamName,policyType,denialKind,policyArn,source',
    );
    expect(Object.keys(Object(at(line, 'decision')))).toEqual([
      'disposition',
      'mode',
      'reasons',
      'guardrails',
      'policy',
    ]);
  });

  it('counts every guardrail that needs the account as failed', async () => {
    const line = await explained(event, '--mode', 'attach');
    const guardrails = at(line, 'decision', 'guardrails');
    const held = (Array.isArray(guardrails) ? guardrails : []).map((result) => [
      at(result, 'code'),
      at(result, 'holds'),
    ]);
    const evaluable = ['identity-policy-missing', 'role-allowed', 'same-owner', 'fresh'];
    const ofSessions = GUARDRAIL_CODES.filter((code) => code !== 'real-router');
    expect(held).toEqual(ofSessions.map((code) => [code, evaluable.includes(code) ? true : null]));
    expect([at(line, 'finding'), at(line, 'decision', 'disposition'), at(line, 'decision', 'policy')]).toEqual([
      null,
      'open-ticket',
      null,
    ]);
  });

  it('observes by default, and prints a card for a person', async () => {
    const { code, stdout } = await runCli(['explain', aFile(event)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^observe {2}nothing would be changed/m);
    expect(stdout).not.toContain('\x1b[');
  });

  it('colours the card on request', async () => {
    const { stdout } = await runCli(['explain', aFile(event)], { environment: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\x1b[');
  });

  it.each([
    { name: 'as delivered', content: event, matches: true },
    { name: 'as a bare record', content: record, matches: true },
    { name: 'of another stream', content: aDenialRecord({ logStreamName: 'nginx/nginx/1' }), matches: false },
    { name: 'of a forged source', content: { ...event, source: 'my.logs' }, matches: false },
  ])('says whether the rule matches it, $name', async ({ content, matches }) => {
    expect(at(await explained(content), 'matchesRule')).toBe(matches);
  });

  it('takes the time of the event plus one minute as now, unless told otherwise', async () => {
    const guardrailOf = async (...options: string[]) => {
      const guardrails = at(await explained(event, '--mode', 'attach', ...options), 'decision', 'guardrails');
      return (Array.isArray(guardrails) ? guardrails : []).find((result) => at(result, 'code') === 'fresh')?.holds;
    };
    expect([
      await guardrailOf(),
      await guardrailOf('--now', '2023-02-12T00:00:00Z'),
      await guardrailOf('--now', '2023-02-11T15:36:04+09:00'),
    ]).toEqual([true, false, true]);
  });
});

describe('given inputs that cannot be read', () => {
  it.each([
    { name: 'no JSON', content: 'hello', refused: [null, 'not-json', 'not-applicable'] },
    { name: 'a number', content: 42, refused: [null, 'not-an-event', 'not-applicable'] },
    {
      name: 'a foreign event',
      content: { ...event, source: 'my.app' },
      refused: [null, 'foreign-event', 'not-applicable'],
    },
    {
      name: 'a call that was allowed',
      content: aDenialRecord({}, { errorCode: null }),
      refused: [null, 'not-a-denial', 'not-applicable'],
    },
    {
      name: 'a denied CreateLogStream that was cut',
      content: aDenialRecord({ message: 'User: ' }),
      refused: [null, 'truncated', 'open-ticket'],
    },
    {
      name: 'a key named __proto__',
      content: '{"__proto__":{"eventSource":"logs.amazonaws.com"},"detail":null}',
      refused: [null, 'not-an-event', 'not-applicable'],
    },
    {
      name: 'a list nested without end',
      content: `{"detail":${'['.repeat(5000)}${']'.repeat(5000)},"source":"aws.logs","detail-type":"AWS API Call via CloudTrail"}`,
      refused: [null, 'not-an-event', 'not-applicable'],
    },
  ])('refuses $name', async ({ content, refused }) => {
    const { code, stdout } = await runCli(['explain', aFile(content), '--json']);
    expect([code, ...linesOf(stdout).map(refusedAs)]).toEqual([2, refused]);
  });

  it('gives a missing file its own line, and goes on', async () => {
    const file = aFile(event);
    const { code, stdout, stderr } = await runCli(['explain', '/does/not/exist.json', file, '--json']);
    const lines = linesOf(stdout);
    expect([code, ...lines.map((line) => [at(line, 'input'), at(line, 'refusal', 'code') ?? null])]).toEqual([
      2,
      ['/does/not/exist.json', 'not-json'],
      [file, null],
    ]);
    expect(stderr).toMatch(/\/does\/not\/exist\.json: cannot read file: ENOENT/);
  });

  it('says to a person why a file is missing once on each stream', async () => {
    const { stdout, stderr } = await runCli(['explain', '/does/not/exist.json']);
    expect([stdout, stderr].map((text) => text.split('ENOENT').length - 1)).toEqual([1, 1]);
    expect(stdout).toContain('not read  cannot read file');
  });

  it('gives one unreadable line among many its own', async () => {
    const stdin = `${JSON.stringify(event)}\n{"cut":\n${JSON.stringify(record)}\n`;
    const { code, stdout } = await runCli(['explain', '-', '--json'], { stdin });
    expect([code, ...linesOf(stdout).map((line) => [at(line, 'input'), at(line, 'refusal', 'code') ?? null])]).toEqual([
      2,
      ['-:1', null],
      ['-:2', 'not-json'],
      ['-:3', null],
    ]);
  });
});

describe('given files of other forms', () => {
  it('reads a compressed trail file', async () => {
    const file = aFile(gzipSync(JSON.stringify({ Records: [record] })), 'trail.json.gz');
    const { code, stdout } = await runCli(['explain', file, '--json']);
    expect([code, ...linesOf(stdout).map((line) => at(line, 'input'))]).toEqual([0, `${file}#0`]);
  });

  it('refuses a compressed file that is cut', async () => {
    const file = aFile(gzipSync(JSON.stringify(record)).subarray(0, 100), 'trail.json.gz');
    const { code, stdout } = await runCli(['explain', file, '--json']);
    expect([code, ...linesOf(stdout).map(refusedAs)]).toEqual([2, [null, 'not-json', 'not-applicable']]);
  });

  it('has nothing to say about an empty trail file', async () => {
    const { code, stdout, stderr } = await runCli(['explain', aFile({ Records: [] }), '--json']);
    expect([code, stdout, /nothing to explain/.test(stderr)]).toEqual([0, '', true]);
  });

  it('explains a thousand events in order in less than ten seconds', async () => {
    const records = Array.from({ length: 1000 }, (_, index) => aDenialRecord({ eventId: `event-${index}` }));
    const startedAt = Date.now();
    const { code, stdout } = await runCli(['explain', aFile({ Records: records }), '--json']);
    const ids = linesOf(stdout).map((line) => at(line, 'denial', 'eventId'));
    expect([code, ids]).toEqual([0, records.map((_, index) => `event-${index}`)]);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('given settings', () => {
  const modeBy = async (settings: unknown, environment: Record<string, string> = {}) => {
    const { stdout } = await runCli(['explain', aFile(event), '--json', '--settings', aFile(settings)], {
      environment,
    });
    return at(linesOf(stdout)[0], 'decision', 'mode');
  };

  it('decides by them, under the ceiling where the environment names one', async () => {
    expect(await modeBy({ defaultMode: 'attach' })).toBe('attach');
    expect(await modeBy({ defaultMode: 'attach' }, { CEILING: '{"mode":"ticket"}' })).toBe('ticket');
  });

  it('reads SETTINGS_FILE, but not inside Lambda', async () => {
    const environment = { SETTINGS_FILE: aFile({ defaultMode: 'ticket' }) };
    const modeIn = async (variables: Record<string, string>) =>
      at(
        linesOf((await runCli(['explain', aFile(event), '--json'], { environment: variables })).stdout)[0],
        'decision',
        'mode',
      );
    expect(await modeIn(environment)).toBe('ticket');
    expect(await modeIn({ ...environment, AWS_LAMBDA_FUNCTION_NAME: 'x' })).toBe('observe');
  });

  it('names every mistake in them with path, value and expectation', async () => {
    const file = aFile({ defaultMode: 'atach', limits: { writesPerHour: -1 }, colour: 'red' });
    const { code, stdout, stderr } = await runCli(['explain', aFile(event), '--json', '--settings', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('defaultMode: expected one of observe, ticket, propose, attach, found "atach"');
    expect(stderr).toContain('limits.writesPerHour: expected at least 0, found -1');
    expect(stderr).toContain('unknown key colour');
  });

  it.each([
    { name: 'settings that are no JSON', argv: ['--settings', aFile('{')], says: 'expected JSON' },
    {
      name: 'settings that are not there',
      argv: ['--settings', '/does/not/exist'],
      says: 'cannot read the settings file',
    },
    {
      name: 'an unknown mode',
      argv: ['--mode', 'atach'],
      says: '--mode: expected one of observe, ticket, propose, attach',
    },
    ...[
      { name: 'a time that is none', now: 'yesterday' },
      { name: 'a month that does not exist', now: '2023-13-01T00:00:00Z' },
      { name: 'a day that does not exist', now: '2023-02-30T00:00:00Z' },
      { name: 'a date without a time', now: '2023-02-11' },
      { name: 'a time without an offset', now: '2023-02-11T06:36:04' },
    ].map(({ name, now }) => ({
      name,
      argv: ['--now', now],
      says: '--now: expected a date and time with its offset, such as 2023-02-11T06:36:04Z',
    })),
  ])('refuses $name', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runCli(['explain', aFile(event), ...argv]);
    expect([code, stdout, stderr.includes(says)]).toEqual([2, '', true]);
  });

  it('refuses a ceiling that is none', async () => {
    const { code, stderr } = await runCli(['explain', aFile(event)], { environment: { CEILING: '{"mode":"all"}' } });
    expect([code, stderr.includes('mode: expected one of')]).toEqual([2, true]);
  });
});
