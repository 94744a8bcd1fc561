import type { SessionVerdict } from '../domain/ledger.ts';
import { type AuditRun, type SettlePorts, settleSession } from './settle-session.ts';

/** How the sessions that were due ended. */
export interface SettledDue {
  /** False where time ran out before all were looked at. */
  readonly isFinished: boolean;
  readonly settled: number;
  readonly postponed: number;
  readonly conflicts: number;
}

export interface SettleDueOptions {
  readonly ports: SettlePorts;
  readonly hasTime: (milliseconds: number) => boolean;
  readonly onSettled: (verdict: SessionVerdict, foundUndelivered: boolean) => void;
  readonly onFailure: (sessionId: string, error: unknown) => void;
}

/** CloudWatch Logs answers 25 DescribeLogStreams a second, shared with everyone in the account. */
const AT_ONCE = 5;
/** The slowest look waits for its turn at CloudTrail. */
const LOOK_TIME_MILLISECONDS = 30_000;

/** Looks at every session that is due, the longest due first, a page at a time and five at once. One that fails, or cannot be read, stays due. */
export async function settleDue(run: AuditRun, options: SettleDueOptions): Promise<SettledDue> {
  const { ports, hasTime, onSettled, onFailure } = options;
  const counts = { settled: 0, postponed: 0, conflicts: 0 };
  const lookAt = async (verdict: SessionVerdict): Promise<void> => {
    try {
      const look = await settleSession(verdict, run, ports);
      if (look.kind === 'settled') {
        counts.settled += 1;
        onSettled(look.verdict, look.foundUndelivered);
      } else if (look.kind === 'postponed') counts.postponed += 1;
      else counts.conflicts += 1;
    } catch (error) {
      onFailure(verdict.sessionId, error);
    }
  };
  for await (const page of ports.verdicts.dueVerdicts(run.now, onFailure)) {
    const left = page.values();
    const worker = async (): Promise<boolean> => {
      for (const verdict of left) {
        if (!hasTime(LOOK_TIME_MILLISECONDS)) return false;
        await lookAt(verdict);
      }
      return true;
    };
    const workers = await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (!workers.every(Boolean)) return { isFinished: false, ...counts };
  }
  return { isFinished: true, ...counts };
}
