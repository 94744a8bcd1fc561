import { blocksWithin, type MarkdownBlock, markdownBlocks } from './markdown-blocks.ts';
import { visibleLines } from './visible-text.ts';

/** A node of the Atlassian Document Format. */
interface AdfNode {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, string | number>>;
  readonly marks?: readonly { readonly type: 'code' | 'strong' }[];
  readonly content?: readonly AdfNode[];
}

/** A whole document; `version` is 1. */
export interface AdfDocument {
  readonly version: 1;
  readonly type: 'doc';
  readonly content: readonly AdfNode[];
}

/** Jira refuses longer descriptions and comments. It counts its own form of the text; the JSON is never shorter than that. */
const MAX_LENGTH = 32_767;
const CUT: AdfNode = { type: 'paragraph', content: [{ type: 'text', text: '…' }] };

/**
 * The Markdown of our tickets as an ADF document of at most 32,767 characters of JSON: headings, paragraphs, lists, fenced code,
 * code spans and bold; everything else is text, so that nothing in it becomes a mention or a link. What is too long ends after a
 * whole block, with `…`. https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 * The limit: https://jira.atlassian.com/browse/JRACLOUD-68949
 */
export function adfOfMarkdown(markdown: string): AdfDocument {
  const blocks = markdownBlocks(visibleLines(markdown)).flatMap(nodesOf);
  const fits = (content: readonly AdfNode[]) => JSON.stringify(documentOf(content)).length <= MAX_LENGTH;
  return documentOf(blocksWithin(blocks, CUT, fits));
}

function documentOf(content: readonly AdfNode[]): AdfDocument {
  return { version: 1, type: 'doc', content };
}

function nodesOf(block: MarkdownBlock): readonly AdfNode[] {
  if (block.kind === 'text') return textNodes(block.lines);
  const text = block.lines.join('\n');
  // An empty text node is refused.
  const content = text === '' ? {} : { content: [{ type: 'text', text }] };
  return [{ type: 'codeBlock', ...(block.language === '' ? {} : { attrs: { language: block.language } }), ...content }];
}

type LineKind = 'heading' | 'bulletList' | 'orderedList' | 'paragraph';

/** Neighbours of one kind are one node; a heading is one line. */
function textNodes(lines: readonly string[]): readonly AdfNode[] {
  const groups: { readonly kind: LineKind; readonly lines: string[] }[] = [];
  for (const line of lines) {
    const kind = kindOf(line);
    const last = groups.at(-1);
    if (last !== undefined && last.kind === kind && kind !== 'heading') last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.map(({ kind, lines: group }) => {
    switch (kind) {
      case 'heading': {
        const [, marks = '#', text = ''] = /^(#+)\s+(.*)$/.exec(group[0] ?? '') ?? [];
        return { type: 'heading', attrs: { level: marks.length }, content: inlineNodes(text) };
      }
      case 'paragraph':
        return paragraphOf(group);
      default: {
        const attrs = kind === 'orderedList' ? { attrs: { order: Number.parseInt(group[0] ?? '1', 10) } } : {};
        const items = group.map((line) => paragraphOf([line.replace(/^(?:[-*]|\d{1,9}\.)\s+/, '')]));
        return { type: kind, ...attrs, content: items.map((item) => ({ type: 'listItem', content: [item] })) };
      }
    }
  });
}

function kindOf(line: string): LineKind {
  if (/^#{1,6}\s+\S/.test(line)) return 'heading';
  if (/^[-*]\s+\S/.test(line)) return 'bulletList';
  return /^\d{1,9}\.\s+\S/.test(line) ? 'orderedList' : 'paragraph';
}

function paragraphOf(lines: readonly string[]): AdfNode {
  const content = lines.flatMap((line, at) => [...(at === 0 ? [] : [{ type: 'hardBreak' }]), ...inlineNodes(line)]);
  return { type: 'paragraph', content };
}

/** Escapes, code spans and bold, each told by its own characters; a mark that is not closed stays as it is. */
function inlineNodes(line: string): readonly AdfNode[] {
  const nodes: AdfNode[] = [];
  let isStrong = false;
  let text = '';
  const endText = () => {
    if (text !== '') nodes.push({ type: 'text', text, ...(isStrong ? { marks: [{ type: 'strong' }] } : {}) });
    text = '';
  };
  for (let rest = line; rest !== ''; ) {
    const [escaped] = /^\\[!-/:-@[-`{-~]/.exec(rest) ?? [];
    const [run] = /^`+/.exec(rest) ?? [];
    const code = run === undefined ? null : codeIn(rest, run);
    if (escaped !== undefined) {
      text += escaped.slice(1);
      rest = rest.slice(2);
    } else if (run !== undefined && code !== null) {
      endText();
      // Jira refuses a code mark beside a bold one.
      if (code !== '') nodes.push({ type: 'text', text: code, marks: [{ type: 'code' }] });
      rest = rest.slice(2 * run.length + code.length);
    } else if (rest.startsWith('**') && (isStrong || rest.indexOf('**', 2) > 2)) {
      endText();
      isStrong = !isStrong;
      rest = rest.slice(2);
    } else {
      const step = run?.length ?? 1;
      text += rest.slice(0, step);
      rest = rest.slice(step);
    }
  }
  endText();
  return nodes;
}

/** What stands between a run of backticks and the next one of the same length; null where there is none. */
function codeIn(rest: string, run: string): string | null {
  for (const match of rest.slice(run.length).matchAll(/`+/g)) {
    if (match[0].length === run.length) return rest.slice(run.length, run.length + match.index);
  }
  return null;
}
