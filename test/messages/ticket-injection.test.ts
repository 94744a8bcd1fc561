import { markdownBlocks } from '../../functions/adapters/tickets/markdown-blocks.ts';
import { renderedTicket } from '../../functions/cli/preview-vendors.ts';
import { PREVIEW_SYSTEMS } from '../../functions/messages/preview-card.ts';
import type { TicketDraft } from '../../functions/ports.ts';
import { HOSTILE, hostileDrafts } from './hostile-cases.ts';
import { PLACES } from './previewed.ts';

const HIDING =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2061-\u206f\ufeff]|\p{Cs}|(?![\n\t])\p{Cc}/u;
const TRACKERS = PREVIEW_SYSTEMS.filter((system) => system !== 'slack');

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

function objectsOf(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsOf)];
}

/** Markdown without its code: what a tracker reads as text. */
function wordsOf(markdown: string): string {
  const blocks = markdownBlocks(markdown).filter(({ kind }) => kind === 'text');
  return blocks
    .map(({ lines }) => lines.map((line) => line.replace(/(`+).*?[^`]\1(?!`)/g, '')).join('\n'))
    .join('\n\n');
}

const at = (payload: unknown, ...path: readonly string[]): string => {
  const found = path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), payload);
  return typeof found === 'string' ? found : '';
};

/** The beginnings of the first ones: a difference of many long texts would take minutes to print. */
const offending = (texts: readonly string[], pattern: RegExp) =>
  texts
    .filter((text) => pattern.test(text))
    .slice(0, 3)
    .map((text) => text.slice(0, 300));

describe.each(Object.entries(HOSTILE))('given %s wherever a ticket can name something', (_, hostile) => {
  const drafts = hostileDrafts(hostile);
  const sentTo = (system: (typeof TRACKERS)[number]) =>
    drafts.map((draft: TicketDraft) => renderedTicket(system, draft, PLACES).payload);

  it('is markup of nobody else in the Markdown that every tracker gets', () => {
    const words = drafts.map(({ body }) => wordsOf(body));
    expect(offending(words, /(?<!\\)<|:\/\/|(?<!\\)\]\(|@(?!\u2060)|!\[/)).toEqual([]);
    const titles = drafts.map(({ title }) => title);
    expect([...offending(titles, /\n/), ...offending(titles, HIDING)]).toEqual([]);
  });

  it.each(TRACKERS)('hides and reorders nothing in %s', (system) => {
    const texts = sentTo(system)
      .flatMap(stringsOf)
      .filter((text) => system !== 'event' || !text.startsWith('{'));
    expect(offending(texts, HIDING)).toEqual([]);
  });

  it('mentions nobody, references nothing and stays within what GitHub takes', () => {
    for (const payload of sentTo('github')) {
      const [title, body] = [at(payload, 'title'), at(payload, 'body')];
      const words = wordsOf(body.replace(/\n\n<!-- exec-log [^\n]*-->$/, ''));
      expect(offending([words], /(?<!\\)<[a-z!/?]/i)).toEqual([]);
      // A title is no Markdown, but mentions and references are made from it, too.
      expect(offending([title, words], /@(?!\u2060)|#\d|\bGH-\d|:\/\/(?!\u2060)/i)).toEqual([]);
      expect([title.length <= 256, body.length <= 65_536]).toEqual([true, true]);
    }
  });

  it('makes no link and no mention in Jira, and stays within what it takes', () => {
    for (const payload of sentTo('jira')) {
      const types = new Set(objectsOf(payload).map((object) => at(object, 'type')));
      expect([...types].filter((type) => ['link', 'mention', 'inlineCard', 'media'].includes(type))).toEqual([]);
      const summary = at(payload, 'fields', 'summary');
      expect([summary.length <= 255, summary.includes('\n')]).toEqual([true, false]);
    }
  });

  it('is no HTML and no mention in the notes of ServiceNow', () => {
    for (const payload of sentTo('servicenow')) {
      expect(offending(stringsOf(payload), /\[\s*\/?\s*code\b|@\[/i)).toEqual([]);
      expect(at(payload, 'short_description').length).toBeLessThanOrEqual(160);
    }
  });

  it('stays within what OpsCenter and the event bus take', () => {
    for (const payload of sentTo('opscenter')) {
      const sizes = [at(payload, 'Title').length <= 1024, at(payload, 'Description').length <= 2048];
      expect(sizes).toEqual([true, true]);
    }
    for (const payload of sentTo('event')) {
      expect(Buffer.byteLength(at(payload, 'Entries', '0', 'Detail'))).toBeLessThan(256 * 1024);
    }
  });
});
