import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Ceiling, parseCeiling, type SettingsProblem, settingsSchema } from '../functions/domain/settings.ts';
import { NEEDS_OF_TICKET_SYSTEM } from '../functions/domain/ticket-settings.ts';

/** The ceiling of a deployment that nobody configured: it observes. */
export const DEFAULT_CEILING_FILE = 'infra/ceiling.default.json';

/** The deployment's input is not usable; the message names every place, its value and what is expected there. */
export class DeploymentInputError extends Error {
  override readonly name = 'DeploymentInputError';
  readonly problems: readonly SettingsProblem[];

  constructor(source: string, problems: readonly SettingsProblem[]) {
    const lines = problems.map(({ path, value, expectation }) => `  ${path}: ${value}: ${expectation}`);
    super([`${source} is not usable:`, ...lines].join('\n'));
    this.problems = problems;
  }
}

/** Reads and validates a ceiling; throws a DeploymentInputError that names all mistakes. */
export function readCeiling(file: string): Ceiling {
  const ceiling = parseCeiling(documentOf(file));
  if (ceiling.kind === 'invalid') throw new DeploymentInputError(file, ceiling.problems);
  return ceiling.value;
}

function documentOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new DeploymentInputError(file, [wholeFile('not there', 'expected a file that can be read')]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new DeploymentInputError(file, [wholeFile(because.slice(0, 80), 'expected JSON')]);
  }
}

function wholeFile(value: string, expectation: string): SettingsProblem {
  return { path: '(the whole document)', value, expectation };
}

/** The JSON Schema of one settings document, for editors and for checks before it is put into the parameter store. */
export function settingsJsonSchema(): object {
  // As a person writes it: every key may be absent.
  const schema = z.toJSONSchema(settingsSchema, { io: 'input' });
  return { title: 'exec-log settings', ...schema, allOf: Object.entries(NEEDS_OF_TICKET_SYSTEM).map(needsOf) };
}

/** What stands beside a ticket system's name, where a document names one. */
function needsOf([system, needs]: [string, readonly string[]]): object {
  const named = { required: ['system'], properties: { system: { const: system } } };
  return {
    if: { required: ['ticket'], properties: { ticket: named } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { ticket: { required: needs } } },
  };
}
