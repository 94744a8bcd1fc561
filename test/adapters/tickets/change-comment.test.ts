import {
  changeComment,
  isNews,
  isOutdated,
  regressionComment,
  type Said,
} from '../../../functions/adapters/tickets/change-comment.ts';

const said = (facts: Said['facts'], severity: Said['severity'] = 'medium'): Said => ({ severity, facts });
const counted = (denials: string, lastSeen = '') => said({ denials, lastSeen });

describe('given two reports of a cause', () => {
  it('tells severity, count, moments, sessions and people first, then the other facts', () => {
    const before = said(
      { role: 'web', cause: 'a', denials: '1', lastSeen: '10:00', sessions: '1', people: 'ann' },
      'low',
    );
    const after = said({ role: 'web', cause: 'b', denials: '3', lastSeen: '11:00', sessions: '2', people: 'ann, bob' });
    expect(changeComment(before, after)).toBe(
      [
        'What changed since the last report:',
        '',
        '- Severity raised: `low` → `medium`',
        '- Denials: `1` → `3`',
        '- Last seen: `10:00` → `11:00`',
        '- Sessions: `1` → `2`',
        '- People: `ann` → `ann, bob`',
        '- `cause`: `a` → `b`',
      ].join('\n'),
    );
  });

  it.each([
    ['a lowered severity', said({}, 'high'), said({}, 'low'), '- Severity lowered: `high` → `low`'],
    ['a new fact', said({}), said({ cluster: 'c' }), '- `cluster`: `c`'],
    ['a fact that went', said({ cluster: 'c' }), said({}), '- `cluster`: `c` → –'],
    ['facts that nobody remembers', null, said({ denials: '2' }), '- Denials: `2`'],
  ])('tells %s', (_, before, after, line) => {
    expect(changeComment(before, after)).toBe(`What changed since the last report:\n\n${line}`);
  });

  it('says so where the text alone changed', () => {
    expect(changeComment(counted('1'), counted('1'))).toBe('The description was brought up to date.');
  });

  it('speaks Japanese', () => {
    expect(changeComment(counted('1'), counted('2'), 'ja')).toBe('前回の報告からの変更:\n\n- 拒否件数: `1` → `2`');
    expect(changeComment(said({ people: 'ann' }), said({ people: 'ann, bob' }), 'ja')).toContain(
      '- 実行者: `ann` → `ann, bob`',
    );
    expect(regressionComment(counted('1'), counted('2'), 'ja')).toContain(
      '再オープンします。\n\n- 拒否件数: `1` → `2`',
    );
  });

  it('keeps names of others in code spans, on one line and bounded', () => {
    const comment = changeComment(said({}), said({ '`@all`': '`<!channel>`\n# x\u202e', long: 'a'.repeat(10_000) }));
    expect(comment.split('\n').slice(2)).toEqual([
      "- `'@all'`: `'<!channel>' # x`",
      `- \`long\`: \`${'a'.repeat(255)}…\``,
    ]);
  });

  it('tells at most 20 facts', () => {
    const facts = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`fact${index}`, 'x']));
    expect(changeComment(said({}), said(facts)).split('\n')).toHaveLength(22);
  });
});

describe('given what may have happened', () => {
  const [early, late] = ['2026-03-01T10:00:00Z', '2026-03-01T10:00:01Z'];

  it.each([
    ['more denials', counted('1'), counted('2'), true],
    ['as many denials', counted('2'), counted('2'), false],
    ['fewer denials', counted('2'), counted('1'), false],
    ['a later denial of a case that counts anew', counted('9', early), counted('1', late), true],
    ['the same moment', counted('2', late), counted('2', late), false],
    ['nothing that counts', said({ a: '1' }), said({ a: '2' }), true],
  ])('reads %s as news: %#', (_, before, after, expected) => {
    expect(isNews(before, after)).toBe(expected);
  });

  it.each([
    ['fewer denials', counted('2'), counted('1'), true],
    ['fewer denials at the same moment', counted('2', late), counted('1', late), true],
    ['fewer denials, but a later one', counted('2', early), counted('1', late), false],
    ['as many denials', counted('2'), counted('2'), false],
    ['no count', said({}), said({}), false],
    ['a count that is no number', counted('many'), counted('1'), false],
  ])('reads %s as outdated: %#', (_, before, after, expected) => {
    expect(isOutdated(before, after)).toBe(expected);
  });
});
