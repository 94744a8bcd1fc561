import { type Diagnosis, fail, ok, unknown, warn } from './diagnosis.ts';
import type { Reading } from './observation.ts';
import { SIGNAL_RULES, type SignalRuleName } from './rules.ts';

/** One condition of a trail's advanced selector; `others` says that it has operators which are not understood here. */
export interface TrailField {
  readonly field: string;
  readonly equals: readonly string[];
  readonly notEquals: readonly string[];
  readonly others: boolean;
}

/** What a trail selects; null where its selectors may not be read. */
export type TrailSelectors =
  | {
      readonly kind: 'basic';
      readonly selectors: readonly BasicSelector[];
    }
  | { readonly kind: 'advanced'; readonly selectors: readonly (readonly TrailField[])[] };

interface BasicSelector {
  readonly management: boolean;
  readonly readWrite: string;
  /** Services whose management events are left out, e.g. `kms.amazonaws.com`; none where it is absent. */
  readonly excluded?: readonly string[];
}

export interface ObservedTrail {
  readonly name: string;
  readonly isLogging: Reading<boolean>;
  readonly selectors: Reading<TrailSelectors>;
}

type Trails = Reading<readonly ObservedTrail[]>;

/** Whether the trails give EventBridge what the deployed rules wait for. Event history alone delivers nothing. */
export function diagnoseTrails(trails: Trails, signals: readonly SignalRuleName[]): readonly Diagnosis[] {
  return [diagnoseDelivery(trails), ...readsCheck(trails, signals), ...dataCheck(signals)];
}

const NO_TRAIL =
  'create a trail that logs management events (read or write: write is enough); EventBridge gets API calls from nowhere else';

/** The services whose calls the rules wait for that every deployment has. */
const SOURCES = ['logs.amazonaws.com', 'ecs.amazonaws.com', 'ssm.amazonaws.com'];

/** Whether a trail gives EventBridge the calls without which nothing is repaired and no session is known. */
export function diagnoseDelivery(trails: Trails): Diagnosis {
  const code = 'trail';
  if (trails.kind === 'unreadable') return unknown(code, `the trails cannot be read: ${trails.because}`);
  const all = trails.kind === 'read' ? trails.value : [];
  if (all.length === 0) return fail(code, 'no trail covers this Region', NO_TRAIL);
  const { good, unclear } = trailsThatLog(all, SOURCES, 'false');
  if (good !== undefined) return ok(code, `the trail ${good.name} logs write management events`);
  return unclear === undefined
    ? fail(
        code,
        `no trail logs write management events of logs, ecs and ssm (${all.map(({ name }) => name).join(', ')})`,
        NO_TRAIL,
      )
    : unknown(code, `the trail ${unclear.name} cannot be read completely`);
}

/** Only where a rule for calls that read is deployed; the audit finds what such a rule does not get, so that nothing is lost. */
function readsCheck(trails: Trails, signals: readonly SignalRuleName[]): readonly Diagnosis[] {
  const code = 'trail-reads';
  const waiting = signals.map((name) => SIGNAL_RULES[name]).filter(({ readOnly }) => readOnly);
  // What cannot be read at all, the check before this one says.
  if (waiting.length === 0 || trails.kind !== 'read') return [];
  const sources = [...new Set(waiting.flatMap(({ pattern }) => pattern.detail.eventSource))];
  const { good, unclear } = trailsThatLog(trails.value, sources, 'true');
  const what = `read management events of ${sources.map((source) => source.replace('.amazonaws.com', '')).join(', ')}`;
  if (good !== undefined) return [ok(code, `the trail ${good.name} logs ${what}`)];
  return unclear === undefined
    ? [warn(code, `no trail logs ${what}: signals that read are not delivered`, 'let a trail log them, too')]
    : [unknown(code, `the trail ${unclear.name} cannot be read completely`)];
}

function dataCheck(signals: readonly SignalRuleName[]): readonly Diagnosis[] {
  return signals.includes('bucket-objects')
    ? [ok('trail-data', 'bucket-objects hears of buckets whose data events (PutObject) a trail logs, and of no other')]
    : [];
}

/** One trail that surely logs the events of all these services, and one of which that cannot be told. */
function trailsThatLog(trails: readonly ObservedTrail[], sources: readonly string[], readOnly: 'true' | 'false') {
  const answers = trails.map((trail) => ({
    trail,
    logging: isLogging(trail),
    logs: logsManagementEvents(trail, sources, readOnly),
  }));
  return {
    good: answers.find(({ logging, logs }) => logging === true && logs === true)?.trail,
    unclear: answers.find(({ logging, logs }) => logging !== false && logs !== false)?.trail,
  };
}

function isLogging({ isLogging: reading }: ObservedTrail): boolean | null {
  return reading.kind === 'read' ? reading.value : null;
}

function logsManagementEvents(
  { selectors: reading }: ObservedTrail,
  sources: readonly string[],
  readOnly: 'true' | 'false',
): boolean | null {
  if (reading.kind !== 'read') return null;
  const selectors = reading.value;
  if (selectors.kind === 'basic') {
    const other = readOnly === 'true' ? 'WriteOnly' : 'ReadOnly';
    return selectors.selectors.some(
      ({ management, readWrite, excluded = [] }) =>
        management && readWrite !== other && !sources.some((source) => excluded.includes(source)),
    );
  }
  const answers = selectors.selectors.map((fields) => sources.map((source) => selects(fields, source, readOnly)));
  if (sources.every((_, index) => answers.some((answer) => answer[index] === true))) return true;
  return sources.every((_, index) => answers.some((answer) => answer[index] !== false)) ? null : false;
}

/** Whether an advanced selector lets the management events of a service through; null where it has conditions beyond that. */
function selects(fields: readonly TrailField[], source: string, readOnly: 'true' | 'false'): boolean | null {
  const answers = fields.map((condition) => {
    const wanted = { eventCategory: 'Management', readOnly, eventSource: source }[condition.field];
    if (wanted === undefined || condition.others) return null;
    if (condition.equals.length > 0 && !condition.equals.includes(wanted)) return false;
    return !condition.notEquals.includes(wanted);
  });
  if (answers.includes(false) || !fields.some(({ field }) => field === 'eventCategory')) return false;
  return answers.includes(null) ? null : true;
}
