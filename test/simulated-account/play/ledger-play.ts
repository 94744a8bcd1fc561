import { reportOf } from '../../../functions/domain/coverage.ts';
import type { Mode } from '../../../functions/domain/settings.ts';
import { tableReport } from '../../../functions/messages/report-table.ts';
import { type ExecLog, startExecLog } from '../deployment/exec-log.ts';
import { type LedgerSession, ledgerAccount, ledgerSessions } from '../scenarios/ledger.ts';
import { audited } from './audit-step.ts';
import { LEDGER_SCENARIO } from './choose-account.ts';
import { deploymentStep } from './deployment-step.ts';
import type { PlayStep } from './steps.ts';

const plain = {
  bold: (text: string) => text,
  dim: (text: string) => text,
  red: (text: string) => text,
  green: (text: string) => text,
  yellow: (text: string) => text,
  cyan: (text: string) => text,
};

/**
 * Plays the ledger: four sessions that end in four ways, the audit that finds out, the repair of the denied one and the session
 * that proves it, and the report. The promise is kept if every session ends in the state that its set-up demands.
 */
export async function* playLedger(mode: Mode): AsyncGenerator<PlayStep> {
  const system = await startExecLog({ account: ledgerAccount(), mode });
  try {
    yield deploymentStep(system, LEDGER_SCENARIO, mode, []);
    const expected = new Map<string, LedgerSession['ends']>();
    for (const session of ledgerSessions) yield await opened(system, session, expected);
    yield await audited(system);
    const denied = ledgerSessions.find(({ ends }) => ends === 'denied');
    if (denied !== undefined) {
      const ends = mode === 'attach' ? 'recorded' : 'denied';
      const because = mode === 'attach' ? 'the same shell after the repair' : 'the same shell: nothing was repaired';
      yield await opened(system, { ...denied, ends, because }, expected);
      yield await audited(system);
    }
    const verdicts = await system.ledger.verdicts();
    const report = reportOf(verdicts, [], periodOf(system));
    yield { step: 'report', percent: report.total.percent, text: tableReport(report, plain) };
    const states = Object.fromEntries(verdicts.map(({ sessionId, state }) => [sessionId, state]));
    const wrong = [...expected].filter(([sessionId, ends]) => states[sessionId] !== ends);
    const detail =
      wrong.length === 0
        ? `Every session ended in its state: ${[...new Set(expected.values())].join(', ')}.`
        : `Not as expected: ${wrong.map(([sessionId, ends]) => `${sessionId} is ${states[sessionId] ?? 'unknown'}, not ${ends}`).join('; ')}.`;
    yield { step: 'promise', mode, kept: wrong.length === 0, detail };
    yield { step: 'ledger-result', states };
  } finally {
    await system.close();
  }
}

async function opened(
  system: ExecLog,
  { request, because, ends }: LedgerSession,
  expected: Map<string, LedgerSession['ends']>,
): Promise<PlayStep> {
  const { sessionId, transcript, calls } = await system.exec(request);
  await system.deployment.settle();
  expected.set(sessionId, ends);
  const { person, cluster, container = '' } = request;
  return { step: 'ledger-session', because, transcript, calls, sessionId, person, cluster, container };
}

function periodOf({ account }: ExecLog): { readonly since: string; readonly until: string } {
  const until = account.clock.now();
  return { since: new Date(until.getTime() - 86_400_000).toISOString(), until: until.toISOString() };
}
