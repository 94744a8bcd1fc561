import { mergeDocuments, parseCeiling, parseSettings, type SettingsProblem } from '../../functions/domain/settings.ts';

function problemsIn(document: unknown): readonly SettingsProblem[] {
  const settings = parseSettings(document);
  return settings.kind === 'valid' ? [] : settings.problems;
}

/** As it comes from a file or a parameter: `__proto__` is a key of its own there. */
const json = (text: string): unknown => JSON.parse(text);

const DEFAULTS = {
  defaultMode: 'observe',
  accounts: {},
  organizationalUnits: {},
  accountTag: null,
  roles: { allow: ['*'], deny: [] },
  attachToManagedRoles: false,
  logGroups: { allow: ['/ecs/*', '/ecs-exec/*', '/aws/ecs/*'], deny: [] },
  buckets: { allow: [] },
  keys: { allow: [] },
  ownerTag: null,
  suppressions: [],
  ticket: { system: 'ops-center' },
  slack: null,
  people: [],
  language: 'en',
  limits: { maxEventAgeHours: 6, writesPerHour: 20, casesPerHour: 20, policyTtlDays: 30, proposalTtlHours: 72 },
  fireLens: { mode: 'ticket', targets: [] },
  awslogsDriver: 'ignore',
  audit: { minimumCoveragePercent: 100, unloggedClusters: [] },
};

describe('given settings', () => {
  it('takes an empty document as all defaults', () => {
    expect(parseSettings({})).toEqual({ kind: 'valid', value: DEFAULTS });
  });

  it('takes an empty object for each of its groups as the defaults of that group', () => {
    const groups = {
      accounts: {},
      roles: {},
      logGroups: {},
      buckets: {},
      keys: {},
      ticket: {},
      limits: {},
      fireLens: {},
      audit: {},
    };
    expect(parseSettings(groups)).toEqual({ kind: 'valid', value: DEFAULTS });
  });

  it('takes the published example', () => {
    const example = {
      defaultMode: 'observe',
      accounts: { '222222222222': { mode: 'attach' } },
      roles: { allow: ['*'], deny: ['arn:aws:iam::*:role/break-glass-*'] },
      attachToManagedRoles: false,
      logGroups: { allow: ['/ecs/*', '/ecs-exec/*', '/aws/ecs/*'], deny: [] },
      buckets: { allow: [] },
      keys: { allow: [] },
      ownerTag: null,
      suppressions: [
        {
          role: 'arn:aws:iam::111111111111:role/legacy',
          until: '2027-01-31',
          reason: 'retired in January',
          owner: 'platform',
        },
      ],
      ticket: { system: 'ops-center' },
      slack: { secret: 'secretsmanager:exec-log/slack', channel: null, routes: [] },
      people: [{ slack: 'U012AB3CD', principals: ['arn:aws:iam::111111111111:user/grace'] }],
      language: 'en',
      limits: { maxEventAgeHours: 6, writesPerHour: 20, casesPerHour: 20, policyTtlDays: 30, proposalTtlHours: 72 },
    };
    expect(parseSettings(example)).toEqual({ kind: 'valid', value: { ...DEFAULTS, ...example } });
  });

  it.each([
    { role: 'arn:aws:iam::111111111111:role/web', logGroup: '/ecs/web' },
    { role: 'arn:aws-us-gov:iam::111111111111:role/team/blue/web+=,.@-_', logGroup: `${'a'.repeat(508)}/#._` },
  ])('takes the target of a log router, which creates no group unless it says so: $role', (target) => {
    expect(parseSettings({ fireLens: { mode: 'attach', targets: [target] }, awslogsDriver: 'ticket' })).toEqual({
      kind: 'valid',
      value: {
        ...DEFAULTS,
        fireLens: { mode: 'attach', targets: [{ ...target, createsGroup: false }] },
        awslogsDriver: 'ticket',
      },
    });
  });

  it.each([
    { name: 'a pattern of roles', change: { role: 'arn:aws:iam::111111111111:role/*' }, path: 'role' },
    { name: 'a role by its name', change: { role: 'web' }, path: 'role' },
    { name: "a session's ARN", change: { role: 'arn:aws:sts::111111111111:assumed-role/web/x' }, path: 'role' },
    { name: 'a pattern of groups', change: { logGroup: '/ecs/*' }, path: 'logGroup' },
    { name: 'a group of 513 characters', change: { logGroup: 'a'.repeat(513) }, path: 'logGroup' },
    { name: 'no group', change: { logGroup: '' }, path: 'logGroup' },
    { name: "a group's ARN", change: { logGroup: 'arn:aws:logs:x:1:log-group:y' }, path: 'logGroup' },
    { name: 'a flag that is a text', change: { createsGroup: 'yes' }, path: 'createsGroup' },
  ])('refuses $name as the target of a log router', ({ change, path }) => {
    const target = { role: 'arn:aws:iam::111111111111:role/web', logGroup: '/ecs/web', ...change };
    expect(problemsIn({ fireLens: { targets: [target] } }).map((problem) => problem.path)).toEqual([
      `fireLens.targets.0.${path}`,
    ]);
  });

  it('names every unknown key by its path', () => {
    expect(problemsIn({ defaultmode: 'attach', Roles: {}, limits: { perHour: 3 } })).toEqual([
      { path: 'limits.perHour', value: '3', expectation: 'unknown key perHour' },
      { path: 'defaultmode', value: '"attach"', expectation: 'unknown key defaultmode' },
      { path: 'Roles', value: 'an object', expectation: 'unknown key Roles' },
    ]);
  });

  it.each<{ name: string; document: unknown; problem: SettingsProblem }>([
    {
      name: 'an unknown mode',
      document: { defaultMode: 'Attach' },
      problem: {
        path: 'defaultMode',
        value: '"Attach"',
        expectation: 'expected one of observe, ticket, propose, attach',
      },
    },
    {
      name: 'a mode of null',
      document: { accounts: { '222222222222': { mode: null } } },
      problem: {
        path: 'accounts.222222222222.mode',
        value: 'null',
        expectation: 'expected one of observe, ticket, propose, attach',
      },
    },
    {
      name: 'an account id of eleven digits',
      document: { accounts: { '22222222222': { mode: 'attach' } } },
      problem: {
        path: 'accounts.22222222222',
        value: 'an object',
        expectation: 'expected a 12-digit account id as the key',
      },
    },
    {
      name: 'a list that is a text',
      document: { roles: { allow: '*' } },
      problem: { path: 'roles.allow', value: '"*"', expectation: 'expected array' },
    },
    {
      name: 'an empty pattern',
      document: { logGroups: { deny: [''] } },
      problem: { path: 'logGroups.deny.0', value: '""', expectation: 'expected at least 1 characters' },
    },
    {
      name: 'a flag that is a text',
      document: { attachToManagedRoles: 'false' },
      problem: { path: 'attachToManagedRoles', value: '"false"', expectation: 'expected boolean' },
    },
    {
      name: 'a day that does not exist',
      document: {
        suppressions: [{ role: 'arn:aws:iam::111111111111:role/x', until: '2027-02-30', reason: 'r', owner: 'o' }],
      },
      problem: {
        path: 'suppressions.0.until',
        value: '"2027-02-30"',
        expectation: 'expected a date such as 2027-01-31',
      },
    },
    {
      name: 'no hours at all',
      document: { limits: { maxEventAgeHours: 0 } },
      problem: { path: 'limits.maxEventAgeHours', value: '0', expectation: 'expected more than 0' },
    },
    {
      name: 'too many hours',
      document: { limits: { maxEventAgeHours: 169 } },
      problem: { path: 'limits.maxEventAgeHours', value: '169', expectation: 'expected at most 168' },
    },
    {
      name: 'a repair of the execution role',
      document: { awslogsDriver: 'attach' },
      problem: { path: 'awslogsDriver', value: '"attach"', expectation: 'expected one of ignore, ticket' },
    },
    {
      name: 'half a write',
      document: { limits: { writesPerHour: 1.5 } },
      problem: { path: 'limits.writesPerHour', value: '1.5', expectation: 'expected int' },
    },
    {
      name: 'a webhook where the name of a secret belongs, and does not repeat it',
      document: { slack: { secret: 'https://hooks.slack.com/services/T/B/x' } },
      problem: {
        path: 'slack.secret',
        value: '(not shown)',
        expectation: 'expected text of the form /^secretsmanager:[A-Za-z0-9/_+=.@-]+$/',
      },
    },
    {
      name: 'no object',
      document: null,
      problem: { path: '(the whole document)', value: 'null', expectation: 'expected object' },
    },
    {
      name: 'a list',
      document: [{}],
      problem: { path: '(the whole document)', value: 'a list', expectation: 'expected object' },
    },
    {
      name: 'a key named __proto__',
      document: json('{"__proto__":{"defaultMode":"attach"}}'),
      problem: { path: '__proto__', value: 'an object', expectation: 'unknown key __proto__' },
    },
    {
      name: 'an account named __proto__',
      document: json('{"accounts":{"__proto__":{"mode":"attach"}}}'),
      problem: {
        path: 'accounts.__proto__',
        value: 'something',
        expectation: 'expected a 12-digit account id as the key',
      },
    },
  ])('refuses $name', ({ document, problem }) => {
    expect(problemsIn(document)).toEqual([problem]);
  });

  it('reports all mistakes together', () => {
    expect(problemsIn({ defaultMode: 1, limits: { writesPerHour: -1, policyTtlDays: 400 } })).toHaveLength(3);
  });

  it('bounds what it repeats of a value', () => {
    expect(problemsIn({ language: 'x'.repeat(10_000) })[0]?.value).toHaveLength(80);
  });
});

describe('given several documents', () => {
  it('joins lists, merges objects and takes the later of two values', () => {
    const documents = [
      {
        defaultMode: 'attach',
        roles: { deny: ['a'] },
        accounts: { '111111111111': { mode: 'ticket' } },
        ownerTag: 'team',
      },
      { roles: { deny: ['b'], allow: ['c'] }, accounts: { '222222222222': { mode: 'attach' } } },
      { defaultMode: 'ticket', accounts: { '111111111111': { mode: 'observe' } }, ownerTag: null },
    ];
    expect(mergeDocuments(documents)).toEqual({
      defaultMode: 'ticket',
      roles: { deny: ['a', 'b'], allow: ['c'] },
      accounts: { '111111111111': { mode: 'observe' }, '222222222222': { mode: 'attach' } },
      ownerTag: null,
    });
  });

  it('takes none as all defaults', () => {
    expect(parseSettings(mergeDocuments([]))).toEqual({ kind: 'valid', value: DEFAULTS });
  });

  it.each<{ name: string; wrong: unknown }>([
    { name: 'null', wrong: null },
    { name: 'a text', wrong: 'defaultMode: attach' },
    { name: 'a group that is null', wrong: { roles: null } },
    { name: 'a list that is a text', wrong: { roles: { deny: 'x' } } },
    { name: 'a key named __proto__', wrong: json('{"__proto__":{"roles":{"deny":[]}}}') },
  ])('is not valid if one of them is $name, whatever comes after it', ({ wrong }) => {
    const documents = [{ roles: { deny: ['*'] } }, wrong, { roles: { deny: [] } }];
    expect(parseSettings(mergeDocuments(documents)).kind).toBe('invalid');
  });

  it('leaves the prototype of objects alone', () => {
    mergeDocuments([json('{"accounts":{"__proto__":{"polluted":true}}}'), json('{"__proto__":{"polluted":true}}')]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('given a ceiling', () => {
  it('permits nothing by default', () => {
    const lists = { accounts: [], roles: [], logGroups: [], buckets: [], keys: [] };
    expect(parseCeiling({})).toEqual({
      kind: 'valid',
      value: { mode: 'observe', ...lists, roleTag: null, writesPerHour: 20, approvers: null },
    });
  });

  it.each([{ modes: 'attach' }, { roleTag: { key: '' } }, { accounts: ['222222222222', 3] }, null, 'attach'])(
    'refuses %j',
    (document) => {
      expect(parseCeiling(document).kind).toBe('invalid');
    },
  );
});
