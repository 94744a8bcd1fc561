import { type Leaf, readLeaf } from './event-pattern-leaf.ts';

export type PatternValidation = { readonly kind: 'valid' } | { readonly kind: 'rejected'; readonly because: string };

/** A pattern with dotted keys spelled out and `$or` multiplied out: what each field's value must be, in the event's shape. */
interface PatternNode {
  readonly leaf: Leaf | null;
  readonly members: ReadonlyMap<string, PatternNode>;
}

type Compiled = { readonly kind: 'valid'; readonly nodes: readonly PatternNode[] } | Rejected;

type Rejected = { readonly kind: 'rejected'; readonly because: string };

/** EventBridge's own limit on what the `$or`s of one pattern multiply to. */
const MAX_ALTERNATIVES = 1000;

const MAX_DEPTH = 32;

/** Whether AWS accepts the pattern, as its open-source rule engine (event-ruler) decides. */
export function validatePattern(pattern: unknown): PatternValidation {
  const compiled = compile(pattern, 0);
  return compiled.kind === 'valid' ? { kind: 'valid' } : compiled;
}

/**
 * Whether an EventBridge rule with this pattern delivers the event. A pattern that AWS rejects matches nothing. Of an array of
 * objects one element has to match everything that the pattern says below it; of an array of values one value is enough.
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  const compiled = compile(pattern, 0);
  return compiled.kind === 'valid' && compiled.nodes.some((node) => matchesNode(node, event, event, []));
}

/** `path` leads from `root` to `value`, for the one operator that asks about the whole event: absence. */
function matchesNode(node: PatternNode, value: unknown, root: unknown, path: readonly string[]): boolean {
  if (node.leaf !== null && !matchesLeaf(node.leaf, value, root, path)) return false;
  if (node.members.size === 0) return true;
  const objects = elementsOf(value).filter(isObject);
  // Without an object there is no field, which is what `exists: false` asks for.
  const candidates: readonly Record<string, unknown>[] = objects.length === 0 ? [{}] : objects;
  return candidates.some((candidate) =>
    [...node.members].every(([name, member]) => matchesNode(member, memberOf(candidate, name), root, [...path, name])),
  );
}

function matchesLeaf(leaf: Leaf, value: unknown, root: unknown, path: readonly string[]): boolean {
  if (leaf.acceptsAbsence && scalarsAt([root], path).length === 0) return true;
  return scalarsAt([value], []).some((scalar) => leaf.accepts(scalar));
}

function scalarsAt(values: readonly unknown[], path: readonly string[]): readonly unknown[] {
  let reached = values.flatMap(elementsOf);
  for (const name of path) {
    reached = reached.filter(isObject).flatMap((object) => elementsOf(memberOf(object, name)));
  }
  // An object and an empty array are no values to the engine: neither of them exists.
  return reached.filter((value) => value !== undefined && (value === null || typeof value !== 'object'));
}

/** Lists in lists are one list to the engine. Bounded, because the event is somebody else's and may be nested without end. */
function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flat(MAX_DEPTH) : [value];
}

function compile(pattern: unknown, depth: number): Compiled {
  if (!isObject(pattern)) return rejected('a pattern is a JSON object');
  if (depth > MAX_DEPTH) return rejected('the pattern is nested too deeply');
  const entries = Object.entries(pattern);
  if (entries.length === 0) return rejected('an object in a pattern has at least one key');
  let nodes: readonly PatternNode[] = [EMPTY];
  for (const [key, value] of entries) {
    const compiled = isAlternative(key, value) ? compileAlternatives(value, depth) : compileField(key, value, depth);
    if (compiled.kind === 'rejected') return compiled;
    if (nodes.length * compiled.nodes.length > MAX_ALTERNATIVES) {
      return rejected(`$or leads to more than ${MAX_ALTERNATIVES} combinations`);
    }
    nodes = nodes.flatMap((left) => compiled.nodes.map((right) => merged(left, right)));
  }
  return { kind: 'valid', nodes };
}

/** `$or` is an operator only over at least two objects; otherwise it is a field of that name, as in event-ruler. */
function isAlternative(key: string, value: unknown): value is readonly unknown[] {
  return key === '$or' && Array.isArray(value) && value.length > 1 && value.every(isObject);
}

function compileAlternatives(branches: readonly unknown[], depth: number): Compiled {
  const nodes: PatternNode[] = [];
  for (const branch of branches) {
    const compiled = compile(branch, depth + 1);
    if (compiled.kind === 'rejected') return compiled;
    nodes.push(...compiled.nodes);
  }
  return { kind: 'valid', nodes };
}

function compileField(key: string, value: unknown, depth: number): Compiled {
  const compiled = Array.isArray(value) ? compileLeaf(value) : isObject(value) ? compile(value, depth + 1) : null;
  if (compiled === null) return rejected(`the value of ${key} has to be a list or an object`);
  if (compiled.kind === 'rejected') return compiled;
  const under = (node: PatternNode): PatternNode =>
    key.split('.').reduceRight<PatternNode>((inner, name) => ({ leaf: null, members: new Map([[name, inner]]) }), node);
  return { kind: 'valid', nodes: compiled.nodes.map(under) };
}

function compileLeaf(conditions: readonly unknown[]): Compiled {
  const leaf = readLeaf(conditions);
  return leaf.kind === 'rejected' ? leaf : { kind: 'valid', nodes: [{ leaf: leaf.leaf, members: new Map() }] };
}

const EMPTY: PatternNode = { leaf: null, members: new Map() };

/** Both must hold, of one and the same element of every array on the way. */
function merged(left: PatternNode, right: PatternNode): PatternNode {
  const members = new Map(left.members);
  for (const [name, member] of right.members) {
    const known = members.get(name);
    members.set(name, known === undefined ? member : merged(known, member));
  }
  return { leaf: bothLeaves(left.leaf, right.leaf), members };
}

function bothLeaves(left: Leaf | null, right: Leaf | null): Leaf | null {
  if (left === null || right === null) return left ?? right;
  return {
    acceptsAbsence: left.acceptsAbsence && right.acceptsAbsence,
    accepts: (scalar) => left.accepts(scalar) && right.accepts(scalar),
  };
}

const rejected = (because: string): Rejected => ({ kind: 'rejected', because });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const memberOf = (object: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;
