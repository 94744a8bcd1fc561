/** A fenced block of code, or the lines of text between two blank lines. */
export type MarkdownBlock =
  | { readonly kind: 'code'; readonly language: string; readonly lines: readonly string[]; readonly source: string }
  | { readonly kind: 'text'; readonly lines: readonly string[]; readonly source: string };

/** The blocks of a Markdown text in their order. A fence that is never closed reaches to the end, as on GitHub. */
export function markdownBlocks(markdown: string): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let text: string[] = [];
  const endText = () => {
    if (text.length > 0) blocks.push({ kind: 'text', lines: text, source: text.join('\n') });
    text = [];
  };
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, fence, language = ''] = /^(`{3,}|~{3,})\s*([^`]*)$/.exec(line) ?? [];
    if (fence === undefined) {
      if (line.trim() === '') endText();
      else text.push(line);
      continue;
    }
    endText();
    const end = closingFence(lines, at + 1, fence);
    const inside = lines.slice(at + 1, end);
    const source = lines.slice(at, end + 1).join('\n');
    blocks.push({ kind: 'code', language: language.trim(), lines: inside, source });
    at = end;
  }
  endText();
  return blocks;
}

function closingFence(lines: readonly string[], from: number, fence: string): number {
  const mark = fence.charAt(0);
  for (let at = from; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trimEnd();
    if (line.length >= fence.length && line === mark.repeat(line.length)) return at;
  }
  return lines.length;
}

/**
 * As many whole blocks, from the first, as fit into a size by the caller's own measure; `marker` follows where some were left
 * out. A block is never cut inside: half a command or an open fence is worse than none.
 */
export function blocksWithin<Block>(
  blocks: readonly Block[],
  marker: Block,
  fits: (blocks: readonly Block[]) => boolean,
): readonly Block[] {
  if (fits(blocks)) return blocks;
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits([...blocks.slice(0, middle), marker])) low = middle;
    else high = middle - 1;
  }
  return [...blocks.slice(0, low), marker];
}
