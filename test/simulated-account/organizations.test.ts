import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { JsonObject } from './account-state.ts';
import { ACCOUNT, clientOf, denying, failureOf, startSample } from './sample-account.ts';

const regionGuard = denying('s3:DeleteBucket');
const arn = 'arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-guard123';
const named = { Policy: { PolicySummary: { Name: 'guard', Arn: arn }, Content: JSON.stringify(regionGuard) } };

/** A client of the sample account below these levels. */
async function organizationOf(serviceControlPolicies: readonly JsonObject[], pageSize?: number) {
  const account = await startSample(
    { organizations: { serviceControlPolicies } },
    pageSize === undefined ? {} : { pageSize },
  );
  const client = new OrganizationsClient(clientOf(account));
  const parentsOf = async (ChildId: string) => (await client.send(new ListParentsCommand({ ChildId }))).Parents;
  const policiesOf = (TargetId: string, NextToken?: string) =>
    client.send(new ListPoliciesForTargetCommand({ TargetId, Filter: 'SERVICE_CONTROL_POLICY', NextToken }));
  return { account, client, parentsOf, policiesOf };
}

describe('given the organisation of a simulated account', () => {
  it('has the line from the account to the root', async () => {
    const { account, client, parentsOf } = await organizationOf([
      { target: 'r-abcd', policies: [] },
      { target: 'ou-abcd-1', policies: [named] },
    ]);
    const parents = [await parentsOf(ACCOUNT), await parentsOf('ou-abcd-1'), await parentsOf('r-abcd')];
    const { Organization } = await client.send(new DescribeOrganizationCommand({}));
    const unknown = await failureOf(parentsOf('ou-abcd-9'));
    await account.close();

    expect([parents, Organization?.MasterAccountId, unknown.name]).toEqual([
      [[{ Id: 'ou-abcd-1', Type: 'ORGANIZATIONAL_UNIT' }], [{ Id: 'r-abcd', Type: 'ROOT' }], []],
      '999999999999',
      'ChildNotFoundException',
    ]);
  });

  it("gives each level's policies by page, and AWS's own where the file lists none", async () => {
    const { account, client, policiesOf } = await organizationOf(
      [
        { target: 'r-abcd', policies: [] },
        { target: ACCOUNT, policies: [named, regionGuard] },
      ],
      1,
    );
    const first = await policiesOf(ACCOUNT);
    const second = await policiesOf(ACCOUNT, first.NextToken);
    const root = await policiesOf('r-abcd');
    const listed = [first, second, root].map(({ Policies = [] }) =>
      Policies.map(({ Name, AwsManaged }) => [Name, AwsManaged]),
    );
    const texts = await Promise.all(
      [first, second, root].map(async ({ Policies: [policy] = [] }) => {
        const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId: policy?.Id }));
        return JSON.parse(Policy?.Content ?? '').Statement[0].Effect;
      }),
    );
    await account.close();

    expect([listed, texts, first.Policies?.[0]?.Id]).toEqual([
      [[['guard', false]], [['policy-2', false]], [['FullAWSAccess', true]]],
      ['Deny', 'Deny', 'Allow'],
      'p-guard123',
    ]);
  });

  it('is none where the file has no level', async () => {
    const { account, client, parentsOf } = await organizationOf([]);
    const failures = [
      await failureOf(client.send(new DescribeOrganizationCommand({}))),
      await failureOf(parentsOf(ACCOUNT)),
    ];
    await account.close();

    expect(failures.map(({ name }) => name)).toEqual([
      'AWSOrganizationsNotInUseException',
      'AWSOrganizationsNotInUseException',
    ]);
  });
});
