import fc from 'fast-check';
import { asciiJson } from '../../functions/messages/escape.ts';
import { type CardBlock, PREVIEW_SYSTEMS, previewText } from '../../functions/messages/preview-card.ts';
import { previewPage } from '../../functions/messages/preview-html.ts';
import { previewed } from '../messages/previewed.ts';

/** Characters that hide, reorder or end something for one reader or another; the word joiner of trackers is none of them. */
const HIDING = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** More than any system takes of one ticket, in each of its forms. */
const MAX_CHARACTERS = 200_000;

const parts = fc.constantFrom(
  '<!channel>',
  '<@U012AB3CD>',
  '<https://example.com|here>',
  '`',
  '```',
  '*',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u0000',
  '\u001b[2J',
  '\n',
  '\u2028',
  '\ud800',
  '</code></pre>',
  '<script>alert(1)</script>',
  '&lt;',
  '" onclick="',
  '-->',
  '[code]',
  '@team',
  '|',
  '\\',
);
const hostile = fc.oneof(
  fc.array(fc.oneof(parts, fc.string()), { maxLength: 12 }).map((texts) => texts.join('')),
  fc.tuple(parts, fc.nat({ max: 10_000 })).map(([part, length]) => part.repeat(length).slice(0, 10_000)),
);

const isLink = (block: CardBlock) => 'inlines' in block && block.inlines.some(({ kind }) => kind === 'link');

describe.each(PREVIEW_SYSTEMS)('given hostile names, the preview as %s', (system) => {
  it('is bounded, hides nothing, and holds no markup but its own', () => {
    const tagsOf = (page: string) => new Set([...page.matchAll(/<(\/?[a-z][a-z0-9]*)/gi)].map(([, tag]) => tag));
    const ours = new Set([
      ...['html', 'head', 'meta', 'title', 'style', 'body', 'main', 'p', 'b', 'article', 'footer', 'h1', 'h2', 'dl'],
      ...['div', 'dt', 'dd', 'ul', 'ol', 'li', 'pre', 'code', 'strong', 'span', 'br'],
    ]);
    fc.assert(
      fc.property(hostile, (name) => {
        const { card, payload } = previewed(system, name);
        const [text, page, json] = [previewText(card), previewPage(card), asciiJson(payload)];
        for (const rendering of [text, page, json]) {
          expect(rendering.length).toBeLessThan(MAX_CHARACTERS);
          expect(HIDING.exec(rendering)).toBeNull();
        }
        expect([...tagsOf(page)].filter((tag) => !ours.has((tag ?? '').replace('/', '')))).toEqual([]);
        expect(page).not.toMatch(/<[^>]*\son\w+=/i);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(payload)));
      }),
      { numRuns: 80 },
    );
  });

  it('makes no mention and no link of a name', () => {
    const { card } = previewed(system, '<!channel> <https://example.com|here> <@U012AB3CD>');
    expect(card.blocks.filter(isLink)).toEqual([]);
    expect(previewText(card)).toContain('<!channel>');
  });
});
