import {
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { SimulatedAccount } from './index.ts';
import { allowing, aRole, clientOf, roleArn, startSample } from './sample-account.ts';

const arnOf = (name: string) => `arn:aws:iam::111111111111:policy/${name}`;

function aPolicy(name: string, Action: string) {
  const Document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
  return {
    PolicyName: name,
    Arn: arnOf(name),
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document }],
  };
}

const ONLY_LOGS = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      Resource: '*',
      Condition: { ArnEquals: { 'iam:PolicyARN': [arnOf('logs')] } },
    },
  ],
};

describe('given a role, and a caller who may attach one policy to it', () => {
  let account: SimulatedAccount;
  let iam: IAMClient;

  beforeEach(async () => {
    const filled = Array.from({ length: 10 }, (_, at) => ({ PolicyName: `p${at}`, PolicyArn: arnOf(`p${at}`) }));
    account = await startSample({
      iam: {
        RoleDetailList: [
          aRole('web'),
          aRole('full', {}, { AttachedManagedPolicies: filled }),
          aRole('linked', {}, { Path: '/aws-service-role/ecs.amazonaws.com/' }),
          aRole('attacher', { only: ONLY_LOGS, read: allowing('iam:ListAttachedRolePolicies') }),
        ],
        Policies: [aPolicy('logs', 'logs:*'), aPolicy('other', 's3:*')],
      },
    });
    iam = new IAMClient(clientOf(account, roleArn('attacher')));
  });

  afterEach(async () => {
    iam.destroy();
    await account.close();
  });

  const attach = (RoleName: string, name: string) =>
    iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: arnOf(name) }));
  const detach = (RoleName: string, name: string) =>
    iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: arnOf(name) }));
  const attached = async () =>
    (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'web' }))).AttachedPolicies;
  const mayPutLogs = async () =>
    (await account.decide({ principalRole: roleArn('web'), action: 'logs:PutLogEvents', resource: '*' })).allowed;

  it('gives the role what the policy says until it is detached; attaching it twice is once', async () => {
    const before = await mayPutLogs();
    await attach('web', 'logs');
    await attach('web', 'logs');
    expect([before, await attached(), await mayPutLogs()]).toEqual([
      false,
      [{ PolicyName: 'logs', PolicyArn: arnOf('logs') }],
      true,
    ]);
    await detach('web', 'logs');
    expect([await attached(), await mayPutLogs()]).toEqual([[], false]);
  });

  it('refuses what the condition on the policy does not name', async () => {
    await expect(attach('web', 'other')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(detach('web', 'other')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('refuses an eleventh policy, a role of AWS, and what is not there', async () => {
    await expect(attach('full', 'logs')).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(attach('linked', 'logs')).rejects.toMatchObject({ name: 'UnmodifiableEntityException' });
    await expect(attach('nobody', 'logs')).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await expect(detach('web', 'logs')).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });
});
