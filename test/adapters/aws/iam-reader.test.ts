import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { createIamReader } from '../../../functions/adapters/aws/iam-reader.ts';
import { observedInlinePolicy } from '../../../functions/adapters/aws/iam-role.ts';
import { sha256 } from '../../../functions/adapters/digest.ts';
import { canonicalJson } from '../../../functions/domain/canonical.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' } }],
};
const DOCUMENT = '{ "Version": "2012-10-17", "Statement": [] }';
const ROLE = {
  Arn: 'arn:aws:iam::111111111111:role/team/web',
  RoleName: 'web',
  RoleId: 'AROAEXAMPLE',
  Path: '/team/',
  CreateDate: new Date(0),
};

const client = new IAMClient(CLIENT);
const iam = mockClient(client);
const reader = createIamReader(client, sha256);

beforeEach(() => {
  iam.reset();
  iam.on(GetRoleCommand).resolves({ Role: ROLE });
  iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: [], IsTruncated: false });
  iam.on(ListInstanceProfilesForRoleCommand).resolves({ InstanceProfiles: [], IsTruncated: false });
  iam.on(GetRolePolicyCommand).resolves({ PolicyDocument: encodeURIComponent(DOCUMENT) });
});

describe('given a role', () => {
  it('reads trust, tags, boundary, every inline policy and every instance profile', async () => {
    iam.on(GetRoleCommand).resolves({
      Role: {
        ...ROLE,
        AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(TRUST)),
        Tags: [{ Key: 'owner', Value: 'shop' }],
        PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::111111111111:policy/boundary' },
      },
    });
    iam.on(ListRolePoliciesCommand, { RoleName: 'web', Marker: undefined }).resolves({
      PolicyNames: ['a'],
      IsTruncated: true,
      Marker: 'm',
    });
    iam.on(ListRolePoliciesCommand, { RoleName: 'web', Marker: 'm' }).resolves({ PolicyNames: ['b'] });
    const profile = (name: string) => ({ ...ROLE, InstanceProfileName: name, InstanceProfileId: '', Roles: [] });
    iam
      .on(ListInstanceProfilesForRoleCommand)
      .resolvesOnce({ InstanceProfiles: [profile('one')], IsTruncated: true, Marker: 'p' })
      .resolvesOnce({ InstanceProfiles: [profile('two')] });
    const hash = sha256(canonicalJson(JSON.parse(DOCUMENT)));
    await expect(reader.findRole('web')).resolves.toEqual({
      kind: 'read',
      value: {
        roleArn: ROLE.Arn,
        roleName: 'web',
        path: '/team/',
        roleId: 'AROAEXAMPLE',
        trustPolicy: TRUST,
        tags: { owner: 'shop' },
        permissionsBoundaryArn: 'arn:aws:iam::111111111111:policy/boundary',
        inlinePolicies: [
          { name: 'a', document: DOCUMENT, hash },
          { name: 'b', document: DOCUMENT, hash },
        ],
        instanceProfileNames: ['one', 'two'],
      },
    });
    expect(iam.commandCalls(GetRolePolicyCommand).map(({ args: [command] }) => command.input)).toEqual([
      { RoleName: 'web', PolicyName: 'a' },
      { RoleName: 'web', PolicyName: 'b' },
    ]);
    expect(iam.commandCalls(ListInstanceProfilesForRoleCommand).map(({ args: [command] }) => command.input)).toEqual([
      { RoleName: 'web' },
      { RoleName: 'web', Marker: 'p' },
    ]);
  });

  it('leaves out a policy that is deleted between the reads', async () => {
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ['gone', 'kept'] });
    iam.on(GetRolePolicyCommand, { RoleName: 'web', PolicyName: 'gone' }).rejects(awsError('NoSuchEntityException'));
    await expect(reader.findRole('web')).resolves.toMatchObject({ value: { inlinePolicies: [{ name: 'kept' }] } });
  });

  it('gives null for a trust policy that is no JSON', async () => {
    iam.on(GetRoleCommand).resolves({ Role: { ...ROLE, AssumeRolePolicyDocument: 'none' } });
    await expect(reader.findRole('web')).resolves.toMatchObject({ value: { trustPolicy: null } });
  });

  it.each(['NoSuchEntity', 'NoSuchEntityException'])('is absent on %s', async (name) => {
    iam.on(GetRoleCommand).rejects(awsError(name));
    await expect(reader.findRole('web')).resolves.toEqual({ kind: 'absent' });
  });

  type Fail = (error: Error) => unknown;
  const parts: [string, Fail][] = [
    ['the role', (error) => iam.on(GetRoleCommand).rejects(error)],
    ['the list of its policies', (error) => iam.on(ListRolePoliciesCommand).rejects(error)],
    ['one of its policies', (error) => iam.on(GetRolePolicyCommand).rejects(error)],
    ['its instance profiles', (error) => iam.on(ListInstanceProfilesForRoleCommand).rejects(error)],
  ];

  it.each(parts)('is unreadable as a whole where %s may not be read', async (_, failWith) => {
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ['a'] });
    failWith(awsError('AccessDenied'));
    await expect(reader.findRole('web')).resolves.toEqual({
      kind: 'unreadable',
      because: 'reading the role is not permitted (AccessDenied)',
    });
  });

  it.each(parts)('throws where the reading of %s is throttled', async (_, failWith) => {
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ['a'] });
    failWith(awsError('Throttling'));
    await expect(reader.findRole('web')).rejects.toThrow('synthetic');
  });
});

describe('observedInlinePolicy', () => {
  it('gives documents that differ in white space and order of keys the same hash', () => {
    const left = observedInlinePolicy('p', encodeURIComponent('{"a": 1, "b": [2]}'), sha256);
    const right = observedInlinePolicy('p', encodeURIComponent('{"b":[2],\n"a":1}'), sha256);
    expect([left.hash, left.document]).toEqual([right.hash, '{"a": 1, "b": [2]}']);
  });

  it.each([
    ['text that is no JSON', 'not%20json', 'not json'],
    ['text with a bare percent sign', '100%', '100%'],
  ])('hashes %s as it is', (_, encoded, document) => {
    expect(observedInlinePolicy('p', encoded, sha256)).toEqual({ name: 'p', document, hash: sha256(document) });
  });
});

describe('sha256', () => {
  it('is the digest of the empty text that everybody knows', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
