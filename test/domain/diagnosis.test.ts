import {
  diagnose,
  type ObservedDeployment,
  type ObservedPath,
  type ObservedTrail,
  type TrailField,
} from '../../functions/domain/diagnosis.ts';

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const absent = { kind: 'absent' } as const;
const unreadable = { kind: 'unreadable', because: 'not permitted' } as const;
const empty = { visible: 0, inFlight: 0, delayed: 0 };

const basic = (readWrite: string, management = true) =>
  read({ kind: 'basic' as const, selectors: [{ management, readWrite }] });

const field = (name: string, equals: readonly string[], rest: Partial<TrailField> = {}): TrailField => ({
  field: name,
  equals,
  notEquals: [],
  others: false,
  ...rest,
});

const advanced = (...selectors: readonly (readonly TrailField[])[]) => read({ kind: 'advanced' as const, selectors });

const aTrail = (overrides: Partial<ObservedTrail> = {}): ObservedTrail => ({
  name: 'org',
  isLogging: read(true),
  selectors: basic('All'),
  ...overrides,
});

const aPath = (overrides: Partial<ObservedPath> = {}): ObservedPath => ({
  name: 'exec-log-denials',
  rule: read({ enabled: true, targetArns: ['arn:aws:sqs:eu-central-1:111111111111:exec-log-denials'] }),
  alsoFrom: [],
  queue: read(empty),
  deadLetters: read(empty),
  undelivered: read(empty),
  ...overrides,
});

const aDeployment = (overrides: Partial<ObservedDeployment> = {}): ObservedDeployment => ({
  trails: read([aTrail()]),
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

describe('given trails', () => {
  const management = field('eventCategory', ['Management']);
  const rows: readonly { name: string; trails: ObservedDeployment['trails']; found: readonly string[] }[] = [
    { name: 'none', trails: read([]), found: ['trail fail'] },
    { name: 'none that may be read', trails: unreadable, found: ['trail unknown'] },
    { name: 'one that is stopped', trails: read([aTrail({ isLogging: read(false) })]), found: ['trail fail'] },
    { name: 'one that logs writes only', trails: read([aTrail({ selectors: basic('WriteOnly') })]), found: [] },
    {
      name: 'one that logs reads only',
      trails: read([aTrail({ selectors: basic('ReadOnly') })]),
      found: ['trail fail'],
    },
    {
      name: 'one that logs data only',
      trails: read([aTrail({ selectors: basic('All', false) })]),
      found: ['trail fail'],
    },
    { name: 'a bad one and a good one', trails: read([aTrail({ isLogging: read(false) }), aTrail()]), found: [] },
    {
      name: "an organisation's that hides its selectors",
      trails: read([aTrail({ selectors: unreadable })]),
      found: ['trail unknown'],
    },
    {
      name: 'an advanced one with all management events',
      trails: read([aTrail({ selectors: advanced([management]) })]),
      found: [],
    },
    {
      name: 'an advanced one with writes',
      trails: read([aTrail({ selectors: advanced([management, field('readOnly', ['false'])]) })]),
      found: [],
    },
    {
      name: 'an advanced one with reads',
      trails: read([aTrail({ selectors: advanced([management, field('readOnly', ['true'])]) })]),
      found: ['trail fail'],
    },
    {
      name: 'an advanced one for data',
      trails: read([aTrail({ selectors: advanced([field('eventCategory', ['Data'])]) })]),
      found: ['trail fail'],
    },
    {
      name: 'an advanced one without KMS',
      trails: read([
        aTrail({ selectors: advanced([management, field('eventSource', [], { notEquals: ['kms.amazonaws.com'] })]) }),
      ]),
      found: [],
    },
    {
      name: 'an advanced one without CloudWatch Logs',
      trails: read([
        aTrail({ selectors: advanced([management, field('eventSource', [], { notEquals: ['logs.amazonaws.com'] })]) }),
      ]),
      found: ['trail fail'],
    },
    {
      name: 'an advanced one without Systems Manager',
      trails: read([
        aTrail({ selectors: advanced([management, field('eventSource', [], { notEquals: ['ssm.amazonaws.com'] })]) }),
      ]),
      found: ['trail fail'],
    },
    {
      name: 'an advanced one with conditions that are not understood',
      trails: read([aTrail({ selectors: advanced([management, field('eventName', ['x'])]) })]),
      found: ['trail unknown'],
    },
  ];

  it.each(rows)('judges $name', ({ trails, found }) => {
    expect(wrong({ trails })).toEqual(found);
  });
});

describe('given rules and queues', () => {
  const name = 'exec-log-denials';
  const rows: readonly { name: string; path: Partial<ObservedPath>; found: readonly string[] }[] = [
    { name: 'a rule that is not there', path: { rule: absent }, found: [`rule:${name} fail`] },
    { name: 'a rule that may not be read', path: { rule: unreadable }, found: [`rule:${name} unknown`] },
    { name: 'a disabled rule', path: { rule: read({ enabled: false, targetArns: [] }) }, found: [`rule:${name} fail`] },
    {
      name: 'a rule without our queue',
      path: { rule: read({ enabled: true, targetArns: ['arn:aws:sqs:x:1:other'] }) },
      found: [`rule:${name} fail`],
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

  it('says what to do about everything that is not ok', () => {
    const deployment: ObservedDeployment = {
      trails: unreadable,
      paths: [
        aPath({ rule: absent, queue: read({ ...empty, visible: 1 }), deadLetters: unreadable, undelivered: absent }),
      ],
      settings: { isValid: false, problems: [], clipped: null },
      table: absent,
    };
    expect(diagnose(deployment).filter(({ status, whatToDo }) => status === 'ok' || whatToDo === '')).toEqual([]);
  });
});
