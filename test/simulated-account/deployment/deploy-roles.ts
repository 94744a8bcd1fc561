import { readAccountFile } from '../account-file.ts';
import type { AccountRole, JsonObject } from '../account-state.ts';
import type { SimulatedAccount } from '../server.ts';
import { DeploymentRefusedError } from './deployment-refused.ts';
import type { Stack } from './stack.ts';
import { listOf, textOf } from './template.ts';

/**
 * Makes the stack's roles with the inline and managed policies that the template gives them, so that every function is
 * authorised by exactly these.
 */
export function deployRoles(stack: Stack, account: SimulatedAccount): void {
  const managed = stack.resourcesOf('AWS::IAM::ManagedPolicy').map(({ logicalId, properties }) => ({
    arn: stack.resources.arnOf(logicalId),
    document: properties['PolicyDocument'],
    roles: listOf(properties['Roles']).map(String),
  }));
  const separate = stack.resourcesOf(/^AWS::IAM::(Role)?Policy$/).map(({ properties }) => ({
    ...properties,
    roles: [...listOf(properties['Roles']), properties['RoleName']].map(String),
  }));
  const roles = stack.resourcesOf('AWS::IAM::Role').map(({ logicalId, properties }, index) => {
    const name = stack.resources.nameOf(logicalId);
    const own = separate.filter(({ roles: owners }) => owners.includes(name));
    const attached = [
      ...listOf(properties['ManagedPolicyArns']).map(String),
      ...managed.filter(({ roles: owners }) => owners.includes(name)).map(({ arn }) => arn),
    ];
    return {
      Path: textOf(properties['Path']) ?? '/',
      RoleName: name,
      RoleId: roleId(stack.name, account.state.iam.roles.length + index),
      Arn: stack.resources.arnOf(logicalId),
      AssumeRolePolicyDocument: properties['AssumeRolePolicyDocument'],
      RolePolicyList: [...listOf(properties['Policies']), ...own].map(inlinePolicy),
      AttachedManagedPolicies: attached.map((arn) => ({
        PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
        PolicyArn: arn,
      })),
      InstanceProfileList: [],
      Tags: listOf(properties['Tags']),
      ...boundary(properties['PermissionsBoundary']),
    };
  });
  const policies = managed.map(({ arn, document }) => ({
    Arn: arn,
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document }],
  }));
  // Through the reader of account files, so that a document that IAM would refuse is refused here too.
  const { iam } = readAccountFile({
    account: account.state.account,
    iam: { RoleDetailList: roles, Policies: policies },
  });
  account.state.iam.policies.push(...iam.policies);
  for (const role of iam.roles) addRole(account, role);
}

function addRole(account: SimulatedAccount, role: AccountRole): void {
  if (account.state.iam.roles.some((known) => known.RoleName === role.RoleName)) {
    throw new DeploymentRefusedError(`the account has a role ${role.RoleName} already: the stack cannot be deployed`);
  }
  account.state.iam.roles.push(role);
}

function inlinePolicy(value: unknown): JsonObject {
  const { PolicyName, PolicyDocument } = Object(value);
  return { PolicyName, PolicyDocument };
}

function boundary(arn: unknown): JsonObject {
  return typeof arn === 'string'
    ? { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn } }
    : {};
}

function roleId(stack: string, index: number): string {
  return `AROA${stack.toUpperCase().replaceAll(/[^A-Z]/g, '')}${index}`.slice(0, 21).padEnd(21, 'X');
}
