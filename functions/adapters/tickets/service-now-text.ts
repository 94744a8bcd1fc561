import { shortened } from './bounded-text.ts';
import { markdownBlocks } from './markdown-blocks.ts';
import { visibleLine, visibleLines } from './visible-text.ts';

const WORD_JOINER = '\u2060';
/** What `markdownText` escapes. */
const MARKUP = /\\([\\`*_[\]<>|~&#$])|`([^`]*)`|\*\*/g;

/** One line of at most so many characters. */
export function serviceNowLine(text: string, limit: number): string {
  return shortened(inert(visibleLine(text)), limit);
}

/**
 * The Markdown of our tickets as plain text: headings, bold and code spans without their marks, code as it stands. Work notes
 * render what stands between `[code]` and `[/code]` as HTML and make mentions of `@[name]`, so that neither survives.
 * https://www.servicenow.com/docs/r/australia/platform-administration/render-journal-field-entries-as-html.html
 */
export function serviceNowText(markdown: string): string {
  const blocks = markdownBlocks(visibleLines(markdown)).map((block) =>
    block.kind === 'code' ? block.lines.join('\n') : block.lines.map(plainLine).join('\n'),
  );
  return inert(blocks.join('\n\n'));
}

function plainLine(line: string): string {
  return line
    .replace(/^#{1,6}\s+/, '')
    .replace(MARKUP, (_mark, escaped: string | undefined, code: string | undefined) => escaped ?? code ?? '');
}

function inert(text: string): string {
  return text.replace(/\[(?=\s*\/?\s*code\b)/gi, `[${WORD_JOINER}`).replace(/@(?=\[)/g, `@${WORD_JOINER}`);
}
