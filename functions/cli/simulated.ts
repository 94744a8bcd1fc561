/** The one place where `functions/` reaches `test/`: the account of a file, served on loopback to the same adapters. */

import { readRememberedCases } from './account-cases.ts';
import { invalidAccountFile, warnOfUnknownKeys } from './account-file.ts';
import { type Connection, createAwsReaders } from './aws-readers.ts';
import { FailureError, invalidDocument, messageOf } from './failures.ts';
import { memoisedPorts } from './memoised-ports.ts';
import type { Terminal } from './terminal.ts';
import { readJsonFile } from './terminal-rules.ts';
import { foreignAccounts, lazily, type World } from './world.ts';

/** The world of an account file, for denials. Whoever opens it closes it. */
export async function openSimulatedWorld(file: string, terminal: Terminal): Promise<World> {
  return worldOf(await startAccountOf(file, terminal), terminal);
}

/** The world of a running account. Closing it closes the account. */
export function worldOf(
  { account, running, remembered }: Awaited<ReturnType<typeof startAccountOf>>,
  terminal: Terminal,
): World {
  const warnOf = foreignAccounts(terminal);
  const portsOf = lazily((region) =>
    memoisedPorts({
      ...createAwsReaders(connectionTo(running, region), Number.POSITIVE_INFINITY, account),
      ledger: { findSession: async () => ({ kind: 'absent' }) },
      cases: {
        findAttachedPolicy: async (roleId) => remembered.findAttachedPolicy(roleId, region),
        readBreaker: async () => remembered.readBreaker(),
      },
    }),
  );
  return {
    async portsFor(denial) {
      if (denial.account === account.account) return portsOf(denial.region ?? account.region);
      if (denial.account !== null) warnOf(denial.account, `the account file is of ${account.account}`);
      return null;
    },
    caseOf: async (fingerprint, denial) => remembered.findCase(fingerprint, denial),
    close: () => running.close(),
  };
}

/** Starts the account of a file, at a moment where one is given. Whoever starts it closes it. */
export async function startAccountOf(file: string, terminal: Terminal, now?: Date) {
  const document = await readJsonFile(file, 'account');
  const { readAccountFile, startSimulatedAccount, SimulatedClock, AccountFileError, unknownKeysIn } =
    await loadSimulator();
  warnOfUnknownKeys(file, unknownKeysIn(document), terminal);
  const remembered = readRememberedCases(document);
  if (!('findCase' in remembered)) throw invalidDocument(`The account file ${file}`, remembered);
  let account: ReturnType<typeof readAccountFile>;
  try {
    account = readAccountFile(document);
  } catch (error) {
    if (!(error instanceof AccountFileError)) throw error;
    throw invalidAccountFile(file, error);
  }
  const running = await startSimulatedAccount({
    account,
    ...(now === undefined ? {} : { clock: new SimulatedClock(now) }),
  });
  return { account, running, remembered };
}

/** A person's connection to a running account. */
export function connectionTo(
  running: Awaited<ReturnType<typeof startAccountOf>>['running'],
  region: string,
): Required<Connection> {
  return { region, endpoint: running.url, credentials: running.credentialsFor('operator') };
}

const NOT_THERE = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_UNKNOWN_FILE_EXTENSION']);

/** The simulator is a development dependency under another licence: an installed package has neither it nor the account. */
function loadSimulator() {
  return onlyInClone('--account', () => import('../../test/simulated-account/index.ts'));
}

/** What plays a scenario on the simulated account; apart from the account, because it needs the template's tools too. */
export function loadPlay() {
  return onlyInClone('play', () => import('../../test/simulated-account/play/index.ts'));
}

/** Loads what a package does not bring; where it is missing, the failure names what was asked for and what is not there. */
export async function onlyInClone<Loaded>(asked: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
    if (!NOT_THERE.has(String(code))) throw error;
    const message = messageOf(error);
    const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1] ?? message;
    throw new FailureError(
      `${asked} needs the simulated account, which is not part of the package: run from a clone (in a clone: npm install). Could not load ${missing}`,
    );
  }
}
