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

/** Whether AWS refused a call for want of permission. Expired or unknown credentials are not that: they are thrown. */
export function isAccessDenied(error: unknown): boolean {
  return ACCESS_DENIED.has(errorName(error));
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
    if (isAccessDenied(error)) return { kind: 'unreadable', because: `${expected.call} is not permitted (${name})` };
    if (expected.unreadable?.includes(name))
      return { kind: 'unreadable', because: `${expected.call} failed (${name})` };
    throw error;
  }
}

export const ABSENT = { kind: 'absent' } as const;

export const unreadable = (because: string) => ({ kind: 'unreadable', because }) as const;

export const read = <T>(value: T) => ({ kind: 'read', value }) as const;
