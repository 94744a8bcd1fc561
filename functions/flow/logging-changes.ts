import type { ExecSession } from '../domain/exec-session.ts';
import { dayOf, type LoggingChange } from '../domain/ledger.ts';
import {
  CHANGE_WINDOW_MILLISECONDS,
  CLUSTER_CALLS,
  isLoggingChange,
  loggingChangeOf,
} from '../domain/logging-change.ts';
import type { CallHistory } from '../ports.ts';

/** Who changed the logging of a session's cluster close to it. */
export type FindLoggingChange = (
  session: Pick<ExecSession, 'clusterArn' | 'startedAt'>,
  endedAt: string | null,
) => Promise<LoggingChange | null>;

/** Changes of clusters are rare: a day's fit a page or two. */
const MAX_PAGES = 10;
const DAY_MILLISECONDS = 86_400_000;

/**
 * The changes of all clusters, read once for each day on which sessions began, however many sessions there are. A history that
 * may not be read shows no change. Where a day holds more calls than are read, the oldest are missing, and `onFlood` is told: calls
 * that AWS refuses stand in the history too, so that anybody can push a change out of sight.
 */
export function createLoggingChanges(
  history: CallHistory,
  now: Date,
  onFlood: (error: Error) => void,
): FindLoggingChange {
  const days = new Map<string, Promise<readonly unknown[]>>();
  return async (session, endedAt) => {
    const day = dayOf(session.startedAt);
    const known = days.get(day) ?? readDay(history, day, now, onFlood);
    days.set(day, known);
    try {
      return loggingChangeOf(await known, session, endedAt);
    } catch (error) {
      // The next session asks again: one throttled answer is not the whole run's.
      days.delete(day);
      throw error;
    }
  };
}

async function readDay(
  history: CallHistory,
  day: string,
  now: Date,
  onFlood: (error: Error) => void,
): Promise<readonly unknown[]> {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const from = new Date(midnight - CHANGE_WINDOW_MILLISECONDS);
  // A session may run into the next day.
  const to = new Date(Math.max(Math.min(midnight + 2 * DAY_MILLISECONDS, now.getTime()), midnight));
  const readings = await Promise.all(
    CLUSTER_CALLS.map((value) => history.findRecords({ attribute: 'EventName', value, from, to, maxPages: MAX_PAGES })),
  );
  if (readings.some((reading) => reading.kind === 'read' && !reading.value.complete)) {
    onFlood(new Error(`too many calls about clusters around ${day}: a change of their exec logging may be overlooked`));
  }
  return readings.flatMap((reading) => (reading.kind === 'read' ? reading.value.records.filter(isLoggingChange) : []));
}
