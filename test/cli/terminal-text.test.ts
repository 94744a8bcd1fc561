import { progressOn } from '../../functions/cli/progress.ts';
import { safeTerminal } from '../../functions/cli/terminal.ts';
import { revertCommand } from '../../functions/messages/commands.ts';
import { printableLines } from '../../functions/messages/escape.ts';
import { aDenialRecord } from '../support/records.ts';
import { asAws } from './live-account.ts';
import { nginxAccount, REGION, ROLE } from './nginx-account.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

/** Escape sequences of one and of two bytes, a carriage return, a right-to-left override, an isolate, an invisible character. */
const HOSTILE = 'a\u009b2Jb\u001b[2Jc\rd\u202ee\u2066f\u200bg';
/** What may stand in a line for a terminal that is not coloured. */
const NOT_PRINTABLE = /[^\P{C}\n]/u;
const NOT_ASCII = /[^\n -~]/;

describe('given names that could repaint a terminal', () => {
  it('prints a JSON line of explain in ASCII, and loses nothing of the name', async () => {
    const events = aFile([aDenialRecord({ eventId: HOSTILE }), aDenialRecord({ logStreamName: `x-${HOSTILE}` })]);
    const { stdout } = await runCli(['explain', events, events.replace('input', HOSTILE), '--json']);
    expect(stdout).not.toMatch(NOT_ASCII);
    expect(linesOf(stdout).map((line) => at(line, 'input'))).toContain(events.replace('input', HOSTILE));
  });

  it('prints the JSON of revert in ASCII', async () => {
    await asAws(
      async () => {
        const { stdout } = await runCli(['revert', ROLE, '--region', REGION, '--json', '--dry-run']);
        expect(stdout).not.toMatch(NOT_ASCII);
        expect(at(linesOf(stdout)[0], 'remaining')).toEqual(['exec', HOSTILE]);
      },
      nginxAccount({}, { [HOSTILE]: { Version: '2012-10-17', Statement: [] } }),
    );
  });

  it('prints the JSON lines of doctor in ASCII', async () => {
    await asAws(async (account) => {
      const Name = '/exec-log/exec-log/settings';
      const Value = JSON.stringify({ [HOSTILE]: 1 });
      account.stores.parameters.set(Name, { Name, Type: 'String', Value, Version: 1 });
      const { stdout } = await runCli(['doctor', '--region', REGION, '--json']);
      expect(stdout).not.toMatch(NOT_ASCII);
      expect(
        linesOf(stdout)
          .map((line) => String(at(line, 'detail')))
          .join(),
      ).toContain(HOSTILE);
    });
  });

  it('prints the JSON lines of play in ASCII, and its story without them', async () => {
    const event = aFile(aDenialRecord({ reason: ` because ${HOSTILE}` }));
    const [json, story] = [await runCli(['play', event, '--json']), await runCli(['play', event])];
    const messages = linesOf(json.stdout).map((line) => String(at(line, 'errorMessage')));
    expect(messages.join()).toContain(HOSTILE);
    expect(json.stdout).not.toMatch(NOT_ASCII);
    expect(story.stdout).toContain('because a2Jb[2Jcdefg');
    expect(story.stdout).not.toMatch(NOT_PRINTABLE);
  });

  it.each([
    { name: 'settings that are no JSON', argv: ['--settings', aFile(HOSTILE)], says: 'expected JSON' },
    { name: 'an unknown setting', argv: ['--settings', aFile({ [HOSTILE]: HOSTILE })], says: 'unknown key' },
    { name: 'an account file that is no JSON', argv: ['--account', aFile(`{"a":"b${HOSTILE}`)], says: 'expected JSON' },
    {
      name: 'an account file with a wrong case',
      argv: ['--account', aFile(nginxAccount({ cases: [{ state: HOSTILE }] }))],
      says: 'cases.0.state',
    },
    { name: 'an account file of no account', argv: ['--account', aFile({ account: HOSTILE })], says: 'account' },
    { name: 'a settings file that is not there', argv: ['--settings', `/no/${HOSTILE}`], says: 'cannot read' },
    { name: 'a mode', argv: ['--mode', HOSTILE], says: '--mode: expected one of' },
    { name: 'a time', argv: ['--now', HOSTILE], says: '--now: expected a date and time' },
    { name: 'an option', argv: [`--${HOSTILE}`], says: 'unknown option' },
    { name: 'an input that is not there', argv: [`/no/${HOSTILE}`], says: 'cannot read file' },
  ])('leaves nothing of them in the message about $name', async ({ argv, says }) => {
    const { code, stderr } = await runCli(['explain', aFile(aDenialRecord()), ...argv], {
      environment: { DEBUG: '1' },
    });
    expect([code, stderr.includes(says) ? says : stderr]).toEqual([2, says]);
    expect(stderr).not.toMatch(NOT_PRINTABLE);
  });

  it('gives no name a line of its own', async () => {
    const settings = aFile({ 'x\nexec-log: all is well': 1 });
    const { stderr } = await runCli(['explain', aFile(aDenialRecord()), '--settings', settings]);
    expect(stderr.split('\n').slice(1)).toEqual([
      '  x exec-log: all is well: unknown key x exec-log: all is well, found 1',
      '',
    ]);
  });

  it('keeps the lines and the indentation of a text', () => {
    expect(printableLines(`one:\r\n  two\t3 é 日本 😀\u2028${HOSTILE}\n`)).toBe(
      'one:\n  two 3 é 日本 😀 a2Jb[2Jcdefg\n',
    );
  });
});

describe('given a run of more than two seconds', () => {
  it('redraws its line of progress on a terminal', () => {
    const written: string[] = [];
    const sink = { write: (text: string) => written.push(text), isTTY: true };
    const { stderr } = safeTerminal({ stdout: sink, stderr: sink, stdin: (async function* () {})(), environment: {} });
    const startedAt = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(startedAt);
    const progress = progressOn({ stderr });
    progress.step();
    clock.mockReturnValue(startedAt + 3000);
    progress.step();
    progress.end();
    clock.mockRestore();
    expect(written).toEqual(['\r2 inputs in 3 s\x1b[K', '\r\x1b[K']);
  });
});

describe('given the command that a message prints', () => {
  it.each(['-web', '--json'])('takes the role %s by its name', async (role) => {
    await asAws(async () => {
      const argv = revertCommand(role, REGION).split(' ').slice(1);
      const { code, stderr } = await runCli(argv.map((word) => word.replaceAll("'", '')));
      expect([code, stderr]).toEqual([2, `exec-log: the account of these credentials has no role ${role}\n`]);
    });
  });
});
