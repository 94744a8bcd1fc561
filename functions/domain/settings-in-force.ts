import { clippedSettings, type Rules, UNKNOWN_SETTINGS } from './mode.ts';
import { type Ceiling, DEFAULT_SETTINGS, lowerMode, parseCeiling, type Settings } from './settings.ts';

/** Settings that were valid when they were last read. */
export interface ValidSettings {
  readonly settings: Settings;
  readonly version: string;
  readonly readAt: Date;
}

/** The settings that a decision is made with, and what is wrong with the newest ones. */
export interface SettingsInForce {
  readonly rules: Rules;
  /** `valid`, or why something more careful is in force. */
  readonly state: 'valid' | 'last-valid' | 'lowered' | 'unknown';
  /** For people: what is wrong, and what was clipped by the ceiling. */
  readonly problems: readonly string[];
  readonly clipped: readonly string[];
}

/** The ceiling in force; a text that is no ceiling permits to observe and nothing else. */
export interface CeilingInForce {
  readonly ceiling: Ceiling;
  readonly problems: readonly string[];
}

/** How long settings outlive their source: time to mend a typing mistake, too short to act on what somebody revoked. */
const TRUST_MILLISECONDS = 3_600_000;

/** Reads the ceiling's document from the environment. */
export function ceilingOf(text: string): CeilingInForce {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { ceiling: MOST_CAREFUL, problems: ['the ceiling is no JSON'] };
  }
  const ceiling = parseCeiling(document);
  return ceiling.kind === 'valid'
    ? { ceiling: ceiling.value, problems: [] }
    : {
        ceiling: MOST_CAREFUL,
        problems: ceiling.problems.map(({ path, expectation }) => `ceiling: ${path}: ${expectation}`),
      };
}

const MOST_CAREFUL: Ceiling = {
  mode: 'observe',
  accounts: [],
  roles: [],
  roleTag: null,
  logGroups: [],
  buckets: [],
  keys: [],
  writesPerHour: 0,
  approvers: [],
};

/**
 * What holds, given the last valid settings and what is wrong with the newest ones: for an hour the last valid, then those with
 * every mode at most `ticket`; where none are known, the defaults, which observe.
 */
export function settingsInForce(
  lastValid: ValidSettings | null,
  problems: readonly string[],
  ceiling: CeilingInForce,
  now: Date,
): SettingsInForce {
  const inForce = (
    state: SettingsInForce['state'],
    settings: Settings,
    settingsVersion: string,
    bounds: Pick<Rules, 'atMost'> = {},
  ): SettingsInForce => ({
    rules: { settings, ceiling: ceiling.ceiling, settingsVersion, ...bounds },
    state,
    problems: [...ceiling.problems, ...problems],
    clipped: clippedSettings(settings, ceiling.ceiling),
  });
  if (lastValid === null) return inForce('unknown', DEFAULT_SETTINGS, UNKNOWN_SETTINGS);
  const { settings, version, readAt } = lastValid;
  if (problems.length === 0) return inForce('valid', settings, version);
  return now.getTime() - readAt.getTime() < TRUST_MILLISECONDS
    ? inForce('last-valid', settings, version)
    : inForce('lowered', lowered(settings), `${version}-lowered`, boundsOfTags(settings));
}

function lowered(settings: Settings): Settings {
  return {
    ...settings,
    defaultMode: lowerMode(settings.defaultMode, 'ticket'),
    accounts: loweredModes(settings.accounts),
    organizationalUnits: loweredModes(settings.organizationalUnits),
  };
}

function loweredModes(entries: Settings['accounts']): Settings['accounts'] {
  return Object.fromEntries(Object.entries(entries).map(([id, { mode }]) => [id, { mode: lowerMode(mode, 'ticket') }]));
}

/** The mode of an account's tag stands in no settings, so that it cannot be lowered in them. */
function boundsOfTags({ accountTag }: Settings): Pick<Rules, 'atMost'> {
  return accountTag === null ? {} : { atMost: 'ticket' };
}
