import { deployedStack } from './deployed-account.ts';
import { asAws } from './live-account.ts';
import { nginxAccount } from './nginx-account.ts';
import { aFile, linesOf, runCli } from './run-cli.ts';

const MINE = '111111111111';
const PROD = '222222222222';
const ODD = '333333333333';
const CENTRAL = '999999999999';
const SANDBOX = 'ou-ab12-sandbox1';
const TEAM = 'ou-ab12-teamblue';
const PRODUCTION = 'ou-ab12-prodprod';

const organizations = {
  units: [
    { id: SANDBOX, name: 'Sandbox', parent: 'r-ab12' },
    { id: TEAM, name: 'Team blue', parent: SANDBOX },
    { id: PRODUCTION, name: 'Production', parent: 'r-ab12' },
  ],
  accounts: [
    { id: PROD, name: 'shop', parent: PRODUCTION },
    { id: ODD, name: 'shop-trial', parent: PRODUCTION, tags: { 'exec-log-mode': 'attach' } },
    { id: MINE, name: 'blue', parent: TEAM },
    { id: CENTRAL, name: 'central', parent: 'r-ab12' },
  ],
};
const settings = {
  defaultMode: 'observe',
  organizationalUnits: { [SANDBOX]: { mode: 'attach' }, [PRODUCTION]: { mode: 'ticket' } },
  accountTag: { key: 'exec-log-mode' },
  accounts: { [CENTRAL]: { mode: 'propose' } },
};
const inOrganization = nginxAccount({ organizations });
const CEILING = { CEILING: JSON.stringify({ mode: 'attach', accounts: [MINE, CENTRAL] }) };
const UNBOUNDED =
  'exec-log: the ceiling of the deployment is not known: the modes are those that the settings ask for\n';

describe('given the accounts of an organisation', () => {
  it('shows each with its place, its mode under the ceiling and why, and counts the modes', async () => {
    await asAws(async (account) => {
      const before = account.calls.length;
      const { code, stdout, stderr } = await runCli(['modes', '--settings', aFile(settings)], { environment: CEILING });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.split('\n')).toEqual([
        'account       name        path                        mode     why',
        '999999999999  central     Root                        propose  the settings say propose for this account',
        `222222222222  shop        Root / Production           ticket   the settings say ticket for the unit ${PRODUCTION}`,
        "333333333333  shop-trial  Root / Production           ticket   the account's tag exec-log-mode says attach, the deployment permits ticket",
        `111111111111  blue        Root / Sandbox / Team blue  attach   the settings say attach for the unit ${SANDBOX}`,
        '',
        '4 accounts: 1 attach, 1 propose, 2 ticket, 0 observe',
        '',
      ]);
      const operations = account.calls.slice(before).map(({ operation }) => operation);
      expect(operations.filter((name) => !/^(Describe|List)/.test(name))).toEqual([]);
      // Each unit is asked for its parent and its name once.
      expect(operations.filter((name) => name === 'ListParents')).toHaveLength(4 + 3);
      expect(operations.filter((name) => name === 'DescribeOrganizationalUnit')).toHaveLength(3);
    }, inOrganization);
  });

  it('prints one JSON object an account, of those that are named', async () => {
    await asAws(async () => {
      const argv = ['modes', '--settings', aFile(settings), '--account', ODD, MINE, '--json'];
      const { code, stdout, stderr } = await runCli(argv);
      expect({ code, stderr, lines: linesOf(stdout) }).toEqual({
        code: 0,
        stderr: UNBOUNDED,
        lines: [
          {
            account: ODD,
            name: 'shop-trial',
            path: ['Root', 'Production'],
            mode: 'attach',
            source: 'account-tag',
            clipped: false,
            because: "the account's tag exec-log-mode says attach",
          },
          {
            account: MINE,
            name: 'blue',
            path: ['Root', 'Sandbox', 'Team blue'],
            mode: 'attach',
            source: 'unit',
            clipped: false,
            because: `the settings say attach for the unit ${SANDBOX}`,
          },
        ],
      });
    }, inOrganization);
  });

  it('reads the settings and the ceiling of the deployment', async () => {
    await asAws(
      async (account) => {
        const Name = '/exec-log/exec-log/settings';
        account.stores.parameters.set(Name, { Name, Type: 'String', Value: JSON.stringify(settings), Version: 1 });
        const { code, stdout, stderr } = await runCli(['modes', '--account', MINE, '--json'], {
          environment: { CEILING: '{"mode":"propose","accounts":["*"]}' },
        });
        expect({ code, stderr, lines: linesOf(stdout) }).toMatchObject({
          code: 0,
          stderr: '',
          lines: [{ account: MINE, mode: 'propose', source: 'unit', clipped: true }],
        });
      },
      nginxAccount({ organizations, ...deployedStack }),
    );
  });

  it('ends with 1 where the deployment has no settings, and shows what its functions do', async () => {
    await asAws(async () => {
      const { code, stdout, stderr } = await runCli(['modes', '--account', MINE, '--json'], { environment: CEILING });
      expect([code, stderr]).toEqual([1, 'exec-log: settings: there are no settings under /exec-log/exec-log\n']);
      expect(linesOf(stdout)).toMatchObject([{ account: MINE, mode: 'observe', source: 'default' }]);
    }, inOrganization);
  });
});

describe('given accounts that cannot be placed', () => {
  it('ends with 1, and shows the accounts of the settings with the lowered mode, where there is no organisation', async () => {
    await asAws(async () => {
      const { code, stdout, stderr } = await runCli(['modes', '--settings', aFile(settings), '--json'], {
        environment: CEILING,
      });
      expect([code, stderr]).toEqual([
        1,
        'exec-log: the organisation cannot be read (organizations:ListAccounts failed (AWSOrganizationsNotInUse)): ' +
          'only the accounts that the settings name are shown\n',
      ]);
      expect(linesOf(stdout)).toEqual([
        {
          account: CENTRAL,
          name: null,
          path: null,
          mode: 'ticket',
          source: 'unplaced',
          clipped: false,
          because:
            'nobody can tell where this account stands in the organisation (organizations:ListParents failed ' +
            '(AWSOrganizationsNotInUse)), so that it gets the lowest mode that the settings could give it, at most ticket',
        },
      ]);
    });
  });

  it('does the same where these credentials may not look', async () => {
    await asAws(async (account) => {
      for (const operation of ['ListAccounts', 'DescribeAccount', 'ListParents', 'ListTagsForResource']) {
        account.faults.add({ service: 'organizations', operation, kind: 'access-denied' });
      }
      const { code, stdout, stderr } = await runCli(['modes', '--settings', aFile(settings)], { environment: CEILING });
      expect([code, stderr]).toEqual([1, expect.stringContaining('organizations:ListAccounts is not permitted')]);
      expect(stdout).toMatch(
        /^account .*\n999999999999 {2}– {5}– {5}ticket {2}nobody can tell .*\n\n1 account: 0 attach, 0 propose, 1 ticket, 0 observe\n$/,
      );
    }, inOrganization);
  });

  it('ends with 1 for a named account that the organisation does not know', async () => {
    await asAws(async () => {
      const argv = ['modes', '--settings', aFile(settings), '--account', '444444444444', '--json'];
      const { code, stdout } = await runCli(argv, { environment: CEILING });
      expect([code, linesOf(stdout)]).toEqual([
        1,
        [
          expect.objectContaining({
            account: '444444444444',
            name: null,
            path: null,
            mode: 'observe',
            source: 'unplaced',
          }),
        ],
      ]);
    }, inOrganization);
  });

  it('shows ids where the names of units may not be read', async () => {
    await asAws(async (account) => {
      account.faults.add({ service: 'organizations', operation: 'DescribeOrganizationalUnit', kind: 'access-denied' });
      const argv = ['modes', '--settings', aFile(settings), '--account', PROD, '--json'];
      const { code, stdout } = await runCli(argv, { environment: CEILING });
      expect([code, linesOf(stdout)]).toEqual([0, [expect.objectContaining({ path: ['Root', PRODUCTION] })]]);
    }, inOrganization);
  });
});

describe('given a command line that cannot be meant', () => {
  it.each([
    { argv: ['--account', '1234'], says: '--account: expected a 12-digit account id, found "1234"' },
    { argv: ['--settings', 'x', '--deployment-id', 'y'], says: 'cannot be used with' },
    {
      argv: ['--settings', aFile({ organizationalUnits: { x: {} } })],
      says: 'expected the id of an organizational unit',
    },
  ])('ends with 2: $argv', async ({ argv, says }) => {
    const { code, stderr } = await runCli(['modes', '--region', 'eu-central-1', ...argv]);
    expect([code, stderr.includes(says) ? says : stderr]).toEqual([2, says]);
  });
});
