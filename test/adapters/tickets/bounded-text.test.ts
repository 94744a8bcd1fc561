import fc from 'fast-check';
import { pieces, shortened } from '../../../functions/adapters/tickets/bounded-text.ts';

const isWhole = (text: string) => Buffer.from(text, 'utf8').toString('utf8') === text;

describe('shortened', () => {
  it.each([
    ['a text that just fits', 'abcd', 4, 'abcd'],
    ['a text that is one longer', 'abcde', 4, 'abc…'],
    ['a character of two halves at the cut', 'ab🎉cd', 4, 'ab…'],
    ['a character of two halves before the cut', 'a🎉cde', 4, 'a🎉…'],
  ])('keeps to the limit with %s', (_, text, limit, expected) => {
    expect(shortened(text, limit)).toBe(expected);
  });

  it('never exceeds the limit nor parts a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const short = shortened(text, limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        expect(isWhole(short)).toBe(true);
      }),
    );
  });
});

describe('pieces', () => {
  it.each([
    ['nothing', '', []],
    ['a text that fits', 'abcdef', ['abcdef']],
    ['a text that ends a piece with a line', 'abcd\nefgh', ['abcd\n', 'efgh']],
    ['a line end that would cost half a piece', 'a\nbcdefgh', ['a\nbcde', 'fgh']],
    ['more than the pieces hold', 'abcdefghijklmno', ['abcdef', 'ghi…']],
    ['characters of several bytes', 'ééééé', ['ééé', 'éé']],
  ])('splits %s', (_, text, expected) => {
    expect(pieces(text, 6, 2)).toEqual(expected);
  });

  it('loses nothing where the pieces are enough, and keeps each within its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 8, max: 40 }), (text, maxBytes) => {
        const found = pieces(text, maxBytes, 100);
        expect(found.join('')).toBe(text);
        expect(found.every((piece) => Buffer.byteLength(piece) <= maxBytes && isWhole(piece))).toBe(true);
      }),
    );
  });
});
