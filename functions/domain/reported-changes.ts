import { isUnrecorded, type LoggingChange, type SessionVerdict } from './ledger.ts';

/** A change of a cluster's exec logging, with how many sessions of a report were audited as begun under it or caught by it. */
export interface ReportedChange extends LoggingChange {
  readonly clusterArn: string;
  readonly clusterName: string;
  /** At least one: a change that no session of the period came close to is in no report. */
  readonly sessions: number;
  /** Those of them that are unrecorded, accepted or not. */
  readonly unrecorded: number;
}

interface ChangedSession {
  readonly verdict: SessionVerdict;
  readonly clusterName: string;
}

/**
 * The distinct changes of exec logging that sessions name, by their time. Recorded and exempt sessions count too: a change is an
 * incident of its own (threat T20), whatever became of the transcript.
 */
export function changesOf(sessions: Iterable<ChangedSession>): readonly ReportedChange[] {
  const changes = new Map<string, ReportedChange>();
  for (const { verdict, clusterName } of sessions) {
    const { loggingChange, clusterArn } = verdict;
    if (loggingChange === null) continue;
    const key = keyOf(loggingChange, clusterArn);
    const known = changes.get(key) ?? { ...loggingChange, clusterArn, clusterName, sessions: 0, unrecorded: 0 };
    changes.set(key, {
      ...known,
      sessions: known.sessions + 1,
      unrecorded: known.unrecorded + (isUnrecorded(verdict) ? 1 : 0),
    });
  }
  return [...changes].sort(byTime).map(([, change]) => change);
}

function keyOf({ eventId, changedAt }: LoggingChange, clusterArn: string): string {
  return JSON.stringify(eventId === null ? [clusterArn, changedAt] : [eventId]);
}

type Keyed = readonly [string, ReportedChange];

function byTime([leftKey, left]: Keyed, [rightKey, right]: Keyed): number {
  return Date.parse(left.changedAt) - Date.parse(right.changedAt) || (leftKey < rightKey ? -1 : 1);
}
