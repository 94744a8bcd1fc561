import type { ExecSession } from '../../../functions/domain/exec-session.ts';
import type { SessionLedger, SessionRecorder } from '../../../functions/ports.ts';

/** A ledger in memory, for readers and for the recorder, whose next writes can be told to fail. */
export interface FakeSessionLedger extends SessionLedger, SessionRecorder {
  /** The lines, in the order in which they were recorded. */
  readonly lines: () => ExecSession[];
  /** The write of this session throws, until `recover`. */
  fail(sessionId: string, error: Error): void;
  recover(): void;
}

export function fakeSessionLedger(recorded: readonly ExecSession[] = []): FakeSessionLedger {
  const sessions = new Map(recorded.map((session) => [session.sessionId, session]));
  const failures = new Map<string, Error>();
  return {
    lines: () => [...sessions.values()],
    fail: (sessionId, error) => {
      failures.set(sessionId, error);
    },
    recover: () => failures.clear(),
    async findSession(sessionId) {
      const value = sessions.get(sessionId);
      return value === undefined ? { kind: 'absent' } : { kind: 'read', value };
    },
    async recordSession(session) {
      const failure = failures.get(session.sessionId);
      if (failure !== undefined) throw failure;
      if (sessions.has(session.sessionId)) return 'known';
      sessions.set(session.sessionId, session);
      return 'recorded';
    },
  };
}
