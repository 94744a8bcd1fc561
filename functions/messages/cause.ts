import type { Case } from '../domain/case.ts';
import type { Decision } from '../domain/decision.ts';
import type { Language } from '../domain/language.ts';
import type { TicketDraft } from '../ports.ts';
import { CAUSE_CODES, CAUSE_SEVERITIES, type CauseCode } from './cause-codes.ts';
import { phrasesIn } from './phrases/phrasebook.ts';
import type { CausePhrase } from './phrases/phrases.ts';

/** Why a transcript was lost, in one sentence, and who can change it. */
export interface Cause extends CausePhrase {
  readonly code: CauseCode;
  readonly severity: TicketDraft['severity'];
}

/** The cause of a decision. What is not verified after our own write is high whatever the cause. */
export function causeOf(
  found: Pick<Case, 'state' | 'signal'>,
  decision: Pick<Decision, 'reasons'>,
  language: Language = 'en',
): Cause {
  const codes = new Set<string>(decision.reasons.map((reason) => reason.code));
  const code = CAUSE_CODES.find((candidate) => codes.has(candidate)) ?? 'missing-permission';
  const { causes, routerCauses } = phrasesIn(language);
  const ofRouters: Readonly<Partial<Record<CauseCode, CausePhrase>>> = routerCauses;
  const phrase = (found.signal?.kind === 'router' ? ofRouters[code] : undefined) ?? causes[code];
  return { code, ...phrase, severity: found.state === 'unverified' ? 'high' : CAUSE_SEVERITIES[code] };
}
