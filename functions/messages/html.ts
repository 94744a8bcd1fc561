import { plainText, printableLines } from './escape.ts';

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
  return escaped(plainText(text, max));
}

/** The same of several lines, as they stand; whoever gives it has bounded it. */
export function htmlLines(text: string): string {
  return escaped(printableLines(text));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
