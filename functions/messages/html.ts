import { plainText } from './escape.ts';

/** Longer than any name that AWS allows. */
const NAME_MAX = 300;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML, between tags and in quoted attributes: no markup, one line, at most `max` characters before escaping. */
export function htmlText(text: string, max = NAME_MAX): string {
  return plainText(text, max).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
