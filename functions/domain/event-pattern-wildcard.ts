/**
 * Reads a `wildcard` of an event pattern: `*` is any run of characters, `\*` and `\\` are the characters themselves. Null for what
 * AWS rejects: two stars in a row and a backslash before anything else. The test never goes back: each literal piece is
 * looked for once, after the one before it.
 *
 * `a*c` matches `abc` and `ac`, not `abcd`; `a\*c` matches only `a*c`.
 */
export function readWildcard(pattern: string): ((text: string) => boolean) | null {
  const pieces = literalPieces(pattern);
  if (pieces === null) return null;
  const [head = '', ...rest] = pieces;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === head;
  return (text) => {
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    const end = text.length - tail.length;
    let at = head.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

function literalPieces(pattern: string): readonly string[] | null {
  const pieces: string[] = [];
  let piece = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      at += 1;
      const escaped = pattern.charAt(at);
      if (escaped !== '*' && escaped !== '\\') return null;
      piece += escaped;
    } else if (character === '*') {
      if (pattern.charAt(at + 1) === '*') return null;
      pieces.push(piece);
      piece = '';
    } else {
      piece += character;
    }
  }
  return [...pieces, piece];
}
