import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { allowing, aRole, clientOf, failureOf, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const document = JSON.stringify(allowing('logs:PutLogEvents', 'arn:aws:logs:*:*:log-group:/a (1):*'), null, 2);

describe('given the IAM of a simulated account', () => {
  let account: SimulatedAccount;
  let iam: IAMClient;

  beforeEach(async () => {
    account = await startSample(
      {
        iam: {
          RoleDetailList: [
            aRole(
              'web-task',
              { first: allowing('s3:GetObject'), second: allowing('s3:PutObject') },
              {
                Path: '/team/',
                Arn: 'arn:aws:iam::111111111111:role/team/web-task',
                Tags: [{ Key: 'owner', Value: 'a & <b>' }],
                AttachedManagedPolicies: [
                  { PolicyName: 'p', PolicyArn: 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess' },
                ],
                InstanceProfileList: [
                  {
                    Path: '/',
                    InstanceProfileName: 'ip',
                    InstanceProfileId: 'AIPA',
                    Arn: 'arn:aws:iam::111111111111:instance-profile/ip',
                    CreateDate: '2026-01-01T00:00:00Z',
                    Roles: [],
                  },
                ],
              },
            ),
            aRole('linked', {}, { Path: '/aws-service-role/ecs.amazonaws.com/' }),
            aRole('repairer', { all: allowing('*') }),
            aRole('nobody'),
          ],
        },
      },
      { pageSize: 1 },
    );
    iam = new IAMClient(clientOf(account, roleArn('repairer')));
  });
  afterEach(() => account.close());

  it('gives a role with its path, tags and URL-encoded trust', async () => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'web-task' }));

    expect(Role).toEqual({
      Path: '/team/',
      RoleName: 'web-task',
      RoleId: 'AROAWEBTASKXXXXXXXXXX',
      Arn: 'arn:aws:iam::111111111111:role/team/web-task',
      CreateDate: new Date('2026-01-01T00:00:00Z'),
      AssumeRolePolicyDocument: encodeURIComponent(
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        }),
      ),
      Tags: [{ Key: 'owner', Value: 'a & <b>' }],
    });
  });

  it('pages lists of policies by marker', async () => {
    const first = await iam.send(new ListRolePoliciesCommand({ RoleName: 'web-task' }));
    const second = await iam.send(new ListRolePoliciesCommand({ RoleName: 'web-task', Marker: first.Marker }));

    expect([first.PolicyNames, first.IsTruncated, second.PolicyNames, second.IsTruncated, second.Marker]).toEqual([
      ['first'],
      true,
      ['second'],
      false,
      undefined,
    ]);
  });

  it('lists roles, attached policies, instance profiles and tags', async () => {
    const roles = await iam.send(new ListRolesCommand({ PathPrefix: '/team/' }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'web-task' }));
    const profiles = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'web-task' }));
    const tags = await iam.send(new ListRoleTagsCommand({ RoleName: 'nobody' }));

    expect({
      roles: roles.Roles?.map(({ RoleName }) => RoleName),
      attached: attached.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
      profiles: profiles.InstanceProfiles?.map(({ InstanceProfileName }) => InstanceProfileName),
      tags: tags.Tags,
    }).toEqual({
      roles: ['web-task'],
      attached: ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'],
      profiles: ['ip'],
      tags: [],
    });
  });

  it('stores a document byte for byte and returns it encoded by RFC 3986', async () => {
    await iam.send(new PutRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'p', PolicyDocument: document }));
    const read = await iam.send(new GetRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'p' }));

    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(document);
    expect(read.PolicyDocument).not.toMatch(/[!'()* ]/);
  });

  it.each([
    [
      'a missing role',
      (client: IAMClient) => client.send(new GetRoleCommand({ RoleName: 'gone' })),
      'NoSuchEntityException',
    ],
    [
      'a missing policy',
      (client: IAMClient) => client.send(new GetRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'gone' })),
      'NoSuchEntityException',
    ],
    [
      'deleting a missing policy',
      (client: IAMClient) => client.send(new DeleteRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'gone' })),
      'NoSuchEntityException',
    ],
    [
      'a service-linked role',
      (client: IAMClient) =>
        client.send(new PutRolePolicyCommand({ RoleName: 'linked', PolicyName: 'p', PolicyDocument: document })),
      'UnmodifiableEntityException',
    ],
    [
      'text that is no JSON',
      (client: IAMClient) =>
        client.send(new PutRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'p', PolicyDocument: '{' })),
      'MalformedPolicyDocumentException',
    ],
    [
      'a document with a principal',
      (client: IAMClient) =>
        client.send(
          new PutRolePolicyCommand({
            RoleName: 'nobody',
            PolicyName: 'p',
            PolicyDocument: JSON.stringify(allowing('s3:*', '*', { Principal: '*' })),
          }),
        ),
      'MalformedPolicyDocumentException',
    ],
    [
      'a missing required member',
      (client: IAMClient) => client.send(new GetRoleCommand({ RoleName: undefined })),
      'ValidationError',
    ],
  ])('refuses %s', async (_name, call, expected) => {
    expect((await failureOf(call(iam))).name).toBe(expected);
  });

  it('counts all inline policies without white space against the limit', async () => {
    const sized = (length: number) => JSON.stringify(allowing('s3:GetObject', `arn:aws:s3:::${'a'.repeat(length)}`));
    const others = JSON.stringify(allowing('s3:GetObject')).length + JSON.stringify(allowing('s3:PutObject')).length;
    const fitting = 10_240 - others - sized(0).length;
    const put = (PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName: 'web-task', PolicyName: 'big', PolicyDocument }));

    await put(JSON.stringify(JSON.parse(sized(fitting)), null, 4));
    expect((await failureOf(put(sized(fitting + 1)))).name).toBe('LimitExceededException');
  });

  it('sees a write only after the propagation time, in reads and in decisions', async () => {
    account.runtime.inline.lagMs = 4000;
    const question = { principalRole: roleArn('nobody'), action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'nobody',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify(allowing('s3:GetObject')),
      }),
    );
    const before = [
      (await iam.send(new ListRolePoliciesCommand({ RoleName: 'nobody' }))).PolicyNames,
      (await account.decide(question)).allowed,
    ];
    account.clock.advance(4000);
    const after = [
      (await iam.send(new ListRolePoliciesCommand({ RoleName: 'nobody' }))).PolicyNames,
      (await account.decide(question)).allowed,
    ];

    expect({ before, after }).toEqual({ before: [[], false], after: [['p'], true] });
  });

  it('denies a role without the permission, naming the role whose policies it would read', async () => {
    const denied = new IAMClient(clientOf(account, roleArn('nobody'), 'me'));

    expect(await failureOf(denied.send(new GetRoleCommand({ RoleName: 'web-task' })))).toEqual({
      name: 'AccessDenied',
      message:
        'User: arn:aws:sts::111111111111:assumed-role/nobody/me is not authorized to perform: iam:GetRole on resource: arn:aws:iam::111111111111:role/team/web-task because no identity-based policy allows the iam:GetRole action',
    });
  });
});
