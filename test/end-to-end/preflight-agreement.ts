import * as fc from 'fast-check';
import { createPreflightPorts } from '../../functions/cli/preflight-ports.ts';
import type { PreflightResult } from '../../functions/domain/preflight/check.ts';
import { checkSubject } from '../../functions/domain/preflight/check-subject.ts';
import { preflightSubjects } from '../../functions/flow/preflight.ts';
import { readFleet } from '../../functions/flow/preflight-fleet.ts';
import { execSession } from '../simulated-account/agent/exec-session.ts';
import { readAccountFile, type SimulatedAccount, startSimulatedAccount } from '../simulated-account/index.ts';
import { accountOf, CONTAINER, TASK_ID } from './preflight-account-file.ts';
import { type AccountParts, accountParts } from './preflight-accounts.ts';

/** Two files share the thousand, so that both cores do. */
export const HALF_OF_THE_ACCOUNTS = 500;

/** What a preflight said, and what became of the session that was opened after it. */
interface Outcome {
  readonly said: PreflightResult['status'];
  readonly came: 'recorded' | 'lost' | 'refused';
}

/** How often each status was said of so many accounts of one seed; fails on the first that does not come true. */
export async function agreementOver(accounts: number, seed: number): Promise<Record<Outcome['said'], number>> {
  const said = { green: 0, yellow: 0, red: 0 };
  await fc.assert(
    fc.asyncProperty(accountParts, async (made) => {
      const { result, came } = await outcomeIn(made);
      said[result.status] += 1;
      const findings = result.checks.filter(({ status }) => status !== 'green').map(({ code }) => code);
      if (result.status === 'green') expect({ came, findings }).toEqual({ came: 'recorded', findings });
      if (result.status === 'red') expect({ came, findings }).not.toEqual({ came: 'recorded', findings });
    }),
    { numRuns: accounts, seed },
  );
  return said;
}

async function outcomeIn(
  made: AccountParts,
): Promise<{ readonly result: PreflightResult; readonly came: Outcome['came'] }> {
  const account = await startSimulatedAccount({ account: readAccountFile(accountOf(made)) });
  try {
    const result = await preflightOf(account);
    return { result, came: await becameOf(account) };
  } finally {
    await account.close();
  }
}

async function preflightOf(account: SimulatedAccount): Promise<PreflightResult> {
  const connection = {
    region: account.state.region,
    endpoint: account.url,
    credentials: account.credentialsFor('operator'),
  };
  const ports = createPreflightPorts(connection, account.state, {
    clock: () => account.clock.now(),
    sleep: async () => undefined,
    onThrottled: () => undefined,
  });
  const fleet = await readFleet({ cluster: 'prod', serviceName: null, taskId: TASK_ID }, ports);
  if (fleet.kind !== 'read') throw new Error('the fleet cannot be read');
  for await (const subject of preflightSubjects(fleet.value, ports)) {
    if (subject.containerName === CONTAINER) return checkSubject(subject);
  }
  throw new Error('the container was not looked at');
}

/** ECS's own refusal is the refusal of the shell. */
async function becameOf(account: SimulatedAccount): Promise<Outcome['came']> {
  try {
    const session = await execSession(account, {
      cluster: 'prod',
      task: TASK_ID,
      container: CONTAINER,
      person: 'alice',
    });
    return session.transcript;
  } catch (error) {
    if (error instanceof Error && error.name === 'TargetNotConnectedException') return 'refused';
    throw error;
  }
}
