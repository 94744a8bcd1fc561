import type { Reason } from '../domain/decision.ts';
import type { Language } from '../domain/language.ts';
import type { LedgerLine, SessionVerdict } from '../domain/ledger.ts';
import { markdownCode, markdownText } from './escape.ts';
import { phrasesIn } from './phrases/phrasebook.ts';

/** Why a ticket is closed: a later session's transcript arrived. */
export function deliveryEvidence(
  { line, verdict }: { readonly line: LedgerLine; readonly verdict: SessionVerdict },
  language: Language,
): string {
  const { sessionId, startedAt, containerName } = line.session;
  const { verified, arrived, transcript, found, gapsStay } = phrasesIn(language).closing;
  return [
    `## ${verified}`,
    arrived(markdownCode(sessionId, 300), markdownText(startedAt, 40), markdownCode(containerName, 300)),
    `- ${transcript(markdownCode(verdict.proof.transcript ?? '-', 1200))}`,
    `- ${found(markdownText(verdict.settledAt ?? '-', 40))}`,
    '',
    gapsStay,
  ].join('\n');
}

/** Why a ticket is closed: our policy is not on the role any more, and need not be. */
export function removalEvidence(policyName: string, why: Reason, at: string, language: Language): string {
  const { closing, reason } = phrasesIn(language);
  const what = markdownText(reason(why.code, why.detail), 700);
  return [`## ${closing.closed}`, closing.because(what, markdownCode(policyName, 200), markdownText(at, 40))].join(
    '\n',
  );
}
