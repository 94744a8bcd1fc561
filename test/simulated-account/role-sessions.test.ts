import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { readAccountFile } from './account-file.ts';
import { type SimulatedOrganization, startSimulatedOrganization } from './organization.ts';
import { failureOf } from './sample-account.ts';

const [HUB, MEMBER] = ['999999999999', '222222222222'] as const;
const ORGANIZATION = 'o-exampleorg1';
const CALLER = `arn:aws:iam::${HUB}:role/exec-log/hub`;
const TRUSTED = `arn:aws:iam::${MEMBER}:role/exec-log/read`;

type Statement = Readonly<Record<string, unknown>>;

const allow = (parts: Statement): Statement => ({ Effect: 'Allow', ...parts });
const policyOf = (...statements: readonly Statement[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const role = (arn: string, trust: string, permissions: string) => ({
  Path: '/exec-log/',
  RoleName: arn.split('/').at(-1),
  RoleId: `AROA${arn.split(':')[4]}XXXXX`,
  Arn: arn,
  AssumeRolePolicyDocument: trust,
  RolePolicyList: [{ PolicyName: 'own', PolicyDocument: permissions }],
  AttachedManagedPolicies: [],
  InstanceProfileList: [],
});

const ASSUME = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
const trusting = (organizationId: string, sourceIdentity: string) =>
  policyOf(
    allow({
      Principal: { AWS: CALLER },
      Action: ASSUME,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': organizationId, 'sts:SourceIdentity': sourceIdentity } },
    }),
  );

let organization: SimulatedOrganization;
afterEach(() => organization.close());

interface Setup {
  readonly trust?: string;
  readonly mayAssume?: Statement;
}

async function start({ trust = trusting(ORGANIZATION, 'hub'), mayAssume = {} }: Setup = {}) {
  const lambda = policyOf(allow({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }));
  const own = policyOf(allow({ Action: ASSUME, Resource: 'arn:aws:iam::*:role/exec-log/read', ...mayAssume }));
  const getRole = policyOf(allow({ Action: 'iam:GetRole', Resource: '*' }));
  const file = (account: string, roles: readonly unknown[], region = 'eu-central-1') =>
    readAccountFile({ account, partition: 'aws', region, iam: { RoleDetailList: roles, Policies: [] } });
  organization = await startSimulatedOrganization({
    organizationId: ORGANIZATION,
    accounts: [
      file(HUB, [role(CALLER, lambda, own)]),
      file(MEMBER, [role(TRUSTED, trust, getRole)]),
      file(MEMBER, [], 'eu-west-1'),
    ],
  });
}

const clientOf = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) => ({
  endpoint: organization.url,
  region: 'eu-central-1',
  maxAttempts: 1,
  credentials,
});
const asHub = () => clientOf(organization.account(HUB).credentialsFor(CALLER, 'function'));
const assume = (parts: object = {}) =>
  new STSClient(asHub()).send(
    new AssumeRoleCommand({ RoleArn: TRUSTED, RoleSessionName: 'named', SourceIdentity: 'hub', ...parts }),
  );

describe('given an account whose role trusts another one of its organisation', () => {
  it('gives a session that is of the member, and nowhere else', async () => {
    await start();
    const { Credentials, AssumedRoleUser, SourceIdentity } = await assume({ DurationSeconds: 900 });
    expect([AssumedRoleUser?.Arn, SourceIdentity]).toEqual([`arn:aws:sts::${MEMBER}:assumed-role/read/named`, 'hub']);
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(organization.clock.now().getTime() + 890_000);
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const member = clientOf({
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    });
    const identity = await new STSClient(member).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe(MEMBER);
    const iam = new IAMClient(member);
    expect((await iam.send(new GetRoleCommand({ RoleName: 'read' }))).Role?.Arn).toBe(TRUSTED);
    expect((await failureOf(iam.send(new GetRoleCommand({ RoleName: 'hub' })))).name).toBe('NoSuchEntityException');
  });

  it('has one IAM in all of its Regions', async () => {
    await start();
    const there = organization.account(MEMBER, 'eu-west-1');
    expect([there.state.region, there.state.iam.roles]).toEqual([
      'eu-west-1',
      organization.account(MEMBER).state.iam.roles,
    ]);
  });
});

describe('given a role that may not be assumed', () => {
  it.each<[string, Setup, object]>([
    ['it trusts another organisation', { trust: trusting('o-somebodyelse', 'hub') }, {}],
    ['it trusts another source identity', { trust: trusting(ORGANIZATION, 'other') }, {}],
    ['no source identity is given', {}, { SourceIdentity: undefined }],
    ['it trusts nobody', { trust: policyOf() }, {}],
    ['it is not there', {}, { RoleArn: `arn:aws:iam::${MEMBER}:role/exec-log/absent` }],
    ['its account is not there', {}, { RoleArn: 'arn:aws:iam::333333333333:role/exec-log/read' }],
    ['the caller may assume nothing', { mayAssume: { Effect: 'Deny' } }, {}],
    ['the caller may not set the source identity', { mayAssume: { Action: 'sts:AssumeRole' } }, {}],
    [
      'the caller may assume in another organisation only',
      { mayAssume: { Condition: { StringEquals: { 'aws:ResourceOrgID': 'o-somebodyelse' } } } },
      {},
    ],
  ])('refuses it: %s', async (_, setup, asked) => {
    await start(setup);
    expect((await failureOf(assume(asked))).name).toBe('AccessDenied');
  });

  it('refuses a session of more than an hour', async () => {
    await start();
    await expect(assume({ DurationSeconds: 3600 })).resolves.toBeDefined();
    expect((await failureOf(assume({ DurationSeconds: 3601 }))).name).toBe('ValidationError');
  });
});
