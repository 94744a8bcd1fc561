import { isObject, SchemaViolation } from '../schema-check.ts';
import type { Service } from '../service.ts';
import { fromForm } from './query.ts';

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

/** The operation that a request names, by its target header or its form's Action. */
export function operationName(service: Service, headers: Readonly<Record<string, string>>, body: string): string {
  if (service.protocol === 'query') return new URLSearchParams(body).get('Action') ?? '';
  return headers['x-amz-target']?.split('.').at(-1) ?? '';
}

/** The request's members as plain JSON, before the schema check. */
export function requestMembers(service: Service, input: unknown, body: string): unknown {
  if (service.protocol === 'query') return fromForm(new URLSearchParams(body), input);
  try {
    const members: unknown = JSON.parse(body === '' ? '{}' : body);
    if (isObject(members)) return members;
  } catch {
    // Reported below like any other body that is no JSON object.
  }
  throw new SchemaViolation('body', body, 'a JSON object');
}
