import { clippedSettings, effectiveMode } from '../../functions/domain/mode.ts';
import { type Ceiling, lowerMode, MODES, NO_CEILING } from '../../functions/domain/settings.ts';
import { ACCOUNT, rules, someSettings } from '../support/builders.ts';

const ceiling = (overrides: Partial<Ceiling>): Ceiling => ({ ...NO_CEILING, ...overrides });
const tag = (value: string) => ({ 'exec-log-remediation': value });

describe('lowerMode', () => {
  it('gives the more careful of two modes, in either order', () => {
    for (const [careful, left] of MODES.entries()) {
      for (const right of MODES.slice(careful)) {
        expect([lowerMode(left, right), lowerMode(right, left)]).toEqual([left, left]);
      }
    }
  });
});

describe('effectiveMode', () => {
  it('takes the account before the default', () => {
    const accounts = { [ACCOUNT]: { mode: 'ticket' } };
    expect(effectiveMode(rules({ accounts }), ACCOUNT, [])).toEqual({
      mode: 'ticket',
      muted: false,
      tagged: false,
      clipped: false,
      because: 'the settings say ticket for this account',
    });
  });

  it('takes an override before the account, but not before the ceiling and the tags', () => {
    const inForce = rules({ accounts: { [ACCOUNT]: { mode: 'observe' } } }, { modeOverride: 'attach' });
    expect(effectiveMode(inForce, ACCOUNT, []).mode).toBe('attach');
    expect(effectiveMode({ ...inForce, ceiling: ceiling({ mode: 'ticket' }) }, ACCOUNT, []).mode).toBe('ticket');
    expect(effectiveMode(inForce, ACCOUNT, [tag('observe')]).mode).toBe('observe');
  });

  it('is at most ticket in an account that the ceiling does not list, or where the account is unknown', () => {
    const inForce = rules({}, { ceiling: ceiling({ accounts: ['222222222222'] }) });
    expect(effectiveMode(inForce, ACCOUNT, [])).toEqual({
      mode: 'ticket',
      muted: false,
      tagged: false,
      clipped: true,
      because: 'the settings say attach, the deployment permits ticket',
    });
    expect(effectiveMode(inForce, '222222222222', []).mode).toBe('attach');
    expect(effectiveMode(rules(), null, []).mode).toBe('ticket');
  });

  it('mutes on off, and observes', () => {
    expect(effectiveMode(rules(), ACCOUNT, [{}, tag('off')])).toEqual({
      mode: 'observe',
      muted: true,
      tagged: true,
      clipped: false,
      because: 'the settings say attach; the tag exec-log-remediation lowers it to off',
    });
  });

  it('takes an unknown value for ticket', () => {
    expect(effectiveMode(rules(), ACCOUNT, [tag('none'), tag('propose')]).mode).toBe('ticket');
  });

  it('is not raised by a tag', () => {
    expect(effectiveMode(rules({ defaultMode: 'observe' }), ACCOUNT, [tag('attach'), tag('x')]).mode).toBe('observe');
  });
});

describe('clippedSettings', () => {
  it('names what goes beyond the ceiling', () => {
    const settings = someSettings({
      defaultMode: 'attach',
      accounts: {
        [ACCOUNT]: { mode: 'attach' },
        '222222222222': { mode: 'propose' },
        '333333333333': { mode: 'ticket' },
      },
      limits: { writesPerHour: 21 },
    });
    expect(
      clippedSettings(settings, ceiling({ mode: 'propose', accounts: ['222222222222'], writesPerHour: 20 })),
    ).toEqual([
      'defaultMode is attach, the deployment permits propose',
      'accounts.111111111111.mode is attach, the deployment permits ticket',
      'limits.writesPerHour is 21, the deployment permits 20',
    ]);
  });

  it('names the patterns that no pattern of the ceiling covers, once a mode can write', () => {
    const lists = {
      roles: { allow: ['*', 'arn:aws:iam::*:role/sandbox-web-*', 'arn:aws:iam::*:role/prod-*'] },
      logGroups: { allow: ['/aws/ecs/*', '/ecs/web', '/audit/*'] },
      buckets: { allow: ['logs-*'] },
      keys: { allow: ['*'] },
    };
    const bounded = ceiling({
      mode: 'attach',
      accounts: [ACCOUNT],
      roles: ['arn:aws:iam::*:role/sandbox-*'],
      logGroups: ['/ecs/*'],
      buckets: ['logs-a*'],
      keys: [],
    });
    expect(clippedSettings(someSettings({ defaultMode: 'attach', ...lists }), bounded)).toEqual([
      'roles.allow holds arn:aws:iam::*:role/prod-*, which the deployment does not permit',
      'logGroups.allow holds /audit/*, which the deployment does not permit',
      'buckets.allow holds logs-*, which the deployment does not permit',
      'keys.allow holds *, which the deployment does not permit',
    ]);
    expect(clippedSettings(someSettings({ defaultMode: 'ticket', ...lists }), bounded)).toEqual([]);
    const tagged = {
      ...bounded,
      roles: [],
      roleTag: { key: 'exec-log', value: 'on' },
      logGroups: ['*'],
      buckets: ['*'],
      keys: ['*'],
    };
    expect(clippedSettings(someSettings({ defaultMode: 'attach', ...lists }), tagged)).toEqual([]);
  });

  it('names people whom the deployment does not let answer', () => {
    const people = ['U0GRACE00', 'U0OTHER00'].map((slack) => ({ slack, principals: ['arn:aws:iam::*:user/x'] }));
    const permitted = ceiling({ approvers: ['U0GRACE00'] });
    expect(clippedSettings(someSettings({ defaultMode: 'propose', people }), permitted)).toEqual([
      'people holds U0OTHER00, whom the deployment does not permit to answer',
    ]);
    expect(clippedSettings(someSettings({ defaultMode: 'propose', people }), ceiling({}))).toEqual([]);
  });

  it('names a default mode that no account of the ceiling can have', () => {
    expect(clippedSettings(someSettings({ defaultMode: 'attach' }), ceiling({ accounts: [] }))).toEqual([
      'defaultMode is attach, the deployment permits ticket',
    ]);
  });

  it('names nothing for settings that say nothing', () => {
    expect(
      clippedSettings(someSettings(), ceiling({ mode: 'observe', accounts: [], logGroups: [], writesPerHour: 1 })),
    ).toEqual([]);
  });

  it('names nothing that stays under it', () => {
    const settings = someSettings({ defaultMode: 'attach', accounts: { [ACCOUNT]: { mode: 'attach' } } });
    expect(clippedSettings(settings, ceiling({ accounts: [ACCOUNT], writesPerHour: 20 }))).toEqual([]);
  });
});
