import { clippedSettings } from '../../functions/domain/mode.ts';
import { mergeDocuments, NO_CEILING, parseSettings } from '../../functions/domain/settings.ts';
import { settingsInForce } from '../../functions/domain/settings-in-force.ts';
import { NOW, someSettings } from '../support/builders.ts';

const problemsIn = (document: unknown) => {
  const settings = parseSettings(document);
  return settings.kind === 'valid' ? [] : settings.problems;
};
const UNIT = 'ou-ab12-sandbox1';
const EXPECTED_KEY = 'expected the id of an organizational unit (ou-ab12-cd34ef56) or of the root (r-ab12) as the key';

describe('given modes of units and a tag of accounts in the settings', () => {
  it('takes units, the root and the tag', () => {
    const document = {
      organizationalUnits: { [UNIT]: { mode: 'attach' }, 'r-ab12': { mode: 'ticket' } },
      accountTag: { key: 'exec-log-mode' },
    };
    expect(someSettings(document)).toEqual({ ...someSettings(), ...document });
  });

  it.each([
    'ou-ab12',
    'ou-ab12-short',
    'OU-ab12-sandbox1',
    'r-ab',
    'Sandbox',
    '111111111111',
    `x${UNIT}`,
    `${UNIT}/`,
    `ou-ab12-${'a'.repeat(33)}`,
  ])('refuses %j as a unit', (key) => {
    expect(problemsIn({ organizationalUnits: { [key]: { mode: 'attach' } } })).toEqual([
      { path: `organizationalUnits.${key}`, value: 'an object', expectation: EXPECTED_KEY },
    ]);
  });

  it('refuses a key that is no key of its own elsewhere', () => {
    const text = '{"organizationalUnits":{"__proto__":{"mode":"attach"}},"accounts":{"__proto__":{"mode":"attach"}}}';
    expect(problemsIn(JSON.parse(text))).toEqual([
      { path: 'accounts.__proto__', value: 'something', expectation: 'expected a 12-digit account id as the key' },
      { path: 'organizationalUnits.__proto__', value: 'something', expectation: EXPECTED_KEY },
    ]);
  });

  it('refuses an unknown mode and a tag without a key', () => {
    expect(problemsIn({ organizationalUnits: { [UNIT]: { mode: 'off' } }, accountTag: {} })).toEqual([
      {
        path: `organizationalUnits.${UNIT}.mode`,
        value: '"off"',
        expectation: 'expected one of observe, ticket, propose, attach',
      },
      { path: 'accountTag.key', value: 'nothing', expectation: 'expected string' },
    ]);
    expect(problemsIn({ accountTag: { key: '' } })).toHaveLength(1);
    expect(problemsIn({ accountTag: { key: 'x'.repeat(129) } })).toHaveLength(1);
  });

  it('merges the units of several documents key by key, and the later one holds', () => {
    const first = { organizationalUnits: { [UNIT]: { mode: 'attach' }, 'r-ab12': { mode: 'ticket' } } };
    const second = { organizationalUnits: { [UNIT]: { mode: 'ticket' } }, accountTag: { key: 'mode' } };
    expect(parseSettings(mergeDocuments([first, second]))).toEqual({
      kind: 'valid',
      value: someSettings({
        organizationalUnits: { [UNIT]: { mode: 'ticket' }, 'r-ab12': { mode: 'ticket' } },
        accountTag: { key: 'mode' },
      }),
    });
  });
});

describe('given a ceiling over the modes of units', () => {
  const settings = someSettings({ organizationalUnits: { [UNIT]: { mode: 'attach' }, 'r-ab12': { mode: 'propose' } } });

  it('names the units that ask for more, and no other', () => {
    expect(clippedSettings(settings, { ...NO_CEILING, mode: 'propose' })).toEqual([
      `organizationalUnits.${UNIT}.mode is attach, the deployment permits propose`,
    ]);
    expect(clippedSettings(settings, NO_CEILING)).toEqual([]);
  });

  it('permits no unit more than ticket where it lists no account', () => {
    expect(clippedSettings(settings, { ...NO_CEILING, accounts: [] })).toEqual([
      `organizationalUnits.${UNIT}.mode is attach, the deployment permits ticket`,
      'organizationalUnits.r-ab12.mode is propose, the deployment permits ticket',
    ]);
  });

  it('compares the lists too where a tag may ask for any mode', () => {
    const lists = { logGroups: { allow: ['/audit/*'] } };
    const ceiling = { ...NO_CEILING, logGroups: ['/ecs/*'] };
    expect([
      clippedSettings(someSettings(lists), ceiling),
      clippedSettings(someSettings({ ...lists, accountTag: { key: 'mode' } }), ceiling),
    ]).toEqual([[], ['logGroups.allow holds /audit/*, which the deployment does not permit']]);
  });
});

describe('given settings that outlived their source', () => {
  const document = {
    defaultMode: 'ticket',
    accounts: { '111111111111': { mode: 'attach' } },
    organizationalUnits: { [UNIT]: { mode: 'propose' }, 'r-ab12': { mode: 'observe' } },
  };
  const inForce = (settings: object) =>
    settingsInForce(
      { settings: someSettings(settings), version: 'v1', readAt: new Date(NOW.getTime() - 3_600_000) },
      ['no JSON'],
      { ceiling: NO_CEILING, problems: [] },
      NOW,
    ).rules;
  const lowered = {
    accounts: { '111111111111': { mode: 'ticket' } },
    organizationalUnits: { [UNIT]: { mode: 'ticket' }, 'r-ab12': { mode: 'observe' } },
  };

  it('lowers the units with the rest', () => {
    expect(inForce(document)).toEqual({
      settings: someSettings({ ...document, ...lowered }),
      ceiling: NO_CEILING,
      settingsVersion: 'v1-lowered',
    });
  });

  it('bounds what the tag of an account may say, which stands in no settings', () => {
    const accountTag = { key: 'mode' };
    expect(inForce({ ...document, accountTag })).toEqual({
      settings: someSettings({ ...document, ...lowered, accountTag }),
      ceiling: NO_CEILING,
      settingsVersion: 'v1-lowered',
      atMost: 'ticket',
    });
  });
});
