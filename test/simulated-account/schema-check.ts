import { shapeOf } from './shapes.ts';

/** A value that the modelled type refuses: where, what stood there, and what the type expects. */
export class SchemaViolation extends Error {
  override readonly name = 'SchemaViolation';
  constructor(
    readonly path: string,
    readonly value: unknown,
    readonly expectation: string,
  ) {
    super(`${path}: expected ${expectation}, got ${describeValue(value)}`);
  }
}

/**
 * How strictly a value is read: a `request` comes from an SDK client, so that an unknown name is somebody's mistake;
 * a `capture` comes from a CLI that may be newer or older than this SDK, and prints times as text or as seconds.
 */
export type Strictness = 'request' | 'capture';

/** Renders a value for an error message in at most 80 characters. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Narrows to a plain JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a JSON value as the modelled type, checking names, types and required members.
 * The caller names the SDK's type that belongs to the schema; times become dates and blobs become bytes.
 */
export function readShape<T>(reference: unknown, value: unknown, path: string, strictness: Strictness): T {
  return read(reference, value, path, strictness) as T;
}

function read(reference: unknown, value: unknown, path: string, strictness: Strictness): unknown {
  const shape = shapeOf(reference);
  switch (shape.kind) {
    case 'string':
      return typeof value === 'string' ? value : refuse(path, value, 'a string');
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : refuse(path, value, 'a number');
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(path, value, 'true or false');
    case 'timestamp':
      return readTime(value, path, strictness);
    case 'blob':
      return typeof value === 'string' ? Buffer.from(value, 'base64') : refuse(path, value, 'base64 text');
    case 'document':
      return value;
    case 'unit':
      return {};
    case 'list':
      if (!Array.isArray(value)) return refuse(path, value, 'a list');
      return value.map((element, index) => read(shape.member, element, `${path}[${index}]`, strictness));
    case 'map': {
      if (!isObject(value)) return refuse(path, value, 'an object');
      const entries = Object.entries(value).filter(([, element]) => element !== null);
      return Object.fromEntries(
        entries.map(([key, element]) => [key, read(shape.value, element, `${path}.${key}`, strictness)]),
      );
    }
    case 'struct':
    case 'union':
      return readStruct(shape, value, path, strictness);
  }
}

function readStruct(
  shape: {
    readonly name: string;
    readonly members: ReadonlyMap<string, unknown>;
    readonly required: ReadonlySet<string>;
  },
  value: unknown,
  path: string,
  strictness: Strictness,
): unknown {
  if (!isObject(value)) return refuse(path, value, `an object (${shape.name})`);
  const result: Record<string, unknown> = {};
  for (const [name, element] of Object.entries(value)) {
    const member = shape.members.get(name);
    if (member === undefined) {
      if (strictness === 'request') refuse(`${path}.${name}`, element, `no such member in ${shape.name}`);
      continue;
    }
    if (element !== null && element !== undefined) result[name] = read(member, element, `${path}.${name}`, strictness);
  }
  for (const name of shape.required) {
    if (result[name] === undefined && strictness === 'request')
      refuse(`${path}.${name}`, undefined, 'a value (required)');
  }
  return result;
}

function readTime(value: unknown, path: string, strictness: Strictness): Date {
  // Captured times in milliseconds occur where the CLI passes CloudWatch's own numbers on.
  const seconds = typeof value === 'number' && strictness === 'capture' && value > 1e11 ? value / 1000 : value;
  const time =
    typeof seconds === 'number'
      ? new Date(seconds * 1000)
      : typeof seconds === 'string'
        ? new Date(seconds)
        : undefined;
  return time !== undefined && !Number.isNaN(time.getTime()) ? time : refuse(path, value, 'a time');
}

function refuse(path: string, value: unknown, expectation: string): never {
  throw new SchemaViolation(path, value, expectation);
}
