import type {
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  InstanceProfile,
  ManagedPolicyDetail,
  RoleDetail,
} from '@aws-sdk/client-iam';
import {
  GetAccountAuthorizationDetails$,
  GetInstanceProfile$,
  GetPolicy$,
  GetPolicyVersion$,
} from '@aws-sdk/client-iam';
import type { AccountRuntime } from '../account-runtime.ts';
import type { AccountRole } from '../account-state.ts';
import { awsManagedPolicy } from '../aws-managed-policies.ts';
import { operation, ServiceError } from '../service.ts';
import { encodedDocument, listed } from './iam-roles.ts';

const missing = (what: string) => new ServiceError('NoSuchEntity', `${what} was not found.`, 404);

/** A managed policy of the account file, or one of AWS's whose published text is known. */
function policyOf({ state }: AccountRuntime, arn: string): ManagedPolicyDetail | undefined {
  const own = state.iam.policies.find((policy) => policy.Arn === arn);
  if (own !== undefined) return own;
  const document = awsManagedPolicy(arn);
  return document === null
    ? undefined
    : {
        Arn: arn,
        PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
        DefaultVersionId: 'v1',
        PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: JSON.stringify(document) }],
      };
}

/** Finds a managed policy by its ARN, or fails as IAM does. */
export function policyNamed(runtime: AccountRuntime, arn = ''): ManagedPolicyDetail {
  const policy = policyOf(runtime, arn);
  if (policy === undefined) throw missing(`Policy ${arn}`);
  return policy;
}

const versionsOf = ({ PolicyVersionList = [] }: ManagedPolicyDetail) =>
  PolicyVersionList.map(({ Document, ...version }) => ({
    ...version,
    ...(Document === undefined ? {} : { Document: encodedDocument(Document) }),
  }));

/** The roles that instance profiles hold say in which profiles they are, as describe-roles prints them. */
function profileNamed({ state }: AccountRuntime, name = ''): InstanceProfile | undefined {
  const profiles = state.iam.roles.flatMap(({ InstanceProfileList = [] }) => InstanceProfileList);
  return profiles.find(({ InstanceProfileName }) => InstanceProfileName === name);
}

function encodedProfile({ Roles = [], ...profile }: InstanceProfile): InstanceProfile {
  const roles = Roles.map(({ AssumeRolePolicyDocument: trust, ...role }) =>
    trust === undefined ? role : { ...role, AssumeRolePolicyDocument: encodedDocument(trust) },
  );
  return { ...profile, Roles: roles };
}

function encodedRole(runtime: AccountRuntime, role: AccountRole): RoleDetail {
  const { AssumeRolePolicyDocument: trust, InstanceProfileList = [] } = role;
  return {
    ...role,
    ...(trust === undefined ? {} : { AssumeRolePolicyDocument: encodedDocument(trust) }),
    InstanceProfileList: InstanceProfileList.map(encodedProfile),
    RolePolicyList: runtime.inline.visible(role).map(({ PolicyName, PolicyDocument = '' }) => ({
      PolicyName,
      PolicyDocument: encodedDocument(PolicyDocument),
    })),
  };
}

const isOfAws = ({ Arn = '' }: ManagedPolicyDetail) => Arn.split(':')[4] === 'aws';

/** Every managed policy of the account, and AWS's that a role has or is bounded by. */
function allPolicies(runtime: AccountRuntime): readonly ManagedPolicyDetail[] {
  const { roles, policies } = runtime.state.iam;
  const used = roles.flatMap(({ AttachedManagedPolicies = [], PermissionsBoundary }) => [
    ...AttachedManagedPolicies.map(({ PolicyArn }) => PolicyArn),
    PermissionsBoundary?.PermissionsBoundaryArn,
  ]);
  const listedAlready = new Set(policies.map(({ Arn }) => Arn));
  const published = [...new Set(used)].filter((arn) => arn !== undefined && !listedAlready.has(arn));
  return [...policies, ...published.flatMap((arn) => policyOf(runtime, arn ?? '') ?? [])];
}

type Detail = { readonly role: AccountRole } | { readonly policy: ManagedPolicyDetail };

/** IAM's reads of managed policies, of instance profiles and of everything at once. */
export const policyReads = [
  operation<GetPolicyRequest, GetPolicyResponse>(GetPolicy$, {
    demands: ({ PolicyArn = '' }) => [{ resource: PolicyArn }],
    run: ({ PolicyArn }, { runtime }) => {
      const { PolicyVersionList, ...policy } = policyNamed(runtime, PolicyArn);
      const version = PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId ?? 'v1';
      return { Policy: { DefaultVersionId: version, ...policy } };
    },
  }),
  operation<GetPolicyVersionRequest, GetPolicyVersionResponse>(GetPolicyVersion$, {
    demands: ({ PolicyArn = '' }) => [{ resource: PolicyArn }],
    run: ({ PolicyArn, VersionId }, { runtime }) => {
      const version = versionsOf(policyNamed(runtime, PolicyArn)).find((one) => one.VersionId === VersionId);
      if (version === undefined) throw missing(`Policy ${PolicyArn} version ${VersionId}`);
      return { PolicyVersion: version };
    },
  }),
  operation<GetInstanceProfileRequest, GetInstanceProfileResponse>(GetInstanceProfile$, {
    demands: ({ InstanceProfileName }, { runtime }) => [
      { resource: runtime.arn('iam', `instance-profile/${InstanceProfileName}`, '') },
    ],
    run: ({ InstanceProfileName }, { runtime }) => {
      const profile = profileNamed(runtime, InstanceProfileName);
      if (profile === undefined) throw missing(`Instance Profile ${InstanceProfileName}`);
      return { InstanceProfile: encodedProfile(profile) };
    },
  }),
  operation<GetAccountAuthorizationDetailsRequest, GetAccountAuthorizationDetailsResponse>(
    GetAccountAuthorizationDetails$,
    {
      demands: () => [{ resource: '*' }],
      run: ({ Filter = [], ...listing }, call) => {
        const { runtime } = call;
        const wants = (kind: (typeof Filter)[number]) => Filter.length === 0 || Filter.includes(kind);
        const details: Detail[] = [
          ...(wants('Role') ? runtime.state.iam.roles.map((role) => ({ role })) : []),
          ...allPolicies(runtime)
            .filter((policy) => wants(isOfAws(policy) ? 'AWSManagedPolicy' : 'LocalManagedPolicy'))
            .map((policy) => ({ policy })),
        ];
        const { items, paging } = listed(details, listing, call);
        return {
          UserDetailList: [],
          GroupDetailList: [],
          RoleDetailList: items.flatMap((one) => ('role' in one ? [encodedRole(runtime, one.role)] : [])),
          Policies: items.flatMap((one) =>
            'policy' in one ? [{ ...one.policy, PolicyVersionList: versionsOf(one.policy) }] : [],
          ),
          ...paging,
        };
      },
    },
  ),
];
