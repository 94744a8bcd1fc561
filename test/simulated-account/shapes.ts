/** A modelled type, as the SDK's generated clients describe it in their static schemas. */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'blob' | 'document' | 'unit' }
  | { readonly kind: 'timestamp'; readonly format: 'default' | 'date-time' | 'http-date' | 'epoch-seconds' }
  | { readonly kind: 'list'; readonly member: unknown }
  | { readonly kind: 'map'; readonly value: unknown }
  | {
      readonly kind: 'struct' | 'union';
      readonly name: string;
      readonly members: ReadonlyMap<string, unknown>;
      readonly required: ReadonlySet<string>;
    };

/** The parts of a modelled operation that a server needs. */
export interface OperationShape {
  readonly name: string;
  readonly input: unknown;
  readonly output: unknown;
  /** Of a REST service: the method, and the path as it is below the bucket, with the query that tells it apart. */
  readonly http: { readonly method: string; readonly path: string } | null;
}

// The encoding is that of `@smithy/types`, static-schemas.d.ts and sentinels.d.ts: numbers are simple types with a bit
// for "list of" and "map of", arrays are shapes by the id in their first place, functions defer recursive references.
const LIST_OF = 0b0100_0000;
const MAP_OF = 0b1000_0000;
const TIMESTAMP_FORMATS = ['default', 'date-time', 'http-date', 'epoch-seconds'] as const;

const structs = new WeakMap<object, Shape>();

/** Reads one schema reference of an SDK client; an unknown encoding throws, because guessing would hide a changed SDK. */
export function shapeOf(reference: unknown): Shape {
  const schema = typeof reference === 'function' ? reference() : reference;
  if (schema === 'unit') return { kind: 'unit' };
  if (typeof schema === 'number') return simpleShape(schema);
  if (!Array.isArray(schema)) throw new Error(`unknown schema encoding: ${String(schema)}`);
  if (schema.length === 2) return shapeOf(schema[0]);
  const id: unknown = schema[0];
  if (id === 0) return shapeOf(schema[4]);
  if (id === 1) return { kind: 'list', member: schema[4] };
  if (id === 2) return { kind: 'map', value: schema[5] };
  if (id === 3 || id === 4 || id === -3) return structShape(schema);
  throw new Error(`unknown schema id: ${String(id)}`);
}

function simpleShape(code: number): Shape {
  if (code & MAP_OF) return { kind: 'map', value: code & ~MAP_OF };
  if (code & LIST_OF) return { kind: 'list', member: code & ~LIST_OF };
  if (code === 0) return { kind: 'string' };
  if (code === 2) return { kind: 'boolean' };
  if (code >= 4 && code <= 7) return { kind: 'timestamp', format: TIMESTAMP_FORMATS[code - 4] ?? 'default' };
  if (code === 15) return { kind: 'document' };
  if (code === 21 || code === 42) return { kind: 'blob' };
  if (code === 1 || code === 17 || code === 19) return { kind: 'number' };
  throw new Error(`unknown simple schema: ${code}`);
}

function structShape(schema: readonly unknown[]): Shape {
  const known = structs.get(schema);
  if (known) return known;
  const names: readonly string[] = Array.isArray(schema[4]) ? schema[4] : [];
  const references: readonly unknown[] = Array.isArray(schema[5]) ? schema[5] : [];
  const requiredCount = typeof schema[6] === 'number' ? schema[6] : 0;
  const shape: Shape = {
    kind: schema[0] === 4 ? 'union' : 'struct',
    name: String(schema[2]),
    members: new Map(names.map((name, index) => [name, references[index]])),
    required: new Set(names.slice(0, requiredCount)),
  };
  structs.set(schema, shape);
  return shape;
}

/** Reads the schema of an operation that a client exports as `<Operation>$`. */
export function operationShapeOf(schema: unknown): OperationShape {
  if (!Array.isArray(schema) || schema[0] !== 9) throw new Error('not the schema of an operation');
  const http = traitsOf(schema[3]).get('http');
  const [method, path] = Array.isArray(http) ? http : [];
  return {
    name: String(schema[2]),
    input: schema[4],
    output: schema[5],
    http: typeof method === 'string' && typeof path === 'string' ? { method, path } : null,
  };
}

/** The XML name of a structure that is a whole body; null where the model names none. */
export function xmlNameOf(reference: unknown): string | null {
  const schema = typeof reference === 'function' ? reference() : reference;
  const name = Array.isArray(schema) ? traitsOf(schema[3]).get('xmlName') : undefined;
  return typeof name === 'string' ? name : null;
}

/** The traits of a structure's member, by name: a reference with traits is a pair. */
export function memberTraitsOf(reference: unknown): ReadonlyMap<string, unknown> {
  const member = typeof reference === 'function' ? reference() : reference;
  return Array.isArray(member) && member.length === 2 ? traitsOf(member[1]) : new Map();
}

/** The traits that have no value are bits of a number. */
const FLAGS: readonly (readonly [number, string])[] = [
  [0b0000_0001, 'httpLabel'],
  [0b0001_0000, 'httpPayload'],
];

function traitsOf(traits: unknown): ReadonlyMap<string, unknown> {
  if (typeof traits === 'number') {
    return new Map(FLAGS.filter(([bit]) => (traits & bit) !== 0).map(([, name]) => [name, 1]));
  }
  return new Map(Object.entries(Object(traits)));
}
