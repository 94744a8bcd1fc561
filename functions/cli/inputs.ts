import { readJson } from '../domain/cloudtrail-record.ts';
import type { Refusal } from '../domain/refusal.ts';
import { readOwnMessage } from '../flow/own-messages.ts';

/** One event or record of an input, under the name that is printed for it; or why it is none. */
export type Input =
  | { readonly name: string; readonly kind: 'value'; readonly value: unknown }
  | { readonly name: string; readonly kind: 'refusal'; readonly refusal: Refusal };

/** EventBridge delivers at most 256 KB; a longer element of a list was never an event. */
const MAX_EVENT_LENGTH = 262_144;

/** Lists in lists in messages in lists: a real document has three levels. */
const MAX_DEPTH = 6;

type Fields = Readonly<Record<string, unknown>>;

/** A value that is still to be unfolded, on the way from the document to its events. */
interface Found {
  readonly value: unknown;
  /** Set where this value was text inside the document and could not be read. */
  readonly refusal?: Refusal;
}

/**
 * The events and records in a text, in order: one document, or JSON Lines of documents. A list's elements are named
 * `NAME#INDEX`, the lines of JSON Lines `NAME:LINE`. One unreadable part does not stop the rest.
 */
export function* inputsIn(name: string, text: string): Generator<Input> {
  const whole = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const document = parsed(whole);
  if (document !== undefined) {
    yield* inputsOfDocument(name, document.value, whole.length);
    return;
  }
  const lines = whole.split(/\r?\n/);
  if (!isJsonLines(lines)) {
    const hint = isSeveralDocuments(lines) ? ' (several documents must be JSON Lines: one a line)' : '';
    yield { name, kind: 'refusal', refusal: { code: 'not-json', detail: `The text is not JSON${hint}.` } };
    return;
  }
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const lineName = `${name}:${index + 1}`;
    const value = parsed(line);
    if (value !== undefined) yield* inputsOfDocument(lineName, value.value, line.length);
    else yield { name: lineName, kind: 'refusal', refusal: { code: 'not-json', detail: 'The line is not JSON.' } };
  }
}

/**
 * A text that is no document is JSON Lines if one of its lines is a document, or if every line begins like one. A document that
 * was pretty-printed and then cut has neither: its lines are parts.
 */
function isJsonLines(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  if (filled.length < 2) return false;
  return (
    filled.every((line) => /^[{[]./.test(line)) || filled.some((line) => /^\s*[{[]/.test(line) && isDocument(line))
  );
}

/** Pretty-printed documents one after another: where one ends at the margin, the next begins. */
function isSeveralDocuments(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  return filled.some((line, index) => {
    const next = /^[}\]](.*)$/.exec(line)?.[1]?.trim();
    return /^[{[]/.test(next === '' ? (filled[index + 1] ?? '') : (next ?? ''));
  });
}

function isDocument(line: string): boolean {
  const value = parsed(line)?.value;
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function* inputsOfDocument(name: string, document: unknown, length: number): Generator<Input> {
  const list = elementsOf(document);
  if (list === undefined) {
    yield inputOf(name, unwrapped({ value: document }, 0), length);
    return;
  }
  let index = 0;
  for (const found of unfolded(list, 0)) {
    // Only a document longer than the limit can hold an element that is.
    yield inputOf(`${name}#${index}`, found, length > MAX_EVENT_LENGTH ? lengthOf(found.value) : 0);
    index += 1;
  }
}

function* unfolded(elements: readonly unknown[], depth: number): Generator<Found> {
  for (const element of elements) {
    const found = unwrapped({ value: element }, depth);
    const list = depth < MAX_DEPTH && found.refusal === undefined ? elementsOf(found.value) : undefined;
    if (list === undefined) yield found;
    else yield* unfolded(list, depth + 1);
  }
}

/** The elements of a list, in each of the forms in which AWS and its CLI give one; undefined for a single event. */
function elementsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isFields(value) || isEvent(value)) return undefined;
  // A trail file or a Lambda's SQS event, `lookup-events`, `receive-message`.
  return [value['Records'], value['Events'], value['Messages']].find((list) => Array.isArray(list));
}

/** What a queue's message or an element of `lookup-events` carries as text; anything else is itself. */
function unwrapped(found: Found, depth: number): Found {
  const { value } = found;
  if (depth > MAX_DEPTH || !isFields(value) || isEvent(value)) return found;
  const own = readOwnMessage(value);
  if (own?.kind === 'deferred-denial') return unwrapped({ value: own.event }, depth + 1);
  const text = [value['CloudTrailEvent'], value['body'], value['Body']].find((part) => typeof part === 'string');
  if (typeof text !== 'string') return found;
  const reading = readJson(text);
  return reading.kind === 'json' ? unwrapped({ value: reading.value }, depth + 1) : { value, refusal: reading.refusal };
}

function inputOf(name: string, { value, refusal }: Found, length: number): Input {
  if (refusal !== undefined) return { name, kind: 'refusal', refusal };
  if (length > MAX_EVENT_LENGTH) {
    const detail = `The event is longer than the ${MAX_EVENT_LENGTH} characters of the largest one.`;
    return { name, kind: 'refusal', refusal: { code: 'over-limit', detail } };
  }
  return { name, kind: 'value', value };
}

/** An EventBridge event or a CloudTrail record, whatever else it holds. */
function isEvent(value: Fields): boolean {
  return 'detail-type' in value || 'detail' in value || ('eventSource' in value && 'eventName' in value);
}

function lengthOf(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    // Nested deeper than the stack: longer than any event.
    return Number.POSITIVE_INFINITY;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
