import type {
  DescribeOrganizationResponse,
  DescribePolicyRequest,
  DescribePolicyResponse,
  ListParentsRequest,
  ListParentsResponse,
  ListPoliciesForTargetRequest,
  ListPoliciesForTargetResponse,
  Parent,
} from '@aws-sdk/client-organizations';
import {
  DescribeOrganization$,
  DescribePolicy$,
  ListParents$,
  ListPoliciesForTarget$,
} from '@aws-sdk/client-organizations';
import type { AccountRuntime } from '../account-runtime.ts';
import type { PolicyLevel } from '../account-state.ts';
import { operation, page, type Service, ServiceError } from '../service.ts';

const ORGANIZATION = 'o-simulated1';
const MANAGEMENT_ACCOUNT = '999999999999';
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

/** The levels from the root down to the account, which the file may leave out; none at all is an account without organisation. */
function levelsOf({ state }: AccountRuntime): readonly PolicyLevel[] {
  const levels = state.organizations.serviceControlPolicies;
  if (levels.length === 0) {
    throw new ServiceError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  }
  return levels.some(({ target }) => target === state.account)
    ? levels
    : [...levels, { target: state.account, policies: [] }];
}

/** Every level has AWS's own policy if the file lists none. */
function policiesOf(runtime: AccountRuntime, { target, policies }: PolicyLevel): readonly ControlPolicy[] {
  if (policies.length === 0) return [FULL_ACCESS];
  return policies.map(({ name, arn, document }, index) => {
    const id = arn?.slice(arn.lastIndexOf('/') + 1) ?? `p-${Buffer.from(`${target}${index}`).toString('hex')}`;
    const own = `arn:${runtime.state.partition}:organizations::${MANAGEMENT_ACCOUNT}:policy/${ORGANIZATION}/service_control_policy/${id}`;
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

const badToken = () => new ServiceError('InvalidInputException', 'You specified an invalid value.');
const everywhere = () => [{ resource: '*' }];

/** The organisation as an account's service control policies imply it: one line from the root to the account. */
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
        levelsOf(runtime);
        return {
          Organization: { Id: ORGANIZATION, FeatureSet: 'ALL', MasterAccountId: MANAGEMENT_ACCOUNT },
        };
      },
    }),
    operation<ListParentsRequest, ListParentsResponse>(ListParents$, {
      demands: everywhere,
      run: ({ ChildId }, { runtime }) => {
        const levels = levelsOf(runtime);
        const at = levels.findIndex(({ target }) => target === ChildId);
        if (at < 0) throw new ServiceError('ChildNotFoundException', 'You specified a child that does not exist.');
        const parent = levels[at - 1]?.target ?? (typeOf(ChildId ?? '') === 'ROOT' ? undefined : 'r-root');
        const Parents: Parent[] = parent === undefined ? [] : [{ Id: parent, Type: typeOf(parent) }];
        return { Parents };
      },
    }),
    operation<ListPoliciesForTargetRequest, ListPoliciesForTargetResponse>(ListPoliciesForTarget$, {
      demands: everywhere,
      run: ({ TargetId, Filter, NextToken, MaxResults }, { runtime }) => {
        // A root that the file leaves out has only AWS's own policy.
        const level = [...levelsOf(runtime), { target: 'r-root', policies: [] }].find(
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
        const policy = [FULL_ACCESS, ...levelsOf(runtime).flatMap((level) => policiesOf(runtime, level))].find(
          ({ id }) => id === PolicyId,
        );
        if (policy === undefined) throw new ServiceError('PolicyNotFoundException', 'The policy does not exist.');
        return { Policy: { PolicySummary: summaryOf(policy), Content: JSON.stringify(policy.document) } };
      },
    }),
  ],
};
