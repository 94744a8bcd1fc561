import { startExecLog } from '../deployment/exec-log.ts';
import { type AccountState, readAccountFile } from '../index.ts';
import { execClients } from '../scenarios/exec-clients.ts';
import { toldPreflight } from './preflight-step.ts';

/** What is said to be in order of an account that somebody changed. */
async function inOrder(change: (account: AccountState) => void): Promise<readonly string[]> {
  const account = readAccountFile(structuredClone(execClients.file));
  change(account);
  const system = await startExecLog({ account, mode: 'observe' });
  try {
    for await (const step of toldPreflight(system, execClients)) {
      if (step.step === 'preflight') return step.greenChecks;
    }
    return [];
  } finally {
    await system.close();
  }
}

const enabled = 'The running tasks were started with exec enabled.';
const calls = 'The role may make the calls that open the shell: ssmmessages, and kms:Decrypt with the session key.';

describe('given what ecs-exec-checker looks at', () => {
  it('is told to be in order where it is', async () => {
    expect(await inOrder(() => {})).toEqual(expect.arrayContaining([enabled, calls]));
  });

  it('is not told to be in order where exec is off', async () => {
    const found = await inOrder(({ ecs }) => {
      for (const task of ecs.tasks) task.enableExecuteCommand = false;
    });
    expect([found.includes(enabled), found.includes(calls)]).toEqual([false, true]);
  });

  it('is not told to be in order where the role may not open the shell', async () => {
    const found = await inOrder(({ iam }) => {
      for (const role of iam.roles) role.RolePolicyList = [];
    });
    expect([found.includes(enabled), found.includes(calls)]).toEqual([true, false]);
  });
});
