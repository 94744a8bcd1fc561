import * as fc from 'fast-check';
import { matchesAnyGlob, matchesGlob } from '../../functions/domain/glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['/ecs/*', '/ecs/nginx'],
    ['/ecs/*', '/ecs/'],
    ['*', ''],
    ['*', 'a/b:c'],
    ['arn:aws:iam::*:role/break-glass-*', 'arn:aws:iam::111111111111:role/break-glass-1'],
    ['a*b*c', 'abbc'],
    ['a*b*c', 'a-b-b-c'],
    ['**', 'x'],
    ['a.c', 'a.c'],
    ['', ''],
  ])('lets %s match %s', (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(true);
  });

  it.each([
    ['/ecs/*', '/aws/ecs/nginx'],
    ['/ecs/*', '/ecs'],
    ['/ecs', '/ecs/'],
    ['a.c', 'abc'],
    ['a?c', 'abc'],
    ['[a]', 'a'],
    ['ABC', 'abc'],
    ['a*b*c', 'acb'],
    ['', 'x'],
    ['a*', ''],
    ['*a', 'ab'],
  ])('does not let %s match %s', (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(false);
  });

  it('agrees with a regular expression', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 });
    fc.assert(
      fc.property(short, plain, (pattern, text) => {
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('ends soon on a hostile pattern', () => {
    const started = performance.now();
    expect(matchesGlob(`${'a*'.repeat(1000)}b`, 'a'.repeat(2048))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('matchesAnyGlob', () => {
  it('is true of one pattern, and false of none', () => {
    expect([
      matchesAnyGlob(['x', '/ecs/*'], '/ecs/a'),
      matchesAnyGlob(['x'], '/ecs/a'),
      matchesAnyGlob([], ''),
    ]).toEqual([true, false, false]);
  });
});
