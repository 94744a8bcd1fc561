import {
  GetAccountAuthorizationDetailsCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { readAccountFile } from './account-file.ts';
import { allowing, aRole, clientOf, failureOf, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const OWN = 'arn:aws:iam::111111111111:policy/own';
const OF_AWS = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const profile = 'arn:aws:iam::111111111111:instance-profile/ecs';
const version = (VersionId: string, IsDefaultVersion: boolean) => ({
  VersionId,
  IsDefaultVersion,
  Document: allowing(`s3:Get${VersionId}`),
});

describe('given the policies and profiles of a simulated account', () => {
  let account: SimulatedAccount;
  let client: IAMClient;

  beforeAll(async () => {
    account = await startSample({
      iam: {
        RoleDetailList: [
          aRole(
            'web-task',
            { inline: allowing('s3:*') },
            {
              AttachedManagedPolicies: [{ PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn: OF_AWS }],
              InstanceProfileList: [
                {
                  InstanceProfileName: 'ecs',
                  Arn: profile,
                  Roles: [{ RoleName: 'web-task', AssumeRolePolicyDocument: allowing('sts:AssumeRole') }],
                },
              ],
            },
          ),
        ],
        Policies: [{ PolicyName: 'own', Arn: OWN, PolicyVersionList: [version('v2', true), version('v1', false)] }],
      },
    });
    client = new IAMClient(clientOf(account));
  });
  afterAll(() => account.close());

  it('gives a policy and its versions, whether it is the account’s own or published', async () => {
    const own = await client.send(new GetPolicyCommand({ PolicyArn: OWN }));
    const ofAws = await client.send(new GetPolicyCommand({ PolicyArn: OF_AWS }));
    const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn: OWN, VersionId: 'v1' }));
    const gone = await failureOf(client.send(new GetPolicyVersionCommand({ PolicyArn: OWN, VersionId: 'v9' })));

    expect([
      own.Policy?.DefaultVersionId,
      ofAws.Policy?.PolicyName,
      JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')),
      gone.name,
    ]).toEqual(['v2', 'AmazonS3ReadOnlyAccess', allowing('s3:Getv1'), 'NoSuchEntityException']);
  });

  it('gives an instance profile with its role', async () => {
    const { InstanceProfile } = await client.send(new GetInstanceProfileCommand({ InstanceProfileName: 'ecs' }));
    const gone = await failureOf(client.send(new GetInstanceProfileCommand({ InstanceProfileName: 'gone' })));

    expect([InstanceProfile?.Arn, InstanceProfile?.Roles?.map(({ RoleName }) => RoleName), gone.name]).toEqual([
      profile,
      ['web-task'],
      'NoSuchEntityException',
    ]);
  });

  it('prints everything by page, in the form that an account file takes', async () => {
    const pages = [await client.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 2 }))];
    pages.push(await client.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 2, Marker: pages[0]?.Marker })));
    const iam = {
      RoleDetailList: pages.flatMap(({ RoleDetailList = [] }) => RoleDetailList),
      Policies: pages.flatMap(({ Policies = [] }) => Policies),
    };
    const again = readAccountFile(JSON.parse(JSON.stringify({ iam })));

    expect([pages.map(({ IsTruncated }) => IsTruncated), again.iam.policies.map(({ Arn }) => Arn)]).toEqual([
      [true, false],
      [OWN, OF_AWS],
    ]);
    expect(again.iam.roles).toEqual(account.state.iam.roles);
  });

  it('prints what the filter asks for', async () => {
    const counts = async (...Filter: ('Role' | 'LocalManagedPolicy' | 'AWSManagedPolicy')[]) => {
      const details = await client.send(new GetAccountAuthorizationDetailsCommand({ Filter }));
      return [details.RoleDetailList?.length, details.Policies?.map(({ PolicyName }) => PolicyName)];
    };

    expect([await counts('Role'), await counts('LocalManagedPolicy'), await counts('AWSManagedPolicy')]).toEqual([
      [1, []],
      [0, ['own']],
      [0, ['AmazonS3ReadOnlyAccess']],
    ]);
  });
});
