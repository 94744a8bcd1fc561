import type {
  Account,
  DescribeAccountRequest,
  DescribeAccountResponse,
  DescribeOrganizationalUnitRequest,
  DescribeOrganizationalUnitResponse,
  DescribeOrganizationResponse,
  DescribePolicyRequest,
  DescribePolicyResponse,
  ListAccountsRequest,
  ListAccountsResponse,
  ListParentsRequest,
  ListParentsResponse,
  ListPoliciesForTargetRequest,
  ListPoliciesForTargetResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Parent,
} from '@aws-sdk/client-organizations';
import {
  DescribeAccount$,
  DescribeOrganization$,
  DescribeOrganizationalUnit$,
  DescribePolicy$,
  ListAccounts$,
  ListParents$,
  ListPoliciesForTarget$,
  ListTagsForResource$,
} from '@aws-sdk/client-organizations';
import type { AccountRuntime } from '../account-runtime.ts';
import type { OrganizationAccount, PolicyLevel } from '../account-state.ts';
import { operation, page, type Service, ServiceError } from '../service.ts';
import {
  accountsOf,
  levelsIn,
  MANAGEMENT_ACCOUNT,
  ORGANIZATION,
  organizationArn,
  parentOf,
  tagsOf,
  unitsOf,
} from './organization-tree.ts';

const FULL_ACCESS = {
  id: 'p-FullAWSAccess',
  name: 'FullAWSAccess',
  arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

interface ControlPolicy {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly document: object;
}

/** Every level has AWS's own policy if the file lists none. */
function policiesOf(runtime: AccountRuntime, { target, policies }: PolicyLevel): readonly ControlPolicy[] {
  if (policies.length === 0) return [FULL_ACCESS];
  return policies.map(({ name, arn, document }, index) => {
    const id = arn?.slice(arn.lastIndexOf('/') + 1) ?? `p-${Buffer.from(`${target}${index}`).toString('hex')}`;
    const own = organizationArn(runtime, 'policy', `service_control_policy/${id}`);
    return { id, name, arn: arn ?? own, document };
  });
}

const summaryOf = ({ id, name, arn }: ControlPolicy) => ({
  Id: id,
  Name: name,
  Arn: arn,
  Type: 'SERVICE_CONTROL_POLICY' as const,
  AwsManaged: id === FULL_ACCESS.id,
});

function typeOf(target: string): 'ROOT' | 'ORGANIZATIONAL_UNIT' {
  return target.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
}

/** What a call about an account, a unit or the root is authorised on. */
const onNode = (id: string, runtime: AccountRuntime) => {
  const kind = id.startsWith('r-') ? 'root' : id.startsWith('ou-') ? 'ou' : 'account';
  return [{ resource: organizationArn(runtime, kind, id) }];
};

const badToken = () => new ServiceError('InvalidInputException', 'You specified an invalid value.');
const everywhere = () => [{ resource: '*' }];

function described(runtime: AccountRuntime, { id, name, state = 'ACTIVE' }: OrganizationAccount): Account {
  const Arn = organizationArn(runtime, 'account', id);
  return { Id: id, Arn, Name: name, Email: `${id}@example.com`, State: state };
}

/** The organisation of the file's units and accounts, else what the account's service control policies imply: one line from the root to it. */
export const organizations: Service = {
  signingName: 'organizations',
  iamPrefix: 'organizations',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.organizations',
  eventSource: 'organizations.amazonaws.com',
  throttling: { code: 'TooManyRequestsException', status: 400 },
  global: true,
  operations: [
    operation<Record<string, never>, DescribeOrganizationResponse>(DescribeOrganization$, {
      demands: everywhere,
      run: (_, { runtime }) => {
        levelsIn(runtime);
        return {
          Organization: { Id: ORGANIZATION, FeatureSet: 'ALL', MasterAccountId: MANAGEMENT_ACCOUNT },
        };
      },
    }),
    operation<ListParentsRequest, ListParentsResponse>(ListParents$, {
      demands: ({ ChildId = '' }, { runtime }) => onNode(ChildId, runtime),
      run: ({ ChildId = '' }, { runtime }) => {
        const parent = parentOf(runtime, ChildId);
        const Parents: Parent[] = parent === null ? [] : [{ Id: parent, Type: typeOf(parent) }];
        return { Parents };
      },
    }),
    operation<ListAccountsRequest, ListAccountsResponse>(ListAccounts$, {
      demands: everywhere,
      run: ({ NextToken, MaxResults }, { runtime }) => {
        const { items, next } = page(accountsOf(runtime), NextToken, runtime.pageLimit(MaxResults, 20), badToken);
        return {
          Accounts: items.map((account) => described(runtime, account)),
          ...(next === undefined ? {} : { NextToken: next }),
        };
      },
    }),
    operation<DescribeAccountRequest, DescribeAccountResponse>(DescribeAccount$, {
      demands: ({ AccountId = '' }, { runtime }) => onNode(AccountId, runtime),
      run: ({ AccountId }, { runtime }) => {
        const account = accountsOf(runtime).find(({ id }) => id === AccountId);
        if (account === undefined) {
          throw new ServiceError('AccountNotFoundException', 'You specified an account that does not exist.');
        }
        return { Account: described(runtime, account) };
      },
    }),
    operation<ListTagsForResourceRequest, ListTagsForResourceResponse>(ListTagsForResource$, {
      demands: ({ ResourceId = '' }, { runtime }) => onNode(ResourceId, runtime),
      run: ({ ResourceId = '', NextToken }, { runtime }) => {
        const tags = Object.entries(tagsOf(runtime, ResourceId)).map(([Key, Value]) => ({ Key, Value }));
        const { items, next } = page(tags, NextToken, runtime.pageLimit(undefined, 50), badToken);
        return { Tags: items, ...(next === undefined ? {} : { NextToken: next }) };
      },
    }),
    operation<DescribeOrganizationalUnitRequest, DescribeOrganizationalUnitResponse>(DescribeOrganizationalUnit$, {
      demands: ({ OrganizationalUnitId = '' }, { runtime }) => onNode(OrganizationalUnitId, runtime),
      run: ({ OrganizationalUnitId = '' }, { runtime }) => {
        const unit = unitsOf(runtime).find(({ id }) => id === OrganizationalUnitId);
        if (unit === undefined) {
          throw new ServiceError('OrganizationalUnitNotFoundException', 'The unit does not exist.');
        }
        return {
          OrganizationalUnit: { Id: unit.id, Name: unit.name, Arn: organizationArn(runtime, 'ou', unit.id) },
        };
      },
    }),
    operation<ListPoliciesForTargetRequest, ListPoliciesForTargetResponse>(ListPoliciesForTarget$, {
      demands: everywhere,
      run: ({ TargetId, Filter, NextToken, MaxResults }, { runtime }) => {
        // A root that the file leaves out has only AWS's own policy.
        const level = [...levelsIn(runtime), { target: 'r-root', policies: [] }].find(
          ({ target }) => target === TargetId,
        );
        if (level === undefined) {
          throw new ServiceError('TargetNotFoundException', 'You specified a target that does not exist.');
        }
        const policies = Filter === 'SERVICE_CONTROL_POLICY' ? policiesOf(runtime, level) : [];
        const { items, next } = page(policies, NextToken, runtime.pageLimit(MaxResults, 20), badToken);
        return { Policies: items.map(summaryOf), ...(next === undefined ? {} : { NextToken: next }) };
      },
    }),
    operation<DescribePolicyRequest, DescribePolicyResponse>(DescribePolicy$, {
      demands: everywhere,
      run: ({ PolicyId }, { runtime }) => {
        const policy = [FULL_ACCESS, ...levelsIn(runtime).flatMap((level) => policiesOf(runtime, level))].find(
          ({ id }) => id === PolicyId,
        );
        if (policy === undefined) throw new ServiceError('PolicyNotFoundException', 'The policy does not exist.');
        return { Policy: { PolicySummary: summaryOf(policy), Content: JSON.stringify(policy.document) } };
      },
    }),
  ],
};
