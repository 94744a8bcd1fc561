import type { AccountRuntime } from './account-runtime.ts';
import type { JsonObject } from './account-state.ts';
import type { Caller } from './principals.ts';
import { type OperationShape, operationShapeOf } from './shapes.ts';

/** An error of a service's model, by the code that goes over the wire. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Further members of the modelled error. */
    readonly fields: JsonObject = {},
  ) {
    super(message);
  }
}

/** An answer that another server gave and that goes out unchanged. */
export class PassedAnswer {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {}
}

/** One call as an operation sees it. */
export interface Call {
  readonly runtime: AccountRuntime;
  readonly caller: Caller;
  readonly now: Date;
  readonly requestId: string;
  /** The body as it came, for operations that are passed on. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One permission that a call needs. */
export interface Demand {
  readonly action?: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Of what another account owns. */
  readonly resourcePolicy?: JsonObject;
}

/** How CloudTrail records a call: `data` only by a trail that asks for such events, `never` where no trail here does. */
export type Recording = 'read' | 'write' | 'data' | 'never';

export interface OperationParts<I, O> {
  /** The permissions that the call needs; IAM's action is the operation's own name unless a demand says otherwise. */
  readonly demands: (input: I, call: Call) => readonly Demand[];
  readonly recording?: Recording;
  /** What CloudTrail shows of the request; by default all of it. */
  readonly recordedRequest?: (input: I) => JsonObject;
  readonly recordedResponse?: (output: O) => JsonObject | null;
  /** Of a data event: the bucket whose trail may ask for it. */
  readonly bucketOf?: (input: I) => string | undefined;
  readonly run: (input: I, call: Call) => O | Promise<O>;
}

/** An operation with its types erased: the schema check has proved the input before `demands` and `run` see it. */
export interface Operation {
  readonly name: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly http: OperationShape['http'];
  readonly recording: Recording;
  demands(input: unknown, call: Call): readonly Demand[];
  run(input: unknown, call: Call): unknown;
  recordedRequest(input: unknown): JsonObject | null;
  recordedResponse(output: unknown): JsonObject | null;
  bucketOf(input: unknown): string | undefined;
}

/** Binds an operation's schema of the SDK to its permissions and behaviour; the SDK's own types describe both sides. */
export function operation<I, O>(schema: unknown, parts: OperationParts<I, O>): Operation {
  const { name, input, output, http } = operationShapeOf(schema);
  return {
    name,
    input,
    output,
    http,
    recording: parts.recording ?? (/^(Describe|Get|List|Lookup)/.test(name) ? 'read' : 'write'),
    demands: (value, call) => parts.demands(value as I, call),
    run: (value, call) => parts.run(value as I, call),
    recordedRequest: (value) => parts.recordedRequest?.(value as I) ?? lowerCamel(value),
    recordedResponse: (value) => parts.recordedResponse?.(value as O) ?? null,
    bucketOf: (value) => parts.bucketOf?.(value as I),
  };
}

export interface Service {
  /** The name in the credential scope, by which a request finds its service. */
  readonly signingName: string;
  /** The prefix of its IAM actions. */
  readonly iamPrefix: string;
  readonly protocol: 'json-1.0' | 'json-1.1' | 'query' | 'ec2-query' | 'rest-xml';
  /** The XML namespace of a query or REST service, or the shape namespace of a JSON service. */
  readonly namespace: string;
  readonly eventSource: string;
  readonly throttling: { readonly code: string; readonly status: number };
  /** Records of global services are written in us-east-1. */
  readonly global?: boolean;
  /** CloudTrail shows the parameters of its denied calls too; most services' are null. */
  readonly recordsDeniedRequests?: boolean;
  readonly operations: readonly Operation[];
}

/** Renders a request as CloudTrail does: member names begin with a small letter, times are text. */
export function lowerCamel(value: unknown): JsonObject | null {
  if (typeof value !== 'object' || value === null) return null;
  const rename = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(rename);
    if (one instanceof Date) return one.toISOString();
    if (one instanceof Uint8Array || typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), rename(member)]),
    );
  };
  return Object.fromEntries(Object.entries(rename(value) ?? {}));
}

/** One page of a list, by a token that is the index of the next element. */
export function page<T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
  invalid: () => ServiceError,
): { readonly items: T[]; readonly next: string | undefined } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString('utf8'));
  if (!Number.isInteger(start) || start < 0) throw invalid();
  const end = start + size;
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end), 'utf8').toString('base64') : undefined,
  };
}
