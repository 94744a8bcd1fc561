import { diagnoseApprovals, type ObservedApprovals } from '../../functions/domain/approval-diagnosis.ts';
import { type Ceiling, DEFAULT_SETTINGS, NO_CEILING, type Settings } from '../../functions/domain/settings.ts';

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const absent = { kind: 'absent' } as const;
const unreadable = { kind: 'unreadable', because: 'not permitted' } as const;
const empty = { visible: 0, inFlight: 0, delayed: 0 };

const PROPOSING: Settings = {
  ...DEFAULT_SETTINGS,
  defaultMode: 'propose',
  slack: { secret: 'secretsmanager:exec-log/slack', channel: '#exec-log', routes: [] },
  people: [{ slack: 'U0ADA', principals: ['arn:aws:iam::111111111111:user/ada'] }],
};

interface Found extends Omit<ObservedApprovals, 'rules'> {
  readonly settings: Settings | null;
  readonly ceiling: Ceiling;
}

const found = ({ settings = PROPOSING, ceiling = NO_CEILING, ...overrides }: Partial<Found> = {}) =>
  diagnoseApprovals({
    name: 'box-approvals',
    queue: read(empty),
    deadLetters: read(empty),
    url: read('https://abc.lambda-url.eu-central-1.on.aws/'),
    rules: settings === null ? null : { settings, ceiling },
    ...overrides,
  }).map(({ code, status }) => `${code} ${status}`);

describe('given settings that ask for proposals', () => {
  it.each<readonly [string, Partial<Settings>]>([
    ['everywhere', {}],
    ['in one account', { defaultMode: 'ticket', accounts: { '111111111111': { mode: 'propose' } } }],
    ['for log routers', { defaultMode: 'attach', fireLens: { ...DEFAULT_SETTINGS.fireLens, mode: 'propose' } }],
  ])('looks at queue, URL and people, where they ask %s', (_, settings) => {
    expect(found({ settings: { ...PROPOSING, ...settings } })).toEqual([
      'queue:box-approvals ok',
      'queue:box-approvals-dead-letters ok',
      'approver-url ok',
      'approvers ok',
    ]);
  });

  it.each<readonly [string, Partial<Found>, string]>([
    ['no approver', { queue: absent, deadLetters: absent }, 'queue:box-approvals fail'],
    ['a queue that may not be read', { queue: unreadable }, 'queue:box-approvals unknown'],
    ['an answer that waits', { queue: read({ ...empty, visible: 1 }) }, 'queue:box-approvals warn'],
    ['no queue for failed answers', { deadLetters: absent }, 'queue:box-approvals-dead-letters fail'],
    ['failed answers that cannot be counted', { deadLetters: unreadable }, 'queue:box-approvals-dead-letters unknown'],
    [
      'a failed answer in work',
      { deadLetters: read({ ...empty, inFlight: 1 }) },
      'queue:box-approvals-dead-letters fail',
    ],
    ['no URL', { url: absent }, 'approver-url warn'],
    ['outputs that may not be read', { url: unreadable }, 'approver-url unknown'],
    ['no Slack', { settings: { ...PROPOSING, slack: null } }, 'approvers fail'],
    [
      'no channel',
      { settings: { ...PROPOSING, slack: { secret: 'secretsmanager:exec-log/slack', channel: null, routes: [] } } },
      'approvers fail',
    ],
    ['nobody whom the ceiling lets answer', { ceiling: { ...NO_CEILING, approvers: ['U0EVE'] } }, 'approvers fail'],
    ['nobody to answer', { settings: { ...PROPOSING, people: [] } }, 'approvers fail'],
  ])('finds %s', (_, overrides, finding) => {
    expect(found(overrides).filter((line) => !line.endsWith(' ok'))).toEqual([finding]);
  });
});

describe('given settings that ask for more than a ceiling of propose', () => {
  const settings: Settings = { ...PROPOSING, defaultMode: 'attach', people: [] };

  it('asks for somebody who may answer, because attach is clipped to propose', () => {
    expect(found({ settings, ceiling: { ...NO_CEILING, mode: 'propose' } })).toContain('approvers fail');
    expect(found({ settings })).toEqual(['queue:box-approvals ok', 'queue:box-approvals-dead-letters ok']);
  });
});

describe.each<readonly [string, Settings | null]>([
  ['that ask for none', DEFAULT_SETTINGS],
  [
    'whose log routers may propose, and whose accounts may not',
    { ...DEFAULT_SETTINGS, defaultMode: 'ticket', fireLens: { ...DEFAULT_SETTINGS.fireLens, mode: 'propose' } },
  ],
  ['that are not known', null],
])('given settings %s', (_, settings) => {
  it('looks at the queue where there is one, and for nothing where there is none', () => {
    expect(found({ settings })).toEqual(['queue:box-approvals ok', 'queue:box-approvals-dead-letters ok']);
    expect(found({ settings, queue: absent, deadLetters: absent, url: absent })).toEqual([]);
  });
});
