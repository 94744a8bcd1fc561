import { ceilingOf } from '../../functions/domain/settings-in-force.ts';

const MOST_CAREFUL = {
  mode: 'observe',
  accounts: [],
  roles: [],
  roleTag: null,
  logGroups: [],
  buckets: [],
  keys: [],
  writesPerHour: 0,
  approvers: [],
};

describe('given the text of a ceiling', () => {
  it('reads what the deployment permits', () => {
    expect(ceilingOf('{"mode":"attach","accounts":["111111111111"],"roles":["*"]}')).toEqual({
      ceiling: {
        ...MOST_CAREFUL,
        mode: 'attach',
        accounts: ['111111111111'],
        roles: ['*'],
        writesPerHour: 20,
        approvers: null,
      },
      problems: [],
    });
  });

  it.each([
    ['no text', '', ['the ceiling is no JSON']],
    ['an unknown mode', '{"mode":"all"}', ['ceiling: mode: expected one of observe, ticket, propose, attach']],
    ['an unknown key', '{"modes":"attach"}', ['ceiling: modes: unknown key modes']],
    ['a list', '[]', ['ceiling: (the whole document): expected object']],
  ])('permits only to observe on %s', (_, text, problems) => {
    expect(ceilingOf(text)).toEqual({ ceiling: MOST_CAREFUL, problems });
  });
});
