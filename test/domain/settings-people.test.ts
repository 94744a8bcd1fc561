import { mergeDocuments, parseSettings } from '../../functions/domain/settings.ts';

const GRACE = { slack: 'U012AB3CD', principals: ['arn:aws:iam::111111111111:user/grace'] };
const problemsIn = (document: unknown) => {
  const settings = parseSettings(document);
  return settings.kind === 'valid' ? [] : settings.problems.map(({ path }) => path);
};

describe('given the people who may answer a proposal', () => {
  it.each([
    ['a user', GRACE],
    ['a user of an Enterprise Grid', { ...GRACE, slack: 'W012AB3CD' }],
    [
      'a pattern over permission sets',
      { ...GRACE, principals: ['arn:aws:sts::*:assumed-role/AWSReservedSSO_*/grace'] },
    ],
    ['the longest ARN', { ...GRACE, principals: ['arn:'.padEnd(2048, 'x')] }],
  ])('takes %s', (_, person) => {
    expect(problemsIn({ people: [person] })).toEqual([]);
  });

  it.each([
    ['a name in place of the id', { ...GRACE, slack: '@grace' }, 'slack'],
    ['the id of a channel', { ...GRACE, slack: 'C012AB3CD' }, 'slack'],
    ['an id in small letters', { ...GRACE, slack: 'u012ab3cd' }, 'slack'],
    ['no principal: nobody could tell whose sessions are theirs', { ...GRACE, principals: [] }, 'principals'],
    ['a principal that is no ARN', { ...GRACE, principals: ['grace'] }, 'principals.0'],
    ['everybody at once', { ...GRACE, principals: ['*'] }, 'principals.0'],
    ['a longer text than any ARN', { ...GRACE, principals: ['arn:'.padEnd(2049, 'x')] }, 'principals.0'],
  ])('refuses %s', (_, person, path) => {
    expect(problemsIn({ people: [person] })).toEqual([`people.0.${path}`]);
  });

  it('joins the lists of several documents', () => {
    const settings = parseSettings(
      mergeDocuments([{ people: [GRACE] }, { people: [{ ...GRACE, slack: 'U0OTHER00' }] }]),
    );
    expect(settings).toMatchObject({ value: { people: [GRACE, { ...GRACE, slack: 'U0OTHER00' }] } });
  });
});

describe('given limits of proposals and of new cases', () => {
  it.each([
    ['proposalTtlHours', 1, 336],
    ['casesPerHour', 1, 1000],
  ])('takes %s from %d to %d', (limit, least, most) => {
    const problemsOf = (value: number) => problemsIn({ limits: { [limit]: value } });
    expect([least, most].flatMap(problemsOf)).toEqual([]);
    const path = `limits.${limit}`;
    expect([least - 1, most + 1, least + 0.5].map(problemsOf)).toEqual([[path], [path], [path]]);
  });
});
