import type { SettingsProblem } from '../domain/settings.ts';
import { plainText } from '../messages/escape.ts';

/** The user's mistake: exit code 2, and a message that says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that this command needs is not there or does not work: exit code 3, and a message that says what to do. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
}

/** Longer than a list of modes and a bounded value; a key can be as long as its file. */
const PART_MAX = 300;

/** All mistakes of a document together: path, value and expectation of each. */
export function invalidDocument(document: string, problems: readonly SettingsProblem[]): UsageError {
  const lines = problems.map(
    ({ path, value, expectation }) =>
      `  ${plainText(path, PART_MAX)}: ${plainText(expectation, PART_MAX)}, found ${plainText(value, PART_MAX)}`,
  );
  return new UsageError(`${document} is not valid:\n${lines.join('\n')}`);
}

/** The message of anything that was thrown. Told by its members: errors of Node's own may come from another realm. */
export function messageOf(error: unknown): string {
  const message = textAt(error, 'message');
  if (message !== '') return message;
  const errors: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'errors') : undefined;
  // A refused connection is an AggregateError with an empty message: one inner error for each address.
  if (Array.isArray(errors)) return errors.map(messageOf).join('; ');
  return textAt(error, 'name') || String(error);
}

function textAt(error: unknown, key: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  return typeof value === 'string' ? value : '';
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /CredentialsProviderError|Could not load credentials|TokenProviderError|Could not resolve credentials/,
    'No AWS credentials: run "aws sso login" or set AWS_PROFILE, then try again.',
  ],
  [/Expired|expired/, 'The AWS credentials have expired: log in again.'],
  [
    /UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure|IncompleteSignature/,
    'AWS does not know these credentials: check AWS_PROFILE and the Region.',
  ],
  [
    /AccessDenied|NotAuthorized|Unauthorized/,
    'These credentials may not do that: use a role with read access to IAM, ECS, CloudTrail, CloudFormation and CloudWatch Logs.',
  ],
  [/Throttl|TooManyRequests|Rate exceeded/, 'AWS is throttling this account: wait a minute and try again.'],
  [
    /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|TimeoutError|socket hang up/,
    'AWS cannot be reached: check the network, the Region and AWS_ENDPOINT_URL.',
  ],
  [/Region is missing/, 'No Region: pass --region or set AWS_REGION.'],
];

/** One line about a failure, and what to do about it where that is known. AWS's errors are told apart by name and code. */
export function describeFailure(error: unknown): string {
  const message = messageOf(error).replace(/\s+/g, ' ').slice(0, 500);
  if (error instanceof FailureError) return message;
  const name = textAt(error, 'name');
  const evidence = `${name} ${textAt(error, 'code')} ${message}`;
  const hint = HINTS.find(([pattern]) => pattern.test(evidence))?.[1];
  const label = name === '' || name === 'Error' || message === name ? '' : `${name}: `;
  return hint === undefined ? `${label}${message}` : `${hint} (${label}${message})`;
}
