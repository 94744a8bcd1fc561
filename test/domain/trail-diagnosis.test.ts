import type { SignalRuleName } from '../../functions/domain/rules.ts';
import { diagnoseTrails, type ObservedTrail, type TrailField } from '../../functions/domain/trail-diagnosis.ts';

type Trails = Parameters<typeof diagnoseTrails>[0];

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const unreadable = { kind: 'unreadable', because: 'not permitted' } as const;

const basic = (readWrite: string, management = true, excluded: readonly string[] = []) =>
  read({ kind: 'basic' as const, selectors: [{ management, readWrite, excluded }] });

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

/** The checks that are not ok, as code and status. */
const wrong = (trails: Trails, signals: readonly SignalRuleName[] = []) =>
  diagnoseTrails(trails, signals)
    .filter(({ status }) => status !== 'ok')
    .map(({ code, status }) => `${code} ${status}`);

const management = field('eventCategory', ['Management']);

describe('given trails', () => {
  const rows: readonly { name: string; trails: Trails; found: readonly string[] }[] = [
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
    expect(wrong(trails)).toEqual(found);
  });
});

describe('given a rule for calls that read', () => {
  const but = (...services: readonly string[]) =>
    field('eventSource', [], { notEquals: services.map((service) => `${service}.amazonaws.com`) });
  const rows: readonly {
    name: string;
    selectors: ObservedTrail['selectors'];
    signals: readonly SignalRuleName[];
    found: readonly string[];
  }[] = [
    { name: 'all events', selectors: basic('All'), signals: ['session-key', 'firelens'], found: [] },
    { name: 'writes only', selectors: basic('WriteOnly'), signals: ['session-key'], found: ['trail-reads warn'] },
    { name: 'writes only', selectors: basic('WriteOnly'), signals: ['awslogs-driver', 'bucket-objects'], found: [] },
    {
      name: 'all but those of KMS',
      selectors: basic('All', true, ['kms.amazonaws.com']),
      signals: ['session-key'],
      found: ['trail-reads warn'],
    },
    {
      name: 'all but those of KMS',
      selectors: basic('All', true, ['kms.amazonaws.com']),
      signals: ['describe-log-groups', 'bucket-encryption'],
      found: [],
    },
    {
      name: 'advanced, without KMS',
      selectors: advanced([management, but('kms')]),
      signals: ['session-key'],
      found: ['trail-reads warn'],
    },
    {
      name: 'advanced, without S3',
      selectors: advanced([management, but('s3')]),
      signals: ['session-key', 'describe-log-groups'],
      found: [],
    },
    {
      name: 'selectors that may not be read',
      selectors: unreadable,
      signals: ['session-key'],
      found: ['trail unknown', 'trail-reads unknown'],
    },
  ];

  it.each(rows)('judges a trail with $name for $signals', ({ selectors, signals, found }) => {
    expect(wrong(read([aTrail({ selectors })]), signals)).toEqual(found);
  });

  it('says once that trails cannot be read', () => {
    expect(wrong(unreadable, ['session-key'])).toEqual(['trail unknown']);
  });
});

describe('given the rule for objects', () => {
  it('tells of data events, and holds nothing against the deployment', () => {
    expect(diagnoseTrails(read([aTrail()]), ['bucket-objects']).map(({ code, status }) => [code, status])).toEqual([
      ['trail', 'ok'],
      ['trail-data', 'ok'],
    ]);
  });
});
