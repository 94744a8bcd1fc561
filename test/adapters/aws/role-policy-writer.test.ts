import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { createRolePolicyWriter } from '../../../functions/adapters/aws/role-policy-writer.ts';
import { sha256 } from '../../../functions/adapters/digest.ts';
import type { RemediationPolicy } from '../../../functions/domain/decision.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const NAME = 'ExecLogDelivery-eu-central-1';
const ROLE = 'arn:aws:iam::111111111111:role/web';
const POLICY: RemediationPolicy = {
  roleName: 'web',
  policyName: NAME,
  document: {
    Version: '2012-10-17',
    Statement: [{ Sid: 'ExecLogDeliveryStreams', Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: ['arn'] }],
  },
};

const client = new IAMClient(CLIENT);
const iam = mockClient(client);
const writer = createRolePolicyWriter(client, sha256);

beforeEach(() => iam.reset());

describe('given a policy to write', () => {
  it('puts the whole document under its name', async () => {
    iam.on(PutRolePolicyCommand).resolves({});
    await expect(writer.putPolicy(POLICY, ROLE)).resolves.toEqual({ kind: 'written' });
    expect(iam.commandCalls(PutRolePolicyCommand).map(({ args: [command] }) => command.input)).toEqual([
      { RoleName: 'web', PolicyName: NAME, PolicyDocument: JSON.stringify(POLICY.document) },
    ]);
  });

  it.each([
    ['AccessDenied', 'AccessDenied', 'this deployment is not permitted to do it'],
    ['UnmodifiableEntityException', 'UnmodifiableEntity', 'the role belongs to an AWS service and cannot be changed'],
    ['LimitExceededException', 'LimitExceeded', "the role's inline policies would exceed IAM's size limit"],
    ['MalformedPolicyDocumentException', 'MalformedPolicyDocument', 'IAM does not accept the policy document'],
    ['NoSuchEntityException', 'NoSuchEntity', 'the role is not there any more'],
    ['InvalidInputException', 'InvalidInput', 'IAM does not accept the names or characters of the request'],
  ])('answers %s as a refusal that quotes nothing', async (name, code, because) => {
    iam.on(PutRolePolicyCommand).rejects(awsError(name, JSON.stringify(POLICY.document)));
    await expect(writer.putPolicy(POLICY, ROLE)).resolves.toEqual({
      kind: 'refused',
      because: `iam:PutRolePolicy was refused (${code}): ${because}`,
    });
  });

  it.each(['Throttling', 'ServiceFailureException', 'ConcurrentModificationException', 'TimeoutError'])(
    'throws %s',
    async (name) => {
      iam.on(PutRolePolicyCommand).rejects(awsError(name));
      await expect(writer.putPolicy(POLICY, ROLE)).rejects.toThrow('synthetic');
    },
  );
});

describe('given a policy to delete', () => {
  it.each([
    ['one that is there', () => iam.on(DeleteRolePolicyCommand).resolves({})],
    ['one that is not there', () => iam.on(DeleteRolePolicyCommand).rejects(awsError('NoSuchEntityException'))],
  ])('counts %s as written', async (_, arrange) => {
    arrange();
    await expect(writer.deletePolicy('web', NAME, ROLE)).resolves.toEqual({ kind: 'written' });
    expect(iam.commandCalls(DeleteRolePolicyCommand).map(({ args: [command] }) => command.input)).toEqual([
      { RoleName: 'web', PolicyName: NAME },
    ]);
  });

  it('answers a want of permission as a refusal', async () => {
    iam.on(DeleteRolePolicyCommand).rejects(awsError('AccessDenied'));
    await expect(writer.deletePolicy('web', NAME, ROLE)).resolves.toEqual({
      kind: 'refused',
      because: 'iam:DeleteRolePolicy was refused (AccessDenied): this deployment is not permitted to do it',
    });
  });
});

describe('given a role to read again before the write', () => {
  beforeEach(() => {
    const Role = {
      Arn: 'arn',
      RoleName: 'web',
      RoleId: 'AROAEXAMPLE',
      Path: '/',
      CreateDate: new Date(0),
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    iam.on(GetRoleCommand).resolves({ Role });
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: [NAME] });
    iam.on(GetRolePolicyCommand).resolves({ PolicyDocument: '%7B%7D' });
  });
  const inlinePolicy = { name: NAME, document: '{}', hash: sha256('{}') };

  it('reads id, tags and inline policies', async () => {
    await expect(writer.readRole('web')).resolves.toEqual({
      kind: 'read',
      value: { roleId: 'AROAEXAMPLE', tags: { a: 'b' }, inlinePolicies: [inlinePolicy] },
    });
  });

  it('reads one policy back', async () => {
    await expect(writer.readPolicy('web', NAME)).resolves.toEqual({ kind: 'read', value: inlinePolicy });
  });

  it.each([
    ['NoSuchEntityException', { kind: 'absent' }, { kind: 'absent' }],
    [
      'AccessDenied',
      { kind: 'unreadable', because: 'reading the role is not permitted (AccessDenied)' },
      { kind: 'unreadable', because: 'iam:GetRolePolicy is not permitted (AccessDenied)' },
    ],
  ])('reads %s', async (name, role, policy) => {
    iam.on(GetRoleCommand).rejects(awsError(name));
    iam.on(GetRolePolicyCommand).rejects(awsError(name));
    await expect(writer.readRole('web')).resolves.toEqual(role);
    await expect(writer.readPolicy('web', NAME)).resolves.toEqual(policy);
  });

  it('throws throttling', async () => {
    iam.on(GetRolePolicyCommand).rejects(awsError('Throttling'));
    await expect(writer.readPolicy('web', NAME)).rejects.toThrow('synthetic');
  });
});
