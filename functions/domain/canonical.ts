/**
 * JSON with the keys of every object in order and no white space, so that equal documents have equal texts.
 * Lists keep their order: in a policy it carries no meaning, but whoever changed it has changed what we left.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** A digest of a text as lower-case hex. Injected, because the judgement itself computes nothing that is not in its input. */
export type Digest = (text: string) => string;
