/** Characters that hide or reorder what stands beside them; the word joiner stays, for it keeps trackers from linking. */
const HIDING =
  /(?![\n\u2060])[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb]/gu;

/** Text of several lines in which nothing hides or reorders anything: a tracker shows it as it stands. */
export function visibleLines(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', '  ')
    .replace(HIDING, '');
}

/** The same on one line, without white space around it; `-` where nothing is left, for a title must not be empty. */
export function visibleLine(text: string): string {
  return (
    visibleLines(text.replace(/\t/g, ' '))
      .replace(/[\s\p{Z}]+/gu, ' ')
      .trim() || '-'
  );
}
