import { SchemaViolation } from '../schema-check.ts';
import type { Operation, Service, ServiceError } from '../service.ts';
import { memberTraitsOf, shapeOf, xmlNameOf } from '../shapes.ts';
import { escapeXml } from './query.ts';
import type { WireRequest } from './request.ts';
import type { Answer } from './response.ts';

/** What a request to S3 is about, whether the bucket stands in the path or in the host. */
interface RestTarget {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** The bucket of `bucket.localhost:1234`; null where the host is this machine itself. */
function bucketOfHost(host = ''): string | null {
  return /^(.+)\.localhost(?::\d+)?$/.exec(host)?.[1] ?? null;
}

function targetOf({ target, headers }: WireRequest): RestTarget {
  const [path = '', search = ''] = target.split(/\?(.*)/s);
  const steps = path.replace(/^\//, '');
  const inHost = bucketOfHost(headers['host']);
  const slash = steps.indexOf('/');
  const [bucket, key] =
    inHost !== null ? [inHost, steps] : slash < 0 ? [steps, ''] : [steps.slice(0, slash), steps.slice(slash + 1)];
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key), query: new URLSearchParams(search) };
}

/** The query names that tell an operation apart from others of the same method and path. */
function distinctQuery({ http }: Operation): readonly string[] {
  const names = [...new URLSearchParams(http?.path.split('?')[1] ?? '').keys()];
  return names.filter((name) => name !== 'x-id');
}

/** The operation of a method, of a bucket or an object, and of the query; undefined where the service has none. */
export function restOperation(service: Service, request: WireRequest): Operation | undefined {
  const { bucket, key, query } = targetOf(request);
  if (bucket === '') return undefined;
  return service.operations.find(
    (operation) =>
      operation.http?.method === request.method &&
      operation.http.path.includes('{Key+}') === (key !== '') &&
      distinctQuery(operation).every((name) => query.has(name)),
  );
}

/**
 * Reads a REST request into the JSON that the operation's input type describes. Headers that the type does not know belong to the
 * protocol; query names that it does not know are kept, so that the schema check can refuse them.
 */
export function restMembers(operation: Operation, request: WireRequest): unknown {
  const shape = shapeOf(operation.input);
  if (shape.kind !== 'struct') throw new SchemaViolation('input', operation.name, 'a structure');
  const { bucket, key, query } = targetOf(request);
  const members: Record<string, unknown> = {};
  const known = new Set([...distinctQuery(operation), 'x-id']);
  for (const [name, reference] of shape.members) {
    const traits = memberTraitsOf(reference);
    const queryName = traits.get('httpQuery');
    if (typeof queryName === 'string') known.add(queryName);
    const text = textOf(name, traits);
    if (text !== undefined) members[name] = scalarOf(reference, text);
  }
  for (const [name, text] of query) if (!known.has(name)) members[name] = text;
  return members;

  function textOf(name: string, traits: ReadonlyMap<string, unknown>): string | undefined {
    if (traits.has('httpLabel')) return name === 'Bucket' ? bucket : key;
    if (traits.has('httpPayload')) return Buffer.from(request.body, 'utf8').toString('base64');
    const header = traits.get('httpHeader');
    if (typeof header === 'string') return request.headers[header.toLowerCase()];
    const queryName = traits.get('httpQuery');
    return typeof queryName === 'string' ? (query.get(queryName) ?? undefined) : undefined;
  }
}

function scalarOf(reference: unknown, text: string): unknown {
  switch (shapeOf(reference).kind) {
    case 'number':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
      return text.split(',').map((one) => one.trim());
    default:
      return text;
  }
}

/** Renders an output by its schema: headers, and one XML body whose lists are flat. */
export function restSuccess(service: Service, operation: Operation, output: unknown, requestId: string): Answer {
  const headers: Record<string, string> = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
  const shape = shapeOf(operation.output);
  if (shape.kind !== 'struct') return { status: 200, headers, body: '' };
  const values = new Map(Object.entries(Object(output)));
  let root = xmlNameOf(operation.output);
  let inner = '';
  for (const [name, reference] of shape.members) {
    const value = values.get(name);
    if (value === undefined) continue;
    const traits = memberTraitsOf(reference);
    const header = traits.get('httpHeader');
    if (typeof header === 'string') headers[header.toLowerCase()] = String(value);
    else if (traits.has('httpPayload')) {
      root = name;
      inner = membersXml(reference, value);
    } else inner += memberXml(name, reference, value);
  }
  const body = root === null ? '' : `${XML}<${root} xmlns="${service.namespace}">${inner}</${root}>`;
  return { status: 200, headers, body };
}

/** Renders an error as S3 does. */
export function restFailure({ code, message, status }: ServiceError, requestId: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `${XML}<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
  };
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

function memberXml(name: string, reference: unknown, value: unknown): string {
  const xmlName = memberTraitsOf(reference).get('xmlName');
  const tag = typeof xmlName === 'string' ? xmlName : name;
  const shape = shapeOf(reference);
  // Every list of the operations that are served is flattened: its elements stand without a list around them.
  if (shape.kind === 'list') {
    return Array.isArray(value) ? value.map((one) => `<${tag}>${membersXml(shape.member, one)}</${tag}>`).join('') : '';
  }
  return `<${tag}>${membersXml(reference, value)}</${tag}>`;
}

function membersXml(reference: unknown, value: unknown): string {
  const shape = shapeOf(reference);
  if (shape.kind !== 'struct') return escapeXml(value instanceof Date ? value.toISOString() : String(value));
  return Object.entries(Object(value))
    .filter(([name, element]) => shape.members.has(name) && element !== undefined && element !== null)
    .map(([name, element]) => memberXml(name, shape.members.get(name), element))
    .join('');
}
