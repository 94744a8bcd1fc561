import type { ChatMessage } from '../ports.ts';
import type { CardBlock, CardButton, Inline, PreviewCard } from './preview-card.ts';

/** A message of ours as Slack shows its blocks, in a channel. */
export function slackCard({ blocks }: ChatMessage, place: string): PreviewCard {
  return {
    system: 'slack',
    product: 'Slack',
    place,
    title: '',
    facts: [],
    blocks: blocks.flatMap(blockOf),
  };
}

function blockOf(block: unknown): readonly CardBlock[] {
  switch (at(block, 'type')) {
    case 'header':
      return [{ kind: 'heading', inlines: [{ kind: 'text', text: plain(at(block, 'text')) }] }];
    case 'section':
      return [
        ...(at(block, 'text') === undefined ? [] : [paragraph(at(block, 'text'))]),
        ...(Array.isArray(at(block, 'fields')) ? [cells(list(at(block, 'fields')))] : []),
      ];
    case 'context':
      return list(at(block, 'elements')).map((element) => ({ kind: 'note', inlines: mrkdwn(textOf(element)) }));
    case 'actions':
      return [{ kind: 'buttons', buttons: list(at(block, 'elements')).map(buttonOf) }];
    case 'divider':
      return [];
    default:
      // A block that this preview does not know is shown as it is sent.
      return [{ kind: 'code', text: JSON.stringify(block, null, 2) ?? '' }];
  }
}

function buttonOf(element: unknown): CardButton {
  const style = at(element, 'style');
  const confirm = at(element, 'confirm');
  return {
    label: plain(at(element, 'text')),
    style: style === 'primary' || style === 'danger' ? style : 'plain',
    asks: confirm === undefined ? '' : `${plain(at(confirm, 'title'))} ${plain(at(confirm, 'text'))}`,
  };
}

function paragraph(text: unknown): CardBlock {
  return { kind: 'paragraph', inlines: mrkdwn(textOf(text)) };
}

function cells(fields: readonly unknown[]): CardBlock {
  return { kind: 'cells', cells: fields.map((field) => mrkdwn(textOf(field))) };
}

/** Code spans, links and bold of one text; what is not closed stays as it is, and entities are characters again at the end. */
function mrkdwn(text: string): readonly Inline[] {
  const inlines: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(/\n|`([^`\n]+)`|<([^<>|\n]+)(?:\|([^<>\n]*))?>|(?<!\w)\*([^*\n]+)\*(?!\w)/g)) {
    if (match.index > from) inlines.push({ kind: 'text', text: unescaped(text.slice(from, match.index)) });
    inlines.push(inlineOf(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) inlines.push({ kind: 'text', text: unescaped(text.slice(from)) });
  return inlines;
}

function inlineOf([, code, address, label, strong]: RegExpExecArray | RegExpMatchArray): Inline {
  if (code !== undefined) return { kind: 'code', text: unescaped(code) };
  if (address !== undefined) return { kind: 'link', text: unescaped(label ?? address) };
  return strong === undefined ? { kind: 'break' } : { kind: 'strong', text: unescaped(strong) };
}

/** Slack knows these three and no others. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A `plain_text` object has entities and no markup. */
function plain(text: unknown): string {
  return unescaped(textOf(text));
}

function textOf(object: unknown): string {
  const text = at(object, 'text');
  return typeof text === 'string' ? text : '';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
