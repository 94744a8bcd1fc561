import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREVIEW_SYSTEMS } from '../../functions/messages/preview-card.ts';
import { blocksProblem } from '../support/vendors/slack-blocks.ts';
import { ACCOUNT, nginxAccount, ROLE, ROLE_ARN } from './nginx-account.ts';
import { aFile, at, runCli } from './run-cli.ts';

const TOP = join(__dirname, '../..');
const EVENT = join(TOP, 'events/01-published-nginx-default.json');
const account = aFile(nginxAccount(), 'account.json');

const preview = (...options: readonly string[]) => runCli(['preview', EVENT, '--account', account, ...options]);

/** The text of a fenced block of the README that follows this command. */
function sampleOf(command: string): string | undefined {
  const readme = readFileSync(join(TOP, 'README.md'), 'utf8');
  return readme.split(`\n$ ${command}\n`)[1]?.split('\n```')[0];
}

describe('given an event that leads to a ticket', () => {
  it.each(PREVIEW_SYSTEMS)('shows a person what %s would show, and writes nothing on stderr', async (system) => {
    const { code, stdout, stderr } = await preview('--as', system, '--mode', 'ticket');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(ROLE);
    expect(stdout).toContain(ACCOUNT);
  });

  it.each(PREVIEW_SYSTEMS)('shows it as one page without script or address for %s', async (system) => {
    const { code, stdout } = await preview('--as', system, '--mode', 'ticket', '--html');
    expect(code).toBe(0);
    expect(stdout).toContain(`<main class="${system}">`);
    expect(stdout).toContain("default-src 'none'");
    expect(stdout).not.toMatch(/<script|<img|<a |\b(src|href)=/);
  });

  it.each([
    ['opscenter', ['Title'], `ECS Exec transcripts lost: ${ROLE}`],
    ['jira', ['fields', 'summary'], `ECS Exec transcripts lost: ${ROLE}`],
    ['servicenow', ['short_description'], `ECS Exec transcripts lost: ${ROLE}`],
    ['github', ['title'], `ECS Exec transcripts lost: ${ROLE}`],
    ['event', ['Entries', '0', 'DetailType'], 'exec-log ticket'],
    ['slack', ['text'], `🎫 Ticket: exec transcripts of ${ROLE} are lost`],
  ])('gives with --json what %s would be sent, as one object', async (system, path, beginning) => {
    const { code, stdout } = await preview('--as', system, '--mode', 'ticket', '--json');
    expect(code).toBe(0);
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(String(at(JSON.parse(stdout), ...path)).startsWith(beginning)).toBe(true);
  });

  it('gives blocks that Slack takes', async () => {
    const { stdout } = await preview('--as', 'slack', '--mode', 'ticket', '--json');
    expect(blocksProblem(at(JSON.parse(stdout), 'blocks'))).toBeNull();
  });

  it.each([
    ['jira', 'ECS Exec のセッションログ消失: '],
    ['servicenow', '（全文は作業メモにあります。）'],
    ['opscenter', '担当: タスクロールの担当チーム'],
  ])('speaks the language of the settings: %s', async (system, text) => {
    const settings = aFile({ defaultMode: 'ticket', language: 'ja' });
    const { stdout } = await preview('--as', system, '--settings', settings, '--html');
    expect(stdout).toMatch(/^<!doctype html>\n<html lang="ja">/);
    expect(stdout).toContain(text);
  });

  it('writes into a file where it is told to, and only there', async () => {
    const file = `${account}.html`;
    const { code, stdout, stderr } = await preview('--as', 'jira', '--mode', 'ticket', '--html', '--output', file);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(file);
    expect(existsSync(file)).toBe(true);
  });

  it('judges by what the event alone tells where there is no account', async () => {
    const { code, stdout } = await runCli(['preview', EVENT, '--as', 'slack', '--mode', 'attach']);
    expect(code).toBe(0);
    expect(stdout).toContain('🎫 Ticket');
  });
});

describe('given an event that somebody would be asked about', () => {
  it('shows the question with its buttons, what would be written and whose session it was', async () => {
    const { code, stdout, stderr } = await preview('--as', 'slack', '--mode', 'propose');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Slack · #channel');
    expect(stdout).toContain(`🙋 Approval asked: a policy so that ${ROLE} may deliver exec transcripts`);
    expect(stdout).toContain('The policy would allow\n• logs:CreateLogStream, logs:PutLogEvents on\n    arn:aws:logs:');
    expect(stdout).toMatch(
      /\n\[ Approve ] {2}asks: Attach this policy\? One inline policy [^\n]*\n\[ Reject ] {2}asks: Reject this policy\? [^\n]*\n/,
    );
  });

  it('shows the buttons on a page as well, where nobody can press them', async () => {
    const { stdout } = await preview('--as', 'slack', '--mode', 'propose', '--html');
    expect(stdout).toContain('<span class="button primary">Approve</span>');
    expect(stdout).toContain('<span class="button danger">Reject</span>');
    expect(stdout).not.toMatch(/<button|<form|<script|<a |\b(src|href)=/);
  });

  it('gives what Slack takes, with an id that nobody was given', async () => {
    const { stdout } = await preview('--as', 'slack', '--mode', 'propose', '--json');
    expect(blocksProblem(at(JSON.parse(stdout), 'blocks'))).toBeNull();
    expect(stdout).toContain('"value":"a-sample-which-nobody-can-answer"');
  });

  it('lasts as long as the settings say, in their channel', async () => {
    const settings = aFile({
      defaultMode: 'propose',
      limits: { proposalTtlHours: 1 },
      slack: { secret: 'secretsmanager:exec-log/slack', channel: '#approvals' },
    });
    const { stdout } = await preview('--as', 'slack', '--settings', settings);
    expect(stdout).toContain('Slack · #approvals');
    expect(stdout).toContain('2023-02-11T07:36:04.000Z; then it becomes a ticket.');
  });

  it('says that there is no ticket beside it', async () => {
    const { code, stderr } = await preview('--as', 'jira', '--mode', 'propose');
    expect(code).toBe(2);
    expect(stderr).toContain('leads to no ticket: its disposition is propose-policy');
    expect(stderr).toContain('--mode ticket shows what a ticket would say');
  });
});

describe('given settings', () => {
  const settings = aFile({
    defaultMode: 'ticket',
    ticket: {
      system: 'github',
      secret: 'secretsmanager:exec-log/github',
      github: { owner: 'example', repo: 'platform' },
      jira: { site: 'https://example.atlassian.net', projectKey: 'OPS' },
    },
    slack: { secret: 'secretsmanager:exec-log/slack', channel: '#ops' },
  });

  it('places the tickets where they say', async () => {
    const { stdout } = await preview('--as', 'jira', '--settings', settings, '--json');
    expect(at(JSON.parse(stdout), 'fields', 'project', 'key')).toBe('OPS');
    expect((await preview('--as', 'github', '--settings', settings)).stdout).toContain('GitHub · example/platform');
  });

  it('posts the message of a bot into its channel, with the id of a ticket in the system that they choose', async () => {
    const { stdout } = await preview('--as', 'slack', '--settings', settings, '--json');
    expect(at(JSON.parse(stdout), 'channel')).toBe('#ops');
    expect(stdout).toContain('example/platform#1');
  });

  it('shows no name of a secret', async () => {
    for (const system of PREVIEW_SYSTEMS) {
      const { stdout } = await preview('--as', system, '--settings', settings, '--json');
      expect(stdout).not.toContain('secretsmanager');
    }
  });
});

describe('given an event of which nobody is told there', () => {
  it('says that a repair leads to a message and no ticket', async () => {
    const { code, stdout, stderr } = await preview('--as', 'jira', '--mode', 'attach');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('leads to no ticket: its disposition is attach-policy');
    expect(stderr).toContain('--as slack');
    expect((await preview('--as', 'slack', '--mode', 'attach')).stdout).toContain('✅ Repaired');
  });

  it('says what a mode would have to be for a ticket', async () => {
    const { code, stderr } = await preview('--as', 'github', '--mode', 'observe');
    expect(code).toBe(2);
    expect(stderr).toContain('its disposition is observe');
    expect(stderr).toContain('--mode ticket');
  });

  it('says that nobody would be told of a muted one', async () => {
    const suppressions = [{ role: ROLE_ARN, reason: 'known', owner: 'team', until: '2023-03-01' }];
    const muted = aFile({ defaultMode: 'ticket', suppressions });
    const { code, stderr } = await preview('--as', 'slack', '--settings', muted);
    expect(code).toBe(2);
    expect(stderr).toContain('its disposition is suppress');
    expect(stderr).toContain('nobody would be told');
  });

  it('refuses what is no denial, and several events', async () => {
    const none = await runCli(['preview', '-', '--as', 'jira'], { stdin: '{"detail": {}}' });
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('Nobody would be told');
    const text = readFileSync(EVENT, 'utf8');
    const two = await runCli(['preview', '-', '--as', 'jira'], { stdin: `[${text},${text}]` });
    expect(two.code).toBe(2);
    expect(two.stderr).toContain('several events');
  });

  it('shows or refuses every event of the collection, and fails on none', async () => {
    const codes = new Map<string, number>();
    for (const name of readdirSync(join(TOP, 'events'))) {
      const argv = ['preview', join(TOP, 'events', name), '--as', 'servicenow', '--mode', 'ticket'];
      const { code, stdout, stderr } = await runCli(argv);
      expect(stdout === '').toBe(stderr !== '');
      codes.set(name, code);
    }
    expect([...new Set(codes.values())].sort()).toEqual([0, 2]);
    expect(codes.get('24-unrelated-action.json')).toBe(2);
  });

  it('asks for a system that it knows', async () => {
    expect((await preview()).code).toBe(2);
    expect((await preview('--as', 'pager')).code).toBe(2);
    expect((await preview('--as', 'jira', '--html', '--json')).code).toBe(2);
  });
});

describe('given the README', () => {
  const ACCOUNT_FILE = 'test/simulated-account/scenarios/nginx-default.account.json';
  it.each([
    ['ticket', 'slack'],
    ['ticket', 'jira'],
    ['propose', 'slack'],
  ])('shows what the command prints in mode %s for %s', async (mode, system) => {
    const options = `--account ${ACCOUNT_FILE} --mode ${mode} --as ${system}`;
    const sample = sampleOf(`exec-log preview events/01-published-nginx-default.json ${options}`);
    const argv = `preview ${EVENT} ${options.replace(ACCOUNT_FILE, join(TOP, ACCOUNT_FILE))}`.split(' ');
    const { stdout } = await runCli(argv);
    // A long one is shown up to a line with `…`.
    const [shown = '', rest] = (sample ?? '-').split('\n…');
    if (rest === undefined) expect(stdout).toBe(`${shown}\n`);
    else expect(stdout.startsWith(`${shown}\n`)).toBe(true);
  });
});
