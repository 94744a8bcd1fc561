import fc from 'fast-check';
import {
  asciiJson,
  markdownBlock,
  markdownCode,
  markdownText,
  plainText,
  shellWord,
  slackCode,
  slackText,
} from '../../functions/messages/escape.ts';

/** Texts dense with what the channels give a meaning to. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<!channel>',
        '<@U1>',
        '<http://x|y>',
        '@here',
        '`',
        '```',
        '|',
        '\n',
        '\u202e',
        '\u0000',
        '\ud83d',
        '😀',
        '&',
        '\\',
        '](http://x)',
        "'",
        '$(',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''));
const max = fc.integer({ min: 0, max: 120 });

describe('given any text and any bound', () => {
  const renderers = { plainText, slackText, markdownText };

  it.each(Object.entries(renderers))('%s never exceeds the bound, nor cuts a surrogate pair', (_name, render) => {
    fc.assert(
      fc.property(hostile, max, (text, bound) => {
        const rendered = render(text, bound);
        expect(rendered.length).toBeLessThanOrEqual(bound);
        expect(rendered).not.toMatch(/\p{Cs}/u);
      }),
    );
  });

  it.each(Object.entries(renderers))(
    '%s lets no control, line break or bidirectional character through',
    (_name, render) => {
      fc.assert(
        fc.property(hostile, (text) => {
          expect(render(text, 500).replaceAll('\u2060', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }),
      );
    },
  );

  it('slackText lets no mention, link or code span through', () => {
    fc.assert(
      fc.property(hostile, max, (text, bound) => {
        const rendered = slackText(text, bound);
        expect(rendered).not.toMatch(/[<>`]|@(?:here|channel|everyone)/);
        expect(rendered.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
      }),
    );
  });

  it('a code span has two backticks and keeps the bound', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 8, max: 120 }), (text, bound) => {
        for (const rendered of [slackCode(text, bound), markdownCode(text, bound)]) {
          expect(rendered).toMatch(/^`[^`]+`$/);
          expect(rendered.length).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });

  it('markdownText escapes every mark and breaks every mention', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const rendered = markdownText(text, 5000);
        expect(rendered.replace(/\\[\\`*_[\]<>|~&#$]/g, '')).not.toMatch(/[\\`*_[\]<>|~&#$]/);
        expect(rendered).not.toMatch(/@[^\u2060]|:\/\//);
      }),
    );
  });

  it('a fenced block is closed by its own fence only', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const block = markdownBlock('sh', text);
        const fence = block.slice(0, block.indexOf('sh'));
        expect(block.split(fence)).toHaveLength(3);
      }),
    );
  });

  it('asciiJson keeps the value and shows ASCII only', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(asciiJson({ text }, 2)).toMatch(/^[\n -~]*$/);
        expect(JSON.parse(asciiJson({ text }))).toEqual({ text });
      }),
    );
  });

  it('a shell word is one word', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(shellWord(text)).toMatch(/^(?:[\w+=,.@:/-]+|'(?:[^']|'\\'')*')$/);
      }),
    );
  });
});

describe('given one text', () => {
  it.each([
    ['a short one', 'nginx', 10, 'nginx'],
    ['line breaks and tabs', 'one\n\ttwo', 10, 'one two'],
    ['a long one', 'abcdef', 4, 'abc…'],
    ['an emoji at the cut', 'abc😀def', 5, 'abc…'],
    ['no room at all', 'abc', 0, ''],
    ['a colour code', '\u001b[31mred', 10, '[31mred'],
    ['a right-to-left override', 'ab\u202edc', 10, 'abdc'],
  ])('plainText bounds and strips %s', (_name, text, bound, expected) => {
    expect(plainText(text, bound)).toBe(expected);
  });

  it.each([
    ['a channel mention', '<!channel>', '&lt;!channel&gt;'],
    ['a forged link', '<http://x|y>', '&lt;http://x|y&gt;'],
    ['a backtick', 'a`b', "a'b"],
    ['a bare mention', '@here', '＠here'],
    ["an e-mail address's at sign", 'ada@example.com', 'ada@example.com'],
  ])('slackText disarms %s', (_name, text, expected) => {
    expect(slackText(text, 100)).toBe(expected);
  });

  it('slackText cuts before an escape, never within', () => {
    expect(slackText('ab<cd', 6)).toBe('ab…');
  });

  it.each([
    ['a role name', 'team_a+b=c,d.e@f-g', 'team_a+b=c,d.e@f-g'],
    ['an option', '--yes', "'--yes'"],
    ['a command', 'a; rm -rf /', "'a; rm -rf /'"],
    ['a quote', "a'b", "'a'\\''b'"],
    ['nothing', '', "''"],
  ])('shellWord quotes %s where a shell needs it', (_name, text, expected) => {
    expect(shellWord(text)).toBe(expected);
  });
});
