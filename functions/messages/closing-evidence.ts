import type { LedgerLine, SessionVerdict } from '../domain/ledger.ts';
import { markdownCode, markdownText } from './escape.ts';

/** Why a ticket is closed: a later session's transcript arrived. */
export function deliveryEvidence({
  line,
  verdict,
}: {
  readonly line: LedgerLine;
  readonly verdict: SessionVerdict;
}): string {
  const { sessionId, startedAt, containerName } = line.session;
  return [
    '## Verified',
    `The transcript of a later session arrived: ${markdownCode(sessionId, 300)}, ` +
      `opened ${markdownText(startedAt, 40)}, container ${markdownCode(containerName, 300)}.`,
    `- Transcript: ${markdownCode(verdict.proof.transcript ?? '-', 1200)}`,
    `- Found: ${markdownText(verdict.settledAt ?? '-', 40)}`,
    '',
    'The transcripts of the sessions before it do not come back; each stays open until a person accepts the gap.',
  ].join('\n');
}

/** Why a ticket is closed: our policy is not on the role any more, and need not be. */
export function removalEvidence(policyName: string, because: string, at: string): string {
  return [
    '## Closed',
    `${markdownText(because, 500)} (${markdownCode(policyName, 200)}, ${markdownText(at, 40)}).`,
  ].join('\n');
}
