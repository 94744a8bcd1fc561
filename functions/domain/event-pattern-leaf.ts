import { readCidr } from './event-pattern-cidr.ts';
import { readWildcard } from './event-pattern-wildcard.ts';

/** What a field's value may be: one of a list of conditions. */
export interface Leaf {
  readonly accepts: (scalar: unknown) => boolean;
  /** The field may also be missing. */
  readonly acceptsAbsence: boolean;
}

export type LeafReading =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'rejected'; readonly because: string };

type Test = (scalar: unknown) => boolean;

/** AWS compares numbers only between these. */
const MAX_NUMBER = 5e9;

/** Reads the list of conditions of one field: literals and operators, of which one has to hold. */
export function readLeaf(conditions: readonly unknown[]): LeafReading {
  if (conditions.length === 0) return { kind: 'rejected', because: 'an empty list matches nothing' };
  const tests: Test[] = [];
  let acceptsAbsence = false;
  for (const condition of conditions) {
    if (isObject(condition) && Object.keys(condition).length === 1 && condition['exists'] === false) {
      acceptsAbsence = true;
      continue;
    }
    const test = readCondition(condition);
    if (test === null) {
      const text = (JSON.stringify(condition) ?? String(condition)).slice(0, 80);
      return { kind: 'rejected', because: `not a condition that AWS knows: ${text}` };
    }
    tests.push(test);
  }
  return { kind: 'leaf', leaf: { acceptsAbsence, accepts: (scalar) => tests.some((test) => test(scalar)) } };
}

function readCondition(condition: unknown): Test | null {
  if (!isObject(condition)) return isLiteral(condition) ? (scalar) => scalar === condition : null;
  const [entry, ...more] = Object.entries(condition);
  if (entry === undefined || more.length > 0) return null;
  const [operator, operand] = entry;
  switch (operator) {
    case 'exists':
      return operand === true ? () => true : null;
    case 'prefix':
    case 'suffix':
      return readAffix(operator, operand);
    case 'equals-ignore-case':
    case 'wildcard':
      return readTextTest(operator, operand);
    case 'cidr':
      return typeof operand === 'string' ? readCidr(operand) : null;
    case 'numeric':
      return Array.isArray(operand) ? readNumeric(operand) : null;
    case 'anything-but':
      return readAnythingBut(operand);
    default:
      return null;
  }
}

/** Text operators never match a number or a boolean, however it is written. */
function onText(test: (text: string) => boolean): Test {
  return (scalar) => typeof scalar === 'string' && test(scalar);
}

function readTextTest(operator: string, operand: unknown): Test | null {
  if (typeof operand !== 'string') return null;
  switch (operator) {
    case 'prefix':
      return onText((text) => text.startsWith(operand));
    case 'suffix':
      return onText((text) => text.endsWith(operand));
    case 'equals-ignore-case':
      return onText((text) => text.toLowerCase() === operand.toLowerCase());
    case 'wildcard': {
      const wildcard = readWildcard(operand);
      return wildcard === null ? null : onText(wildcard);
    }
    default:
      return null;
  }
}

function readAffix(operator: 'prefix' | 'suffix', operand: unknown): Test | null {
  if (!isObject(operand)) return readTextTest(operator, operand);
  const [[inner, text] = [], ...more] = Object.entries(operand);
  if (inner !== 'equals-ignore-case' || typeof text !== 'string' || more.length > 0) return null;
  const wanted = text.toLowerCase();
  return onText((value) =>
    operator === 'prefix' ? value.toLowerCase().startsWith(wanted) : value.toLowerCase().endsWith(wanted),
  );
}

/** Any value but these; a missing field is not a value. */
function readAnythingBut(operand: unknown): Test | null {
  if (!isObject(operand)) {
    const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    const areOfOneKind =
      values.length > 0 && ['string', 'number'].some((kind) => values.every((value) => typeof value === kind));
    return areOfOneKind ? (scalar) => !values.includes(scalar) : null;
  }
  const [[operator, texts] = [], ...more] = Object.entries(operand);
  if (operator === undefined || more.length > 0) return null;
  const unwanted = (Array.isArray(texts) ? texts : [texts]).map((text) => readTextTest(operator, text));
  const tests = unwanted.filter((test) => test !== null);
  if (tests.length === 0 || tests.length < unwanted.length) return null;
  return (scalar) => !tests.some((test) => test(scalar));
}

/** `["=", 5]`, `["<", 5]`, `[">", 0]` or, in this order only, `[">", 0, "<=", 5]`. */
function readNumeric(terms: readonly unknown[]): Test | null {
  const [first, second] = [terms.slice(0, 2), terms.slice(2)].map(readComparison);
  if (first === undefined || first === null || terms.length > 4) return null;
  if (terms.length === 2) return first.test;
  if (second === undefined || second === null) return null;
  const isRange = first.operator.startsWith('>') && second.operator.startsWith('<') && first.bound < second.bound;
  return isRange ? (scalar) => first.test(scalar) && second.test(scalar) : null;
}

function readComparison(terms: readonly unknown[]): { operator: string; bound: number; test: Test } | null {
  const [operator, bound, ...more] = terms;
  if (typeof operator !== 'string' || typeof bound !== 'number' || more.length > 0) return null;
  const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (compare === undefined || Math.abs(bound) > MAX_NUMBER) return null;
  return { operator, bound, test: (scalar) => typeof scalar === 'number' && compare(scalar, bound) };
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

const isLiteral = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
