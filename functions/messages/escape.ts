/**
 * Names, tags and reasons reach people through here and nowhere else. They come from accounts that a container's shell can
 * write to, so every channel gets its own escaping, and every text its own bound. Lengths are UTF-16 code units, as Slack,
 * Systems Manager and JavaScript count them.
 */

const ELLIPSIS = '…';

/** One line of plain text: no line breaks, no control, bidirectional or invisible characters, no half surrogates, at most `max` long. */
export function plainText(text: string, max: number): string {
  return bounded(oneLine(text), max, (character) => character);
}

/**
 * Text for Slack's `mrkdwn` and `plain_text` objects: it cannot mention anybody, forge a link, or open or close a code span.
 * A `mrkdwn` object must also say `verbatim`, or Slack makes links and mentions out of plain words.
 */
export function slackText(text: string, max: number): string {
  const line = oneLine(text).replace(/@(?=channel|here|everyone|group)/gi, '＠');
  return bounded(line, max, slackCharacter);
}

/** A name or command as a Slack code span, at most `max` long with its backticks. */
export function slackCode(text: string, max: number): string {
  return `\`${bounded(oneLine(text) || '-', max - 2, slackCharacter)}\``;
}

/** Longer than any address of a ticket, and short enough for two in a section. */
const ADDRESS_MAX = 1000;

/**
 * A link of ours for `mrkdwn`, from which nothing can break out; the label as a code span where the address is not https, holds
 * credentials, or is longer than an address of ours. At most `max` long beside the address.
 */
export function slackLink(address: string, label: string, max: number, addressMax = ADDRESS_MAX): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const href = url?.href.replace(/[<>|`\s]/gu, encodeURIComponent).replaceAll('&', '&amp;') ?? '';
  const isOurs = url?.protocol === 'https:' && url.username === '' && url.password === '' && href.length <= addressMax;
  const text = slackText(label, max).replaceAll('|', '¦');
  return isOurs && text !== '' ? `<${href}|${text}>` : slackCode(label, max);
}

/** A person of Slack, mentioned where the id is one: nothing else can become a mention. */
export function slackMention(slackUserId: string): string {
  return /^[UW][A-Z0-9]{2,30}$/.test(slackUserId) ? `<@${slackUserId}>` : slackCode(slackUserId, 40);
}

/** Text for Markdown: no markup of its own, no mention, no automatic link, no table cell. */
export function markdownText(text: string, max: number): string {
  // Trackers look for mentions and addresses after rendering, where a backslash is gone already; a word joiner stays.
  const line = oneLine(text)
    .replaceAll('@', `@${WORD_JOINER}`)
    .replaceAll('://', `:${WORD_JOINER}//`)
    .replace(/\bwww\./gi, (prefix) => prefix.replace('.', `${WORD_JOINER}.`));
  return bounded(line, max, (character) => (MARKDOWN_MARKS.has(character) ? `\\${character}` : character));
}

/** A name as a Markdown code span, in which nothing is markup, at most `max` long with its backticks. */
export function markdownCode(text: string, max: number): string {
  return `\`${bounded(oneLine(text) || '-', max - 2, codeCharacter)}\``;
}

/** Lines as a fenced Markdown block whose fence no line can close. */
export function markdownBlock(language: string, text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Text of several lines for a terminal: nothing in it can repaint, reorder or hide what stands there. */
export function printableLines(text: string): string {
  return text.replace(/[\t\p{Zl}\p{Zp}]/gu, ' ').replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/gu, '');
}

/** JSON in ASCII only, so that no character of a value can hide or reorder another. */
export function asciiJson(value: unknown, indent = 0): string {
  return (JSON.stringify(value, null, indent) ?? 'null').replace(
    /[^\n -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One word of a POSIX shell's command line, quoted where a shell could read it otherwise. */
export function shellWord(text: string): string {
  const word = oneLine(text);
  return /^[\w/:.][\w+=,.@:/-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

const WORD_JOINER = '\u2060';
const MARKDOWN_MARKS: ReadonlySet<string> = new Set('\\`*_[]<>|~&#$');

function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim();
}

function slackCharacter(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '`':
      return "'";
    default:
      return character;
  }
}

function codeCharacter(character: string): string {
  if (character === '`') {
    return "'";
  }
  // A table splits its cells before it reads code spans.
  return character === '|' ? '¦' : character;
}

/** Escapes character by character, so that the bound cuts neither a surrogate pair nor an escape. */
function bounded(text: string, max: number, escapeCharacter: (character: string) => string): string {
  const pieces: string[] = [];
  let length = 0;
  for (const character of text) {
    const piece = escapeCharacter(character);
    if (length + piece.length > max) {
      while (pieces.length > 0 && length + ELLIPSIS.length > max) {
        length -= pieces.pop()?.length ?? 0;
      }
      return max < ELLIPSIS.length ? '' : `${pieces.join('')}${ELLIPSIS}`;
    }
    pieces.push(piece);
    length += piece.length;
  }
  return pieces.join('');
}
