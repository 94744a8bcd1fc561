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

/** CloudTrail's event history by `LookupEvents`, which knows no session ids: a day of `ExecuteCommand` records is scanned. */
export function createSessionHistory(client: CloudTrailClient, options: SessionHistoryOptions): SessionHistory {
  const windows = new Map<number, HistoryWindow>();
  const pace = createPace(options);

  function windowUntil(before: Date): HistoryWindow {
    const { windowMilliseconds } = options;
    const end = Math.ceil(before.getTime() / windowMilliseconds) * windowMilliseconds;
    const start = end - windowMilliseconds - LOOK_BACK_HOURS * MILLISECONDS_PER_HOUR;
    const window = windows.get(end) ?? newWindow(new Date(start), new Date(end));
    windows.set(end, window);
    if (windows.size > MAX_WINDOWS) {
      const [oldest = end] = windows.keys();
      windows.delete(oldest);
    }
    return window;
  }

  async function search(window: HistoryWindow, sessionId: string, before: Date): Promise<Reading<ExecSession>> {
    for (;;) {
      const found = window.sessions.get(sessionId);
      // A shared window ends later than it was asked to.
      if (found !== undefined) return Date.parse(found.startedAt) <= before.getTime() ? read(found) : ABSENT;
      if (window.pages > 0 && window.nextToken === undefined) return ABSENT;
      if (window.pages >= MAX_PAGES) {
        return unreadable(`the event history holds more than ${MAX_PAGES} pages of ExecuteCommand records`);
      }
      await pace();
      await readPage(client, window);
    }
  }

  return {
    findSession({ sessionId, before }) {
      const window = windowUntil(before);
      const answer = window.turn.then(() => search(window, sessionId, before));
      // Whoever waits goes on after a failure too: the page that failed is read again.
      window.turn = answer.catch(() => undefined);
      return readingOf(answer, { call: 'cloudtrail:LookupEvents' });
    },
  };
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
