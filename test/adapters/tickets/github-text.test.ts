import { gitHubMarkdown, gitHubTitle } from '../../../functions/adapters/tickets/github-text.ts';

const MAX = 65_536;
const J = '\u2060';

describe('given text that GitHub would link', () => {
  it.each([
    ['a team', 'ask @team', `ask @${J}team`],
    ['an issue', 'see #1', `see #${J}1`],
    ['an escaped issue', 'see \\#1', `see \\#${J}1`],
    ['an issue elsewhere', 'see a/b#12', `see a/b#${J}12`],
    ['an issue by GH', 'see gh-7', `see gh-${J}7`],
    ['an address', 'https://github.com/a/b/issues/1', `https:${J}//github.com/a/b/issues/1`],
    ['an entity', '&#64;team &commat;team', `&${J}#${J}64;team &${J}commat;team`],
    ['what is inert already', `@${J}team`, `@${J}team`],
  ])('makes %s plain', (_, text, inert) => {
    expect(gitHubMarkdown(text, MAX)).toBe(inert);
    expect(gitHubTitle(text)).toBe(inert);
  });

  it.each([
    ['a heading', '## Why'],
    ['a list', '1. first\n2. second'],
    ['a code span', '- by `ada@example.com` (`role#1`)'],
    ['a code span of two backticks', 'by ``a`@b``'],
    ['a code block', '```sh\naws iam get-role # @team #1\n```'],
    ['an escaped backtick', 'a \\` b'],
  ])('leaves %s as it stands', (_, text) => {
    expect(gitHubMarkdown(text, MAX)).toBe(text);
  });

  it.each([
    ['a backtick that another line could close', 'a ` b\n- `x` @team `y`'],
    ['HTML', 'a <b title="`">`@team`</b>'],
    ['an indented fence', '   ```\nx\n```\n@team\n```'],
    ['a fence in a list', '- ```\n@team\n```\n@team'],
    ['a cell of a table', '| a | b |\n|---|---|\n| `a | @team` |'],
    ['a fence that nothing closes', '```\n@team'],
  ])('trusts no code where there is %s', (_, text) => {
    expect(gitHubMarkdown(text, MAX)).not.toMatch(/@(?!\u2060)/);
  });

  it.each([
    ['a comment', '<!-- a', '\\<!-- a'],
    ['a comment around a fence', '<!--\n```\n-->\n```', '\\<!--\n```\n-->\n```'],
    ['a channel', '<!channel>', '\\<!channel>'],
    ['an element', 'a</b><i>', 'a\\</b>\\<i>'],
    ['an escaped backslash before it', 'a\\\\<b>', 'a\\\\\\<b>'],
    ['what is escaped already', 'a\\<b>', 'a\\<b>'],
    ['what is code', '`<b>` 1 < 2', '`<b>` 1 < 2'],
  ])('makes no HTML of %s', (_, text, inert) => {
    expect(gitHubMarkdown(text, MAX)).toBe(inert);
  });

  it('drops what hides or reorders', () => {
    expect(gitHubMarkdown('a\u202eb\u0000c\u200bd\r\ne\ud800', MAX)).toBe('abcd\ne');
  });
});

describe('given a limit', () => {
  const text = 'aaaa\n\n```\nbb\n```\n\ncc';

  it.each([
    [text.length - 1, text.replace('\n\n```', '\n```')],
    [text.length - 2, 'aaaa\n```\nbb\n```\n\n…'],
    [15, 'aaaa\n\n…'],
    [7, 'aaaa\n\n…'],
    [6, '…'],
  ])('cuts after a whole block at %d', (max, cut) => {
    expect(gitHubMarkdown(text, max)).toBe(cut);
    expect(cut.length).toBeLessThanOrEqual(max);
  });
});
