import { createSlackBot } from '../../../functions/adapters/slack/bot.ts';
import type { SlackCredentials } from '../../../functions/adapters/slack/secrets.ts';
import type { ChatChannel } from '../../../functions/ports.ts';
import { type SlackServer, startSlackServer } from '../../support/vendors/slack-server.ts';

const SECRET = 'secretsmanager:exec-log/slack';
const TOKEN = 'xoxb-0000-synthetic';
const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const ALERTS = 'C0ALERTS';
const PERSON = 'U0PERSON';
const PLACE = { channel: ALERTS, ts: '1795244400.000001' };
const WORDS = { text: 'You opened this session yourself.', blocks: [{ type: 'divider' }] };

let slack: SlackServer;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-21T07:00:00Z');
  slack = await startSlackServer({
    botToken: TOKEN,
    signingSecret: SIGNING_SECRET,
    channels: [{ id: ALERTS, name: 'alerts', members: [PERSON] }],
    clock: () => new Date(now),
  });
});

afterEach(() => slack.close());

const BOT: SlackCredentials = { kind: 'bot', botToken: TOKEN, signingSecret: SIGNING_SECRET };

/** It waits for a silent Slack as long as it is told: a busy machine is no silence. */
function chatWith(credentials: SlackCredentials = BOT, timeoutMilliseconds = 10_000) {
  const secrets = { find: async () => credentials, forget: () => undefined };
  const clock = () => new Date(now);
  return createSlackBot({ secrets, clock, loopbackApi: slack.api, timeoutMilliseconds })(SECRET);
}

const whisper = (chat: ChatChannel, person = PERSON) => chat.whisper(PLACE, person, WORDS);

describe('given something that only one person is to know', () => {
  it('tells it to that person, next to the message, and leaves no message behind', async () => {
    await expect(whisper(chatWith())).resolves.toBe('shown');
    expect(slack.workspace.whispers).toEqual([{ channel: ALERTS, user: PERSON, ...WORDS }]);
    expect(slack.workspace.messages).toEqual([]);
  });

  it('makes no links and mentions of plain words', async () => {
    await whisper(chatWith());
    expect(slack.calls).toMatchObject([
      { method: 'chat.postEphemeral', token: TOKEN, body: { parse: 'none', link_names: false } },
    ]);
  });

  it.each([
    'user_not_in_channel',
    'missing_scope',
    'channel_not_found',
    'ratelimited',
    'internal_error',
    'invalid_auth',
    'unknown_to_everybody',
  ])('tells nobody and throws nothing where Slack answers %s', async (error) => {
    slack.fails({ error }, 1);
    await expect(whisper(chatWith())).resolves.toBe('not-shown');
    expect(slack.workspace.whispers).toEqual([]);
  });

  it.each([
    ['a failure', { status: 503 }],
    ['silence', 'silence'],
    ['an answer that is none', { status: 200, text: 'hello' }],
    ['an answer of another method', { status: 200, text: '{"ok":true,"channel":"C0ALERTS","ts":"1.0"}' }],
  ] as const)('counts %s as not shown', async (_, fault) => {
    slack.fails(fault, 1);
    await expect(whisper(chatWith(BOT, fault === 'silence' ? 200 : 10_000))).resolves.toBe('not-shown');
  });

  it('tells nobody who is not in the channel', async () => {
    await expect(whisper(chatWith(), 'U0STRANGER')).resolves.toBe('not-shown');
  });

  it.each(['', 'channel', '<!channel>', 'u0person', 'B0ROBOT', `U${'A'.repeat(31)}`])(
    'does not ask Slack for a person who cannot be one: %p',
    async (person) => {
      await expect(whisper(chatWith(), person)).resolves.toBe('not-shown');
      expect(slack.calls).toEqual([]);
    },
  );

  it('asks nobody without a token', async () => {
    const because = 'the secret is empty';
    await expect(whisper(chatWith({ kind: 'unusable', because }))).resolves.toBe('not-shown');
    expect(slack.calls).toEqual([]);
  });

  it('sends one a second, and keeps no message of a channel waiting', async () => {
    const chat = chatWith();
    await expect(whisper(chat)).resolves.toBe('shown');
    await expect(whisper(chat)).resolves.toBe('not-shown');
    await expect(chat.show({ ...WORDS, channel: ALERTS }, null)).resolves.toMatchObject({ kind: 'shown' });
    now += 1000;
    await expect(whisper(chat)).resolves.toBe('shown');
    expect(slack.workspace.whispers).toHaveLength(2);
  });

  it("keeps to Slack's Retry-After", async () => {
    const chat = chatWith();
    slack.fails({ status: 429, headers: { 'retry-after': '30' } }, 1);
    await whisper(chat);
    now += 29_000;
    await expect(whisper(chat)).resolves.toBe('not-shown');
    now += 1000;
    await expect(whisper(chat)).resolves.toBe('shown');
    expect(slack.calls).toHaveLength(2);
  });
});
