/**
 * What Slack's documentation forbids in the blocks of a message: https://docs.slack.dev/reference/block-kit/blocks and
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */

const MAX_BLOCKS = 50;
const MAX_ID = 255;

type Part = Readonly<Record<string, unknown>>;

/** The first limit that these blocks break, in Slack's own words of the path; null where they break none. */
export function blocksProblem(blocks: unknown): string | null {
  if (!Array.isArray(blocks)) return 'blocks: not an array';
  if (blocks.length > MAX_BLOCKS) return `blocks: more than ${MAX_BLOCKS} items`;
  const ids = blocks.map((block: unknown) => partOf(block)['block_id']).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) return 'blocks: a block_id twice';
  return first(blocks, (block, index) => blockProblem(partOf(block), `/blocks/${index}`));
}

function blockProblem(block: Part, at: string): string | null {
  if (!isId(block['block_id'])) return `${at}/block_id: longer than ${MAX_ID}`;
  switch (block['type']) {
    case 'divider':
      return null;
    case 'header':
      return textProblem(block['text'], `${at}/text`, 150, ['plain_text']);
    case 'section':
      return sectionProblem(block, at);
    case 'context':
      return (
        listProblem(block['elements'], `${at}/elements`, 10) ??
        first(block['elements'], (text, index) => textProblem(text, `${at}/elements/${index}`, 3000))
      );
    case 'actions':
      return (
        listProblem(block['elements'], `${at}/elements`, 25) ??
        first(block['elements'], (element, index) => buttonProblem(partOf(element), `${at}/elements/${index}`)) ??
        actionIdsProblem(block['elements'], at)
      );
    default:
      return `${at}/type: not a block of these messages`;
  }
}

function sectionProblem(block: Part, at: string): string | null {
  const { text, fields, accessory } = block;
  if (text === undefined && fields === undefined) return `${at}: neither text nor fields`;
  return (
    (text === undefined ? null : textProblem(text, `${at}/text`, 3000)) ??
    (fields === undefined
      ? null
      : (listProblem(fields, `${at}/fields`, 10) ??
        first(fields, (field, index) => textProblem(field, `${at}/fields/${index}`, 2000)))) ??
    (accessory === undefined ? null : buttonProblem(partOf(accessory), `${at}/accessory`))
  );
}

function buttonProblem(button: Part, at: string): string | null {
  const { type, action_id: id, value, url, style, confirm } = button;
  if (type !== 'button') return `${at}/type: not a button`;
  if (!isId(id)) return `${at}/action_id: longer than ${MAX_ID}`;
  if (value !== undefined && !isText(value, 2000)) return `${at}/value: not 1 to 2000 characters`;
  if (url !== undefined && !isText(url, 3000)) return `${at}/url: not 1 to 3000 characters`;
  if (style !== undefined && style !== 'primary' && style !== 'danger') return `${at}/style: unknown`;
  return (
    textProblem(button['text'], `${at}/text`, 75, ['plain_text']) ??
    (confirm === undefined ? null : confirmProblem(partOf(confirm), `${at}/confirm`))
  );
}

function confirmProblem({ title, text, confirm, deny }: Part, at: string): string | null {
  return (
    textProblem(title, `${at}/title`, 100, ['plain_text']) ??
    textProblem(text, `${at}/text`, 300) ??
    textProblem(confirm, `${at}/confirm`, 30, ['plain_text']) ??
    textProblem(deny, `${at}/deny`, 30, ['plain_text'])
  );
}

/** Slack finds the clicked element by its id, so that two of one block must not share it. */
function actionIdsProblem(elements: unknown, at: string): string | null {
  const ids = (Array.isArray(elements) ? elements : []).map((element: unknown) => partOf(element)['action_id']);
  const given = ids.filter((id) => id !== undefined);
  return new Set(given).size < given.length ? `${at}: an action_id twice` : null;
}

function textProblem(
  given: unknown,
  at: string,
  max: number,
  types: readonly string[] = ['plain_text', 'mrkdwn'],
): string | null {
  const { type, text, emoji, verbatim } = partOf(given);
  if (typeof type !== 'string' || !types.includes(type)) return `${at}/type: not ${types.join(' or ')}`;
  if (!isText(text, max)) return `${at}/text: not 1 to ${max} characters`;
  if (type === 'mrkdwn' && emoji !== undefined) return `${at}/emoji: only in plain_text`;
  return type === 'plain_text' && verbatim !== undefined ? `${at}/verbatim: only in mrkdwn` : null;
}

function listProblem(list: unknown, at: string, max: number): string | null {
  return Array.isArray(list) && list.length > 0 && list.length <= max ? null : `${at}: not 1 to ${max} items`;
}

function first(list: unknown, problemOf: (item: unknown, index: number) => string | null): string | null {
  for (const [index, item] of (Array.isArray(list) ? list : []).entries()) {
    const problem = problemOf(item, index);
    if (problem !== null) return problem;
  }
  return null;
}

function isText(value: unknown, max: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= max;
}

function isId(value: unknown): boolean {
  return value === undefined || isText(value, MAX_ID);
}

function partOf(value: unknown): Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
