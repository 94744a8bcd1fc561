import type { Settled } from './audit-session.ts';
import type { LoggingChange, SessionVerdict } from './ledger.ts';

/** The verdict once its session is settled. */
export function settledVerdict(
  verdict: SessionVerdict,
  { state, exempt, causes, proof, endedAt }: Settled,
  found: { readonly taskRoleArn: string | null; readonly loggingChange: LoggingChange | null },
  now: Date,
): SessionVerdict {
  return {
    ...verdict,
    taskRoleArn: verdict.taskRoleArn ?? found.taskRoleArn,
    loggingChange: found.loggingChange,
    state,
    exempt,
    causes,
    proof,
    endedAt,
    dueAt: null,
    settledAt: now.toISOString(),
    version: verdict.version + 1,
  };
}

/** The verdict of a session that is looked at again. */
export function postponedVerdict(verdict: SessionVerdict, dueAt: string): SessionVerdict {
  return { ...verdict, dueAt, version: verdict.version + 1 };
}
