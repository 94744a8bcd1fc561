import { createSlackBot } from '../../../functions/adapters/slack/bot.ts';
import type { ChatChannel, Shown } from '../../../functions/ports.ts';
import { type SlackServer, startSlackServer } from '../../support/vendors/slack-server.ts';

const BOT = {
  kind: 'bot',
  botToken: 'xoxb-0000-synthetic',
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
} as const;
const message = (channel = '#alerts', text = 'one') => ({ channel, text, blocks: [] });

let slack: SlackServer;
let now: number;
const passes = (seconds: number) => {
  now += seconds * 1000;
};

beforeEach(async () => {
  now = Date.parse('2026-11-21T07:00:00Z');
  slack = await startSlackServer({
    ...BOT,
    channels: [
      { id: 'C0ALERTS', name: 'alerts' },
      { id: 'C0OTHER', name: 'other' },
    ],
    clock: () => new Date(now),
  });
});

afterEach(() => slack.close());

/** The bot of one process, which waits for a silent Slack as long as it is told: a busy machine is no silence. */
function someChat(timeoutMilliseconds = 10_000): ChatChannel {
  const secrets = { find: async () => BOT, forget: () => undefined };
  return createSlackBot({ secrets, clock: () => new Date(now), loopbackApi: slack.api, timeoutMilliseconds })('s');
}

const shown = expect.objectContaining({ kind: 'shown' });
const later = (afterSeconds: number) => ({ kind: 'later', afterSeconds });

describe('given several messages for one channel', () => {
  it('shows one a second', async () => {
    const chat = someChat();
    await expect(chat.show(message(), null)).resolves.toEqual(shown);
    await expect(chat.show(message(), null)).resolves.toEqual(later(1));
    now += 999;
    await expect(chat.show(message(), null)).resolves.toEqual(later(1));
    now += 1;
    await expect(chat.show(message(), null)).resolves.toEqual(shown);
    expect(slack.calls).toHaveLength(2);
  });

  it('keeps it for posts, updates and replies together', async () => {
    const chat = someChat();
    const first = await chat.show(message(), null);
    if (first.kind !== 'shown') throw new Error(first.kind);
    await expect(chat.show(message(), first.at)).resolves.toEqual(later(1));
    await expect(chat.reply(first.at, message())).resolves.toEqual(later(1));
    passes(1);
    await expect(chat.reply(first.at, message())).resolves.toEqual(shown);
    await expect(chat.show(message(), null)).resolves.toEqual(later(1));
  });

  it('keeps it for the name and the id of a channel together', async () => {
    const chat = someChat();
    await chat.show(message('#alerts'), null);
    await expect(chat.show(message('C0ALERTS'), null)).resolves.toEqual(later(1));
  });

  it('keeps it where they come at once', async () => {
    const chat = someChat();
    const all = await Promise.all(Array.from({ length: 5 }, () => chat.show(message(), null)));
    expect(all.map(({ kind }) => kind).sort()).toEqual(['later', 'later', 'later', 'later', 'shown']);
    expect(slack.calls).toHaveLength(1);
  });

  it('lets another channel go ahead', async () => {
    const chat = someChat();
    await chat.show(message('#alerts'), null);
    await expect(chat.show(message('#other'), null)).resolves.toEqual(shown);
  });
});

describe('given a Slack that takes no more', () => {
  it.each([
    ['429 with a time', { status: 429, headers: { 'retry-after': '7' } }, 7],
    ['429 without a time', { status: 429 }, 30],
    ['429 with a date', { status: 429, headers: { 'retry-after': 'Sat, 21 Nov 2026 07:28:00 GMT' } }, 30],
    ['429 with no pause', { status: 429, headers: { 'retry-after': '0' } }, 1],
    ['429 for longer than a queue waits', { status: 429, headers: { 'retry-after': '86400' } }, 86_400],
    ['ratelimited', { error: 'ratelimited' }, 30],
    ['rate_limited', { error: 'rate_limited' }, 30],
    ['500', { status: 500 }, 60],
    ['503', { status: 503 }, 60],
    ['408', { status: 408 }, 60],
    ['an error inside Slack', { error: 'internal_error' }, 60],
    ['a workspace that is being moved', { error: 'team_added_to_org' }, 60],
    ['a page that is not of Slack', { status: 200, text: '<html>' }, 60],
    ['silence', 'silence' as const, 60],
  ])('shows it later on %s', async (_, fault, seconds) => {
    slack.fails(fault);
    const chat = fault === 'silence' ? someChat(200) : someChat();
    await expect(chat.show(message(), null)).resolves.toEqual(later(seconds));
  });

  it('shows it later where nobody listens', async () => {
    await slack.close();
    await expect(someChat().show(message(), null)).resolves.toEqual(later(60));
  });

  it('carries on what remains of a long pause, and asks Slack nothing meanwhile', async () => {
    const chat = someChat();
    slack.fails({ status: 429, headers: { 'retry-after': '3600' } }, 1);
    await expect(chat.show(message(), null)).resolves.toEqual(later(3600));
    passes(900);
    await expect(chat.show(message(), null)).resolves.toEqual(later(2700));
    passes(2699.5);
    await expect(chat.show(message(), null)).resolves.toEqual(later(1));
    expect(slack.calls).toHaveLength(1);
    passes(0.5);
    await expect(chat.show(message(), null)).resolves.toEqual(shown);
  });

  it('loses nothing where two processes share a channel', async () => {
    const waiting = Array.from({ length: 12 }, (_, index) => ({ chat: someChat(), text: String(index) }));
    for (let second = 0; waiting.length > 0 && second < 60; second += 1) {
      for (const { chat, text } of [...waiting]) {
        const answer: Shown = await chat.show(message('#alerts', text), null);
        if (answer.kind === 'shown')
          waiting.splice(
            waiting.findIndex((found) => found.text === text),
            1,
          );
      }
      passes(1);
    }
    expect(slack.workspace.messages.map(({ text }) => Number(text)).sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
  });

  it('shows each message once after an outage of an hour', async () => {
    const chat = someChat();
    slack.fails({ status: 503 });
    let waited = 0;
    let answer = await chat.show(message(), null);
    while (answer.kind === 'later') {
      passes(answer.afterSeconds);
      waited += answer.afterSeconds;
      if (waited >= 3600) slack.recovers();
      answer = await chat.show(message(), null);
    }
    expect(answer).toEqual(shown);
    expect(slack.workspace.messages).toHaveLength(1);
  });

  it('may show a post twice whose answer got lost, and an update never', async () => {
    const chat = someChat();
    slack.fails('lost-answer', 1);
    await expect(chat.show(message(), null)).resolves.toEqual(later(60));
    passes(60);
    const second = await chat.show(message(), null);
    if (second.kind !== 'shown') throw new Error(second.kind);
    expect(slack.workspace.messages).toHaveLength(2);
    passes(1);
    slack.fails('lost-answer', 1);
    await expect(chat.show(message(), second.at)).resolves.toEqual(later(60));
    passes(60);
    await expect(chat.show(message(), second.at)).resolves.toEqual(shown);
    expect(slack.workspace.messages).toHaveLength(2);
  });
});
