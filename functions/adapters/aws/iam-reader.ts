import type { IAMClient } from '@aws-sdk/client-iam';
import type { Digest } from '../../domain/canonical.ts';
import type { ObservedRole, Reading } from '../../domain/observation.ts';
import type { IamReader } from '../../ports.ts';
import { read, readingOf, unreadable } from './errors.ts';
import { decoded, getRole, parsedDocument, readInlinePolicies, readInstanceProfileNames, tagsOf } from './iam-role.ts';
import { simulateCalls } from './iam-simulation.ts';

/** IAM's roles and its simulator. A role of which any part may not be read is unreadable as a whole. */
export function createIamReader(client: IAMClient, digest: Digest): IamReader {
  return {
    findRole(roleName) {
      return readingOf(askForRole(client, roleName, digest), { call: 'reading the role', absent: ['NoSuchEntity'] });
    },
    simulate(query) {
      return readingOf(simulateCalls(client, query), {
        call: 'iam:SimulatePrincipalPolicy',
        absent: ['NoSuchEntity'],
        // A policy that IAM cannot evaluate today it cannot evaluate in a minute.
        unreadable: ['InvalidInput', 'PolicyEvaluation'],
      });
    },
  };
}

async function askForRole(client: IAMClient, roleName: string, digest: Digest): Promise<Reading<ObservedRole>> {
  const [role, inlinePolicies, instanceProfileNames] = await Promise.all([
    getRole(client, roleName),
    readInlinePolicies(client, roleName, digest),
    readInstanceProfileNames(client, roleName),
  ]);
  const { Arn: roleArn, RoleId: roleId, Path: path } = role;
  if (roleArn === undefined || roleId === undefined || path === undefined) {
    return unreadable('IAM shows the role without its ARN, id or path');
  }
  return read({
    roleArn,
    roleName: role.RoleName ?? roleName,
    path,
    roleId,
    trustPolicy: parsedDocument(decoded(role.AssumeRolePolicyDocument ?? '')),
    tags: tagsOf(role),
    permissionsBoundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    inlinePolicies,
    instanceProfileNames,
  });
}
