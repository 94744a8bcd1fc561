import { blocksWithin, type MarkdownBlock, markdownBlocks } from './markdown-blocks.ts';
import { visibleLine, visibleLines } from './visible-text.ts';

/** Invisible, and no part of any name. */
const WORD_JOINER = '\u2060';
const CUT: MarkdownBlock = { kind: 'text', lines: ['…'], source: '…' };

/**
 * Markdown in which nothing mentions a person or a team, links an issue, or hides, in at most this many UTF-16 units; what is too
 * long ends after a whole block, with `…`. Mentions and references are made from the rendered text, where a backslash is gone
 * already. Code is left as it stands, so that it can be copied, unless it cannot be told for sure where code ends.
 * https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
export function gitHubMarkdown(markdown: string, max: number): string {
  const blocks = markdownBlocks(visibleLines(markdown));
  const isCertain = blocks.every((block, at) => isClosed(block, at === blocks.length - 1) && hasCertainCode(block));
  const inert = blocks.map((block) =>
    isCertain ? inertBlock(block) : { ...block, source: inertMarkdown(block.source) },
  );
  return sourceOf(blocksWithin(inert, CUT, (kept) => sourceOf(kept).length <= max));
}

/** A title in which nothing mentions or links anything. */
export function gitHubTitle(title: string): string {
  return inertText(visibleLine(title));
}

function sourceOf(blocks: readonly MarkdownBlock[]): string {
  return blocks.map(({ source }, at) => (at === 0 ? source : `${blankLineBefore(blocks, at)}${source}`)).join('');
}

/** A line of text that leads to a block of code stays at it. */
function blankLineBefore(blocks: readonly MarkdownBlock[], at: number): string {
  return blocks[at]?.kind === 'code' && blocks[at - 1]?.kind === 'text' ? '\n' : '\n\n';
}

function inertBlock(block: MarkdownBlock): MarkdownBlock {
  return block.kind === 'code' ? block : { ...block, source: block.lines.map(inertLine).join('\n') };
}

/** Only the last block may lack its closing fence, and then nothing of ours may follow it: the caller appends to the text. */
function isClosed(block: MarkdownBlock, isLast: boolean): boolean {
  return block.kind === 'text' || !isLast || block.source.split('\n').length > block.lines.length + 1;
}

/**
 * Whether every code span of a text begins and ends in its line, and nothing can swallow one: a table's cell, or a fence
 * that is indented or stands in a list or quotation. HTML outside code is none any more (`inertMarkdown`).
 */
function hasCertainCode(block: MarkdownBlock): boolean {
  if (block.kind === 'code') return true;
  return block.lines.every((line) => {
    if (/^[\s>*+\-\d.)]*(?:`{3,}|~{3,})/.test(line)) return false;
    return partsOf(line).every((part) =>
      part.isCode ? !part.text.includes('|') : !/(?<!\\)(?:\\\\)*`/.test(part.text),
    );
  });
}

function inertLine(line: string): string {
  return partsOf(line)
    .map(({ isCode, text }) => (isCode ? text : inertMarkdown(text)))
    .join('');
}

/** An unfinished HTML comment would hide all that follows. */
function inertMarkdown(text: string): string {
  return inertText(text.replace(/(?<!\\)((?:\\\\)*)<(?=[a-z!/?])/gi, '$1\\<'));
}

/** `@team` is a mention; `#1`, `GH-1` and `owner/repo#1` are references, of which the rendered `\#1` is one too. */
function inertText(text: string): string {
  return (
    text
      .replace(/@(?!\u2060)/g, `@${WORD_JOINER}`)
      // An entity is a character by the time that mentions are looked for.
      .replace(/&(?=#?\w+;)/g, `&${WORD_JOINER}`)
      .replace(/#(?=\d)/g, `#${WORD_JOINER}`)
      .replace(/\bGH-(?=\d)/gi, (prefix) => `${prefix}${WORD_JOINER}`)
      .replace(/:\/\/(?!\u2060)/g, `:${WORD_JOINER}//`)
  );
}

/** A line in text and code spans, in their order. */
function partsOf(line: string): readonly { readonly isCode: boolean; readonly text: string }[] {
  const parts: { isCode: boolean; text: string }[] = [];
  let from = 0;
  // An escaped backtick opens nothing; a run is closed by one of the same length.
  for (const match of line.matchAll(/\\[\\`]|(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)/g)) {
    if (match[1] === undefined) continue;
    parts.push({ isCode: false, text: line.slice(from, match.index) }, { isCode: true, text: match[0] });
    from = match.index + match[0].length;
  }
  return [...parts, { isCode: false, text: line.slice(from) }];
}
