import type { Language } from '../../domain/language.ts';
import { english } from './english.ts';
import { japanese } from './japanese.ts';
import type { Phrases } from './phrases.ts';

const PHRASEBOOKS: Readonly<Record<Language, Phrases>> = { en: english, ja: japanese };

/** Everything that a ticket says, in the language of the settings. */
export function phrasesIn(language: Language): Phrases {
  return PHRASEBOOKS[language];
}
