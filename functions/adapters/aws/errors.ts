import type { Reading } from '../../domain/observation.ts';

/** AWS's names for "you may not"; each service has its own. With and without `Exception`: see `errorName`. */
const ACCESS_DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AuthorizationError',
  'NotAuthorized',
  'OpsItemAccessDenied',
  'Unauthorized',
  'UnauthorizedOperation',
]);

/** An error's name without `Exception`: the query protocols send the bare code, the SDK's classes carry the suffix. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name.replace(/Exception$/, '') : '';
}

/** A member account does not let the hub in: its role is absent, or trusts another hub. Whatever needs it is unreadable. */
export class MemberRoleRefused extends Error {
  override readonly name = 'MemberRoleRefused';
  constructor(readonly roleArn: string) {
    super(`the role ${roleArn} is absent or may not be assumed`);
  }
}

/** Whether AWS refused a call for want of permission. Expired or unknown credentials are not that: they are thrown. */
export function isAccessDenied(error: unknown): boolean {
  return error instanceof MemberRoleRefused || ACCESS_DENIED.has(errorName(error));
}

/** How one kind of call fails without being asked again. Names are given without `Exception`. */
export interface ExpectedErrors {
  /** The IAM action or its purpose, for a person. */
  readonly call: string;
  readonly absent?: readonly string[];
  /** Answers that asking again would repeat. */
  readonly unreadable?: readonly string[];
}

/**
 * The answer of a call, with "not found" and "access denied" as readings. Every other error is thrown again: throttling,
 * time-outs, 5xx and what nobody knows.
 */
export async function readingOf<T>(answer: Promise<Reading<T>>, expected: ExpectedErrors): Promise<Reading<T>> {
  try {
    return await answer;
  } catch (error) {
    const name = errorName(error);
    if (expected.absent?.includes(name)) return { kind: 'absent' };
    if (error instanceof MemberRoleRefused) return unreadable(`${expected.call} is not permitted: ${error.message}`);
    if (isAccessDenied(error)) return { kind: 'unreadable', because: `${expected.call} is not permitted (${name})` };
    if (expected.unreadable?.includes(name))
      return { kind: 'unreadable', because: `${expected.call} failed (${name})` };
    throw error;
  }
}

export const ABSENT = { kind: 'absent' } as const;

export const unreadable = (because: string) => ({ kind: 'unreadable', because }) as const;

export const read = <T>(value: T) => ({ kind: 'read', value }) as const;

const PASSING: ReadonlySet<string> = new Set(['RequestLimitExceeded', 'Throttling', 'TimeoutError', 'TooManyRequests']);

/** Whether the same question may be answered in a while: throttling, a time-out, or AWS's own failure. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const metadata: unknown = Reflect.get(error, '$metadata');
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined;
  return PASSING.has(errorName(error)) || (typeof status === 'number' && (status === 429 || status >= 500));
}
