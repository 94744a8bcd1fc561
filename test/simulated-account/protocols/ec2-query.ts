import { memberTraitsOf, shapeOf } from '../shapes.ts';
import { escapeXml } from './query.ts';

type Form = readonly (readonly [string, string])[];

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The name of a member in a request: its own for EC2, else its XML name with a capital letter. */
function nameInForm(name: string, reference: unknown): string {
  const traits = memberTraitsOf(reference);
  const own = traits.get('ec2QueryName') ?? traits.get('xmlName');
  return capitalised(typeof own === 'string' ? own : name);
}

/**
 * Reads a form of EC2's own dialect (`Filter.1.Value.2=...`, lists without `member`) into the JSON that the operation's input type
 * describes. Names that the type does not know are kept, so that the schema check can refuse them.
 */
export function fromEc2Form(form: URLSearchParams, reference: unknown): unknown {
  return grow(
    reference,
    [...form].filter(([key]) => key !== 'Action' && key !== 'Version'),
  );
}

function grow(reference: unknown, form: Form): unknown {
  const shape = shapeOf(reference);
  const text = form[0]?.[1];
  switch (shape.kind) {
    case 'struct': {
      const names = new Map([...shape.members].map(([name, member]) => [nameInForm(name, member), name]));
      return Object.fromEntries(
        [...byFirstStep(form)].map(([step, rest]) => {
          const name = names.get(step);
          return [name ?? step, name === undefined ? rest[0]?.[1] : grow(shape.members.get(name), rest)];
        }),
      );
    }
    case 'list':
      return [...byFirstStep(form)]
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([, rest]) => grow(shape.member, rest));
    case 'number':
      return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    default:
      return text;
  }
}

function byFirstStep(form: Form): ReadonlyMap<string, Form> {
  const groups = new Map<string, [string, string][]>();
  for (const [key, text] of form) {
    const dot = key.indexOf('.');
    const step = dot < 0 ? key : key.slice(0, dot);
    groups.set(step, [...(groups.get(step) ?? []), [dot < 0 ? '' : key.slice(dot + 1), text]]);
  }
  return groups;
}

/** Renders a value as the XML elements of an EC2 response: members by their XML names, lists as `item`. */
export function toEc2Xml(reference: unknown, value: unknown): string {
  if (value === undefined || value === null) return '';
  const shape = shapeOf(reference);
  switch (shape.kind) {
    case 'struct':
    case 'union':
      return Object.entries(value)
        .filter(([name, element]) => shape.members.has(name) && element !== undefined && element !== null)
        .map(([name, element]) => {
          const member = shape.members.get(name);
          const xmlName = memberTraitsOf(member).get('xmlName');
          const tag = typeof xmlName === 'string' ? xmlName : name;
          return `<${tag}>${toEc2Xml(member, element)}</${tag}>`;
        })
        .join('');
    case 'list':
      return Array.isArray(value)
        ? value.map((element) => `<item>${toEc2Xml(shape.member, element)}</item>`).join('')
        : '';
    case 'timestamp':
      return value instanceof Date ? value.toISOString() : escapeXml(String(value));
    default:
      return escapeXml(String(value));
  }
}
