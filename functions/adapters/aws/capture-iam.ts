import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  type InstanceProfile,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
} from '@aws-sdk/client-iam';
import type { Reading } from '../../domain/observation.ts';
import { type Printed, printed } from './capture-json.ts';
import { ABSENT, read, readingOf } from './errors.ts';
import { decoded, getRole, parsedDocument, readInlinePolicies } from './iam-role.ts';
import { allPages } from './lots.ts';

/** IAM's roles and policies as `get-account-authorization-details` prints them, documents decoded. */
export function createIamCapture(client: IAMClient) {
  return {
    /** An element of `RoleDetailList`. */
    role: (roleName: string): Promise<Reading<Printed>> =>
      readingOf(roleDetail(client, roleName).then(read), { call: 'iam:GetRole', absent: ['NoSuchEntity'] }),
    /** An element of `Policies`, with its default version alone. */
    managedPolicy: (arn: string): Promise<Reading<Printed>> =>
      readingOf(policyDetail(client, arn), { call: 'iam:GetPolicy or iam:GetPolicyVersion', absent: ['NoSuchEntity'] }),
  };
}

async function roleDetail(client: IAMClient, roleName: string): Promise<Printed> {
  const role = await getRole(client, roleName);
  const [inline, attached, profiles] = await Promise.all([
    // The hash is for those who compare; what is captured is the text.
    readInlinePolicies(client, roleName, (text) => text),
    allPages(async (Marker) => {
      const answer = await client.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName, Marker }));
      return { items: answer.AttachedPolicies ?? [], next: answer.IsTruncated === true ? answer.Marker : undefined };
    }),
    allPages(async (Marker) => {
      const answer = await client.send(new ListInstanceProfilesForRoleCommand({ RoleName: roleName, Marker }));
      return { items: answer.InstanceProfiles ?? [], next: answer.IsTruncated === true ? answer.Marker : undefined };
    }),
  ]);
  const { Path, RoleName, RoleId, Arn, CreateDate, PermissionsBoundary, Tags = [] } = role;
  return printed({
    Path,
    RoleName,
    RoleId,
    Arn,
    CreateDate,
    AssumeRolePolicyDocument: documentOf(role.AssumeRolePolicyDocument),
    InstanceProfileList: profiles.map(withRoles),
    RolePolicyList: inline.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: documentOf(document) })),
    AttachedManagedPolicies: attached,
    PermissionsBoundary,
    Tags,
  });
}

/** The roles of a profile without their trust, which stands at the role itself. */
function withRoles({ Roles = [], ...profile }: InstanceProfile): object {
  return { ...profile, Roles: Roles.map(({ AssumeRolePolicyDocument: _, ...role }) => role) };
}

async function policyDetail(client: IAMClient, arn: string): Promise<Reading<Printed>> {
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
  const VersionId = Policy?.DefaultVersionId;
  if (Policy === undefined || VersionId === undefined) return ABSENT;
  const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId }));
  const version = {
    ...PolicyVersion,
    VersionId,
    IsDefaultVersion: true,
    Document: documentOf(PolicyVersion?.Document),
  };
  const { Description: _, ...policy } = Policy;
  return read(printed({ ...policy, PolicyVersionList: [version] }));
}

/** A document as the CLI prints it; the text itself where it is no JSON. */
function documentOf(text = ''): unknown {
  const plain = decoded(text);
  return parsedDocument(plain) ?? plain;
}
