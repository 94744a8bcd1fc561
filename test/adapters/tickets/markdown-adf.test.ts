import { adfOfMarkdown } from '../../../functions/adapters/tickets/markdown-adf.ts';

const text = (words: string, mark?: 'code' | 'strong') => ({
  type: 'text',
  text: words,
  ...(mark === undefined ? {} : { marks: [{ type: mark }] }),
});
const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
const contentOf = (markdown: string) => adfOfMarkdown(markdown).content;
const item = (...content: unknown[]) => ({ type: 'listItem', content: [paragraph(...content)] });

describe('given the Markdown of our tickets', () => {
  it.each([
    [
      'a heading and its text',
      '## Why\nIt is so.',
      [{ type: 'heading', attrs: { level: 2 }, content: [text('Why')] }, paragraph(text('It is so.'))],
    ],
    ['lines of one paragraph', 'a\nb', [paragraph(text('a'), { type: 'hardBreak' }, text('b'))]],
    ['two paragraphs', 'a\n\nb', [paragraph(text('a')), paragraph(text('b'))]],
    [
      'a list',
      'Why:\n- a\n- `b`',
      [paragraph(text('Why:')), { type: 'bulletList', content: [item(text('a')), item(text('b', 'code'))] }],
    ],
    [
      'a numbered list',
      '1. a\n2. b',
      [{ type: 'orderedList', attrs: { order: 1 }, content: [item(text('a')), item(text('b'))] }],
    ],
    [
      'a code block',
      'Run:\n```sh\na\n\n# b **c**\n```',
      [paragraph(text('Run:')), { type: 'codeBlock', attrs: { language: 'sh' }, content: [text('a\n\n# b **c**')] }],
    ],
    ['a longer fence', '````\n```\n````', [{ type: 'codeBlock', content: [text('```')] }]],
    ['an empty code block', '```\n```', [{ type: 'codeBlock' }]],
    [
      'bold with code inside',
      '**Owner: `a`.** b',
      [paragraph(text('Owner: ', 'strong'), text('a', 'code'), text('.', 'strong'), text(' b'))],
    ],
    ['escapes', 'a\\_b \\`c\\` \\*\\*d\\*\\* 1\\\\2', [paragraph(text('a_b `c` **d** 1\\2'))]],
    ['no escape inside code', '`a\\_b`', [paragraph(text('a\\_b', 'code'))]],
  ])('translates %s', (_, markdown, content) => {
    expect(adfOfMarkdown(markdown)).toEqual({ version: 1, type: 'doc', content });
  });

  it.each([
    '[x](http://evil.example)',
    '<b>@all</b>',
    '| a | b |',
    '*a* ~b~',
    '**open',
    '`open',
    '#1',
    '-a',
    '![x](y)',
  ])('keeps %s as text', (markdown) => {
    expect(contentOf(markdown)).toEqual([paragraph(text(markdown))]);
  });

  it('makes an empty document of nothing', () => {
    expect(adfOfMarkdown(' \n')).toEqual({ version: 1, type: 'doc', content: [] });
  });

  it('drops what hides or reorders', () => {
    expect(contentOf('a\u202eb\u0000c')).toEqual([paragraph(text('abc'))]);
  });
});

describe('given the limit of 32,767 characters', () => {
  const empty = JSON.stringify(adfOfMarkdown('-')).length - 1;

  it('keeps a document of exactly that length', () => {
    const markdown = 'x'.repeat(32_767 - empty);
    expect(contentOf(markdown)).toEqual([paragraph(text(markdown))]);
  });

  it('never cuts inside a block', () => {
    expect(contentOf('x'.repeat(32_768 - empty))).toEqual([paragraph(text('…'))]);
    const content = contentOf(`First.\n\n\`\`\`\n${'"\n'.repeat(10_000)}\`\`\`\n\nLast.`);
    expect(content).toEqual([paragraph(text('First.')), paragraph(text('…'))]);
  });
});
