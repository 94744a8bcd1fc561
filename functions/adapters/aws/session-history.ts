import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { ExecSession } from '../../domain/exec-session.ts';
import { parseExecuteCommand } from '../../domain/execute-command.ts';
import type { Reading } from '../../domain/observation.ts';
import type { SessionHistory } from '../../ports.ts';
import { ABSENT, read, readingOf, unreadable } from './errors.ts';
import { readHistoryPage } from './history-page.ts';
import { createPace, type PaceOptions } from './pace.ts';

const MILLISECONDS_PER_HOUR = 3_600_000;
/** The denial comes at the session's end, and a session can last for hours. */
const LOOK_BACK_HOURS = 24;
const MAX_PAGES = 20;
/** What one process remembers. */
const MAX_WINDOWS = 50;
const MILLISECONDS_PER_MINUTE = 60_000;
/** The agent asks before the shell starts: within seconds, in a slow container within minutes. */
const BEFORE_MINUTES = 5;
/** CloudTrail's times are whole seconds, of two services that are not told by one clock. */
const AFTER_MINUTES = 1;

/** The pace is AWS's 2 requests a second of an account and Region, shared with everyone who looks at the history. */
export interface SessionHistoryOptions extends PaceOptions {
  /**
   * Reads each page of a window once; windows end on multiples of this. An hour suits one run over many events. A function that
   * lives on takes a minute: what the history did not show it asks for again in the next.
   */
  readonly windowMilliseconds: number;
}

/** The pages of one window that were read so far, newest events first. */
interface HistoryWindow {
  readonly start: Date;
  readonly end: Date;
  readonly sessions: Map<string, ExecSession>;
  pages: number;
  nextToken: string | undefined;
  /** Searches of the same window wait for each other, so that no page is read twice. */
  turn: Promise<unknown>;
}

/**
 * CloudTrail's event history by `LookupEvents`, which knows neither session ids nor tasks: a day of `ExecuteCommand` records is
 * scanned for a session, and a few minutes of them for the session of a task.
 */
export function createSessionHistory(client: CloudTrailClient, options: SessionHistoryOptions): SessionHistory {
  const windows = new Map<string, HistoryWindow>();
  const pace = createPace(options);

  function windowOf(key: string, start: number, end: number): HistoryWindow {
    const window = windows.get(key) ?? newWindow(new Date(start), new Date(end));
    windows.set(key, window);
    if (windows.size > MAX_WINDOWS) {
      const [oldest = key] = windows.keys();
      windows.delete(oldest);
    }
    return window;
  }

  function windowUntil(before: Date): HistoryWindow {
    const { windowMilliseconds } = options;
    const end = Math.ceil(before.getTime() / windowMilliseconds) * windowMilliseconds;
    return windowOf(`until ${end}`, end - windowMilliseconds - LOOK_BACK_HOURS * MILLISECONDS_PER_HOUR, end);
  }

  /** Its moment is past, so that its end does not tell how old its pages are: it is read anew as the windows until now are. */
  function windowAround(near: Date): HistoryWindow {
    const minute = Math.floor(near.getTime() / MILLISECONDS_PER_MINUTE) * MILLISECONDS_PER_MINUTE;
    const asked = Math.floor(options.clock().getTime() / options.windowMilliseconds);
    return windowOf(
      `around ${minute} as of ${asked}`,
      minute - BEFORE_MINUTES * MILLISECONDS_PER_MINUTE,
      minute + (1 + AFTER_MINUTES) * MILLISECONDS_PER_MINUTE,
    );
  }

  async function search(
    window: HistoryWindow,
    answerFrom: (sessions: HistoryWindow['sessions'], isWhole: boolean) => Reading<ExecSession> | null,
  ): Promise<Reading<ExecSession>> {
    for (;;) {
      const isWhole = window.pages > 0 && window.nextToken === undefined;
      const answer = answerFrom(window.sessions, isWhole);
      if (answer !== null) return answer;
      if (isWhole) return ABSENT;
      if (window.pages >= MAX_PAGES) {
        return unreadable(`the event history holds more than ${MAX_PAGES} pages of ExecuteCommand records`);
      }
      await pace();
      await readPage(client, window);
    }
  }

  function ask(window: HistoryWindow, answerFrom: Parameters<typeof search>[1]): Promise<Reading<ExecSession>> {
    const answer = window.turn.then(() => search(window, answerFrom));
    // Whoever waits goes on after a failure too: the page that failed is read again.
    window.turn = answer.catch(() => undefined);
    return readingOf(answer, { call: 'cloudtrail:LookupEvents' });
  }

  return {
    findSession({ sessionId, before }) {
      return ask(windowUntil(before), (sessions) => {
        const found = sessions.get(sessionId);
        if (found === undefined) return null;
        // A shared window ends later than it was asked to.
        return Date.parse(found.startedAt) <= before.getTime() ? read(found) : ABSENT;
      });
    },
    findSessionOfTask({ taskId, near }) {
      return ask(windowAround(near), (sessions, isWhole) => {
        const found = nearestOf(sessions, taskId, near, isWhole);
        return found === undefined ? null : read(found);
      });
    },
  };
}

/** Pages are told from the newest end: the first one that began before the moment is the nearest, whatever is not read yet. */
function nearestOf(
  sessions: HistoryWindow['sessions'],
  taskId: string,
  near: Date,
  isWhole: boolean,
): ExecSession | undefined {
  const distanceOf = ({ startedAt }: ExecSession) => near.getTime() - Date.parse(startedAt);
  const ofTask = [...sessions.values()]
    .filter((session) => session.taskId === taskId)
    .filter((session) => isNear(distanceOf(session)))
    .sort((left, right) => distanceOf(left) - distanceOf(right));
  const before = ofTask.find((session) => distanceOf(session) >= 0);
  return before ?? (isWhole ? ofTask.at(-1) : undefined);
}

/** The shared window is wider than what was asked for. */
function isNear(distance: number): boolean {
  return distance <= BEFORE_MINUTES * MILLISECONDS_PER_MINUTE && distance >= -AFTER_MINUTES * MILLISECONDS_PER_MINUTE;
}

function newWindow(start: Date, end: Date): HistoryWindow {
  return { start, end, sessions: new Map(), pages: 0, nextToken: undefined, turn: Promise.resolve() };
}

async function readPage(client: CloudTrailClient, window: HistoryWindow): Promise<void> {
  const { start, end } = window;
  const query = { attribute: 'EventName', value: 'ExecuteCommand', from: start, to: end } as const;
  const { records, nextToken } = await readHistoryPage(client, query, window.nextToken);
  window.pages += 1;
  window.nextToken = nextToken;
  for (const session of records.flatMap(sessionsOf)) {
    if (!window.sessions.has(session.sessionId)) window.sessions.set(session.sessionId, session);
  }
}

/** The session of one record; one that is none does not stop the scan. */
function sessionsOf(record: unknown): readonly ExecSession[] {
  const parsed = parseExecuteCommand(record);
  return parsed.kind === 'session' ? [parsed.session] : [];
}
