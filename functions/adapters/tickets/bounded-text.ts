const ELLIPSIS = '…';

/** The text in at most this many UTF-16 units, with an ellipsis where something was cut; no character is cut in half. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = limit - ELLIPSIS.length;
  return `${text.slice(0, endsInHalf(text, cut) ? cut - 1 : cut)}${ELLIPSIS}`;
}

/**
 * The text in pieces of at most this many bytes of UTF-8, at most `count` of them; the last one ends in an ellipsis where more
 * would follow. Pieces end with a line where that costs less than half a piece.
 */
export function pieces(text: string, maxBytes: number, count: number): readonly string[] {
  const found: string[] = [];
  let rest = text;
  while (rest !== '' && found.length < count - 1) {
    const end = pieceEnd(rest, maxBytes);
    found.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  if (rest === '') return found;
  const end = pieceEnd(rest, maxBytes);
  const last = end === rest.length ? rest : `${rest.slice(0, pieceEnd(rest, maxBytes - 3))}${ELLIPSIS}`;
  return [...found, last];
}

function pieceEnd(text: string, maxBytes: number): number {
  let bytes = 0;
  let end = 0;
  let lineEnd = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character, 'utf8');
    if (bytes > maxBytes) return lineEnd > end / 2 ? lineEnd : end;
    end += character.length;
    if (character === '\n') lineEnd = end;
  }
  return end;
}

/** Whether a cut here would part the two halves of a surrogate pair. */
function endsInHalf(text: string, cut: number): boolean {
  const unit = text.charCodeAt(cut - 1);
  return unit >= 0xd800 && unit <= 0xdbff;
}
