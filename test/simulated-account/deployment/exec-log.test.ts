import { setTimeout as sleep } from 'node:timers/promises';
import { nginxDefaultAccount } from '../scenarios/nginx-default.ts';
import { startExecLog } from './exec-log.ts';

/** How many servers listen in this process. A server that is closed leaves the list in a later turn of the event loop. */
async function listening(): Promise<number> {
  await sleep(50);
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPServerWrap').length;
}

describe('given an account that would refuse the deployment', () => {
  it('says why, and leaves nothing that listens', async () => {
    const account = nginxDefaultAccount();
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }] };
    account.organizations.serviceControlPolicies = [
      { target: 'r-root', policies: [{ name: 'logs-only', arn: null, document }] },
    ];
    const before = await listening();

    await expect(startExecLog({ account, mode: 'attach' })).rejects.toMatchObject({
      name: 'DeploymentRefusedError',
      message: expect.stringContaining('lacks sqs:ReceiveMessage'),
    });
    expect(await listening()).toBe(before);
  });

  it('would be noticed if something listened', async () => {
    const before = await listening();
    const system = await startExecLog({ account: nginxDefaultAccount(), mode: 'observe' });
    const during = await listening();
    await system.close();

    expect([during > before, await listening()]).toEqual([true, before]);
  });
});
