import fc from 'fast-check';
import { slackLink, slackMention } from '../../functions/messages/escape.ts';

const ADDRESS = 'https://example.atlassian.net/browse/OPS-1';
/** Slack ends an address at the first bar and a link at the first bracket. */
const LINK = /^<https:\/\/[^<>|`\s]+\|[^<>|`\n]+>$/;
const CODE = /^`[^<>`\n]+`$/;

describe('given the address of a ticket', () => {
  it('is a link with the ticket as its words', () => {
    expect(slackLink(ADDRESS, 'OPS-1', 200)).toBe(`<${ADDRESS}|OPS-1>`);
  });

  it('writes the ampersands of a query as Slack wants them', () => {
    expect(slackLink('https://example.com/?a=1&lt;=2', 'T', 200)).toBe('<https://example.com/?a=1&amp;lt;=2|T>');
  });

  it.each([
    ['a bar', 'https://example.com/a|<!channel>', '<https://example.com/a%7C%3C!channel%3E|T>'],
    ['a bar in a query', 'https://example.com/?a=|b', '<https://example.com/?a=%7Cb|T>'],
    ['brackets', 'https://example.com/>x<', '<https://example.com/%3Ex%3C|T>'],
    ['a backtick in a fragment', 'https://example.com/#`', '<https://example.com/#%60|T>'],
    ['a line break', 'https://example.com/a\nb', '<https://example.com/ab|T>'],
    ['a right-to-left mark', 'https://example.com/a\u202eb', '<https://example.com/a%E2%80%AEb|T>'],
  ])('encodes %s', (_, address, link) => {
    expect(slackLink(address, 'T', 200)).toBe(link);
  });

  it.each([
    ['another scheme', 'javascript:alert(1)'],
    ['a vendor on this machine', 'http://127.0.0.1:1234/browse/OPS-1'],
    ['credentials', 'https://user:word@example.com/'],
    ['a name alone', 'https://user@example.com/'],
    ['nothing that is an address', '<!channel>'],
    ['nothing', ''],
    ['more than any address', `https://example.com/${'a'.repeat(1000)}`],
  ])('shows the words alone for %s', (_, address) => {
    expect(slackLink(address, 'OPS-1', 200)).toBe('`OPS-1`');
  });

  it.each([
    [980, true],
    [981, false],
  ])('of %d characters behind the host is a link: %p', (length, isLink) => {
    expect(slackLink(`https://example.com/${'a'.repeat(length)}`, 'T', 9).startsWith('<')).toBe(isLink);
  });

  it('is one link or one code span, whatever address and words hold', () => {
    const pieces = fc.constantFrom(
      '<!channel>',
      '|',
      '>',
      '<',
      '`',
      '\n',
      '&',
      '\u202e',
      '@here',
      'https://e.org/',
      'x',
    );
    const text = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, fc.integer({ min: 4, max: 60 }), (path, label, max) => {
        const shown = slackLink(`https://example.com/${path}`, label, max);
        expect(LINK.test(shown) || CODE.test(shown)).toBe(true);
        expect(shown).not.toMatch(/<[!@#]|[^\P{C}]/u);
      }),
    );
  });
});

describe('given the id of a person', () => {
  it.each(['U0PERSON', 'W012A3CDE', `U${'A'.repeat(30)}`])('mentions %s', (id) => {
    expect(slackMention(id)).toBe(`<@${id}>`);
  });

  it.each([
    ['a channel', '!channel', '`!channel`'],
    ['a link', 'U1|<!here>', '`U1|&lt;!here&gt;`'],
    ['a subteam', 'S0TEAM', '`S0TEAM`'],
    ['lower case', 'u0person', '`u0person`'],
    ['too long', `U${'A'.repeat(31)}`, `\`U${'A'.repeat(31)}\``],
    ['too short', 'U1', '`U1`'],
    ['a line break behind it', 'U0PERSON\n', '`U0PERSON`'],
    ['nothing', '', '`-`'],
  ])('mentions nobody for %s', (_, id, shown) => {
    expect(slackMention(id)).toBe(shown);
  });
});
