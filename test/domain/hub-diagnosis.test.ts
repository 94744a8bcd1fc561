import { diagnoseHub, type ObservedAudit, type ObservedHub } from '../../functions/domain/hub-diagnosis.ts';
import { absent, read, unreadable } from '../support/builders.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const JUST_IN_TIME = '2026-03-01T10:00:00.000Z';
const TOO_LATE = '2026-03-01T09:59:59.999Z';
const HUB = '999999999999';
const SHOP = '222222222222';
const REGION = 'eu-central-1';
const WHERE_TO_LOOK =
  "look for EXECLOG_FAILED with account and Region in the auditor's log: is the member stack there, and does it trust this hub?";
const NOT_READ = 'use credentials that may read it, and run the check again';

const anAccount = (id: string, name = 'web', isActive = true) => ({ id, name, isActive });
const anAudit = (account: string, finishedAt: ObservedAudit['finishedAt'] = read(JUST_IN_TIME), region = REGION) => ({
  account,
  region,
  finishedAt,
});

const aHub = (overrides: Partial<ObservedHub> = {}): ObservedHub => ({
  deploymentId: 'exec-log',
  busName: 'exec-log-hub',
  bus: read(`arn:aws:events:eu-central-1:${HUB}:event-bus/exec-log-hub`),
  accounts: read([anAccount(HUB, 'hub'), anAccount(SHOP, 'shop')]),
  audits: read([anAudit(HUB), anAudit(SHOP)]),
  ...overrides,
});

const diagnosed = (overrides: Partial<ObservedHub>) => diagnoseHub(read(aHub(overrides)), NOW);

/** The checks that are not ok, as code and status. */
const wrong = (overrides: Partial<ObservedHub>) =>
  diagnosed(overrides)
    .filter(({ status }) => status !== 'ok')
    .map(({ code, status }) => `${code} ${status}`);

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => String(100_000_000_000 + index));

describe('given a deployment that is no hub', () => {
  it('checks nothing more', () => {
    expect(diagnoseHub(absent, NOW)).toEqual([]);
  });

  it('says so where it cannot be told', () => {
    expect(diagnoseHub(unreadable, NOW)).toEqual([
      {
        code: 'hub',
        status: 'unknown',
        detail: 'it cannot be told whether this is a hub: AccessDenied',
        whatToDo: NOT_READ,
      },
    ]);
  });
});

describe('given a hub where all is well', () => {
  it('says so of bus, members and audits', () => {
    expect(diagnosed({})).toEqual([
      { code: 'bus:exec-log-hub', status: 'ok', detail: 'the bus exec-log-hub is there', whatToDo: '' },
      { code: 'members', status: 'ok', detail: 'each of 2 active accounts was heard of', whatToDo: '' },
      { code: 'audits', status: 'ok', detail: 'the audit of each of 2 places ended within two hours', whatToDo: '' },
    ]);
  });
});

describe('the bus of a hub', () => {
  it.each([
    { name: 'it is not there', bus: absent, found: 'bus:exec-log-hub fail' },
    { name: 'it cannot be read', bus: unreadable, found: 'bus:exec-log-hub unknown' },
  ])('is a finding where $name', ({ bus, found }) => {
    expect(wrong({ bus })).toEqual([found]);
  });
});

describe('the members of a hub', () => {
  it('are asked for their stack where nothing was ever delivered from them', () => {
    expect(diagnosed({ audits: read([anAudit(HUB)]) })[1]).toEqual({
      code: `member:${SHOP}`,
      status: 'warn',
      detail: `nothing was ever delivered from ${SHOP} (shop): the hub knows neither a session nor a policy there`,
      whatToDo:
        'is the member stack deployed there? aws cloudformation list-stack-instances --stack-set-name exec-log-member ' +
        `--stack-instance-account ${SHOP}; if it is, nobody opened a session there yet. The management account is in no stack set: ` +
        'it needs a stack of its own',
    });
  });

  it('are heard of by any of their Regions, late or not', () => {
    const audits = read([anAudit(HUB), anAudit(SHOP, read(TOO_LATE), 'eu-west-1')]);
    expect(wrong({ audits })).toEqual([`audit:${SHOP}:eu-west-1 fail`]);
  });

  it('are not expected to deliver where they are not active', () => {
    expect(wrong({ accounts: read([anAccount(HUB), anAccount('333333333333', 'closed', false)]) })).toEqual([]);
  });

  it('are unknown where the organisation does not tell its accounts', () => {
    expect(wrong({ accounts: unreadable })).toEqual(['members unknown']);
    expect(wrong({ accounts: absent })).toEqual(['members unknown']);
  });

  it.each([
    { silent: 20, lines: 20, rest: [] },
    {
      silent: 21,
      lines: 20,
      rest: [
        {
          code: 'members',
          status: 'warn',
          detail: 'nothing was ever delivered from 1 more account',
          whatToDo: 'compare the stack set with the organisation: exec-log modes lists all accounts',
        },
      ],
    },
  ])('get a line each, $lines of $silent, in the order of their ids', ({ silent, lines, rest }) => {
    const ids = idsOf(silent);
    const accounts = read(ids.toReversed().map((id) => anAccount(id)));
    const members = diagnosed({ accounts }).filter(({ code }) => code.startsWith('member'));
    expect(members.slice(0, lines).map(({ code }) => code)).toEqual(ids.slice(0, lines).map((id) => `member:${id}`));
    expect(members.slice(lines)).toEqual(rest);
  });
});

describe('the audits of a hub', () => {
  it.each([
    { name: 'ended two hours ago', finishedAt: read(JUST_IN_TIME), found: [] },
    { name: 'ended more than two hours ago', finishedAt: read(TOO_LATE), found: [`audit:${SHOP}:${REGION} fail`] },
    { name: 'never ended', finishedAt: read(null), found: [`audit:${SHOP}:${REGION} fail`] },
    { name: 'cannot be read', finishedAt: unreadable, found: [`audit:${SHOP}:${REGION} unknown`] },
  ])('are judged place by place where one $name', ({ finishedAt, found }) => {
    expect(wrong({ audits: read([anAudit(HUB), anAudit(SHOP, finishedAt)]) })).toEqual(found);
  });

  it('say where to look, and ask for patience with a place that is new', () => {
    const audits = read([anAudit(HUB, read(null)), anAudit(SHOP, read(TOO_LATE))]);
    expect(diagnosed({ audits }).slice(2)).toEqual([
      {
        code: `audit:${SHOP}:${REGION}`,
        status: 'fail',
        detail: `${SHOP} ${REGION}: the last audit ended at ${TOO_LATE}, more than two hours ago`,
        whatToDo: WHERE_TO_LOOK,
      },
      {
        code: `audit:${HUB}:${REGION}`,
        status: 'fail',
        detail: `${HUB} ${REGION}: no audit has ever come to its end`,
        whatToDo: `if it is new, wait for the next audit; else ${WHERE_TO_LOOK}`,
      },
    ]);
  });

  it('and the members are one finding where the hub knows no places, or they cannot be read', () => {
    expect([wrong({ audits: absent }), wrong({ audits: unreadable })]).toEqual([['audits fail'], ['audits unknown']]);
  });

  it.each([
    { late: 20, finishedAt: read(TOO_LATE), rest: [] },
    { late: 21, finishedAt: read(TOO_LATE), rest: ['audits fail'] },
    { late: 21, finishedAt: unreadable, rest: ['audits unknown'] },
  ])('get at most twenty lines and a count: $late, $rest', ({ late, finishedAt, rest }) => {
    const audits = read(idsOf(late).map((id) => anAudit(id, finishedAt)));
    expect(wrong({ accounts: read([]), audits }).slice(20)).toEqual(rest);
  });
});
