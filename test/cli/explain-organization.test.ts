import { aDenialRecord } from '../support/records.ts';
import { asAws } from './live-account.ts';
import { ACCOUNT, nginxAccount } from './nginx-account.ts';
import { aFile, at, linesOf, runCli } from './run-cli.ts';

const SANDBOX = 'ou-ab12-sandbox1';
const organizations = {
  units: [{ id: SANDBOX, name: 'Sandbox', parent: 'r-ab12' }],
  accounts: [{ id: ACCOUNT, name: 'web', parent: SANDBOX }],
};
const settings = { defaultMode: 'ticket', organizationalUnits: { [SANDBOX]: { mode: 'attach' } } };

/** What is decided about the published denial, and why its mode is what it is. */
async function decided(...argv: readonly string[]) {
  const { stdout } = await runCli(['explain', aFile(aDenialRecord()), '--json', ...argv]);
  const [line] = linesOf(stdout);
  return [at(line, 'decision', 'disposition'), at(line, 'decision', 'guardrails', '0', 'detail')];
}

const bySettings = ['--settings', aFile(settings)];
const unplaced = (why: string) => ['open-ticket', expect.stringContaining(`in the organisation (${why})`)];

describe('given settings with modes of units', () => {
  it('decides by the unit of the account in a file', async () => {
    expect(await decided(...bySettings, '--account', aFile(nginxAccount({ organizations })))).toEqual([
      'attach-policy',
      `the settings say attach for the unit ${SANDBOX}`,
    ]);
  });

  it('decides by the unit of the real account', async () => {
    await asAws(async () => {
      expect((await decided(...bySettings, '--live', '--now', '2023-02-11T06:36:04Z'))[0]).toBe('attach-policy');
    }, nginxAccount({ organizations }));
  });

  it('decides as for an account that cannot be placed where there is no organisation, or nothing to look into', async () => {
    expect([await decided(...bySettings, '--account', aFile(nginxAccount())), await decided(...bySettings)]).toEqual([
      unplaced('organizations:ListParents failed (AWSOrganizationsNotInUse)'),
      unplaced('it was not looked up'),
    ]);
  });

  it('asks nothing about an account whose mode is replaced', async () => {
    await asAws(async (account) => {
      await decided(...bySettings, '--live', '--mode', 'attach', '--now', '2023-02-11T06:36:04Z');
      expect(account.calls.filter(({ service }) => service === 'organizations')).toEqual([]);
    });
  });
});
