import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, linesOf } from '../cli/run-cli.ts';
import { execSession } from '../simulated-account/agent/exec-session.ts';
import { nginxDefaultAccount, nginxDefaultSession } from '../simulated-account/scenarios/nginx-default.ts';
import { startSimulatedAccount } from '../simulated-account/server.ts';
import { LedgerPlay, runAs } from './ledger-world.ts';

const DAY = 24 * 60 * 60_000;

/** An account in which a session lost its transcript two days before anybody deployed anything. */
async function accountWithPast() {
  const account = await startSimulatedAccount({ account: nginxDefaultAccount() });
  const { sessionId } = await execSession(account, nginxDefaultSession);
  await account.close();
  for (const record of account.state.cloudtrail.records) {
    record['eventTime'] = new Date(Date.parse(String(record['eventTime'])) - 2 * DAY)
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }
  return { account: account.state, sessionId };
}

describe('given sessions from before the deployment', () => {
  it('hands them to the deployment, which records and audits them, and tells of the cause without writing IAM', async () => {
    const { account, sessionId } = await accountWithPast();
    const play = await LedgerPlay.start({ account });
    try {
      const state = join(mkdtempSync(join(tmpdir(), 'exec-log-')), 'state.json');
      const argv = ['backfill', '--since', '5d', '--state', state, '--into-ledger', '--json'];
      const { code, stdout, stderr } = await runAs('operator', play, argv);
      const [session] = linesOf(stdout);
      expect([code, stderr, at(session, 'sessionId'), at(session, 'state')]).toEqual([0, '', sessionId, 'denied']);

      await play.system.deployment.settle();
      await play.audited();
      const { cases, policyWrites, deadLetters } = await play.end();
      expect({ verdict: (await play.verdict(sessionId))?.state, cases, policyWrites, deadLetters }).toEqual({
        verdict: 'denied',
        cases: ['ticketed fresh 1'],
        policyWrites: [],
        deadLetters: 0,
      });
    } finally {
      await play.close();
    }
  });
});
