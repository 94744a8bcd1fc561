import { accountMode, effectiveMode } from '../../functions/domain/mode.ts';
import type { Reading } from '../../functions/domain/observation.ts';
import { type AccountPlace, organizationMode, usesOrganization } from '../../functions/domain/organization-mode.ts';
import { NO_CEILING } from '../../functions/domain/settings.ts';
import { ACCOUNT, absent, read, rules, someSettings, unreadable } from '../support/builders.ts';

const ROOT = 'r-ab12';
const WORKLOADS = 'ou-ab12-workloads';
const SANDBOX = 'ou-ab12-sandbox1';
const TEAM = 'ou-ab12-teamblue';
const OTHER = 'ou-ab12-somewhere';
const accountTag = { key: 'exec-log-mode' };

/** The account three units below the root. */
const placed = (tags: Readonly<Record<string, string>> = {}, units = [WORKLOADS, SANDBOX, TEAM]) =>
  read<AccountPlace>({ path: [ROOT, ...units, ACCOUNT], tags });

const mode = (document: object, place: Reading<AccountPlace> | undefined, account: string | null = ACCOUNT) =>
  organizationMode(someSettings(document), account, place);

const all = {
  defaultMode: 'observe',
  accounts: { [ACCOUNT]: { mode: 'ticket' } },
  accountTag,
  organizationalUnits: { [ROOT]: { mode: 'ticket' }, [SANDBOX]: { mode: 'attach' }, [TEAM]: { mode: 'propose' } },
};
const without = (...keys: readonly (keyof typeof all)[]) =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !keys.some((one) => one === key)));

describe('given an account with its place in the organisation', () => {
  it.each([
    {
      name: "the account's own entry before its tag",
      document: all,
      place: placed({ 'exec-log-mode': 'attach' }),
      gives: { mode: 'ticket', source: 'account', because: 'the settings say ticket for this account' },
    },
    {
      name: "the account's tag before its unit",
      document: without('accounts'),
      place: placed({ 'exec-log-mode': 'observe' }),
      gives: {
        mode: 'observe',
        source: 'account-tag',
        because: "the account's tag exec-log-mode says observe",
      },
    },
    {
      name: 'the nearest unit before those above it',
      document: without('accounts'),
      place: placed(),
      gives: { mode: 'propose', source: 'unit', because: `the settings say propose for the unit ${TEAM}` },
    },
    {
      name: 'the next unit above where the nearest has no entry',
      document: without('accounts'),
      place: placed({}, [WORKLOADS, SANDBOX, OTHER]),
      gives: { mode: 'attach', source: 'unit', because: `the settings say attach for the unit ${SANDBOX}` },
    },
    {
      name: 'the root where no unit on the way has an entry',
      document: without('accounts'),
      place: placed({}, [WORKLOADS, OTHER]),
      gives: { mode: 'ticket', source: 'root', because: `the settings say ticket for the organisation's root ${ROOT}` },
    },
    {
      name: 'the default where the root has no entry either',
      document: { defaultMode: 'propose', organizationalUnits: { [OTHER]: { mode: 'attach' } } },
      place: placed(),
      gives: { mode: 'propose', source: 'default', because: 'the settings say propose' },
    },
    {
      name: 'the default directly below a root without an entry',
      document: { defaultMode: 'ticket', accountTag },
      place: placed({}, []),
      gives: { mode: 'ticket', source: 'default', because: 'the settings say ticket' },
    },
    {
      name: 'a tag of another name as none',
      document: without('accounts'),
      place: placed({ 'Exec-Log-Mode': 'observe', mode: 'observe' }),
      gives: { mode: 'propose', source: 'unit', because: `the settings say propose for the unit ${TEAM}` },
    },
    {
      name: 'no tag at all where the settings name none',
      document: without('accounts', 'accountTag'),
      place: placed({ 'exec-log-mode': 'observe' }),
      gives: { mode: 'propose', source: 'unit', because: `the settings say propose for the unit ${TEAM}` },
    },
  ])('takes $name', ({ document, place, gives }) => {
    expect(mode(document, place)).toEqual(gives);
  });

  it.each(['off', 'Attach', '', 'attach '])('counts a tag that says %j as ticket at most', (value) => {
    const because = `the account's tag exec-log-mode names no mode, which counts as ticket at most; the settings say`;
    const document = (unit: string) => ({ accountTag, organizationalUnits: { [SANDBOX]: { mode: unit } } });
    expect([
      mode(document('attach'), placed({ 'exec-log-mode': value })),
      mode(document('observe'), placed({ 'exec-log-mode': value })),
    ]).toEqual([
      { mode: 'ticket', source: 'account-tag', because: `${because} attach for the unit ${SANDBOX}` },
      { mode: 'observe', source: 'account-tag', because: `${because} observe for the unit ${SANDBOX}` },
    ]);
  });

  it('does not take the name of a member of every object for a tag or a unit', () => {
    const document = { accountTag: { key: 'constructor' }, organizationalUnits: { [OTHER]: { mode: 'attach' } } };
    expect(mode(document, read({ path: [ROOT, 'constructor', ACCOUNT], tags: {} })).source).toBe('default');
  });
});

describe('given an account that could not be placed', () => {
  const why = (reason: string) =>
    `nobody can tell where this account stands in the organisation (${reason}), so that it gets the lowest mode that the settings could give it, at most ticket`;
  const units = { organizationalUnits: { [SANDBOX]: { mode: 'attach' } } };

  it.each([
    { name: 'unreadable', place: unreadable, reason: 'AccessDenied' },
    { name: 'unknown to the organisation', place: absent, reason: 'the organisation does not know the account' },
    { name: 'never looked up', place: undefined, reason: 'it was not looked up' },
    {
      name: "another account's",
      place: read({ path: [ROOT, '222222222222'], tags: {} }),
      reason: 'the place of another account was looked up',
    },
    {
      name: 'without a root',
      place: read({ path: [SANDBOX, ACCOUNT], tags: {} }),
      reason: 'its path does not begin at the root',
    },
    {
      name: 'the account alone',
      place: read({ path: [ACCOUNT], tags: {} }),
      reason: 'its path does not begin at the root',
    },
  ])('is at most ticket, also by its own entry, where its place is $name', ({ place, reason }) => {
    const entry = { accounts: { [ACCOUNT]: { mode: 'attach' } } };
    const unplaced = { mode: 'ticket', source: 'unplaced', because: why(reason) };
    expect(mode({ ...units, defaultMode: 'attach' }, place)).toEqual(unplaced);
    expect(mode({ ...units, ...entry }, place)).toEqual(unplaced);
  });

  it('gets no more than its own entry, or than the lowest place would give it', () => {
    const entry = { accounts: { [ACCOUNT]: { mode: 'observe' } } };
    const lowUnit = { organizationalUnits: { [SANDBOX]: { mode: 'attach' }, [OTHER]: { mode: 'observe' } } };
    expect([
      mode({ ...units, ...entry, defaultMode: 'attach' }, unreadable).mode,
      mode({ ...units, defaultMode: 'observe' }, unreadable).mode,
      mode({ ...lowUnit, defaultMode: 'attach' }, unreadable).mode,
      mode({ accountTag, defaultMode: 'attach' }, unreadable).mode,
      mode({ accountTag, accounts: { [ACCOUNT]: { mode: 'attach' } } }, unreadable).mode,
    ]).toEqual(['observe', 'observe', 'observe', 'observe', 'ticket']);
  });

  it('is at most ticket where the account itself is not known', () => {
    expect(mode({ ...units, defaultMode: 'attach' }, placed(), null)).toEqual({
      mode: 'ticket',
      source: 'unplaced',
      because: why('the account is not known'),
    });
  });

  it('has the mode of the settings where these depend on no place', () => {
    const settings = { defaultMode: 'attach', accounts: { '222222222222': { mode: 'ticket' } } };
    expect([
      mode(settings, unreadable),
      mode(settings, absent, '222222222222'),
      mode(settings, undefined, null),
    ]).toEqual([
      { mode: 'attach', source: 'default', because: 'the settings say attach' },
      { mode: 'ticket', source: 'account', because: 'the settings say ticket for this account' },
      { mode: 'attach', source: 'default', because: 'the settings say attach' },
    ]);
  });
});

describe('usesOrganization', () => {
  it('is true of units, of the root and of the tag of accounts', () => {
    const uses = (document: object) => usesOrganization(someSettings(document));
    expect([
      uses({}),
      uses({ accounts: { [ACCOUNT]: { mode: 'attach' } } }),
      uses({ organizationalUnits: { [ROOT]: { mode: 'observe' } } }),
      uses({ accountTag }),
    ]).toEqual([false, false, true, true]);
  });
});

describe('given rules with a place', () => {
  const inForce = rules({ organizationalUnits: { [SANDBOX]: { mode: 'attach' } } }, { place: placed() });

  it('bounds the mode of a unit by the ceiling', () => {
    const ceiling = { ...NO_CEILING, accounts: ['222222222222'] };
    expect(accountMode({ ...inForce, ceiling }, ACCOUNT)).toEqual({
      mode: 'ticket',
      source: 'unit',
      clipped: true,
      because: `the settings say attach for the unit ${SANDBOX}, the deployment permits ticket`,
    });
  });

  it('lowers it by the tags of cluster and role', () => {
    expect(effectiveMode(inForce, ACCOUNT, [{ 'exec-log-remediation': 'ticket' }])).toEqual({
      mode: 'ticket',
      muted: false,
      tagged: true,
      clipped: false,
      because: `the settings say attach for the unit ${SANDBOX}; the tag exec-log-remediation lowers it to ticket`,
    });
  });

  it('lets an override stand, whose place nobody looked up', () => {
    expect(accountMode({ ...inForce, place: unreadable, modeOverride: 'attach' }, ACCOUNT)).toEqual({
      mode: 'attach',
      source: 'override',
      clipped: false,
      because: 'the settings say attach',
    });
  });
});
