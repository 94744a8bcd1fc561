import type { Denial } from './denial.ts';
import type { SessionVerdict } from './ledger.ts';
import { personOf } from './person.ts';

/** A cause of the past: the denials of one fingerprint, and whose sessions they lost. */
export interface LostCase {
  readonly fingerprint: string;
  /** The last denial; its resource, role and policy type are those of all. */
  readonly latest: Denial;
  /** Sessions, each counted once. */
  readonly sessions: number;
  /** ISO 8601, UTC; null where no record gives a time. */
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
  /** In the order of their first session. */
  readonly people: readonly string[];
}

/** A session's verdict with the denial that it rests on. */
export interface DeniedVerdict {
  readonly verdict: SessionVerdict;
  readonly denial: Denial;
}

/** The causes of the denials, the one that lost most sessions first. Verdicts without a fingerprint are no cause's. */
export function lostCasesOf(denied: readonly DeniedVerdict[]): readonly LostCase[] {
  const groups = new Map<string, DeniedVerdict[]>();
  for (const one of [...denied].sort(byStart)) {
    const { fingerprint } = one.verdict.proof;
    if (fingerprint === null) continue;
    const group = groups.get(fingerprint);
    if (group === undefined) groups.set(fingerprint, [one]);
    else group.push(one);
  }
  return [...groups].flatMap(([fingerprint, group]) => caseOf(fingerprint, group)).sort(mostFirst);
}

function caseOf(fingerprint: string, group: readonly DeniedVerdict[]): readonly LostCase[] {
  const latest = group.at(-1);
  if (latest === undefined) return [];
  const times = group
    .flatMap(({ denial }) => (denial.eventTime === null ? [] : [denial.eventTime]))
    .sort((left, right) => Date.parse(left) - Date.parse(right));
  return [
    {
      fingerprint,
      latest: latest.denial,
      sessions: new Set(group.map(({ verdict }) => verdict.sessionId)).size,
      firstSeenAt: times[0] ?? null,
      lastSeenAt: times.at(-1) ?? null,
      people: [...new Set(group.map(({ verdict }) => personOf(verdict.personArn).name))],
    },
  ];
}

function byStart(left: DeniedVerdict, right: DeniedVerdict): number {
  return Date.parse(left.verdict.startedAt) - Date.parse(right.verdict.startedAt);
}

function mostFirst(left: LostCase, right: LostCase): number {
  return right.sessions - left.sessions || (left.fingerprint < right.fingerprint ? -1 : 1);
}
