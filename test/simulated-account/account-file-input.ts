import { describeValue, isObject, readShape, SchemaViolation } from './schema-check.ts';

/** An account file that cannot be read: the place in the file, what stood there, and what was expected. */
export class AccountFileError extends Error {
  override readonly name = 'AccountFileError';
  constructor(
    readonly path: string,
    readonly value: unknown,
    readonly expectation: string,
  ) {
    super(`${path}: expected ${expectation}, got ${describeValue(value)}`);
  }
}

/** Refuses a value of the account file. */
export function refuse(path: string, value: unknown, expectation: string): never {
  throw new AccountFileError(path, value, expectation);
}

/** Reads an optional section that must be an object; absent and null are an empty one. */
export function section(value: unknown, path: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  return isObject(value) ? value : refuse(path, value, 'an object');
}

/** Reads a required, non-empty text. */
export function text(value: unknown, path: string): string {
  return typeof value === 'string' && value !== '' ? value : refuse(path, value, 'a non-empty string');
}

/**
 * Refuses output of the CLI that says of itself that more pages follow: what is missing from a capture would be decided upon as
 * if it did not exist.
 */
export function refuseMorePages(output: Record<string, unknown>, path: string): void {
  if (output['IsTruncated'] === true) refuse(`${path}.IsTruncated`, true, ALL_PAGES);
  for (const key of ['nextToken', 'NextToken']) {
    const token = output[key];
    if (typeof token === 'string' && token !== '') refuse(`${path}.${key}`, token, ALL_PAGES);
  }
}

const ALL_PAGES = 'the last page (capture all pages)';

export interface Element {
  readonly path: string;
  readonly value: unknown;
}

/**
 * Flattens what the CLI prints into a list of elements: a list, a whole output `{ [key]: [...] }`, or a list of both.
 * A whole output is known by its key, so an element type must not have a list member of that name. Pages may stand in a list,
 * up to the last one.
 */
export function elements(value: unknown, key: string, path: string): readonly Element[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => {
      const at = `${path}[${index}]`;
      if (!isObject(element) || !Array.isArray(element[key])) return [{ path: at, value: element }];
      if (index === value.length - 1) refuseMorePages(element, at);
      return elements(element[key], key, `${at}.${key}`);
    });
  }
  if (isObject(value) && Array.isArray(value[key])) {
    refuseMorePages(value, path);
    return elements(value[key], key, `${path}.${key}`);
  }
  return refuse(path, value, `a list, or the CLI's output with "${key}"`);
}

/** Reads an element as the SDK's type of that schema; what a newer CLI adds is ignored. */
export function shaped<T>(schema: unknown, element: Element): T {
  try {
    return readShape<T>(schema, element.value, element.path, 'capture');
  } catch (error) {
    if (error instanceof SchemaViolation) throw new AccountFileError(error.path, error.value, error.expectation);
    throw error;
  }
}

/** Reads a policy document given as an object or as JSON text, URL-encoded or not, into its JSON text. */
export function documentText(value: unknown, path: string): string {
  if (isObject(value)) return JSON.stringify(value);
  if (typeof value !== 'string') return refuse(path, value, 'a policy document (object or JSON text)');
  for (const candidate of [value, decoded(value)]) {
    try {
      if (candidate !== null && isObject(JSON.parse(candidate))) return candidate;
    } catch {
      // Not JSON in this form: the URL-encoded form is tried next.
    }
  }
  return refuse(path, value, 'a policy document (object or JSON text)');
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value.replaceAll('+', '%20'));
  } catch {
    return null;
  }
}
