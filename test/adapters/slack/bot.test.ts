import { createSlackBot, type SlackBotOptions } from '../../../functions/adapters/slack/bot.ts';
import { createSlackChats } from '../../../functions/adapters/slack/chats.ts';
import type { SlackCredentials } from '../../../functions/adapters/slack/secrets.ts';
import type { ChatChannel } from '../../../functions/ports.ts';
import { type SlackServer, startSlackServer } from '../../support/vendors/slack-server.ts';

const SECRET = 'secretsmanager:exec-log/slack';
const TOKEN = 'xoxb-0000-synthetic';
const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const ALERTS = 'C0ALERTS';
const MESSAGE = { channel: ALERTS, text: 'Ein Protokoll fehlt – é', blocks: [{ type: 'divider' }] };
const DETAILS = { text: 'Details', blocks: [{ type: 'divider' }] };
const botOf = (botToken: string): SlackCredentials => ({ kind: 'bot', botToken, signingSecret: SIGNING_SECRET });

let slack: SlackServer;
let now: number;
const passes = (seconds: number) => {
  now += seconds * 1000;
};

beforeEach(async () => {
  now = Date.parse('2026-11-21T07:00:00Z');
  slack = await startSlackServer({
    botToken: TOKEN,
    signingSecret: SIGNING_SECRET,
    channels: [
      { id: ALERTS, name: 'alerts' },
      { id: 'C0OTHER', name: 'other' },
    ],
    clock: () => new Date(now),
  });
});

afterEach(() => slack.close());

/** A bot whose secret gives one credential until it is told to forget it, and then the next. */
function chatWith(options: Partial<SlackBotOptions> = {}, ...credentials: SlackCredentials[]): ChatChannel {
  let turn = 0;
  const secrets = {
    find: async () => credentials[Math.min(turn, credentials.length - 1)] ?? botOf(TOKEN),
    forget: () => {
      turn += 1;
    },
  };
  const clock = () => new Date(now);
  // A busy machine is no silence.
  return createSlackBot({ secrets, clock, loopbackApi: slack.api, timeoutMilliseconds: 10_000, ...options })(SECRET);
}

/** A message that is shown. */
async function shownBy(chat: ChatChannel) {
  const shown = await chat.show(MESSAGE, null);
  if (shown.kind !== 'shown') throw new Error(shown.kind);
  passes(1);
  return shown.at;
}

const texts = () => slack.workspace.messages.map(({ text }) => text);

describe('given a cause', () => {
  it('posts its message and says where it stands', async () => {
    const at = await shownBy(chatWith());
    const blocks = [{ type: 'divider' }];
    expect(slack.workspace.messages).toEqual([{ ...at, threadTs: null, text: MESSAGE.text, blocks, edits: 0 }]);
  });

  it('says it by the id also of a channel that is given by name', async () => {
    await expect(chatWith().show({ ...MESSAGE, channel: '#alerts' }, null)).resolves.toMatchObject({
      kind: 'shown',
      at: { channel: ALERTS },
    });
  });

  it('updates the one message in place', async () => {
    const chat = chatWith();
    const at = await shownBy(chat);
    const changed = { ...MESSAGE, text: 'twice', blocks: [] };
    await expect(chat.show(changed, at)).resolves.toEqual({ kind: 'shown', at });
    expect(slack.workspace.messages).toEqual([{ ...at, threadTs: null, text: 'twice', blocks: [], edits: 1 }]);
  });

  it('puts the details into its thread', async () => {
    const chat = chatWith();
    const at = await shownBy(chat);
    await expect(chat.reply(at, DETAILS)).resolves.toMatchObject({ kind: 'shown', at: { channel: ALERTS } });
    expect(slack.workspace.messages.map(({ text, threadTs }) => [text, threadTs])).toEqual([
      [MESSAGE.text, null],
      ['Details', at.ts],
    ]);
  });

  it('lets Slack make no links, mentions or previews, in a post as in an update', async () => {
    const chat = chatWith();
    await chat.show(MESSAGE, await shownBy(chat));
    const plain = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false };
    expect(slack.calls.map(({ method, token, contentType, body }) => ({ method, token, contentType, body }))).toEqual([
      {
        method: 'chat.postMessage',
        token: TOKEN,
        contentType: 'application/json; charset=utf-8',
        body: { ...MESSAGE, ...plain },
      },
      {
        method: 'chat.update',
        token: TOKEN,
        contentType: 'application/json; charset=utf-8',
        body: { ...MESSAGE, ...plain, ts: slack.workspace.messages[0]?.ts },
      },
    ]);
  });
});

describe('given a message that cannot be updated any more', () => {
  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found', 'is_archived'])(
    'posts it anew on %s, within the same second',
    async (error) => {
      const chat = chatWith();
      const at = await shownBy(chat);
      slack.fails({ error }, 1);
      const shown = await chat.show({ ...MESSAGE, text: 'anew' }, at);
      expect(shown).toMatchObject({ kind: 'shown', at: { channel: ALERTS } });
      expect(shown).not.toMatchObject({ at });
      expect(texts()).toEqual([MESSAGE.text, 'anew']);
    },
  );

  it('posts it anew where a person deleted it', async () => {
    const chat = chatWith();
    const at = await shownBy(chat);
    slack.workspace.deleteMessage(at.ts);
    await expect(chat.show(MESSAGE, at)).resolves.toMatchObject({ kind: 'shown' });
    expect(slack.workspace.messages).toHaveLength(1);
  });

  it('keeps the pace of the channel to which it is posted', async () => {
    const chat = chatWith();
    const at = await shownBy(chat);
    slack.workspace.deleteMessage(at.ts);
    await chat.show({ ...MESSAGE, channel: 'C0OTHER' }, null);
    await expect(chat.show({ ...MESSAGE, channel: 'C0OTHER' }, at)).resolves.toEqual({
      kind: 'later',
      afterSeconds: 1,
    });
  });

  it('does not post it anew where the update may come later', async () => {
    const chat = chatWith();
    const at = await shownBy(chat);
    slack.fails({ status: 503 });
    await expect(chat.show(MESSAGE, at)).resolves.toEqual({ kind: 'later', afterSeconds: 60 });
    expect(slack.calls.map(({ method }) => method)).toEqual(['chat.postMessage', 'chat.update']);
  });
});

describe('given what a person has to mend', () => {
  it.each([
    ['channel_not_found', /^Slack answered channel_not_found: .*id in the settings, and invite the app$/],
    ['not_in_channel', /invite it there, or grant it chat:write.public$/],
    ['is_archived', /bring it back, or name another one in the settings$/],
    ['invalid_auth', /put the bot token of the installed app into the secret/],
    ['token_revoked', /put the bot token of the installed app into the secret/],
    ['account_inactive', /put the bot token of the installed app into the secret/],
    ['missing_scope', /grant the app the scope chat:write and install it again$/],
    ['restricted_action', /ask the workspace's owner$/],
    ['a_new_word', /^Slack answered a_new_word$/],
    ['<!channel> xoxb-secret', /^Slack answered an error without a name$/],
  ])('is refused on %s', async (error, because) => {
    slack.fails({ error });
    await expect(chatWith().show(MESSAGE, null)).resolves.toEqual({
      kind: 'refused',
      because: expect.stringMatching(because),
    });
    expect(slack.calls).toHaveLength(1);
  });

  it.each([
    ['chat:write.public', 'chat:write.public'],
    ['<!channel>', 'chat:write'],
  ])('names the scope that Slack names, if it is one: %s', async (needed, scope) => {
    slack.fails({ error: 'missing_scope', more: { needed, provided: 'chat:write' } });
    await expect(chatWith().show(MESSAGE, null)).resolves.toEqual({
      kind: 'refused',
      because: `Slack answered missing_scope: grant the app the scope ${scope} and install it again`,
    });
  });

  it.each([
    ['a channel that is not there', { ...MESSAGE, channel: '#nowhere' }, 'channel_not_found'],
    ['blocks that break a limit', { ...MESSAGE, blocks: Array(51).fill({ type: 'divider' }) }, 'invalid_blocks'],
  ])('is refused with %s', async (_, message, word) => {
    await expect(chatWith().show(message, null)).resolves.toMatchObject({
      kind: 'refused',
      because: expect.stringContaining(word),
    });
  });

  it.each([
    ['a redirect', { status: 302, headers: { location: 'https://example.com/' } }, 'Slack answered 302'],
    ["a proxy's page", { status: 403, text: '<html>xoxb-0000-synthetic</html>' }, 'Slack answered 403'],
  ])('is refused with %s, of which nothing is repeated', async (_, fault, because) => {
    slack.fails(fault);
    await expect(chatWith().show(MESSAGE, null)).resolves.toEqual({ kind: 'refused', because });
  });
});

describe('given a token that was rotated', () => {
  const NEW = 'xoxb-1111-synthetic';

  it('reads the secret anew and posts once', async () => {
    slack.rotatesToken(NEW);
    await expect(chatWith({}, botOf(TOKEN), botOf(NEW)).show(MESSAGE, null)).resolves.toMatchObject({ kind: 'shown' });
    expect(slack.calls.map(({ token }) => token)).toEqual([TOKEN, NEW]);
    expect(slack.workspace.messages).toHaveLength(1);
  });

  it('does not ask Slack again where the secret holds the same one still', async () => {
    slack.rotatesToken(NEW);
    await expect(chatWith({}, botOf(TOKEN), botOf(TOKEN)).show(MESSAGE, null)).resolves.toMatchObject({
      kind: 'refused',
    });
    expect(slack.calls).toHaveLength(1);
  });

  it('does not forget the secret for another refusal', async () => {
    slack.fails({ error: 'not_in_channel' });
    await chatWith({}, botOf(TOKEN), botOf(NEW)).show(MESSAGE, null);
    expect(slack.calls.map(({ token }) => token)).toEqual([TOKEN]);
  });
});

describe('given no usable bot', () => {
  it.each<[string, SlackCredentials]>([
    ['a webhook', { kind: 'webhook', url: new URL('https://hooks.slack.com/services/T/B/x') }],
    ['nothing that can be used', { kind: 'unusable', because: 'it is not there' }],
  ])('is no place for messages with %s in the secret', async (_, credentials) => {
    const secrets = { find: async () => credentials, forget: () => undefined };
    await expect(createSlackChats({ secrets, clock: () => new Date(now) }).find(SECRET)).resolves.toBeNull();
  });

  it("is a place for messages with a bot's token in the secret", async () => {
    const secrets = { find: async () => botOf(TOKEN), forget: () => undefined };
    const chat = await createSlackChats({ secrets, clock: () => new Date(now), loopbackApi: slack.api }).find(SECRET);
    await expect(chat?.show(MESSAGE, null)).resolves.toMatchObject({ kind: 'shown' });
  });

  it.each<[string, SlackCredentials, string]>([
    ['what is wrong about the secret', { kind: 'unusable', because: 'it is not there' }, 'it is not there'],
    [
      'the need of a token where there is a webhook',
      { kind: 'webhook', url: new URL('https://hooks.slack.com/services/T/B/x') },
      'the Slack secret holds a webhookUrl and no botToken',
    ],
  ])('is refused with %s', async (_, credentials, because) => {
    await expect(chatWith({}, credentials).show(MESSAGE, null)).resolves.toEqual({ kind: 'refused', because });
    expect(slack.calls).toEqual([]);
  });

  it.each(['https://example.com/api/', 'http://192.0.2.1/api/', 'https://slack.com.example.com/api/'])(
    'does not give the token to %s',
    async (address) => {
      await expect(chatWith({ loopbackApi: new URL(address) }).show(MESSAGE, null)).resolves.toEqual({
        kind: 'refused',
        because: 'the address of the local Slack is not on this machine',
      });
    },
  );
});
