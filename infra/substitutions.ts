/**
 * A template with `Fn::Sub` in place of the joins without a separator that the CDK writes: the same values in half the room, and for
 * people to read. A join of anything but texts, references and attributes stays as it is.
 */
export function withSubstitutions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSubstitutions);
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::Join': join } = value as { 'Fn::Join'?: unknown };
  const text = substitutionOf(join);
  if (text !== null) return { 'Fn::Sub': text };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withSubstitutions(one)]));
}

function substitutionOf(join: unknown): string | null {
  if (!Array.isArray(join) || join[0] !== '' || !Array.isArray(join[1])) return null;
  const parts = join[1].map(partOf);
  return parts.includes(null) ? null : parts.join('');
}

/** Null for what `Fn::Sub` cannot hold or would read otherwise. */
function partOf(part: unknown): string | null {
  // A literal `${` would be taken for a reference.
  if (typeof part === 'string') return part.includes('${') ? null : part;
  const [[name, of] = ['', undefined], ...others] = Object.entries(part ?? {});
  if (others.length > 0) return null;
  if (name === 'Ref') return `\${${of}}`;
  return name === 'Fn::GetAtt' && Array.isArray(of) ? `\${${of.join('.')}}` : null;
}
