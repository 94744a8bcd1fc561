import type { Reason } from './decision.ts';
import { matchesAnyGlob } from './glob.ts';
import type { Reading, Tags } from './observation.ts';
import { type AccountPlace, organizationMode, type WantedMode } from './organization-mode.ts';
import { type Ceiling, DEFAULT_SETTINGS, lowerMode, MODE_TAG, MODES, type Mode, type Settings } from './settings.ts';
import { suppressionInForce } from './suppression.ts';

/** The version of settings that nobody could read yet: what they would say is not known. */
export const UNKNOWN_SETTINGS = 'none';

/** The settings and what bounds them, as one decision uses them. */
export interface Rules {
  readonly settings: Settings;
  readonly ceiling: Ceiling;
  /** Names the settings that a decision was made with. */
  readonly settingsVersion: string;
  /** Replaces the account's mode (`--mode` of the terminal), never the tags or the ceiling. */
  readonly modeOverride?: Mode;
  /** Where the account that is judged stands in its organisation; read only for settings that depend on it. */
  readonly place?: Reading<AccountPlace>;
  /** What no account exceeds while the settings have outlived their source; an account's tag is no part of them. */
  readonly atMost?: Mode;
}

/** What a tag may say besides `off`. `attach` is none of it: a tag asks for less, never for more. */
const TAG_MODES = MODES.filter((mode) => mode !== 'attach');

export interface EffectiveMode {
  readonly mode: Mode;
  /** A tag says `off`: nobody is told, but everything is recorded. */
  readonly muted: boolean;
  /** The settings asked for more than the deployment permits. */
  readonly clipped: boolean;
  /** A tag of the cluster or the role lowered it; the next session may be in another cluster. */
  readonly tagged: boolean;
  /** Why the mode is what it is, for a person. */
  readonly because: string;
}

/** The mode of an account by settings and place, under the deployment's ceiling, with its source. */
export function accountMode(rules: Rules, account: string | null): WantedMode & Pick<EffectiveMode, 'clipped'> {
  const wanted = wantedMode(rules, account);
  const permitted = permittedMode(rules.ceiling, account);
  const mode = lowerMode(wanted.mode, permitted);
  return mode === wanted.mode
    ? { ...wanted, clipped: false }
    : { ...wanted, mode, clipped: true, because: `${wanted.because}, the deployment permits ${permitted}` };
}

function wantedMode({ settings, modeOverride, place, atMost = 'attach' }: Rules, account: string | null): WantedMode {
  if (modeOverride !== undefined) {
    return { mode: modeOverride, source: 'override', because: `the settings say ${modeOverride}` };
  }
  const wanted = organizationMode(settings, account, place);
  return lowerMode(wanted.mode, atMost) === wanted.mode
    ? wanted
    : { ...wanted, mode: atMost, because: `${wanted.because}; at most ${atMost} while the settings cannot be read` };
}

/**
 * The mode for one account, cluster and role: the account's mode (see `accountMode`), lowered by the tag `exec-log-remediation` of
 * cluster or role. Nothing raises it; an unknown tag value counts as `ticket`.
 */
export function effectiveMode(rules: Rules, account: string | null, tagSets: readonly Tags[]): EffectiveMode {
  const { clipped, ...underCeiling } = accountMode(rules, account);
  let { mode, because } = underCeiling;
  let muted = false;
  let tagged = false;
  for (const tags of tagSets) {
    const value = Object.hasOwn(tags, MODE_TAG) ? tags[MODE_TAG] : undefined;
    if (value === undefined) {
      continue;
    }
    if (value === 'off') {
      muted = true;
      tagged = true;
    }
    const tagMode = value === 'off' ? 'observe' : (TAG_MODES.find((known) => known === value) ?? 'ticket');
    if (lowerMode(mode, tagMode) !== mode) {
      mode = tagMode;
      tagged = true;
      because = `${because}; the tag ${MODE_TAG} lowers it to ${value === 'off' ? 'off' : tagMode}`;
    }
  }
  return { mode, muted, clipped, tagged, because };
}

/** The mode for a log router's denial: `fireLens.mode` caps the account's. */
export function routerMode(mode: EffectiveMode, { settings }: Pick<Rules, 'settings'>): EffectiveMode {
  const cap = settings.fireLens.mode;
  return lowerMode(mode.mode, cap) === mode.mode
    ? mode
    : { ...mode, mode: cap, because: `${mode.because}; the settings say ${cap} for log routers` };
}

/** Why messages about a role are muted: a tag, or a suppression of the settings that has not ended; null where they are not. */
export function mutedBecause(
  { settings }: Pick<Rules, 'settings'>,
  mode: Pick<EffectiveMode, 'muted'>,
  roleArn: string | null,
  now: Date,
): Reason | null {
  if (mode.muted) {
    return { code: 'tag-off', detail: 'a tag on the cluster or the role mutes messages about it' };
  }
  const found = suppressionInForce(settings.suppressions, roleArn, now);
  return found === null
    ? null
    : { code: 'suppressed', detail: `muted until ${found.until} by ${found.owner}: ${found.reason}` };
}

/** Whether messages about the role of a case are muted, by the settings alone: no tags are known where only a case is. */
export function isMuted(
  rules: Rules,
  { account, roleArn }: { readonly account: string; readonly roleArn: string },
  now: Date,
): boolean {
  return mutedBecause(rules, effectiveMode(rules, account, []), roleArn, now) !== null;
}

/** Whether no suppression mutes the role any more; false where the settings are not known, because that ends none. */
export function isSuppressionOver({ settings, settingsVersion }: Rules, roleArn: string, now: Date): boolean {
  return settingsVersion !== UNKNOWN_SETTINGS && suppressionInForce(settings.suppressions, roleArn, now) === null;
}

function permittedMode(ceiling: Ceiling, account: string | null): Mode {
  return account !== null && matchesAnyGlob(ceiling.accounts, account)
    ? ceiling.mode
    : lowerMode(ceiling.mode, 'ticket');
}

/**
 * What the settings ask for beyond the ceiling, one sentence each; it is clipped, and an alarm says so. Defaults ask for
 * nothing, and lists ask for nothing while no mode can write.
 */
export function clippedSettings(settings: Settings, ceiling: Ceiling): readonly string[] {
  const accountModes = Object.entries(settings.accounts).map(([account, { mode }]) => ({
    path: `accounts.${account}.mode`,
    mode,
    permitted: permittedMode(ceiling, account),
  }));
  // The default holds wherever the deployment runs, which is one of the ceiling's accounts, if it has any; a unit may hold them.
  const permitted = ceiling.accounts.length === 0 ? lowerMode(ceiling.mode, 'ticket') : ceiling.mode;
  const unitModes = Object.entries(settings.organizationalUnits).map(([unit, { mode }]) => ({
    path: `organizationalUnits.${unit}.mode`,
    mode,
    permitted,
  }));
  const defaultMode = { path: 'defaultMode', mode: settings.defaultMode, permitted };
  const modes = [defaultMode, ...accountModes, ...unitModes];
  const clipped = modes
    .filter(({ mode, permitted }) => lowerMode(mode, permitted) !== mode)
    .map(({ path, mode, permitted }) => `${path} is ${mode}, the deployment permits ${permitted}`);
  const { writesPerHour } = settings.limits;
  if (writesPerHour > ceiling.writesPerHour && writesPerHour !== DEFAULT_SETTINGS.limits.writesPerHour) {
    clipped.push(`limits.writesPerHour is ${writesPerHour}, the deployment permits ${ceiling.writesPerHour}`);
  }
  // An account's tag may ask for any mode.
  return settings.accountTag !== null || modes.some(({ mode }) => lowerMode(mode, 'ticket') !== mode)
    ? [...clipped, ...clippedLists(settings, ceiling), ...clippedPeople(settings, ceiling)]
    : clipped;
}

function clippedLists(settings: Settings, ceiling: Ceiling): readonly string[] {
  // An opt-in tag in place of patterns permits any role that carries it.
  const roles = ceiling.roles.length === 0 && ceiling.roleTag !== null ? ['*'] : ceiling.roles;
  const lists = [
    { path: 'roles.allow', asked: settings.roles.allow, usual: DEFAULT_SETTINGS.roles.allow, permitted: roles },
    {
      path: 'logGroups.allow',
      asked: settings.logGroups.allow,
      usual: DEFAULT_SETTINGS.logGroups.allow,
      permitted: ceiling.logGroups,
    },
    {
      path: 'buckets.allow',
      asked: settings.buckets.allow,
      usual: DEFAULT_SETTINGS.buckets.allow,
      permitted: ceiling.buckets,
    },
    { path: 'keys.allow', asked: settings.keys.allow, usual: DEFAULT_SETTINGS.keys.allow, permitted: ceiling.keys },
  ];
  return lists.flatMap(({ path, asked, usual, permitted }) =>
    asked
      // A pattern read as text matches another pattern only where each of its stars lies within a star of the other.
      .filter((pattern) => !usual.includes(pattern) && !matchesAnyGlob(permitted, pattern))
      .map((pattern) => `${path} holds ${pattern}, which the deployment does not permit`),
  );
}

function clippedPeople({ people }: Settings, { approvers }: Ceiling): readonly string[] {
  return people
    .filter(({ slack }) => approvers !== null && !approvers.includes(slack))
    .map(({ slack }) => `people holds ${slack}, whom the deployment does not permit to answer`);
}
