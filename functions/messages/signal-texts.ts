import type { Case } from '../domain/case.ts';
import type { Language } from '../domain/language.ts';
import { phrasesIn } from './phrases/phrasebook.ts';
import type { SignalTexts } from './phrases/phrases.ts';

export type { SignalTexts } from './phrases/phrases.ts';

/** The texts of a case's signal. */
export function signalTextsOf({ signal }: Pick<Case, 'signal'>, language: Language = 'en'): SignalTexts {
  const { delivery, companions, router, driver } = phrasesIn(language).signals;
  switch (signal?.kind) {
    case undefined:
      return delivery;
    case 'exec-companion':
      return { ...delivery, ...companions[signal.companion] };
    case 'router':
      return router;
    case 'awslogs-driver':
      return driver;
  }
}
