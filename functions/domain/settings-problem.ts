import type * as z from 'zod/mini';

/** One mistake in a document: where, what stood there, what is expected. */
export interface SettingsProblem {
  readonly path: string;
  readonly value: string;
  readonly expectation: string;
}

type Path = readonly PropertyKey[];

const MAX_SHOWN = 80;

// A webhook's address or a token, written where only the name of a secret belongs or under a mistaken key, must not reach a log.
const NOT_SHOWN = '(not shown)';
const SECRET_NAME = /slack|secret|token|webhook|password|credential/i;
/** An address, with its slashes escaped or not, or one of Slack's tokens. */
const SECRET_VALUE = /:(?:\\?\/){2}|xox/i;

/** The issues of a schema in words for whoever wrote the document, one for each unknown key. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], document: unknown): readonly SettingsProblem[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) =>
          problemAt([...issue.path, key], document, `unknown key ${shownKey(key).slice(0, MAX_SHOWN)}`),
        )
      : [problemAt(issue.path, document, expectationOf(issue))],
  );
}

function problemAt(path: Path, document: unknown, expectation: string): SettingsProblem {
  return { path: path.map(shownKey).join('.') || '(the whole document)', value: shown(path, document), expectation };
}

function shown(path: Path, document: unknown): string {
  const value = path.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    document,
  );
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  if (isOfSecret(path) || SECRET_VALUE.test(text)) return NOT_SHOWN;
  // Whatever else a wrong object holds is not looked through for secrets.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return text.slice(0, MAX_SHOWN);
}

/** A person's Slack user id is none: whoever wrote a name there has to see it. */
function isOfSecret(path: Path): boolean {
  const [first, , third] = path;
  const ofPerson = path.length === 3 && first === 'people' && third === 'slack';
  return !ofPerson && path.some((key) => SECRET_NAME.test(String(key)));
}

/** The beginning of a text that is no document, unless it may hold a secret. */
export function shownText(text: string): string {
  return SECRET_NAME.test(text) || SECRET_VALUE.test(text) ? NOT_SHOWN : text.trim().slice(0, MAX_SHOWN);
}

function shownKey(key: PropertyKey): string {
  return SECRET_VALUE.test(String(key)) ? NOT_SHOWN : String(key);
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected === 'record' ? 'object' : issue.expected}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_key':
      return expectedKeyOf(issue.path[0]);
    case 'invalid_format':
      return issue.format === 'date'
        ? 'expected a date such as 2027-01-31'
        : `expected text of the form ${issue.pattern ?? issue.format}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'custom':
      return issue.message;
    default:
      return 'expected another value';
  }
}

/** What the keys of a member of the settings have to be. */
export function expectedKeyOf(member: PropertyKey | undefined): string {
  return member === 'organizationalUnits'
    ? 'expected the id of an organizational unit (ou-ab12-cd34ef56) or of the root (r-ab12) as the key'
    : 'expected a 12-digit account id as the key';
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : '';
}
