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

  it('names nothing that stays under it', () => {
    const settings = someSettings({ defaultMode: 'attach', accounts: { [ACCOUNT]: { mode: 'attach' } } });
    expect(clippedSettings(settings, ceiling({ accounts: [ACCOUNT], writesPerHour: 20 }))).toEqual([]);
  });
});
