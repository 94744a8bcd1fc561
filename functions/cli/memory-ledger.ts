import { type Acceptance, dayOf, type LedgerLine, openVerdict, type SessionVerdict } from '../domain/ledger.ts';
import type { Reading } from '../domain/observation.ts';
import type {
  AcceptanceStore,
  AuditProgress,
  AuditProgressStore,
  DeniedSession,
  DeniedSessions,
  LedgerLines,
  SessionLedger,
  SessionRecorder,
  VerdictStore,
} from '../ports.ts';

type Ledger = SessionLedger &
  SessionRecorder &
  LedgerLines &
  VerdictStore &
  AcceptanceStore &
  DeniedSessions &
  AuditProgressStore;

/** The session ledger of one run, for an account that is read from a file and has no table. */
export class MemoryLedger implements Ledger {
  readonly lines = new Map<string, LedgerLine>();
  readonly verdicts = new Map<string, SessionVerdict>();
  readonly acceptances = new Map<string, Acceptance>();
  readonly denied = new Map<string, DeniedSession>();
  progress: AuditProgress | undefined;

  async findSession(sessionId: string) {
    const line = this.lines.get(sessionId);
    return line?.kind === 'exec' ? ({ kind: 'read', value: line.session } as const) : ({ kind: 'absent' } as const);
  }

  async findLine(sessionId: string): Promise<Reading<LedgerLine>> {
    const line = this.lines.get(sessionId);
    return line === undefined ? { kind: 'absent' } : { kind: 'read', value: line };
  }

  async isKnown(sessionId: string) {
    return this.lines.has(sessionId);
  }

  async recordSession(line: LedgerLine) {
    const { sessionId } = line.session;
    if (this.lines.has(sessionId)) return 'known' as const;
    this.lines.set(sessionId, line);
    this.verdicts.set(sessionId, openVerdict(line));
    return 'recorded' as const;
  }

  async findVerdict(sessionId: string) {
    return this.verdicts.get(sessionId);
  }

  async saveVerdict(verdict: SessionVerdict, expectedVersion: number) {
    if (this.verdicts.get(verdict.sessionId)?.version !== expectedVersion) return 'conflict' as const;
    this.verdicts.set(verdict.sessionId, verdict);
    return 'saved' as const;
  }

  async *dueVerdicts(until: Date) {
    const due = [...this.verdicts.values()].filter(
      ({ dueAt }) => dueAt !== null && Date.parse(dueAt) <= until.getTime(),
    );
    yield due.sort((left, right) => Date.parse(left.dueAt ?? '') - Date.parse(right.dueAt ?? ''));
  }

  async *verdictsOfDay(day: string) {
    yield [...this.verdicts.values()].filter(
      ({ startedAt, settledAt }) => settledAt !== null && dayOf(startedAt) === day,
    );
  }

  async findAcceptance(sessionId: string) {
    return this.acceptances.get(sessionId);
  }

  async saveAcceptance(acceptance: Acceptance) {
    if (this.acceptances.has(acceptance.sessionId)) return 'known' as const;
    this.acceptances.set(acceptance.sessionId, acceptance);
    return 'saved' as const;
  }

  async *acceptancesOfDay(day: string) {
    yield [...this.acceptances.values()].filter(({ startedAt }) => dayOf(startedAt) === day);
  }

  async findDeniedSession(sessionId: string) {
    return this.denied.get(sessionId);
  }

  async noteDeniedSession(denied: DeniedSession) {
    if (!this.denied.has(denied.sessionId)) this.denied.set(denied.sessionId, denied);
  }

  async readProgress() {
    return this.progress;
  }

  async saveProgress(progress: AuditProgress, expectedVersion: number | null) {
    if ((this.progress?.version ?? null) !== expectedVersion) return 'conflict' as const;
    this.progress = progress;
    return 'saved' as const;
  }
}
