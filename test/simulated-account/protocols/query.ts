import { shapeOf } from '../shapes.ts';

type Branch = { text?: string; readonly children: Map<string, Branch> };

/**
 * Reads an AWS Query form (`ActionNames.member.1=...`) into the JSON that the operation's input type describes.
 * Names that the type does not know are kept, so that the schema check can refuse them.
 */
export function fromForm(form: URLSearchParams, reference: unknown): unknown {
  const root: Branch = { children: new Map() };
  for (const [key, text] of form) {
    if (key !== 'Action' && key !== 'Version') plant(root, key.split('.'), text);
  }
  return grow(reference, root);
}

function plant(root: Branch, steps: readonly string[], text: string): void {
  let branch = root;
  for (const step of steps) {
    const next: Branch = branch.children.get(step) ?? { children: new Map() };
    branch.children.set(step, next);
    branch = next;
  }
  branch.text = text;
}

function grow(reference: unknown, branch: Branch): unknown {
  const shape = shapeOf(reference);
  switch (shape.kind) {
    case 'struct':
    case 'union':
    case 'unit':
      return Object.fromEntries(
        [...branch.children].map(([name, child]) => {
          const member = 'members' in shape ? shape.members.get(name) : undefined;
          return [name, member === undefined ? (child.text ?? {}) : grow(member, child)];
        }),
      );
    case 'list':
      return inOrder(branch.children.get('member')).map((child) => grow(shape.member, child));
    case 'map':
      return Object.fromEntries(
        inOrder(branch.children.get('entry')).map((entry) => [
          entry.children.get('key')?.text ?? '',
          grow(shape.value, entry.children.get('value') ?? { children: new Map() }),
        ]),
      );
    case 'number':
      return branch.text !== undefined && /^-?\d+(\.\d+)?$/.test(branch.text) ? Number(branch.text) : branch.text;
    case 'boolean':
      return branch.text === 'true' ? true : branch.text === 'false' ? false : branch.text;
    default:
      return branch.text;
  }
}

function inOrder(list: Branch | undefined): readonly Branch[] {
  const entries = [...(list?.children ?? new Map<string, Branch>())];
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

/** Renders a value as the XML elements of an AWS Query response: lists as `member`, maps as `entry`, times in ISO form. */
export function toXml(reference: unknown, value: unknown): string {
  if (value === undefined || value === null) return '';
  const shape = shapeOf(reference);
  switch (shape.kind) {
    case 'struct':
    case 'union':
      return Object.entries(value)
        .filter(([name, element]) => shape.members.has(name) && element !== undefined && element !== null)
        .map(([name, element]) => `<${name}>${toXml(shape.members.get(name), element)}</${name}>`)
        .join('');
    case 'list':
      return Array.isArray(value)
        ? value.map((element) => `<member>${toXml(shape.member, element)}</member>`).join('')
        : '';
    case 'map':
      return Object.entries(value)
        .map(
          ([key, element]) =>
            `<entry><key>${escapeXml(key)}</key><value>${toXml(shape.value, element)}</value></entry>`,
        )
        .join('');
    case 'timestamp':
      return value instanceof Date ? value.toISOString() : escapeXml(String(value));
    case 'blob':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : escapeXml(String(value));
    case 'unit':
      return '';
    default:
      return escapeXml(String(value));
  }
}

/** Escapes text for an XML element. Control characters that XML 1.0 forbids become numeric references, as IAM sends them. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;')
    .replaceAll('\n', '&#xA;');
}
