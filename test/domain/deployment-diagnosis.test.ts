import { diagnose, type ObservedDeployment, type ObservedPath } from '../../functions/domain/deployment-diagnosis.ts';

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const absent = { kind: 'absent' } as const;
const unreadable = { kind: 'unreadable', because: 'not permitted' } as const;
const empty = { visible: 0, inFlight: 0, delayed: 0 };

const aTrail = {
  name: 'org',
  isLogging: read(true),
  selectors: read({ kind: 'basic' as const, selectors: [{ management: true, readWrite: 'All' }] }),
};

type Rule = ObservedPath['rules'][number];

const aRule = (overrides: Partial<Rule> = {}): Rule => ({
  name: 'exec-log-denials',
  busName: null,
  rule: read({
    enabled: true,
    hearsReads: false,
    targetArns: ['arn:aws:sqs:eu-central-1:111111111111:exec-log-denials'],
  }),
  readOnly: false,
  ...overrides,
});

const aPath = (overrides: Partial<ObservedPath> = {}): ObservedPath => ({
  name: 'exec-log-denials',
  rules: [aRule()],
  queue: read(empty),
  deadLetters: read(empty),
  undelivered: read(empty),
  ...overrides,
});

const aDeployment = (overrides: Partial<ObservedDeployment> = {}): ObservedDeployment => ({
  trails: read([aTrail]),
  signals: [],
  paths: [aPath()],
  settings: { isValid: true, problems: [], clipped: [] },
  table: read({ tableName: 'exec-log-table', status: 'ACTIVE' }),
  ...overrides,
});

/** The checks that are not ok, as code and status. */
const wrong = (deployment: Partial<ObservedDeployment>) =>
  diagnose(aDeployment(deployment))
    .filter(({ status }) => status !== 'ok')
    .map(({ code, status }) => `${code} ${status}`);

describe('given a deployment where all is well', () => {
  it('says so of every check, in the order of the event', () => {
    expect(diagnose(aDeployment()).map(({ code, status, whatToDo }) => [code, status, whatToDo])).toEqual([
      ['trail', 'ok', ''],
      ['rule:exec-log-denials', 'ok', ''],
      ['queue:exec-log-denials', 'ok', ''],
      ['queue:exec-log-denials-dead-letters', 'ok', ''],
      ['queue:exec-log-denials-undelivered', 'ok', ''],
      ['settings', 'ok', ''],
      ['ceiling', 'ok', ''],
      ['table', 'ok', ''],
    ]);
  });
});

describe('given rules and queues', () => {
  const name = 'exec-log-denials';
  const rows: readonly { name: string; path: Partial<ObservedPath>; found: readonly string[] }[] = [
    { name: 'a rule that is not there', path: { rules: [aRule({ rule: absent })] }, found: [`rule:${name} fail`] },
    {
      name: 'a rule that may not be read',
      path: { rules: [aRule({ rule: unreadable })] },
      found: [`rule:${name} unknown`],
    },
    {
      name: 'a disabled rule',
      path: { rules: [aRule({ rule: read({ enabled: false, hearsReads: false, targetArns: [] }) })] },
      found: [`rule:${name} fail`],
    },
    {
      name: 'a rule without our queue',
      path: {
        rules: [aRule({ rule: read({ enabled: true, hearsReads: true, targetArns: ['arn:aws:sqs:x:1:other'] }) })],
      },
      found: [`rule:${name} fail`],
    },
    {
      name: 'a rule for reads that hears none',
      path: { rules: [aRule(), { ...aRule({ readOnly: true }), name: 'exec-log-signal-session-key' }] },
      found: ['rule:exec-log-signal-session-key fail'],
    },
    {
      name: 'a rule for reads that hears them',
      path: {
        rules: [
          aRule({
            readOnly: true,
            rule: read({ enabled: true, hearsReads: true, targetArns: [`arn:aws:sqs:x:1:${name}`] }),
          }),
        ],
      },
      found: [],
    },
    { name: 'messages that wait', path: { queue: read({ ...empty, visible: 3 }) }, found: [`queue:${name} warn`] },
    {
      name: 'messages in work and delayed on purpose',
      path: { queue: read({ visible: 0, inFlight: 2, delayed: 4 }) },
      found: [],
    },
    {
      name: 'a dead letter',
      path: { deadLetters: read({ ...empty, visible: 1 }) },
      found: [`queue:${name}-dead-letters fail`],
    },
    {
      name: 'an undelivered event that somebody looks at',
      path: { undelivered: read({ ...empty, inFlight: 1 }) },
      found: [`queue:${name}-undelivered fail`],
    },
    { name: 'a queue that is not there', path: { queue: absent }, found: [`queue:${name} fail`] },
    {
      name: 'a queue that may not be read',
      path: { deadLetters: unreadable },
      found: [`queue:${name}-dead-letters unknown`],
    },
  ];

  it.each(rows)('judges $name', ({ path, found }) => {
    expect(wrong({ paths: [aPath(path)] })).toEqual(found);
  });
});

describe('given settings and table', () => {
  const rows: readonly { name: string; deployment: Partial<ObservedDeployment>; found: readonly string[] }[] = [
    {
      name: 'settings that are not valid',
      deployment: { settings: { isValid: false, problems: ['x'], clipped: [] } },
      found: ['settings fail'],
    },
    {
      name: 'settings over the ceiling',
      deployment: { settings: { isValid: true, problems: [], clipped: ['x'] } },
      found: ['ceiling warn'],
    },
    {
      name: 'a ceiling that is not known',
      deployment: { settings: { isValid: true, problems: [], clipped: null } },
      found: ['ceiling unknown'],
    },
    { name: 'no table', deployment: { table: absent }, found: ['table fail'] },
    { name: 'a table that may not be read', deployment: { table: unreadable }, found: ['table unknown'] },
    {
      name: 'a table that is going away',
      deployment: { table: read({ tableName: 'x', status: 'DELETING' }) },
      found: ['table fail'],
    },
  ];

  it.each(rows)('judges $name', ({ deployment, found }) => {
    expect(wrong(deployment)).toEqual(found);
  });

  it('advises no command that would make a rule deaf to reads', () => {
    const disabled = aRule({ readOnly: true, rule: read({ enabled: false, hearsReads: false, targetArns: [] }) });
    const [found] = diagnose(aDeployment({ paths: [aPath({ rules: [disabled] })] })).filter(
      ({ status }) => status === 'fail',
    );
    expect(found?.whatToDo).toMatch(/^deploy the stack again/);
  });

  it('says what to do about everything that is not ok', () => {
    const deployment: ObservedDeployment = {
      trails: unreadable,
      signals: ['session-key', 'bucket-objects'],
      paths: [
        aPath({
          rules: [aRule({ rule: absent })],
          queue: read({ ...empty, visible: 1 }),
          deadLetters: unreadable,
          undelivered: absent,
        }),
      ],
      settings: { isValid: false, problems: [], clipped: null },
      table: absent,
    };
    expect(diagnose(deployment).filter(({ status, whatToDo }) => status !== 'ok' && whatToDo === '')).toEqual([]);
  });
});
