import { readFile } from 'node:fs/promises';
import { readSettingsText } from '../adapters/settings/settings-file.ts';
import type { Rules } from '../domain/mode.ts';
import {
  ENVIRONMENT,
  MODES,
  type Mode,
  NO_CEILING,
  parseCeiling,
  SETTINGS_FILE_VARIABLE,
  type Settings,
} from '../domain/settings.ts';
import { shownText } from '../domain/settings-problem.ts';
import { asciiJson } from '../messages/escape.ts';
import { invalidDocument, messageOf, UsageError } from './failures.ts';
import type { Terminal } from './terminal.ts';

/** What `explain` decides by: `--settings`, else `SETTINGS_FILE`, else the defaults; without a ceiling unless `CEILING` names one. */
export async function readRules(
  options: { readonly settings?: string; readonly mode?: string },
  environment: Terminal['environment'],
): Promise<Rules> {
  const modeOverride = options.mode === undefined ? undefined : readMode(options.mode);
  const file = options.settings ?? settingsFileOf(environment);
  return {
    settings: await readSettingsFile(file),
    ceiling: readCeiling(environment),
    settingsVersion: file ?? 'defaults',
    ...(modeOverride === undefined ? {} : { modeOverride }),
  };
}

/** A function's settings come from its parameters; a file that happens to lie in its bundle says nothing. */
function settingsFileOf(environment: Terminal['environment']): string | undefined {
  const file = environment[SETTINGS_FILE_VARIABLE];
  return file === '' || environment['AWS_LAMBDA_FUNCTION_NAME'] !== undefined ? undefined : file;
}

async function readSettingsFile(file: string | undefined): Promise<Settings> {
  const settings = readSettingsText(file === undefined ? '{}' : await readText(file, 'settings'));
  if (settings.kind === 'invalid') throw invalidDocument(`The settings file ${file ?? ''}`, settings.problems);
  return settings.value;
}

/** A file that has to be JSON; whatever keeps it from being read is the user's to mend. */
export async function readJsonFile(file: string, what: string): Promise<unknown> {
  const text = await readText(file, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    const value = `${asciiJson(text.slice(0, 40))} (${messageOf(error)})`;
    throw invalidDocument(`The ${what} file ${file}`, [{ path: WHOLE, value, expectation: 'expected JSON' }]);
  }
}

const WHOLE = '(the whole document)';

async function readText(file: string, what: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new UsageError(`cannot read the ${what} file ${file}: ${messageOf(error)}`);
  }
}

function readMode(text: string): Mode {
  const mode = MODES.find((known) => known === text);
  if (mode === undefined) throw new UsageError(`--mode: expected one of ${MODES.join(', ')}, found "${text}"`);
  return mode;
}

/** The ceiling that the environment gives, or none: a terminal that writes nothing needs none. */
function readCeiling(environment: Terminal['environment']): Rules['ceiling'] {
  const name = ENVIRONMENT.ceiling;
  const text = environment[name];
  if (text === undefined || text === '') return NO_CEILING;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalidDocument(`The variable ${name}`, [
      { path: WHOLE, value: asciiJson(shownText(text)), expectation: 'expected JSON' },
    ]);
  }
  const ceiling = parseCeiling(document);
  if (ceiling.kind === 'invalid') throw invalidDocument(`The variable ${name}`, ceiling.problems);
  return ceiling.value;
}
