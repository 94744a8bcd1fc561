import { parseArn } from './arn.ts';
import { type Acceptance, dayOf, isUnrecorded, type SessionState, type SessionVerdict } from './ledger.ts';
import { type Person, personOf } from './person.ts';
import { changesOf, type ReportedChange } from './reported-changes.ts';
import type { ReportedSuppression } from './suppression.ts';

/** How many sessions stand where. `off` holds the exempt ones too; `accepted` are those of the unrecorded whose gap a person accepted. */
interface SessionCounts {
  readonly sessions: number;
  readonly recorded: number;
  readonly denied: number;
  readonly refused: number;
  readonly missing: number;
  readonly off: number;
  readonly outsideExec: number;
  readonly open: number;
  readonly accepted: number;
}

export interface Coverage {
  readonly counts: SessionCounts;
  /** Sessions of clusters whose logging the settings leave off on purpose: part of `off`, not of the percentage. */
  readonly exempt: number;
  /**
   * Recorded sessions per hundred that are settled, rounded down to two decimals so that only a whole coverage reads 100; null
   * where nothing is settled. An accepted gap stays unrecorded: acceptance closes the incident, it does not make a transcript.
   */
  readonly percent: number | null;
}

/** The coverage of one account, cluster, week or person. */
export interface CoverageSlice extends Coverage {
  /** Unique within its list: the account's number, the cluster's ARN, `YYYY-Www`, kind and name of the person. */
  readonly key: string;
  readonly name: string;
  /** What tells it from another of the same name; empty where the name is unique. */
  readonly detail: string;
}

/** One session as a report shows it. */
export interface ReportedSession {
  readonly verdict: SessionVerdict;
  readonly person: Person;
  readonly clusterName: string;
  readonly taskId: string;
  readonly acceptance: Acceptance | null;
}

/** A report's period: `since` belongs to it, `until` does not; both ISO 8601, UTC. */
export interface ReportPeriod {
  readonly since: string;
  readonly until: string;
}

export interface CoverageReport extends ReportPeriod {
  readonly total: Coverage;
  /** Accounts, clusters and people with the lowest coverage first. */
  readonly accounts: readonly CoverageSlice[];
  readonly clusters: readonly CoverageSlice[];
  /** ISO weeks in UTC, in their order; only those with sessions. */
  readonly weeks: readonly CoverageSlice[];
  readonly people: readonly CoverageSlice[];
  /** Every UTC day of the period, with or without sessions. */
  readonly days: readonly (Coverage & { readonly day: string })[];
  /** Every session of the period, by its start. */
  readonly sessions: readonly ReportedSession[];
  /** Those of them that are unrecorded, accepted or not. */
  readonly unrecorded: readonly ReportedSession[];
  /** The changes of exec logging close to the sessions, recorded or not, by their time. */
  readonly loggingChanges: readonly ReportedChange[];
  /** The suppressions of the settings in force, the next to end first; null where the settings are not known. */
  readonly suppressions: readonly ReportedSuppression[] | null;
}

type Standing = Pick<SessionVerdict, 'sessionId' | 'state' | 'exempt'>;

/** Counts sessions by state, and says how many of the settled ones were recorded. Acceptances of other sessions count nothing. */
export function coverageOf(
  verdicts: Iterable<Standing>,
  acceptances: Iterable<Pick<Acceptance, 'sessionId'>>,
): Coverage {
  const accepted = new Set([...acceptances].map(({ sessionId }) => sessionId));
  const byState = new Map<SessionState, number>();
  let [sessions, exempt, unrecorded, acceptedGaps] = [0, 0, 0, 0];
  for (const verdict of verdicts) {
    sessions += 1;
    byState.set(verdict.state, (byState.get(verdict.state) ?? 0) + 1);
    if (verdict.state === 'off' && verdict.exempt) exempt += 1;
    if (!isUnrecorded(verdict)) continue;
    unrecorded += 1;
    if (accepted.has(verdict.sessionId)) acceptedGaps += 1;
  }
  const count = (state: SessionState) => byState.get(state) ?? 0;
  const recorded = count('recorded');
  const settled = recorded + unrecorded;
  return {
    counts: {
      sessions,
      recorded,
      denied: count('denied'),
      refused: count('refused'),
      missing: count('missing'),
      off: count('off'),
      outsideExec: count('outside-exec'),
      open: count('open'),
      accepted: acceptedGaps,
    },
    exempt,
    percent: settled === 0 ? null : Math.floor((recorded * 10_000) / settled) / 100,
  };
}

/** How many sessions nobody can read, whether their gap is accepted or not. */
export function unrecordedIn({ counts, exempt }: Coverage): number {
  return counts.denied + counts.refused + counts.missing + counts.off + counts.outsideExec - exempt;
}

/** The report over the sessions of the period and their acceptances, no others; whoever knows the settings adds the suppressions. */
export function reportOf(
  verdicts: Iterable<SessionVerdict>,
  acceptances: Iterable<Acceptance>,
  period: ReportPeriod,
): CoverageReport {
  const accepted = new Map([...acceptances].map((acceptance) => [acceptance.sessionId, acceptance]));
  const sessions = [...verdicts]
    .filter(({ startedAt }) => isWithin(startedAt, period))
    .sort(byStart)
    .map((verdict) => reported(verdict, accepted.get(verdict.sessionId) ?? null));
  const byDay = grouped(sessions, ({ verdict }) => dayOf(verdict.startedAt));
  return {
    since: period.since,
    until: period.until,
    total: coverageOfAll(sessions),
    accounts: lowestFirst(
      slices(sessions, ({ verdict: { account } }) => ({ key: account, name: account, detail: '' })),
    ),
    clusters: lowestFirst(slices(sessions, clusterLabel)),
    weeks: slices(sessions, ({ verdict }) => {
      const week = isoWeekOf(verdict.startedAt);
      return { key: week, name: week, detail: '' };
    }),
    people: lowestFirst(slices(sessions, personLabel)),
    days: daysOf(period).map((day) => ({ day, ...coverageOfAll(byDay.get(day) ?? []) })),
    sessions,
    unrecorded: sessions.filter(({ verdict }) => isUnrecorded(verdict)),
    loggingChanges: changesOf(sessions),
    suppressions: [],
  };
}

/** The ISO 8601 week of a moment in UTC, `YYYY-Www`: a week belongs to the year of its Thursday. */
export function isoWeekOf(moment: string): string {
  const midnight = Date.parse(`${dayOf(moment)}T00:00:00Z`);
  const daysSinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  const thursday = midnight + (3 - daysSinceMonday) * MILLISECONDS_PER_DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / MILLISECONDS_PER_DAY / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The UTC days that a period touches, in their order. */
export function daysOf({ since, until }: ReportPeriod): readonly string[] {
  const days: string[] = [];
  const end = Date.parse(until);
  for (let at = Date.parse(`${dayOf(new Date(since).toISOString())}T00:00:00Z`); at < end; at += MILLISECONDS_PER_DAY) {
    days.push(dayOf(new Date(at).toISOString()));
  }
  return days;
}

const MILLISECONDS_PER_DAY = 86_400_000;

function isWithin(startedAt: string, { since, until }: ReportPeriod): boolean {
  const at = Date.parse(startedAt);
  return at >= Date.parse(since) && at < Date.parse(until);
}

function byStart(left: SessionVerdict, right: SessionVerdict): number {
  return Date.parse(left.startedAt) - Date.parse(right.startedAt) || compared(left.sessionId, right.sessionId);
}

function reported(verdict: SessionVerdict, acceptance: Acceptance | null): ReportedSession {
  const { personArn, clusterArn, taskArn } = verdict;
  return {
    verdict,
    person: personOf(personArn),
    clusterName: lastPart(clusterArn),
    taskId: lastPart(taskArn),
    // Nobody can accept a gap that is none: a session may still be found recorded after its gap was accepted.
    acceptance: isUnrecorded(verdict) ? acceptance : null,
  };
}

function coverageOfAll(sessions: readonly ReportedSession[]): Coverage {
  return coverageOf(
    sessions.map(({ verdict }) => verdict),
    sessions.flatMap(({ acceptance }) => (acceptance === null ? [] : [acceptance])),
  );
}

type Label = Pick<CoverageSlice, 'key' | 'name' | 'detail'>;

function clusterLabel({ verdict: { clusterArn, account, region }, clusterName }: ReportedSession): Label {
  return { key: clusterArn, name: clusterName, detail: `${account} ${region}` };
}

/** What kind of name a person goes by, in words. */
export const PERSON_KINDS: Readonly<Record<Person['kind'], string>> = {
  'sso-user': 'SSO user',
  'iam-user': 'IAM user',
  'role-session': 'role session',
  root: 'root',
  unknown: 'not known',
};

/** An SSO user is one person in every account; any other name means something in its own account only. */
function personLabel({ person: { kind, name }, verdict: { personArn, account } }: ReportedSession): Label {
  if (kind === 'sso-user' || kind === 'unknown') return { key: `${kind}/${name}`, name, detail: PERSON_KINDS[kind] };
  const home = (personArn === null ? null : parseArn(personArn))?.account ?? account;
  return { key: `${kind}/${home}/${name}`, name, detail: `${PERSON_KINDS[kind]} of ${home}` };
}

/** In the order of their first sessions. */
function slices(sessions: readonly ReportedSession[], labelOf: (session: ReportedSession) => Label): CoverageSlice[] {
  return [...grouped(sessions, (session) => labelOf(session).key).values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...labelOf(first), ...coverageOfAll(group) }];
  });
}

function lowestFirst(all: CoverageSlice[]): readonly CoverageSlice[] {
  const rank = ({ percent }: Coverage) => percent ?? 101;
  return all.sort((left, right) => rank(left) - rank(right) || compared(left.key, right.key));
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const compared = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
