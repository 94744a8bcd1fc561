import * as fc from 'fast-check';
import type { Rules } from '../../functions/domain/mode.ts';
import { lowerMode, MODES } from '../../functions/domain/settings.ts';

type Lowering = (rules: Rules) => Rules;

const mode = fc.constantFrom(...MODES);

/** Lowers the mode, the ceiling or a limit. */
export const loweredRules: fc.Arbitrary<Lowering> = fc.oneof(
  mode.map(
    (wanted): Lowering =>
      ({ settings, ...rest }) => ({
        ...rest,
        settings: { ...settings, defaultMode: lowerMode(wanted, settings.defaultMode) },
      }),
  ),
  mode.map(
    (wanted): Lowering =>
      ({ settings, ...rest }) => {
        const fireLens = { ...settings.fireLens, mode: lowerMode(wanted, settings.fireLens.mode) };
        return { ...rest, settings: { ...settings, fireLens } };
      },
  ),
  mode.map(
    (wanted): Lowering =>
      ({ ceiling, ...rest }) => ({
        ...rest,
        ceiling: { ...ceiling, mode: lowerMode(wanted, ceiling.mode) },
      }),
  ),
  fc.integer({ min: 0, max: 30 }).map(
    (writes): Lowering =>
      ({ settings, ...rest }) => {
        const writesPerHour = Math.min(writes, settings.limits.writesPerHour);
        return { ...rest, settings: { ...settings, limits: { ...settings.limits, writesPerHour } } };
      },
  ),
  fc.integer({ min: 0, max: 30 }).map(
    (writes): Lowering =>
      ({ ceiling, ...rest }) => ({
        ...rest,
        ceiling: { ...ceiling, writesPerHour: Math.min(writes, ceiling.writesPerHour) },
      }),
  ),
  fc.double({ min: 0.01, max: 6, noNaN: true }).map(
    (hours): Lowering =>
      ({ settings, ...rest }) => {
        const maxEventAgeHours = Math.min(hours, settings.limits.maxEventAgeHours);
        return { ...rest, settings: { ...settings, limits: { ...settings.limits, maxEventAgeHours } } };
      },
  ),
);

const pattern = fc.constantFrom('*', '/ecs/*', 'arn:aws:iam::*', '/aws/*', 'nothing');

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, index) => index !== at % Math.max(list.length, 1));
}

/** Takes one entry from an allow-list of the settings or the ceiling, or adds one to a deny-list. */
export const allowListsShortened: fc.Arbitrary<Lowering> = fc.oneof(
  fc.tuple(fc.constantFrom('roles', 'logGroups', 'buckets', 'keys'), fc.nat(3)).map(
    ([list, at]): Lowering =>
      ({ settings, ...rest }) => ({
        ...rest,
        settings: { ...settings, [list]: { ...settings[list], allow: without(settings[list].allow, at) } },
      }),
  ),
  fc.tuple(fc.constantFrom('accounts', 'roles', 'logGroups', 'buckets', 'keys'), fc.nat(3)).map(
    ([list, at]): Lowering =>
      ({ ceiling, ...rest }) => ({ ...rest, ceiling: { ...ceiling, [list]: without(ceiling[list], at) } }),
  ),
  fc.tuple(fc.constantFrom('roles', 'logGroups'), pattern).map(
    ([list, entry]): Lowering =>
      ({ settings, ...rest }) => ({
        ...rest,
        settings: { ...settings, [list]: { ...settings[list], deny: [...settings[list].deny, entry] } },
      }),
  ),
);
