import { isOrganizationId } from './jurisdiction.ts';
import { ENVIRONMENT, type SettingsProblem, type Validated } from './settings.ts';

/** What a function is told by its environment, in final types. */
export interface FunctionEnvironment {
  readonly settingsPath: string;
  /** As it stands there: what is no ceiling permits to observe and nothing else, and stops no function. */
  readonly ceiling: string;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly sessionsQueueUrl: string;
  readonly approvalsQueueUrl: string;
  readonly deploymentId: string;
  /** The organisation that a hub serves; null for a deployment that serves its own account and Region. */
  readonly organizationId: string | null;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
}

export type EnvironmentKey = keyof FunctionEnvironment;

/** What one function asked for; the log level is always there. */
export type EnvironmentOf<Required extends EnvironmentKey> = Pick<FunctionEnvironment, Required | 'logLevel'>;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that a function requires and reports all mistakes together; what it does not require it is not given.
 * The log level may be absent and is then INFO; an unknown one is a mistake, not a default.
 */
export function parseFunctionEnvironment<Required extends EnvironmentKey>(
  variables: Variables,
  required: readonly Required[],
): Validated<EnvironmentOf<Required>> {
  const wanted = new Set<EnvironmentKey>([...required, 'logLevel']);
  const entries = [...wanted].map((key) => [key, READERS[key](variables[ENVIRONMENT[key]], ENVIRONMENT[key])] as const);
  const problems = entries.flatMap(([, field]) => (field.kind === 'invalid' ? field.problems : []));
  if (problems.length > 0) return { kind: 'invalid', problems };
  const values = entries.flatMap(([key, field]) => (field.kind === 'valid' ? [[key, field.value] as const] : []));
  return { kind: 'valid', value: Object.fromEntries(values) as EnvironmentOf<Required> };
}

/** All mistakes in one text, for the exception that ends a cold start. The values of the variables are not repeated. */
export function describeEnvironmentProblems(problems: readonly SettingsProblem[]): string {
  return `The function's environment is not usable: ${problems.map(({ path, expectation }) => `${path}: ${expectation}`).join('; ')}`;
}

type Reader<T> = (value: string | undefined, name: string) => Validated<T>;

const READERS: { readonly [Key in EnvironmentKey]: Reader<FunctionEnvironment[Key]> } = {
  settingsPath: text(/^\/[\w./-]{1,1000}$/, 'the path of the settings in the parameter store, beginning with a slash'),
  ceiling: (value) => ({ kind: 'valid', value: value ?? '' }),
  tableName: text(/^[\w.-]{3,255}$/, 'the name of a DynamoDB table'),
  queueUrl: text(/^https?:\/\/\S{1,1000}$/, 'the URL of a queue'),
  sessionsQueueUrl: text(/^https?:\/\/\S{1,1000}$/, 'the URL of a queue'),
  approvalsQueueUrl: text(/^https?:\/\/\S{1,1000}$/, 'the URL of a queue'),
  deploymentId: text(/^[\w.:/-]{1,255}$/, 'the id of this deployment'),
  organizationId: readOrganizationId,
  logLevel: readLogLevel,
};

function text(pattern: RegExp, expectation: string): Reader<string> {
  return (value, name) =>
    value !== undefined && pattern.test(value)
      ? { kind: 'valid', value }
      : invalid(name, value, `expected ${expectation}`);
}

/** A mistake must not make a single deployment out of a hub, nor the other way round. */
function readOrganizationId(value: string | undefined, name: string): Validated<string | null> {
  if (value === undefined || value === '') return { kind: 'valid', value: null };
  return isOrganizationId(value)
    ? { kind: 'valid', value }
    : invalid(name, value, 'expected the id of an organisation, o- and 10 to 32 letters and digits');
}

function readLogLevel(value: string | undefined, name: string): Validated<FunctionEnvironment['logLevel']> {
  switch (value) {
    case undefined:
    case '':
      return { kind: 'valid', value: 'INFO' };
    case 'DEBUG':
    case 'INFO':
    case 'WARN':
    case 'ERROR':
      return { kind: 'valid', value };
    default:
      return invalid(name, value, 'expected one of DEBUG, INFO, WARN, ERROR');
  }
}

function invalid<T>(path: string, value: string | undefined, expectation: string): Validated<T> {
  return { kind: 'invalid', problems: [{ path, value: (value ?? 'nothing').slice(0, 80), expectation }] };
}
