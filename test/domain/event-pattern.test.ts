import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { matchesPattern, validatePattern } from '../../functions/domain/event-pattern.ts';
import {
  DENIAL_RULE_PATTERN,
  SESSION_RULE_PATTERN,
  STACK_DELETION_RULE_PATTERN,
} from '../../functions/domain/rules.ts';

interface Case {
  readonly name: string;
  readonly expect: 'match' | 'no-match' | 'rejected';
  readonly pattern: unknown;
  readonly event: unknown;
}

const file: { base: unknown; cases: Case[] } = JSON.parse(
  readFileSync(join(__dirname, 'event-pattern-cases.json'), 'utf8'),
);

/** The three words of AWS's rule engine. */
function answer(pattern: unknown, event: unknown): Case['expect'] {
  if (validatePattern(pattern).kind === 'rejected') return 'rejected';
  return matchesPattern(pattern, event) ? 'match' : 'no-match';
}

describe("given the answers of AWS's own rule engine", () => {
  it('knows all 59 of them', () => {
    expect(file.cases.length).toBe(59);
  });

  it.each(file.cases)('answers $expect for: $name', ({ pattern, event, expect: expected }) => {
    expect(answer(pattern, event === 'base' ? file.base : event)).toBe(expected);
  });
});

describe('given operators at their edges', () => {
  it.each([
    {
      name: 'suffix without case',
      conditions: [{ suffix: { 'equals-ignore-case': 'DENIED' } }],
      value: 'AccessDenied',
      expected: 'match',
    },
    { name: 'an escaped star', conditions: [{ wildcard: 'a\\*c' }], value: 'a*c', expected: 'match' },
    { name: 'an escaped star, other text', conditions: [{ wildcard: 'a\\*c' }], value: 'abc', expected: 'no-match' },
    { name: 'an escaped backslash', conditions: [{ wildcard: '*\\\\*' }], value: 'a\\b', expected: 'match' },
    { name: 'an unknown escape', conditions: [{ wildcard: 'a\\b' }], value: 'ab', expected: 'rejected' },
    {
      name: 'wildcard pieces that would overlap',
      conditions: [{ wildcard: 'ab*ba' }],
      value: 'aba',
      expected: 'no-match',
    },
    {
      name: 'a wildcard piece inside the tail',
      conditions: [{ wildcard: '*ab*b' }],
      value: 'ab',
      expected: 'no-match',
    },
    { name: 'a number above a range', conditions: [{ numeric: ['>', 0, '<', 5] }], value: 5, expected: 'no-match' },
    {
      name: 'a range the wrong way round',
      conditions: [{ numeric: ['<', 5, '>', 0] }],
      value: 3,
      expected: 'rejected',
    },
    { name: 'a number as text', conditions: [{ numeric: ['=', 5] }], value: '5', expected: 'no-match' },
    { name: 'an address outside', conditions: [{ cidr: '10.0.0.0/24' }], value: '10.0.1.0', expected: 'no-match' },
    {
      name: 'an IPv6 address inside',
      conditions: [{ cidr: '2001:db8::/32' }],
      value: '2001:db8:1::5',
      expected: 'match',
    },
    {
      name: 'an IPv6 address outside',
      conditions: [{ cidr: '2001:db8::/32' }],
      value: '2001:db9::1',
      expected: 'no-match',
    },
    {
      name: 'a network of too many bits',
      conditions: [{ cidr: '10.0.0.0/33' }],
      value: '10.0.0.0',
      expected: 'rejected',
    },
    { name: 'anything but a number', conditions: [{ 'anything-but': 5 }], value: 6, expected: 'match' },
    { name: 'anything but mixed kinds', conditions: [{ 'anything-but': [5, 'x'] }], value: 6, expected: 'rejected' },
    { name: 'two operators in one', conditions: [{ prefix: 'a', suffix: 'b' }], value: 'ab', expected: 'rejected' },
    { name: 'a nested list', conditions: [['a']], value: 'a', expected: 'rejected' },
  ])('answers $expected for $name', ({ conditions, value, expected }) => {
    expect(answer({ field: conditions }, { field: value })).toBe(expected);
  });

  it('asks for the absence of a field in the whole event, not in one element of a list', () => {
    const pattern = { tags: { key: [{ exists: false }] } };
    expect(matchesPattern(pattern, { tags: [{ key: 'k' }, { value: 'v' }] })).toBe(false);
    expect(matchesPattern(pattern, { tags: [] })).toBe(true);
  });

  it('holds dotted keys and alternatives to one element of a list', () => {
    const event = {
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    };
    expect(matchesPattern({ 'tags.key': ['a'], 'tags.value': ['2'] }, event)).toBe(false);
    const either = (value: string) => ({ tags: { key: ['a'] }, $or: [{ 'tags.value': [value] }, { other: ['x'] }] });
    expect([matchesPattern(either('1'), event), matchesPattern(either('2'), event)]).toEqual([true, false]);
  });

  it('is not fooled by the names of object prototypes', () => {
    expect(matchesPattern({ constructor: { name: ['Object'] } }, {})).toBe(false);
    expect(answer({ field: [{ toString: 'x' }] }, {})).toBe('rejected');
  });

  it('reads a long hostile text in little time', () => {
    const started = performance.now();
    const pattern = { text: [{ wildcard: `${'*a'.repeat(400)}*b` }] };
    expect(matchesPattern(pattern, { text: 'a'.repeat(200_000) })).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('answers any pattern and event without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (pattern, event) => {
        expect(['match', 'no-match', 'rejected']).toContain(answer(pattern, event));
      }),
    );
  });
});

describe('given the patterns of our own rules', () => {
  it.each([
    { name: 'denial rule', pattern: DENIAL_RULE_PATTERN },
    { name: 'session rule', pattern: SESSION_RULE_PATTERN },
    { name: 'stack deletion rule', pattern: STACK_DELETION_RULE_PATTERN },
  ])('accepts the $name, within the 2,048 characters of a rule', ({ pattern }) => {
    expect(validatePattern(pattern)).toEqual({ kind: 'valid' });
    expect(JSON.stringify(pattern).length).toBeLessThan(2048);
  });
});
