import { contentOf } from '../../functions/adapters/slack/bot.ts';
import { slackMention } from '../../functions/messages/escape.ts';
import type { ChatMessage } from '../../functions/ports.ts';
import { blocksProblem } from '../support/vendors/slack-blocks.ts';
import { ANSWERER, HOSTILE, hostileMessages, renderedWithCommand, TICKETS } from './hostile-cases.ts';

/** A link of ours, and the mention of the person who answered. */
const OURS = new RegExp(`<${TICKETS}[^<>|\`\\s]+\\|[^<>|\`\\n]+>|${slackMention(ANSWERER)}`, 'g');
const CODE_SPAN = /`[^`\n]+`/g;

/** Every object of a message, however deep. */
function objectsOf(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsOf)];
}

/** Every text of a message that Slack shows: what stands under `text`. */
function shownTexts(message: ChatMessage): readonly string[] {
  return objectsOf(message).flatMap((object) => {
    const text: unknown = Reflect.get(object, 'text');
    return typeof text === 'string' ? [text] : [];
  });
}

/** The beginnings of the first ones: a difference of thousands of long texts would take minutes to print. */
const offending = (texts: readonly string[], isOffending: (text: string) => boolean) =>
  texts
    .filter(isOffending)
    .slice(0, 3)
    .map((text) => text.slice(0, 300));

const rows = Object.entries(HOSTILE);

describe.each(rows)('given %s wherever a message can name something', (_, hostile) => {
  const messages = hostileMessages(hostile);
  const texts = messages.flatMap(shownTexts);
  /** What stands outside our links and mentions, where nothing may begin one. */
  const rest = texts.map((text) => text.replace(OURS, ''));

  it('mentions nobody but the person who answered, and links nothing but the ticket', () => {
    expect(offending(rest, (text) => /[<>]/.test(text))).toEqual([]);
  });

  it('leaves no word outside code from which Slack could make a mention of all', () => {
    const words = rest.map((text) => text.replace(CODE_SPAN, ''));
    expect(offending(words, (text) => /@(channel|here|everyone|group)/i.test(text))).toEqual([]);
  });

  it('leaves no code span open', () => {
    const isOpen = (text: string) => text.split('\n').some((line) => line.split('`').length % 2 === 0);
    expect(offending(rest, isOpen)).toEqual([]);
  });

  it('hides and reorders nothing', () => {
    expect(offending(texts, (text) => /[^\P{C}\n]/u.test(text))).toEqual([]);
  });

  it("stays within Block Kit's limits, and its notification on one line of a phone", () => {
    const problems = new Set(messages.map(({ blocks }) => blocksProblem(blocks)));
    expect([...problems]).toEqual([null]);
    const notifications = messages.map(({ text }) => text);
    expect(offending(notifications, (text) => text.length > 1000 || text.includes('\n'))).toEqual([]);
  });

  it('tells Slack to make nothing of plain words', () => {
    const mrkdwn = messages.flatMap(objectsOf).filter((object) => Reflect.get(object, 'type') === 'mrkdwn');
    expect(mrkdwn.length).toBeGreaterThan(0);
    expect(new Set(mrkdwn.map((object) => Reflect.get(object, 'verbatim')))).toEqual(new Set([true]));
    const manners = messages.map(contentOf).map(({ parse, link_names: linkNames }) => `${parse} ${linkNames}`);
    expect([...new Set(manners)]).toEqual(['none false']);
  });

  it('carries an opaque id in its buttons, and nothing that somebody chose', () => {
    const buttons = messages.flatMap(objectsOf).filter((object) => Reflect.get(object, 'type') === 'button');
    const values = new Set(buttons.map((button) => Reflect.get(button, 'value')));
    expect([...values]).toEqual(['synthetic-proposal']);
    expect(buttons.filter((button) => Object.hasOwn(button, 'url'))).toHaveLength(0);
  });
});

describe('given a ticket whose tracker gave a hostile address', () => {
  it('still shows what is ours: a link, and the mention of the person who answered', () => {
    const texts = hostileMessages(HOSTILE['a channel'] ?? '').flatMap(shownTexts);
    expect(texts.some((text) => text.includes(`<${TICKETS}`))).toBe(true);
    expect(texts.some((text) => text.includes(`<@${ANSWERER}>`))).toBe(true);
  });
});

describe('given a session that was opened with a secret on its command line', () => {
  it('shows no word of it: not in a message, nor in a ticket, nor in what is known of it', () => {
    const { secret, rendered } = renderedWithCommand();
    const texts = rendered.map((part) => JSON.stringify(part));
    expect(offending(texts, (text) => text.includes(secret))).toEqual([]);
  });
});
