import * as fc from 'fast-check';
import { accountMode, effectiveMode } from '../../functions/domain/mode.ts';
import type { AccountPlace } from '../../functions/domain/organization-mode.ts';
import { type Ceiling, lowerMode, MODES, type Mode, NO_CEILING } from '../../functions/domain/settings.ts';
import { settingsInForce } from '../../functions/domain/settings-in-force.ts';
import { ACCOUNT, absent, NOW, read, rules, someSettings, unreadable } from '../support/builders.ts';

const ROOT = 'r-ab12';
const UNITS = ['ou-ab12-unitaaaa', 'ou-ab12-unitbbbb', 'ou-ab12-unitcccc', 'ou-ab12-unitdddd'];
const TAG = 'exec-log-mode';

const mode = fc.constantFrom(...MODES);
const modes = (ids: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...ids), fc.record({ mode }), { noNullPrototype: true });

/** Settings that say anything of the account, its units, its root and its tag. */
const document = fc.record({
  defaultMode: mode,
  accounts: modes([ACCOUNT, '222222222222']),
  organizationalUnits: modes([ROOT, ...UNITS]),
  accountTag: fc.constantFrom(null, { key: TAG }),
});

const place: fc.Arbitrary<AccountPlace> = fc.record({
  path: fc.shuffledSubarray(UNITS).map((units) => [ROOT, ...units, ACCOUNT]),
  tags: fc.dictionary(fc.constantFrom(TAG, 'team'), fc.constantFrom(...MODES, 'off', 'x'), { noNullPrototype: true }),
});

const ceiling: fc.Arbitrary<Ceiling> = fc
  .record({
    mode,
    accounts: fc.constantFrom<readonly string[]>([], [ACCOUNT], ['*']),
  })
  .map((some) => ({ ...NO_CEILING, ...some, accounts: [...some.accounts] }));

const isAtMost = (one: Mode, other: Mode) => lowerMode(one, other) === one;

describe('given any settings, place and ceiling', () => {
  it('gives no account more where its place cannot be read than at any place', () => {
    fc.assert(
      fc.property(
        document,
        place,
        ceiling,
        fc.constantFrom(unreadable, absent, undefined),
        (asked, at, bound, unread) => {
          const inForce = rules(asked, { ceiling: bound });
          const known = accountMode({ ...inForce, place: read(at) }, ACCOUNT);
          const lost = accountMode(unread === undefined ? inForce : { ...inForce, place: unread }, ACCOUNT);
          expect(isAtMost(lost.mode, known.mode)).toBe(true);
          expect(lost.source !== 'unplaced' || isAtMost(lost.mode, 'ticket')).toBe(true);
        },
      ),
    );
  });

  it('never exceeds the ceiling', () => {
    fc.assert(
      fc.property(document, place, ceiling, (asked, at, bound) => {
        const inForce = rules(asked, { ceiling: bound, place: read(at) });
        const permitted = bound.accounts.length > 0 ? bound.mode : lowerMode(bound.mode, 'ticket');
        expect(isAtMost(effectiveMode(inForce, ACCOUNT, []).mode, permitted)).toBe(true);
      }),
    );
  });

  it('asks nothing of what is below the account or beside its path', () => {
    fc.assert(
      fc.property(document, place, modes(UNITS), fc.array(fc.constantFrom(...UNITS)), (asked, at, others, below) => {
        const beside = Object.fromEntries(Object.entries(others).filter(([id]) => !at.path.includes(id)));
        const organizationalUnits = { ...asked.organizationalUnits, ...beside };
        const inForce = rules(asked, { place: read(at) });
        const more = rules({ ...asked, organizationalUnits }, { place: read({ ...at, path: [...at.path, ...below] }) });
        // Settings that begin to use the organisation may place it by the default; the answer is the same.
        expect(accountMode(more, ACCOUNT)).toEqual(accountMode(inForce, ACCOUNT));
      }),
    );
  });

  it('gives no account more than ticket, nor more than before, once the settings have outlived their source', () => {
    fc.assert(
      fc.property(document, place, (asked, at) => {
        const settings = someSettings(asked);
        const current = { settings, version: 'v1', readAt: new Date(NOW.getTime() - 3_600_000) };
        const bound = { ceiling: NO_CEILING, problems: [] };
        const modeOf = (problems: readonly string[]) => {
          const { rules: inForce } = settingsInForce(current, problems, bound, NOW);
          return accountMode({ ...inForce, place: read(at) }, ACCOUNT).mode;
        };
        expect(modeOf(['no JSON'])).toBe(lowerMode(modeOf([]), 'ticket'));
      }),
    );
  });
});
