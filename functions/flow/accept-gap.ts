import {
  type AcceptanceCaller,
  type AcceptanceJudgement,
  type AcceptanceRequest,
  alreadyAccepted,
  judgeAcceptance,
} from '../domain/acceptance.ts';
import type { AcceptanceStore, VerdictStore } from '../ports.ts';

/** What accepting a gap reads and writes. */
export interface AcceptancePorts {
  readonly verdicts: Pick<VerdictStore, 'findVerdict'>;
  readonly acceptances: Pick<AcceptanceStore, 'findAcceptance' | 'saveAcceptance'>;
}

/**
 * Accepts the gap of one session, once. Of two who ask at the same time, the second is told who was first. A failure of the
 * table throws: nothing is accepted on a guess.
 */
export async function acceptGap(
  request: AcceptanceRequest,
  caller: AcceptanceCaller,
  { verdicts, acceptances }: AcceptancePorts,
): Promise<AcceptanceJudgement> {
  const [verdict, existing] = await Promise.all([
    verdicts.findVerdict(request.sessionId),
    acceptances.findAcceptance(request.sessionId),
  ]);
  const judgement = judgeAcceptance(request, caller, verdict, existing);
  if (judgement.kind === 'refused') return judgement;
  if ((await acceptances.saveAcceptance(judgement.acceptance)) === 'saved') return judgement;
  return alreadyAccepted((await acceptances.findAcceptance(request.sessionId)) ?? judgement.acceptance);
}
