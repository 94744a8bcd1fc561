import { isObject } from '../schema-check.ts';

/** A Slack message's blocks as lines of plain text, as a person would read them. */
export function slackLines(blocks: unknown): readonly string[] {
  return (Array.isArray(blocks) ? blocks : []).flatMap((block) => {
    if (!isObject(block)) return [];
    const fields = Array.isArray(block['fields'])
      ? block['fields'].map((field) => plain(textOf(field)).replace('\n', ': '))
      : [];
    const elements = Array.isArray(block['elements'])
      ? [block['elements'].map((one) => buttonOf(one) ?? plain(textOf(one))).join('  ')]
      : [];
    const own = textOf(block['text']);
    const lines = [...(own === '' ? [] : plain(own).split('\n')), ...fields, ...elements];
    return lines.length === 0 ? [] : [...lines, ''];
  });
}

/** A button's text, in the brackets of one; null of what is none. */
function buttonOf(element: unknown): string | null {
  return isObject(element) && element['type'] === 'button' ? `[ ${plain(textOf(element['text']))} ]` : null;
}

function textOf(value: unknown): string {
  return isObject(value) && typeof value['text'] === 'string' ? value['text'] : '';
}

/** Slack's own marks and escapes, taken off. */
function plain(mrkdwn: string): string {
  return mrkdwn
    .replaceAll(/\*([^*\n]+)\*/g, '$1')
    .replaceAll(/`([^`\n]+)`/g, '$1')
    .replaceAll(/<([^|>\s]+)\|([^>]+)>/g, '$2 ($1)')
    .replaceAll(/<(@[UW]\w+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
