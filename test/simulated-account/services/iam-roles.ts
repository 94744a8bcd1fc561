import type {
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetRoleRequest,
  GetRoleResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListRolesRequest,
  ListRolesResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  Role,
} from '@aws-sdk/client-iam';
import {
  GetRole$,
  GetRolePolicy$,
  ListAttachedRolePolicies$,
  ListInstanceProfilesForRole$,
  ListRolePolicies$,
  ListRoles$,
  ListRoleTags$,
} from '@aws-sdk/client-iam';
import type { AccountRuntime } from '../account-runtime.ts';
import type { AccountRole } from '../account-state.ts';
import { type Call, type Demand, operation, page, ServiceError } from '../service.ts';

/** Finds a role by name, or fails as IAM does. */
export function roleNamed(runtime: AccountRuntime, name = ''): AccountRole {
  const role = runtime.role(name);
  if (role === undefined) {
    throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  }
  return role;
}

/** The permission that a call on one role needs; a role that is not there is asked for under its plain name. */
export function demandOnRole(
  { RoleName = '' }: { RoleName?: string | undefined },
  { runtime }: Call,
): readonly Demand[] {
  const role = runtime.role(RoleName);
  const tags = Object.fromEntries(
    (role?.Tags ?? []).flatMap(({ Key, Value = '' }) => [
      [`aws:ResourceTag/${Key}`, Value],
      [`iam:ResourceTag/${Key}`, Value],
    ]),
  );
  const boundary = role?.PermissionsBoundary?.PermissionsBoundaryArn;
  return [
    {
      resource: role?.Arn ?? runtime.arn('iam', `role/${RoleName}`, ''),
      context: { ...tags, ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }) },
    },
  ];
}

/** IAM returns documents URL-encoded by RFC 3986, which leaves fewer characters alone than encodeURIComponent. */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function modelled(role: AccountRole, whole: boolean): Role {
  return {
    Path: role.Path ?? '/',
    RoleName: role.RoleName,
    RoleId: role.RoleId,
    Arn: role.Arn,
    CreateDate: role.CreateDate ?? new Date(0),
    ...(role.AssumeRolePolicyDocument === undefined
      ? {}
      : { AssumeRolePolicyDocument: encodedDocument(role.AssumeRolePolicyDocument) }),
    // ListRoles leaves the boundary and the tags out.
    ...(whole && role.PermissionsBoundary ? { PermissionsBoundary: role.PermissionsBoundary } : {}),
    ...(whole && role.Tags ? { Tags: role.Tags } : {}),
  };
}

/** Where a list begins and how long a page may be. */
interface Listing {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** One page of a list of IAM. */
export function listed<T>(all: readonly T[], { Marker, MaxItems }: Listing, { runtime }: Call) {
  const invalid = () => new ServiceError('ValidationError', 'Invalid Marker.');
  const { items, next } = page(all, Marker, runtime.pageLimit(MaxItems ?? 100, 1000), invalid);
  return { items, paging: { IsTruncated: next !== undefined, ...(next === undefined ? {} : { Marker: next }) } };
}

/** IAM's reads of roles. */
export const roleReads = [
  operation<GetRoleRequest, GetRoleResponse>(GetRole$, {
    demands: demandOnRole,
    run: ({ RoleName }, { runtime }) => ({ Role: modelled(roleNamed(runtime, RoleName), true) }),
  }),
  operation<ListRolesRequest, ListRolesResponse>(ListRoles$, {
    demands: (_, { runtime }) => [{ resource: runtime.arn('iam', 'role/', '') }],
    run: (input, call) => {
      const roles = call.runtime.state.iam.roles.filter((role) =>
        (role.Path ?? '/').startsWith(input.PathPrefix ?? '/'),
      );
      const { items, paging } = listed(roles, input, call);
      return { Roles: items.map((role) => modelled(role, false)), ...paging };
    },
  }),
  operation<ListRolePoliciesRequest, ListRolePoliciesResponse>(ListRolePolicies$, {
    demands: demandOnRole,
    run: (input, call) => {
      const visible = call.runtime.inline.visible(roleNamed(call.runtime, input.RoleName));
      const { items, paging } = listed(visible, input, call);
      return { PolicyNames: items.map((policy) => policy.PolicyName ?? ''), ...paging };
    },
  }),
  operation<GetRolePolicyRequest, GetRolePolicyResponse>(GetRolePolicy$, {
    demands: demandOnRole,
    run: ({ RoleName, PolicyName }, { runtime }) => {
      const visible = runtime.inline.visible(roleNamed(runtime, RoleName));
      const policy = visible.find((candidate) => candidate.PolicyName === PolicyName);
      if (policy === undefined) {
        throw new ServiceError('NoSuchEntity', `The role policy with name ${PolicyName} cannot be found.`, 404);
      }
      return { RoleName, PolicyName, PolicyDocument: encodedDocument(policy.PolicyDocument ?? '') };
    },
  }),
  operation<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse>(ListAttachedRolePolicies$, {
    demands: demandOnRole,
    run: (input, call) => {
      const attached = roleNamed(call.runtime, input.RoleName).AttachedManagedPolicies ?? [];
      const { items, paging } = listed(attached, input, call);
      return { AttachedPolicies: items, ...paging };
    },
  }),
  operation<ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse>(ListInstanceProfilesForRole$, {
    demands: demandOnRole,
    run: (input, call) => {
      const profiles = roleNamed(call.runtime, input.RoleName).InstanceProfileList ?? [];
      const { items, paging } = listed(profiles, input, call);
      return {
        InstanceProfiles: items.map((profile) => ({
          ...profile,
          Roles: (profile.Roles ?? []).map((role) => ({
            ...role,
            AssumeRolePolicyDocument: encodedDocument(role.AssumeRolePolicyDocument ?? '{}'),
          })),
        })),
        ...paging,
      };
    },
  }),
  operation<ListRoleTagsRequest, ListRoleTagsResponse>(ListRoleTags$, {
    demands: demandOnRole,
    run: (input, call) => {
      const { items, paging } = listed(roleNamed(call.runtime, input.RoleName).Tags ?? [], input, call);
      return { Tags: items, ...paging };
    },
  }),
];
