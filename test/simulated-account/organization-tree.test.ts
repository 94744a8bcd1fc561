import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  ListAccountsCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { readAccountFile } from './account-file.ts';
import type { JsonObject } from './account-state.ts';
import { ACCOUNT, allowing, aRole, clientOf, failureOf, roleArn, startSample } from './sample-account.ts';

const OTHER = '222222222222';
const SANDBOX = 'ou-ab12-sandbox1';
const TEAM = 'ou-ab12-teamblue';
const organizations = {
  units: [
    { id: SANDBOX, name: 'Sandbox', parent: 'r-ab12' },
    { id: TEAM, name: 'Team blue', parent: SANDBOX },
  ],
  accounts: [
    { id: ACCOUNT, name: 'blue', parent: TEAM, tags: { 'exec-log-mode': 'attach', team: 'blue' } },
    { id: OTHER, name: 'central', parent: 'r-ab12' },
  ],
};

async function organizationOf<T>(
  use: (client: OrganizationsClient) => Promise<T>,
  section: JsonObject = organizations,
  principal = 'operator',
): Promise<T> {
  const policy = allowing('organizations:ListParents', 'arn:aws:organizations::*:account/o-*/*');
  const iam = { RoleDetailList: [aRole('placer', { policy })], Policies: [] };
  const account = await startSample({ organizations: section, iam }, { pageSize: 1 });
  try {
    return await use(new OrganizationsClient(clientOf(account, principal)));
  } finally {
    await account.close();
  }
}

describe('given an organisation of several accounts in units', () => {
  it('knows the parent of each, up to the root', async () => {
    const parents = await organizationOf((client) =>
      Promise.all(
        [ACCOUNT, TEAM, SANDBOX, OTHER, 'r-ab12'].map(
          async (ChildId) => (await client.send(new ListParentsCommand({ ChildId }))).Parents,
        ),
      ),
    );
    const unit = (Id: string) => ({ Id, Type: 'ORGANIZATIONAL_UNIT' });
    const root = { Id: 'r-ab12', Type: 'ROOT' };
    expect(parents).toEqual([[unit(TEAM)], [unit(SANDBOX)], [root], [root], []]);
  });

  it('lists accounts and tags by page, and the names of units', async () => {
    const seen = await organizationOf(async (client) => {
      const first = await client.send(new ListAccountsCommand({}));
      const second = await client.send(new ListAccountsCommand({ NextToken: first.NextToken }));
      const tags = await client.send(new ListTagsForResourceCommand({ ResourceId: ACCOUNT }));
      const more = await client.send(
        new ListTagsForResourceCommand({ ResourceId: ACCOUNT, NextToken: tags.NextToken }),
      );
      const { OrganizationalUnit } = await client.send(
        new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: TEAM }),
      );
      const { Account } = await client.send(new DescribeAccountCommand({ AccountId: OTHER }));
      return {
        account: Account?.Name,
        accounts: [first, second].map(({ Accounts = [] }) => Accounts.map(({ Id, Name }) => [Id, Name])),
        tags: [tags, more].map(({ Tags }) => Tags),
        last: [second.NextToken, more.NextToken],
        unit: [OrganizationalUnit?.Name, OrganizationalUnit?.Arn],
      };
    });
    expect(seen).toEqual({
      account: 'central',
      accounts: [[[ACCOUNT, 'blue']], [[OTHER, 'central']]],
      tags: [[{ Key: 'exec-log-mode', Value: 'attach' }], [{ Key: 'team', Value: 'blue' }]],
      last: [undefined, undefined],
      unit: ['Team blue', `arn:aws:organizations::999999999999:ou/o-simulated1/${TEAM}`],
    });
  });

  it('does not know an account that it does not list, nor a unit', async () => {
    const names = await organizationOf(async (client) => [
      (await failureOf(client.send(new ListParentsCommand({ ChildId: '333333333333' })))).name,
      (await failureOf(client.send(new ListTagsForResourceCommand({ ResourceId: '333333333333' })))).name,
      (await failureOf(client.send(new DescribeAccountCommand({ AccountId: '333333333333' })))).name,
      (
        await failureOf(
          client.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: 'ou-ab12-nowhere1' })),
        )
      ).name,
    ]);
    expect(names).toEqual([
      'ChildNotFoundException',
      'TargetNotFoundException',
      'AccountNotFoundException',
      'OrganizationalUnitNotFoundException',
    ]);
  });

  it("has AWS's own control policy on every level that the file gives none", async () => {
    const policies = await organizationOf((client) =>
      Promise.all(
        ['r-ab12', SANDBOX, ACCOUNT].map(async (TargetId) => {
          const question = new ListPoliciesForTargetCommand({ TargetId, Filter: 'SERVICE_CONTROL_POLICY' });
          return (await client.send(question)).Policies?.map(({ Name }) => Name);
        }),
      ),
    );
    expect(policies).toEqual([['FullAWSAccess'], ['FullAWSAccess'], ['FullAWSAccess']]);
  });

  it('authorises a question on the ARN of what it is about', async () => {
    const [answer, refusal] = await organizationOf(
      async (client) => [
        (await client.send(new ListParentsCommand({ ChildId: ACCOUNT }))).Parents?.length,
        (await failureOf(client.send(new ListParentsCommand({ ChildId: TEAM })))).name,
      ],
      organizations,
      roleArn('placer'),
    );
    expect([answer, refusal]).toEqual([1, 'AccessDeniedException']);
  });

  it('is the one line of the levels where the file lists no accounts', async () => {
    const seen = await organizationOf(
      async (client) => [
        (await client.send(new ListAccountsCommand({}))).Accounts?.map(({ Id }) => Id),
        (await client.send(new ListTagsForResourceCommand({ ResourceId: ACCOUNT }))).Tags,
      ],
      { serviceControlPolicies: [{ target: 'r-ab12', policies: [] }] },
    );
    expect(seen).toEqual([[ACCOUNT], []]);
  });

  it.each([
    { section: { units: [{ id: SANDBOX, name: 'x' }] }, says: 'organizations.units[0].parent' },
    { section: { accounts: [{ id: ACCOUNT, parent: 'r-ab12' }] }, says: 'organizations.accounts[0].name' },
    {
      section: { accounts: [{ id: ACCOUNT, name: 'x', parent: 'r-ab12', tags: { a: 1 } }] },
      says: 'organizations.accounts[0].tags.a',
    },
  ])('is refused with its place in the file: $says', ({ section, says }) => {
    expect(() => readAccountFile({ organizations: section })).toThrow(says);
  });
});
