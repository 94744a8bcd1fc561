import type { JsonObject } from './account-state.ts';
import { isObject } from './schema-check.ts';

/** Answers whether an IAM pattern (`*` any text, `?` one character) matches a whole text; linear, for hostile patterns. */
export function matchesIamPattern(pattern: string, text: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let retry = 0;
  while (place < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      retry = place;
    } else if (pattern[at] === '?' || pattern[at] === text[place]) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      place = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** Copies a policy with every resource pattern that matches the given resource widened to `*`. */
export function withResourcesMatching(document: JsonObject, resource: string): JsonObject {
  const widen = (value: unknown): unknown => {
    const patterns = Array.isArray(value) ? value : [value];
    return patterns.map((pattern: unknown) =>
      typeof pattern === 'string' && matchesIamPattern(pattern, resource) ? '*' : pattern,
    );
  };
  return {
    ...document,
    Statement: statementsOf(document).map((statement) => ({
      ...statement,
      ...('Resource' in statement ? { Resource: widen(statement['Resource']) } : {}),
      ...('NotResource' in statement ? { NotResource: widen(statement['NotResource']) } : {}),
    })),
  };
}

/** The statements of a policy document, which may hold one without a list. */
function statementsOf(document: JsonObject): readonly JsonObject[] {
  const statement = document['Statement'];
  return (Array.isArray(statement) ? statement : [statement]).filter(isObject);
}

/**
 * The condition keys that a policy's statements on an action need and the given context lacks,
 * as the policy simulator reports them in MissingContextValues.
 */
export function missingContextKeys(
  documents: readonly JsonObject[],
  action: string,
  context: Readonly<Record<string, unknown>>,
): readonly string[] {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const missing = documents
    .flatMap((document) => statementsOf(document))
    .filter((statement) => actionMatches(statement, action))
    .flatMap((statement) => contextKeysOf(statement))
    .filter((key) => !given.has(key.toLowerCase()));
  return [...new Set(missing)].sort();
}

function actionMatches(statement: JsonObject, action: string): boolean {
  const patterns = (value: unknown) =>
    (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
  const matches = (value: unknown) =>
    patterns(value).some((pattern) => matchesIamPattern(pattern.toLowerCase(), action.toLowerCase()));
  return 'NotAction' in statement ? !matches(statement['NotAction']) : matches(statement['Action']);
}

function contextKeysOf(statement: JsonObject): readonly string[] {
  const operators = isObject(statement['Condition']) ? Object.values(statement['Condition']) : [];
  const keys = operators.flatMap((operator) => (isObject(operator) ? Object.keys(operator) : []));
  const variables = [...JSON.stringify(statement).matchAll(/\$\{([^}$*?,]+)/g)].map((match) => match[1] ?? '');
  return [...keys, ...variables];
}
