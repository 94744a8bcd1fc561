import { printableLines } from './escape.ts';

/** A run of text as a vendor shows it. */
export type Inline =
  | { readonly kind: 'text' | 'strong' | 'code' | 'link'; readonly text: string }
  | { readonly kind: 'break' };

/** A button as its vendor shows it; `asks` is what the vendor asks before it takes the click, empty where it asks nothing. */
export interface CardButton {
  readonly label: string;
  readonly style: 'primary' | 'danger' | 'plain';
  readonly asks: string;
}

/** What stands below another in a message or a ticket. `cells` are Slack's two columns; `lines` is text that nothing renders. */
export type CardBlock =
  | { readonly kind: 'heading' | 'paragraph' | 'note'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'cells'; readonly cells: readonly (readonly Inline[])[] }
  | { readonly kind: 'buttons'; readonly buttons: readonly CardButton[] }
  | { readonly kind: 'code' | 'lines'; readonly text: string };

/** For whom something is rendered, by the word of the command line. */
export const PREVIEW_SYSTEMS = ['slack', 'opscenter', 'jira', 'servicenow', 'github', 'event'] as const;

export type PreviewSystem = (typeof PREVIEW_SYSTEMS)[number];

/** One message or ticket as a vendor shows it, approximately; every text is what the vendor is sent. */
export interface PreviewCard {
  readonly system: PreviewSystem;
  readonly product: string;
  /** Project, repository, table, bus: what the vendor shows above the title. */
  readonly place: string;
  /** What the vendor shows above all else; empty where the blocks say it. */
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly blocks: readonly CardBlock[];
}

/** The card for a terminal: nothing in it can repaint, reorder or hide anything. */
export function previewText({ product, place, title, facts, blocks }: PreviewCard): string {
  const width = Math.max(0, ...facts.map(({ name }) => name.length));
  const parts = [
    `${product} · ${place}`,
    title,
    facts.map(({ name, value }) => `${name.padEnd(width)}  ${value}`).join('\n'),
    ...blocks.map(blockText),
  ];
  return `${printableLines(parts.filter((part) => part !== '').join('\n\n'))}\n`;
}

function blockText(block: CardBlock): string {
  switch (block.kind) {
    case 'heading':
      return `# ${lineText(block.inlines)}`;
    case 'paragraph':
    case 'note':
      return lineText(block.inlines);
    case 'list':
      return block.items.map((item, at) => `${block.ordered ? `${at + 1}.` : '-'} ${lineText(item)}`).join('\n');
    case 'cells':
      return block.cells.map((cell) => lineText(cell).replace('\n', ': ')).join('\n');
    case 'buttons':
      return block.buttons.map(({ label, asks }) => `[ ${label} ]${asks === '' ? '' : `  asks: ${asks}`}`).join('\n');
    case 'code':
      return block.text.replace(/^/gm, '    ');
    case 'lines':
      return block.text;
  }
}

function lineText(inlines: readonly Inline[]): string {
  return inlines.map((inline) => (inline.kind === 'break' ? '\n' : inline.text)).join('');
}
