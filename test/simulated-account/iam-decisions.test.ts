import type { RoleRequest } from './account-runtime.ts';
import type { JsonObject } from './account-state.ts';
import { allowing, aRole, denying, logsArn, roleArn, startSample } from './sample-account.ts';

const keyArn = 'arn:aws:kms:eu-central-1:111111111111:key/1234';
const boundaryArn = 'arn:aws:iam::111111111111:policy/boundary';
const stream = logsArn('log-group:/a:log-stream:ecs-execute-command-x');

async function decided(role: JsonObject, request: Partial<RoleRequest> = {}, sections: JsonObject = {}) {
  const account = await startSample({ iam: { RoleDetailList: [role] }, ...sections });
  try {
    const { analysis: _analysis, ...decision } = await account.decide({
      principalRole: String(role['Arn']),
      action: 'logs:CreateLogStream',
      resource: stream,
      ...request,
    });
    return decision;
  } finally {
    await account.close();
  }
}

const implicit = { allowed: false, policyType: 'identity-based', kind: 'implicit', policyArn: null };

describe('given the IAM decisions of a simulated account', () => {
  it.each<[string, JsonObject, Partial<RoleRequest>, JsonObject, object]>([
    ['allows what an inline policy allows', aRole('r', { a: allowing('logs:*') }), {}, {}, { allowed: true }],
    ['denies what nothing allows', aRole('r'), {}, {}, implicit],
    [
      'knows the documents of common AWS-managed policies',
      aRole(
        'r',
        {},
        {
          AttachedManagedPolicies: [
            { PolicyArn: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy' },
          ],
        },
      ),
      {},
      {},
      { allowed: true },
    ],
    [
      "prefers the account's own text of a managed policy",
      aRole('r', {}, { AttachedManagedPolicies: [{ PolicyArn: boundaryArn }] }),
      {},
      {
        iam: {
          RoleDetailList: [aRole('r', {}, { AttachedManagedPolicies: [{ PolicyArn: boundaryArn }] })],
          Policies: [
            {
              Arn: boundaryArn,
              DefaultVersionId: 'v2',
              PolicyVersionList: [
                { VersionId: 'v1', Document: denying('*') },
                { VersionId: 'v2', Document: allowing('logs:*') },
              ],
            },
          ],
        },
      },
      { allowed: true },
    ],
    [
      "knows the principal's tags",
      aRole(
        'r',
        { a: allowing('logs:*', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'web' } } }) },
        { Tags: [{ Key: 'team', Value: 'web' }] },
      ),
      {},
      {},
      { allowed: true },
    ],
    [
      'knows the Region of the call',
      aRole('r', {
        a: allowing('logs:*', '*', { Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } }),
      }),
      {},
      {},
      implicit,
    ],
    [
      'lets a level of the organisation that lists nothing allow everything',
      aRole('r', { a: allowing('logs:*') }),
      {},
      { organizations: { serviceControlPolicies: [{ target: 'r-root', policies: [] }] } },
      { allowed: true },
    ],
    [
      'lets a level that only denies refuse everything else too',
      aRole('r', { a: allowing('logs:*') }),
      {},
      { organizations: { serviceControlPolicies: [{ target: 'r-root', policies: [denying('s3:*')] }] } },
      { ...implicit, policyType: 'scp' },
    ],
    [
      'names the organisation before the missing identity policy',
      aRole('r'),
      {},
      { organizations: { serviceControlPolicies: [{ target: 'r-root', policies: [denying('s3:*')] }] } },
      { ...implicit, policyType: 'scp' },
    ],
    [
      'exempts service-linked roles from the organisation',
      aRole('r', { a: allowing('logs:*') }, { Path: '/aws-service-role/x/' }),
      {},
      { organizations: { serviceControlPolicies: [{ target: 'r-root', policies: [denying('*')] }] } },
      { allowed: true },
    ],
    [
      'needs a resource of * for an action that AWS does not scope',
      aRole('r', {
        a: allowing('ecs:DescribeTaskDefinition', 'arn:aws:ecs:eu-central-1:111111111111:task-definition/web:3'),
      }),
      { action: 'ecs:DescribeTaskDefinition', resource: '*' },
      {},
      implicit,
    ],
    [
      'reads a wildcard in the asked resource as text',
      aRole('r', { a: allowing('logs:CreateLogStream', stream) }),
      { resource: logsArn('log-group:/a:log-stream:ecs-execute-command-*') },
      {},
      implicit,
    ],
    [
      'leaves a key without a policy of its own to IAM',
      aRole('r', { a: allowing('kms:Decrypt', keyArn) }),
      { action: 'kms:Decrypt', resource: keyArn },
      {},
      { allowed: true },
    ],
    [
      'obeys a key policy that leaves nothing to IAM',
      aRole('r', { a: allowing('kms:Decrypt', keyArn) }),
      { action: 'kms:Decrypt', resource: keyArn },
      { kms: { [keyArn]: { policy: allowing('kms:*', '*', { Principal: { AWS: roleArn('other') } }) } } },
      { ...implicit, policyType: 'resource-based' },
    ],
    [
      'obeys a key policy that names the role',
      aRole('r'),
      { action: 'kms:Decrypt', resource: keyArn },
      { kms: { [keyArn]: { policy: allowing('kms:*', '*', { Principal: { AWS: roleArn('r') } }) } } },
      { allowed: true },
    ],
  ])('%s', async (_name, role, request, sections, expected) => {
    expect(await decided(role, request, sections)).toEqual(expected);
  });

  it.each<[string, JsonObject, Partial<RoleRequest>]>([
    [
      'an unknown attached policy',
      aRole('r', {}, { AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/Unknown' }] }),
      {},
    ],
    ['an unknown boundary', aRole('r', {}, { PermissionsBoundary: { PermissionsBoundaryArn: boundaryArn } }), {}],
    ['an action that IAM does not know', aRole('r'), { action: 'logs:Invented' }],
    ['a resource that the action does not have', aRole('r'), { resource: 'arn:aws:s3:::bucket' }],
    [
      'a policy that IAM would have refused',
      aRole('r', { a: { Version: '2012-10-17', Statement: [{ Effect: 'Perhaps' }] } }),
      {},
    ],
  ])('cannot decide on %s, and says so', async (_name, role, request) => {
    await expect(decided(role, request)).rejects.toMatchObject({ name: 'UndecidableError' });
  });
});
