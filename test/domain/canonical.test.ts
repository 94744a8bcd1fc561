import * as fc from 'fast-check';
import { canonicalJson } from '../../functions/domain/canonical.ts';

describe('canonicalJson', () => {
  it.each<{ value: unknown; text: string }>([
    { value: { b: 1, a: [2, { d: null, c: 'x' }] }, text: '{"a":[2,{"c":"x","d":null}],"b":1}' },
    { value: { '10': 1, '9': 2 }, text: '{"10":1,"9":2}' },
    { value: ['b', 'a'], text: '["b","a"]' },
    { value: { a: undefined }, text: '{}' },
    { value: [undefined], text: '[null]' },
    { value: undefined, text: 'null' },
    { value: null, text: 'null' },
    { value: 'a"\u2028', text: '"a\\"\u2028"' },
    { value: JSON.parse('{"__proto__":{"b":1},"a":2}'), text: '{"__proto__":{"b":1},"a":2}' },
  ])('writes $text', ({ value, text }) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('keeps lists in their order', () => {
    expect(canonicalJson({ Action: ['a', 'b'] })).not.toBe(canonicalJson({ Action: ['b', 'a'] }));
  });

  it('gives equal texts for equal documents, and is read back as the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(JSON.parse(JSON.stringify(value, null, 2)))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('gives the same text whatever order the keys were written in', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(Object.fromEntries(Object.entries(value))));
      }),
    );
  });
});
