import { matchesAnyGlob } from './glob.ts';
import type { Tags } from './observation.ts';
import { type Ceiling, lowerMode, MODE_TAG, MODES, type Mode, type Settings } from './settings.ts';

/** The settings and what bounds them, as one decision uses them. */
export interface Rules {
  readonly settings: Settings;
  readonly ceiling: Ceiling;
  /** Names the settings that a decision was made with. */
  readonly settingsVersion: string;
  /** Replaces the account's mode (`--mode` of the terminal), never the tags or the ceiling. */
  readonly modeOverride?: Mode;
}

/** What a tag may say besides `off`. `attach` is none of it: a tag asks for less, never for more. */
const TAG_MODES = MODES.filter((mode) => mode !== 'attach');

export interface EffectiveMode {
  readonly mode: Mode;
  /** A tag says `off`: nobody is told, but everything is recorded. */
  readonly muted: boolean;
  /** The settings asked for more than the deployment permits. */
  readonly clipped: boolean;
  /** Why the mode is what it is, for a person. */
  readonly because: string;
}

/**
 * The mode for one account, cluster and role: the account's mode (else the default), under the deployment's ceiling, and
 * lowered by the tag `exec-log-remediation` of cluster or role. Nothing raises it; an unknown tag value counts as `ticket`.
 */
export function effectiveMode(rules: Rules, account: string | null, tagSets: readonly Tags[]): EffectiveMode {
  const accountMode = account === null ? undefined : rules.settings.accounts[account]?.mode;
  const wanted = rules.modeOverride ?? accountMode ?? rules.settings.defaultMode;
  const permitted = permittedMode(rules.ceiling, account);
  const underCeiling = lowerMode(wanted, permitted);
  const clipped = underCeiling !== wanted;
  let mode = underCeiling;
  let muted = false;
  let because = clipped
    ? `the settings say ${wanted}, the deployment permits ${permitted}`
    : `the settings say ${wanted}${accountMode !== undefined && rules.modeOverride === undefined ? ' for this account' : ''}`;
  for (const tags of tagSets) {
    const value = Object.hasOwn(tags, MODE_TAG) ? tags[MODE_TAG] : undefined;
    if (value === undefined) {
      continue;
    }
    if (value === 'off') {
      muted = true;
    }
    const tagMode = value === 'off' ? 'observe' : (TAG_MODES.find((known) => known === value) ?? 'ticket');
    if (lowerMode(mode, tagMode) !== mode) {
      mode = tagMode;
      because = `${because}; the tag ${MODE_TAG} lowers it to ${value === 'off' ? 'off' : tagMode}`;
    }
  }
  return { mode, muted, clipped, because };
}

function permittedMode(ceiling: Ceiling, account: string | null): Mode {
  return account !== null && matchesAnyGlob(ceiling.accounts, account)
    ? ceiling.mode
    : lowerMode(ceiling.mode, 'ticket');
}

/** What the settings ask for beyond the ceiling, one sentence each; it is clipped, and an alarm says so. */
export function clippedSettings(settings: Settings, ceiling: Ceiling): readonly string[] {
  const clipped: string[] = [];
  // The default mode holds for accounts that nobody lists, so only the ceiling's own mode bounds it here.
  if (lowerMode(settings.defaultMode, ceiling.mode) !== settings.defaultMode) {
    clipped.push(`defaultMode is ${settings.defaultMode}, the deployment permits ${ceiling.mode}`);
  }
  for (const [account, { mode }] of Object.entries(settings.accounts)) {
    const permitted = permittedMode(ceiling, account);
    if (lowerMode(mode, permitted) !== mode) {
      clipped.push(`accounts.${account}.mode is ${mode}, the deployment permits ${permitted}`);
    }
  }
  if (settings.limits.writesPerHour > ceiling.writesPerHour) {
    clipped.push(
      `limits.writesPerHour is ${settings.limits.writesPerHour}, the deployment permits ${ceiling.writesPerHour}`,
    );
  }
  return clipped;
}
