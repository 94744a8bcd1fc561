import type { LedgerLine } from '../../../functions/domain/ledger.ts';
import type { SessionRecorder } from '../../../functions/ports.ts';

/** A ledger in memory for the recorder, whose next writes can be told to fail. */
export interface FakeSessionLedger extends SessionRecorder {
  /** The lines, in the order in which they were recorded. */
  readonly lines: () => LedgerLine[];
  /** The write of this session throws, until `recover`. */
  fail(sessionId: string, error: Error): void;
  recover(): void;
}

export function fakeSessionLedger(): FakeSessionLedger {
  const lines = new Map<string, LedgerLine>();
  const failures = new Map<string, Error>();
  return {
    lines: () => [...lines.values()],
    fail: (sessionId, error) => {
      failures.set(sessionId, error);
    },
    recover: () => failures.clear(),
    async isKnown(sessionId) {
      return lines.has(sessionId);
    },
    async recordSession(line) {
      const { sessionId } = line.session;
      const failure = failures.get(sessionId);
      if (failure !== undefined) throw failure;
      if (lines.has(sessionId)) return 'known';
      lines.set(sessionId, line);
      return 'recorded';
    },
  };
}
