/** The one place where `functions/` reaches `test/`: the account of a file, served on loopback to the same adapters. */

import { readRememberedCases } from './account-cases.ts';
import { createAwsReaders } from './aws-readers.ts';
import { FailureError, invalidDocument } from './failures.ts';
import { memoisedPorts } from './memoised-ports.ts';
import { readJsonFile } from './terminal-rules.ts';
import { lazily, type World } from './world.ts';

const MILLISECONDS_PER_HOUR = 3_600_000;

/** Starts the account of a file. Whoever opens it closes it. */
export async function openSimulatedWorld(file: string): Promise<World> {
  const document = await readJsonFile(file, 'account');
  const { readAccountFile, startSimulatedAccount, AccountFileError } = await loadSimulator();
  const remembered = readRememberedCases(document);
  if (!('findCase' in remembered)) throw invalidDocument(`The account file ${file}`, remembered);
  let account: ReturnType<typeof readAccountFile>;
  try {
    account = readAccountFile(document);
  } catch (error) {
    if (!(error instanceof AccountFileError)) throw error;
    const value = (JSON.stringify(error.value) ?? 'nothing').slice(0, 80);
    const problem = { path: error.path, value, expectation: `expected ${error.expectation}` };
    throw invalidDocument(`The account file ${file}`, [problem]);
  }
  const running = await startSimulatedAccount({ account });
  const portsOf = lazily((region) =>
    memoisedPorts({
      ...createAwsReaders(
        { region, endpoint: running.url, credentials: running.credentialsFor('operator') },
        Number.POSITIVE_INFINITY,
      ),
      ledger: { findSession: async () => ({ kind: 'absent' }) },
      cases: {
        findAttachedPolicy: async (roleId) => remembered.findAttachedPolicy(roleId, region),
        countWritesSince: async (since) =>
          remembered.countWritesBetween(since, new Date(since.getTime() + MILLISECONDS_PER_HOUR)),
      },
    }),
  );
  return {
    portsFor: async ({ region }) => portsOf(region ?? account.region),
    caseOf: async (fingerprint, denial) => remembered.findCase(fingerprint, denial),
    close: () => running.close(),
  };
}

const NOT_THERE = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_UNKNOWN_FILE_EXTENSION']);

/** The simulator is a development dependency under another licence: an installed package has neither it nor the account. */
async function loadSimulator() {
  try {
    return await import('../../test/simulated-account/index.ts');
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
    if (!NOT_THERE.has(String(code))) throw error;
    throw new FailureError('--account needs the simulated account, which is not part of the package: run from a clone');
  }
}

/** What plays a scenario on the simulated account; apart from the account, because it needs the template's tools too. */
export async function loadPlay() {
  try {
    return await import('../../test/simulated-account/play/index.ts');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && NOT_THERE.has(String(error.code)))) throw error;
    throw new FailureError('play needs the simulated account, which is not part of the package: run from a clone');
  }
}
