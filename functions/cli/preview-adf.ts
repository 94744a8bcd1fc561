import type { AdfDocument } from '../adapters/tickets/markdown-adf.ts';
import { adfOfMarkdown } from '../adapters/tickets/markdown-adf.ts';
import { markdownBlocks } from '../adapters/tickets/markdown-blocks.ts';
import type { CardBlock, Inline } from '../messages/preview-card.ts';

type Node = AdfDocument['content'][number];

/** A description of Jira's as blocks to show. */
export function blocksOfAdf({ content }: AdfDocument): readonly CardBlock[] {
  return content.map((node): CardBlock => {
    const children = node.content ?? [];
    switch (node.type) {
      case 'heading':
        return { kind: 'heading', inlines: children.map(inlineOf) };
      case 'codeBlock':
        return { kind: 'code', text: children.map(({ text = '' }) => text).join('') };
      case 'bulletList':
      case 'orderedList': {
        const items = children.map((item) => (item.content ?? []).flatMap(({ content = [] }) => content.map(inlineOf)));
        return { kind: 'list', ordered: node.type === 'orderedList', items };
      }
      default:
        return { kind: 'paragraph', inlines: children.map(inlineOf) };
    }
  });
}

/** Markdown as a tracker renders it, approximately, block for block, so that no other tracker's limit cuts it. */
export function blocksOfMarkdown(markdown: string): readonly CardBlock[] {
  return markdownBlocks(markdown).flatMap(({ source }) => blocksOfAdf(adfOfMarkdown(source)));
}

function inlineOf({ type, text = '', marks = [] }: Node): Inline {
  if (type === 'hardBreak') return { kind: 'break' };
  const [mark] = marks;
  return { kind: mark?.type ?? 'text', text };
}
