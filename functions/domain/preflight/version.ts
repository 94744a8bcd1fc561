/** Whether a version of up to four numbers, e.g. `1.50.2` or `v1.4.0`, is this one or later; null for anything else. */
export function isAtLeast(version: string | null, least: string): boolean | null {
  const numbers = numbersOf(version ?? '');
  const wanted = numbersOf(least) ?? [];
  if (numbers === null) return null;
  for (const [at, want] of wanted.entries()) {
    const have = numbers[at] ?? 0;
    if (have !== want) return have > want;
  }
  return true;
}

function numbersOf(version: string): readonly number[] | null {
  const text = version.startsWith('v') ? version.slice(1) : version;
  return /^\d{1,6}(?:\.\d{1,6}){1,3}$/.test(text) ? text.split('.').map(Number) : null;
}
