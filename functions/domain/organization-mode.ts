import type { Reading, Tags } from './observation.ts';
import { lowerMode, MODES, type Mode, type Settings } from './settings.ts';

/** Where an account stands in its organisation. */
export interface AccountPlace {
  /** The root's id first, then the units down to the account, then the account itself. */
  readonly path: readonly string[];
  /** Of the account, as AWS Organizations keeps them. */
  readonly tags: Tags;
}

/** Which part of the settings gave a mode; `unplaced` where nobody could tell which part holds. */
export type ModeSource = 'override' | 'account' | 'account-tag' | 'unit' | 'root' | 'default' | 'unplaced';

/** A mode as the settings ask for it, before ceiling and the tags of cluster and role. */
export interface WantedMode {
  readonly mode: Mode;
  readonly source: ModeSource;
  /** Why, for a person. */
  readonly because: string;
}

type OrganizationSettings = Pick<Settings, 'defaultMode' | 'accounts' | 'organizationalUnits' | 'accountTag'>;

/** Whether any account's mode depends on its organisation: without it, Organizations is never asked. */
export function usesOrganization({ organizationalUnits, accountTag }: OrganizationSettings): boolean {
  return accountTag !== null || Object.keys(organizationalUnits).length > 0;
}

/**
 * The mode that the settings give an account: its own entry, else its tag, else the nearest unit above it that has an entry, else
 * the root's, else the default. An account that could not be placed gets no more than any place would give it, and at most
 * `ticket`, also by its own entry: it may have left the organisation. The place is asked for nothing where the settings use none.
 */
export function organizationMode(
  settings: OrganizationSettings,
  account: string | null,
  place: Reading<AccountPlace> | undefined,
): WantedMode {
  const own = account === null ? undefined : settings.accounts[account]?.mode;
  if (!usesOrganization(settings)) return own === undefined ? byDefault(settings) : byOwnEntry(own);
  const placed = placeOf(account, place);
  if (typeof placed === 'string') return unplaced(own ?? lowestAnywhere(settings), placed);
  return own === undefined ? byPlace(settings, placed) : byOwnEntry(own);
}

const byOwnEntry = (mode: Mode): WantedMode => ({
  mode,
  source: 'account',
  because: `the settings say ${mode} for this account`,
});

const byDefault = ({ defaultMode }: OrganizationSettings): WantedMode => ({
  mode: defaultMode,
  source: 'default',
  because: `the settings say ${defaultMode}`,
});

function unplaced(mode: Mode, why: string): WantedMode {
  return {
    mode: lowerMode(mode, 'ticket'),
    source: 'unplaced',
    because: `nobody can tell where this account stands in the organisation (${why}), so that it gets the lowest mode that the settings could give it, at most ticket`,
  };
}

/** What stands above the account, nearest first, with its tags; a text says why nobody can tell. */
function placeOf(
  account: string | null,
  place: Reading<AccountPlace> | undefined,
): { readonly above: readonly string[]; readonly tags: Tags } | string {
  if (account === null) return 'the account is not known';
  switch (place?.kind) {
    case undefined:
      return 'it was not looked up';
    case 'absent':
      return 'the organisation does not know the account';
    case 'unreadable':
      return place.because;
    case 'read': {
      const { path, tags } = place.value;
      const at = path.indexOf(account);
      if (at < 0) return 'the place of another account was looked up';
      const above = path.slice(0, at).reverse();
      return above.at(-1)?.startsWith('r-') ? { above, tags } : 'its path does not begin at the root';
    }
  }
}

/** What an account without an entry of its own has at the worst place: a tag that nobody read may say `observe`. */
function lowestAnywhere({ defaultMode, organizationalUnits, accountTag }: OrganizationSettings): Mode {
  const units = Object.values(organizationalUnits).map(({ mode }) => mode);
  return accountTag === null ? units.reduce(lowerMode, defaultMode) : 'observe';
}

function byPlace(
  settings: OrganizationSettings,
  { above, tags }: { readonly above: readonly string[]; readonly tags: Tags },
): WantedMode {
  const inherited = byUnit(settings, above);
  const key = settings.accountTag?.key;
  const value = key !== undefined && Object.hasOwn(tags, key) ? tags[key] : undefined;
  if (value === undefined) return inherited;
  const tagged = MODES.find((mode) => mode === value);
  if (tagged !== undefined) {
    return { mode: tagged, source: 'account-tag', because: `the account's tag ${key} says ${tagged}` };
  }
  // The value is left out: whoever may tag writes into the ticket's text otherwise.
  return {
    mode: lowerMode(inherited.mode, 'ticket'),
    source: 'account-tag',
    because: `the account's tag ${key} names no mode, which counts as ticket at most; ${inherited.because}`,
  };
}

function byUnit(settings: OrganizationSettings, above: readonly string[]): WantedMode {
  const { organizationalUnits } = settings;
  const nearest = above.find((id) => Object.hasOwn(organizationalUnits, id));
  const mode = nearest === undefined ? undefined : organizationalUnits[nearest]?.mode;
  if (nearest === undefined || mode === undefined) return byDefault(settings);
  return nearest.startsWith('r-')
    ? { mode, source: 'root', because: `the settings say ${mode} for the organisation's root ${nearest}` }
    : { mode, source: 'unit', because: `the settings say ${mode} for the unit ${nearest}` };
}
