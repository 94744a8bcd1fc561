import { type Jurisdiction, type Place, placeOfRow } from '../domain/jurisdiction.ts';
import type { SessionVerdict } from '../domain/ledger.ts';
import type { AuditedPlaceStore, AuditedPlaces, VerdictStore } from '../ports.ts';
import { type AuditEnd, type AuditEvent, type AuditOptions, type AuditPorts, runAudit } from './audit.ts';

/** What a hub's audit works with. */
export interface AuditWorld {
  readonly jurisdiction: Jurisdiction;
  /** Of one place: read with the read role of its account. */
  readonly portsOf: (place: Place) => AuditPorts;
  /** Of what is done once for all places, and reads no member. */
  readonly deploymentPorts: AuditPorts;
  readonly places: AuditedPlaceStore;
}

/**
 * How the audit of an organisation ended. A member whose audit did not come to its end is no end of the hub's: an account that was
 * closed, or that took our role away, must not hide whether the hub audits at all.
 */
export interface PlacesEnd extends AuditEnd {
  readonly unauditedMembers: readonly Place[];
}

export interface PlacesOptions extends Omit<AuditOptions, 'onEvent' | 'only'> {
  /** `place` is null for what is of no place. */
  readonly onEvent: (event: AuditEvent, place: Place | null) => void;
}

/** CloudTrail answers each account and Region by itself; more at once would only wait for DynamoDB and for memory. */
const PLACES_AT_ONCE = 4;
/** A place that hangs shall not use up the time of the others. */
const LONGEST_PLACE_MILLISECONDS = 180_000;
/** The longest look of a sweep, and some. */
const PLACE_TIME_MILLISECONDS = 75_000;
/** What fits into one item; nobody has so many. */
const MAX_PLACES = 4_000;

/**
 * One audit of an organisation: each place that a session was ever opened or a policy attached in, those first that the last audit
 * did not come to, then what is done once for all. A place that cannot be read is told of and stops no other. Never throws.
 */
export async function auditPlaces(options: PlacesOptions, world: AuditWorld): Promise<PlacesEnd> {
  const { places: store, jurisdiction, deploymentPorts } = world;
  let failures = 0;
  const onFailure = (error: unknown, sessionId: string | null = null) => {
    failures += 1;
    options.onEvent({ kind: 'failed', step: 'progress', sessionId, error }, null);
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      onFailure(error);
      return null;
    }
  };
  const read = await attempt(async () => ({ before: await store.readPlaces() }));
  const due = await attempt(() => dueByPlace(world, (sessionId, error) => onFailure(error, sessionId)));
  const standing = await attempt(() => allOf(store.placesOfPolicies()));
  const before = read?.before;
  const rows = [...(before?.places ?? []), ...(standing ?? [])].map((row) => placeOfRow(jurisdiction, row));
  const places = distinct([jurisdiction.home, ...rows, ...[...(due?.values() ?? [])].map(({ place }) => place)]);
  const next = { places: places.slice(0, MAX_PLACES).map(rowOf), last: before?.last ?? null };
  // At once: an audit that is always killed later must not forget where to look.
  const kept = read && (await attempt(() => saved(next, before, store)));
  const round = await auditEach(rotated(places, next.last), due ?? new Map(), options, world);
  if (read !== null && round.last !== null) {
    const { last } = round;
    await attempt(() => saved({ ...next, last: rowOf(last) }, kept ?? before, store));
  }
  const onEvent = (event: AuditEvent) => options.onEvent(event, null);
  const shared = await runAudit({ ...options, onEvent, only: 'deployment' }, deploymentPorts);
  const isFinished = round.isFinished && failures === 0;
  const isHome = (place: Place) => keyOf(place) === keyOf(jurisdiction.home);
  const members = round.ends.filter(({ place }) => !isHome(place));
  const own = round.ends.filter(({ place }) => isHome(place)).map(({ end }) => end);
  return {
    ...[...own, shared, ...members.map(({ end }) => ({ ...end, isFinished: true }))].reduce(added, {
      ...NOTHING,
      isFinished,
      failures,
    }),
    unauditedMembers: members.filter(({ end }) => !end.isFinished).map(({ place }) => place),
  };
}

interface DuePlace {
  readonly place: Place;
  readonly verdicts: SessionVerdict[];
}

/** How far a round over the places came. */
interface Round {
  readonly ends: readonly { readonly place: Place; readonly end: AuditEnd }[];
  readonly last: Place | null;
  readonly isFinished: boolean;
}

async function auditEach(
  places: readonly Place[],
  due: ReadonlyMap<string, DuePlace>,
  options: PlacesOptions,
  { deploymentPorts: { clock, verdicts }, portsOf }: AuditWorld,
): Promise<Round> {
  const ends: { readonly place: Place; readonly end: AuditEnd }[] = [];
  const left = places.values();
  let last: Place | null = null;
  let isFinished = true;
  const lane = async () => {
    for (const place of left) {
      if (!options.hasTime(PLACE_TIME_MILLISECONDS)) {
        isFinished = false;
        return;
      }
      last = place;
      const until = clock().getTime() + LONGEST_PLACE_MILLISECONDS;
      const hasTime = (milliseconds: number) =>
        options.hasTime(milliseconds) && clock().getTime() + milliseconds < until;
      const onEvent = (event: AuditEvent) => options.onEvent(event, place);
      const ports = { ...portsOf(place), verdicts: dueOnly(due.get(keyOf(place))?.verdicts ?? [], verdicts) };
      ends.push({ place, end: await runAudit({ ...options, hasTime, onEvent, only: 'place' }, ports) });
    }
  };
  await Promise.all(Array.from({ length: PLACES_AT_ONCE }, lane));
  return { ends, last, isFinished };
}

/** What is due, read once for all places; a verdict whose place is none is the deployment's own to settle. */
async function dueByPlace(
  { jurisdiction, deploymentPorts: { verdicts, clock } }: AuditWorld,
  onMalformed: (sessionId: string, error: unknown) => void,
): Promise<ReadonlyMap<string, DuePlace>> {
  const due = new Map<string, DuePlace>();
  for await (const page of verdicts.dueVerdicts(clock(), onMalformed)) {
    for (const verdict of page) {
      const place = placeOfRow(jurisdiction, verdict);
      const known = due.get(keyOf(place)) ?? { place, verdicts: [] };
      known.verdicts.push(verdict);
      due.set(keyOf(place), known);
    }
  }
  return due;
}

/** The same store, to which nothing is due but these. */
function dueOnly(due: readonly SessionVerdict[], store: VerdictStore): VerdictStore {
  return {
    findVerdict: (sessionId) => store.findVerdict(sessionId),
    saveVerdict: (verdict, expectedVersion) => store.saveVerdict(verdict, expectedVersion),
    verdictsOfDay: (day) => store.verdictsOfDay(day),
    async *dueVerdicts() {
      yield due;
    },
  };
}

async function saved(
  next: Omit<AuditedPlaces, 'version'>,
  before: AuditedPlaces | undefined,
  store: AuditedPlaceStore,
): Promise<AuditedPlaces | undefined> {
  const places = { ...next, version: (before?.version ?? 0) + 1 };
  // In a conflict another audit goes on from its own; a place that it does not know yet is found again.
  return (await store.savePlaces(places, before?.version ?? null)) === 'saved' ? places : before;
}

/** Those behind the last one first, so that an audit that never comes to the end starves none. */
function rotated(places: readonly Place[], last: AuditedPlaces['last']): readonly Place[] {
  const sorted = [...places].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const begin = last === null ? 0 : sorted.findIndex((place) => keyOf(place) > keyOf(last));
  return begin <= 0 ? sorted : [...sorted.slice(begin), ...sorted.slice(0, begin)];
}

function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

const keyOf = ({ account, region }: Pick<Place, 'account' | 'region'>) => `${account} ${region}`;

const rowOf = ({ account, region }: Place) => ({ account, region });

async function allOf<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const NOTHING: AuditEnd = { isFinished: true, settled: 0, postponed: 0, conflicts: 0, failures: 0 };

function added(left: AuditEnd, right: AuditEnd): AuditEnd {
  return {
    isFinished: left.isFinished && right.isFinished,
    settled: left.settled + right.settled,
    postponed: left.postponed + right.postponed,
    conflicts: left.conflicts + right.conflicts,
    failures: left.failures + right.failures,
  };
}
