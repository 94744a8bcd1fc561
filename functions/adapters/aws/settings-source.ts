import { GetParametersByPathCommand, type Parameter, type SSMClient } from '@aws-sdk/client-ssm';
import type { Digest } from '../../domain/canonical.ts';
import { mergeDocuments, parseSettings } from '../../domain/settings.ts';
import { type CeilingInForce, settingsInForce, type ValidSettings } from '../../domain/settings-in-force.ts';
import type { Clock, SettingsSource } from '../../ports.ts';
import { errorName, isAccessDenied } from './errors.ts';

const CACHE_MILLISECONDS = 60_000;
/** 10 parameters a page of 4 KB each: more than 800 KB are no settings. */
const MAX_PAGES = 20;

/** Why the settings under the path are not used. Their values are never quoted: a secret may have been put there by mistake. */
class SettingsUnusable extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('the settings cannot be used');
    this.problems = problems;
  }
}

export interface SettingsSourceOptions {
  readonly client: SSMClient;
  /** Every parameter below it is one JSON document; they are merged in the order of their names. */
  readonly path: string;
  readonly ceiling: CeilingInForce;
  readonly clock: Clock;
  readonly digest: Digest;
}

/**
 * The settings in the parameter store, read again after a minute; callers that come together share one read. Throws only what a
 * retry may mend, and only while no valid settings are known.
 */
export function createSettingsSource({ client, path, ceiling, clock, digest }: SettingsSourceOptions): SettingsSource {
  let lastValid: ValidSettings | null = null;
  let problems: readonly string[] = [];
  let lastRead: { readonly at: number; readonly done: Promise<void> } | null = null;

  async function refresh(readAt: Date): Promise<void> {
    try {
      lastValid = { ...(await readSettings(client, path, digest)), readAt };
      problems = [];
    } catch (error) {
      const isAnswer = error instanceof SettingsUnusable || isAccessDenied(error);
      // Nothing to go on, and AWS may answer in a moment: the queue shall ask again rather than observe what should be a ticket.
      if (!isAnswer && lastValid === null) {
        lastRead = null;
        throw error;
      }
      problems = error instanceof SettingsUnusable ? error.problems : [`${path} cannot be read (${errorName(error)})`];
    }
  }

  return {
    async current() {
      const now = clock();
      if (lastRead === null || now.getTime() - lastRead.at >= CACHE_MILLISECONDS) {
        lastRead = { at: now.getTime(), done: refresh(now) };
      }
      await lastRead.done;
      return settingsInForce(lastValid, problems, ceiling, now);
    },
  };
}

async function readSettings(
  client: SSMClient,
  path: string,
  digest: Digest,
): Promise<Pick<ValidSettings, 'settings' | 'version'>> {
  const parameters = (await readParameters(client, path)).toSorted(byName);
  if (parameters.length === 0) throw new SettingsUnusable([`there are no settings under ${path}`]);
  const documents = parameters.map((parameter) => ({ name: parameter.Name ?? path, document: documentOf(parameter) }));
  const broken = documents.filter(({ document }) => document === undefined);
  if (broken.length > 0) throw new SettingsUnusable(broken.map(({ name }) => `${name} is no JSON`));
  const settings = parseSettings(mergeDocuments(documents.map(({ document }) => document)));
  if (settings.kind === 'invalid') {
    throw new SettingsUnusable(settings.problems.map((problem) => `${problem.path}: ${problem.expectation}`));
  }
  const identity = parameters.map(({ Name, Version, Value }) => [Name, Version, Value]);
  return { settings: settings.value, version: digest(JSON.stringify(identity)).slice(0, 12) };
}

async function readParameters(client: SSMClient, path: string): Promise<readonly Parameter[]> {
  const parameters: Parameter[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.send(
      new GetParametersByPathCommand({ Path: path, Recursive: true, WithDecryption: true, MaxResults: 10, NextToken }),
    );
    parameters.push(...(answer.Parameters ?? []));
    NextToken = answer.NextToken;
    if (NextToken === undefined) return parameters;
  }
  throw new SettingsUnusable([`there are more than ${MAX_PAGES} pages of settings under ${path}`]);
}

/** Undefined where the text is no JSON, which no JSON document is. */
function documentOf({ Value = '' }: Parameter): unknown {
  try {
    return JSON.parse(Value);
  } catch {
    return undefined;
  }
}

/** By code units and not by locale, so that the order is the same everywhere. */
function byName({ Name: left = '' }: Parameter, { Name: right = '' }: Parameter): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
