import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { findAccountName, findUnitName, listAccounts } from '../adapters/aws/organization-listing.ts';
import { createOrganizationReader } from '../adapters/aws/organization-reader.ts';
import { accountMode, type Rules } from '../domain/mode.ts';
import { NO_CEILING } from '../domain/settings.ts';
import { sideBySide } from '../flow/side-by-side.ts';
import { modeJson, modesTable, type ShownMode } from '../messages/modes-table.ts';
import type { OrganizationReader } from '../ports.ts';
import { configuredRegion } from './configured-region.ts';
import { readDeployedCeiling, readDeployedSettings } from './deployed-settings.ts';
import { UsageError } from './failures.ts';
import { once } from './memoised-ports.ts';
import { progressOn } from './progress.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';
import { readRules } from './terminal-rules.ts';

export interface ModesOptions {
  readonly account?: readonly string[];
  readonly settings?: string;
  readonly region?: string;
  readonly deploymentId: string;
  readonly settingsPath?: string;
  readonly json?: boolean;
}

/** Organizations is one for all accounts, and throttles early: it is worth waiting for, and asked by few at once. */
const ATTEMPTS = 8;
const AT_ONCE = 4;

/**
 * Says which mode each account has, and why. Findings where an account could not be placed although its mode depends on it, where
 * the organisation could not be listed, or where the deployment's settings are not as they should be.
 */
export async function modes(options: ModesOptions, terminal: Terminal): Promise<number> {
  const named = options.account?.map(accountId);
  const configuration = { region: await configuredRegion(options.region), ...clientSettings(ATTEMPTS) };
  const warn = (line: string) => terminal.stderr.write(`exec-log: ${line}\n`);
  const { rules, problems } = await rulesOf(options, configuration, terminal, warn);
  for (const problem of problems) warn(`settings: ${problem}`);
  const client = new OrganizationsClient(configuration);
  const progress = progressOn(terminal, 'accounts');
  const listed = named === undefined ? await listAccounts(client) : null;
  const isUnlisted = listed !== null && listed.kind !== 'read';
  if (isUnlisted) {
    const why = listed.kind === 'unreadable' ? listed.because : 'there is none';
    warn(`the organisation cannot be read (${why}): only the accounts that the settings name are shown`);
  }
  const names = new Map(listed?.kind === 'read' ? listed.value.map(({ id, name }) => [id, name]) : []);
  const accounts = named ?? (isUnlisted ? Object.keys(rules.settings.accounts) : [...names.keys()]);
  const judge = judgeOf(rules, names, client);
  const shown: ShownMode[] = [];
  try {
    for await (const one of sideBySide(new Set(accounts), AT_ONCE, judge)) {
      progress.step();
      shown.push(one);
      if (options.json === true) terminal.stdout.write(modeJson(one));
    }
  } finally {
    progress.end();
  }
  if (options.json !== true) terminal.stdout.write(modesTable(shown, paintFor(terminal)));
  const isFinding = isUnlisted || problems.length > 0 || shown.some(({ source }) => source === 'unplaced');
  return isFinding ? EXIT.findings : EXIT.done;
}

function accountId(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new UsageError(`--account: expected a 12-digit account id, found "${text}"`);
}

interface ReadRules {
  readonly rules: Rules;
  readonly problems: readonly string[];
}

/** A file's settings, else the deployment's as its functions see them; without a ceiling where none is known. */
async function rulesOf(
  options: ModesOptions,
  configuration: Parameters<typeof readDeployedCeiling>[1],
  { environment }: Terminal,
  warn: (line: string) => void,
): Promise<ReadRules> {
  const unbounded = () =>
    warn('the ceiling of the deployment is not known: the modes are those that the settings ask for');
  if (options.settings !== undefined) {
    const rules = await readRules({ settings: options.settings }, environment);
    if (rules.ceiling === NO_CEILING) unbounded();
    return { rules, problems: [] };
  }
  const ceiling = await readDeployedCeiling(options, configuration, environment);
  if (ceiling.kind !== 'read') unbounded();
  const text = ceiling.kind === 'read' ? ceiling.value : JSON.stringify(NO_CEILING);
  return readDeployedSettings(options, text, configuration, environment);
}

function judgeOf(rules: Rules, names: ReadonlyMap<string, string>, client: OrganizationsClient) {
  const organization: OrganizationReader = createOrganizationReader(client, { keepsUnits: true });
  const accountNameOf = async (account: string) => {
    const listed = names.get(account);
    if (listed !== undefined) return listed;
    const name = await findAccountName(client, account);
    return name.kind === 'read' ? name.value : null;
  };
  const nameOf = once(async (id: string) => {
    // AWS calls every root so.
    if (id.startsWith('r-')) return 'Root';
    const name = await findUnitName(client, id);
    return name.kind === 'read' ? name.value : id;
  });
  return async (account: string): Promise<ShownMode> => {
    const [place, name] = await Promise.all([organization.findPlace(account), accountNameOf(account)]);
    const { mode, source, clipped, because } = accountMode({ ...rules, place }, account);
    const path = place.kind === 'read' ? await Promise.all(place.value.path.slice(0, -1).map(nameOf)) : null;
    return { account, name, path, mode, source, clipped, because };
  };
}
