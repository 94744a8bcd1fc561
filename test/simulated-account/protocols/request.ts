import { isObject, SchemaViolation } from '../schema-check.ts';
import type { Operation, Service } from '../service.ts';
import { fromEc2Form } from './ec2-query.ts';
import { fromForm } from './query.ts';
import { restMembers, restOperation } from './rest-xml.ts';

/** What came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as the request line has them. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Who signs a request, for which service and Region, as the Authorization header's credential scope says. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
}

/** Reads the scope of a SigV4 header; the signature itself is not checked, the key is the caller's name here. */
export function credentialScope(authorization: string | undefined): CredentialScope | null {
  const match = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/.exec(authorization ?? '');
  const [, accessKeyId, region, signingName] = match ?? [];
  return accessKeyId !== undefined && region !== undefined && signingName !== undefined
    ? { accessKeyId, region, signingName }
    : null;
}

/** The operation that a request names, by its target header, its form's Action, or its method and path. */
export function operationName(service: Service, request: WireRequest): string {
  switch (service.protocol) {
    case 'query':
    case 'ec2-query':
      return new URLSearchParams(request.body).get('Action') ?? '';
    case 'rest-xml':
      return restOperation(service, request)?.name ?? `${request.method} ${request.target}`;
    default:
      return request.headers['x-amz-target']?.split('.').at(-1) ?? '';
  }
}

/** The request's members as plain JSON, before the schema check. */
export function requestMembers(service: Service, operation: Operation, request: WireRequest): unknown {
  const { body } = request;
  if (service.protocol === 'query') return fromForm(new URLSearchParams(body), operation.input);
  if (service.protocol === 'ec2-query') return fromEc2Form(new URLSearchParams(body), operation.input);
  if (service.protocol === 'rest-xml') return restMembers(operation, request);
  try {
    const members: unknown = JSON.parse(body === '' ? '{}' : body);
    if (isObject(members)) return members;
  } catch {
    // Reported below like any other body that is no JSON object.
  }
  throw new SchemaViolation('body', body, 'a JSON object');
}
