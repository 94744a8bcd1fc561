import { IAMClient, SimulatePrincipalPolicyCommand, type SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import type { JsonObject } from './account-state.ts';
import { allowing, aRole, clientOf, denying, failureOf, logsArn, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const stream = logsArn('log-group:/ecs/web/app:log-stream:ecs-execute-command-*');
const boundaryArn = 'arn:aws:iam::111111111111:policy/boundary';
const grant = JSON.stringify(allowing(['logs:CreateLogStream', 'logs:PutLogEvents'], stream));

async function answered(role: JsonObject, input: Partial<SimulatePrincipalPolicyRequest>, sections: JsonObject = {}) {
  const account = await startSample({
    iam: {
      RoleDetailList: [role, aRole('repairer', { all: allowing('iam:*') })],
      Policies: [
        {
          Arn: boundaryArn,
          DefaultVersionId: 'v1',
          PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: allowing('s3:*') }],
        },
      ],
    },
    ...sections,
  });
  try {
    const iam = new IAMClient(clientOf(account, roleArn('repairer')));
    const answer = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn('web-task'),
        ActionNames: ['logs:CreateLogStream'],
        ResourceArns: [stream],
        ...input,
      }),
    );
    return answer.EvaluationResults ?? [];
  } finally {
    await account.close();
  }
}

/** The answer without the statements that decided. */
async function simulated(...parts: Parameters<typeof answered>) {
  return (await answered(...parts)).map(({ MatchedStatements: _statements, ...result }) => ({
    ...result,
    ResourceSpecificResults: result.ResourceSpecificResults?.map(({ MatchedStatements: _matched, ...one }) => one),
  }));
}

const decisionOf = async (...parts: Parameters<typeof simulated>) => (await simulated(...parts))[0]?.EvalDecision;

describe('given the policy simulator of a simulated account', () => {
  it('denies what nothing allows, and allows it with the proposed policy', async () => {
    expect([
      await decisionOf(aRole('web-task'), {}),
      await decisionOf(aRole('web-task'), { PolicyInputList: [grant] }),
      await decisionOf(aRole('web-task', { deny: denying('logs:*') }), { PolicyInputList: [grant] }),
    ]).toEqual(['implicitDeny', 'allowed', 'explicitDeny']);
  });

  it('allows a key through S3 only in that context, and names the context that is missing', async () => {
    const key = 'arn:aws:kms:eu-central-1:111111111111:key/1234';
    const service = { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' };
    const role = aRole('web-task', {
      key: allowing('kms:GenerateDataKey', key, { Condition: { StringEquals: service } }),
    });
    const asked = { ActionNames: ['kms:GenerateDataKey'], ResourceArns: [key] };
    const entry = (ContextKeyName: string, value: string) => ({
      ContextEntries: [{ ContextKeyName, ContextKeyValues: [value], ContextKeyType: 'string' as const }],
    });
    const results = [
      ...(await simulated(role, { ...asked, ...entry('kms:ViaService', 's3.eu-central-1.amazonaws.com') })),
      ...(await simulated(role, { ...asked, ...entry('kms:ViaService', 'ssm.eu-central-1.amazonaws.com') })),
      ...(await simulated(role, asked)),
    ];

    expect(
      results.map((one) => [
        one.EvalDecision,
        one.ResourceSpecificResults?.flatMap((each) => each.MissingContextValues),
      ]),
    ).toEqual([
      ['allowed', []],
      ['implicitDeny', []],
      ['implicitDeny', ['kms:ViaService']],
    ]);
  });

  it('names the policies that decide, as AWS does', async () => {
    const inline = { ours: allowing('logs:CreateLogStream', stream), channels: allowing('ssmmessages:*') };
    const role = {
      ...aRole('web-task', inline),
      AttachedManagedPolicies: [{ PolicyName: 'boundary', PolicyArn: boundaryArn }],
    };
    const sources = async (action: string, input: Partial<SimulatePrincipalPolicyRequest> = {}) => {
      const [result] = await answered(role, { ActionNames: [action], ...input });
      return result?.ResourceSpecificResults?.[0]?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId);
    };
    expect([
      await sources('logs:CreateLogStream'),
      await sources('logs:CreateLogStream', { PolicyInputList: [grant] }),
      await sources('s3:PutObject', { ResourceArns: ['arn:aws:s3:::transcripts/x'] }),
    ]).toEqual([['role_web-task_ours'], ['role_web-task_ours', 'PolicyInputList.1'], ['boundary']]);
  });

  it('answers once an action, with the verdicts on several resources beneath an aggregate', async () => {
    const other = logsArn('log-group:/other:log-stream:x');

    expect(await simulated(aRole('web-task'), { PolicyInputList: [grant], ResourceArns: [stream, other] })).toEqual([
      {
        EvalActionName: 'logs:CreateLogStream',
        EvalResourceName: `arn:aws:logs:\${Region}:\${Account}:\${ResourceType}/\${ResourcePath}`,
        EvalDecision: 'allowed',
        MissingContextValues: [],
        ResourceSpecificResults: [
          { EvalResourceName: stream, EvalResourceDecision: 'allowed', MissingContextValues: [] },
          { EvalResourceName: other, EvalResourceDecision: 'implicitDeny', MissingContextValues: [] },
        ],
      },
    ]);
  });

  it('reports the context keys that the policies need and the question lacks, beneath each resource', async () => {
    const role = aRole('web-task', {
      conditional: allowing('logs:CreateLogStream', '*', {
        Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-central-1', 'aws:PrincipalTag/team': 'web' } },
      }),
    });
    const entry = (ContextKeyName: string, value: string) => ({
      ContextKeyName,
      ContextKeyType: 'string' as const,
      ContextKeyValues: [value],
    });
    const [lacking] = await simulated(role, { ContextEntries: [entry('aws:RequestedRegion', 'eu-central-1')] });
    const [complete] = await simulated(role, {
      ContextEntries: [entry('aws:RequestedRegion', 'eu-central-1'), entry('aws:PrincipalTag/team', 'web')],
    });

    expect([
      lacking?.EvalDecision,
      lacking?.MissingContextValues,
      lacking?.ResourceSpecificResults?.[0]?.MissingContextValues,
      complete?.EvalDecision,
      complete?.ResourceSpecificResults?.[0]?.MissingContextValues,
    ]).toEqual(['implicitDeny', [], ['aws:PrincipalTag/team'], 'allowed', []]);
  });

  it('tells a boundary and an organisation that refuse', async () => {
    const bounded = aRole(
      'web-task',
      {},
      { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn } },
    );
    const organizations = {
      serviceControlPolicies: [{ target: 'r-root', policies: [allowing('*'), denying('logs:*')] }],
    };
    const [byBoundary] = await simulated(bounded, { PolicyInputList: [grant] });
    const [byOrganization] = await simulated(aRole('web-task'), { PolicyInputList: [grant] }, { organizations });

    expect([
      byBoundary?.EvalDecision,
      byBoundary?.PermissionsBoundaryDecisionDetail,
      byOrganization?.EvalDecision,
      byOrganization?.OrganizationsDecisionDetail,
    ]).toEqual([
      'implicitDeny',
      { AllowedByPermissionsBoundary: false },
      'explicitDeny',
      { AllowedByOrganizations: false },
    ]);
  });

  it.each([
    ['DescribeLogGroups on every group', 'logs:DescribeLogGroups', logsArn('log-group:*'), 'allowed'],
    ['DescribeLogGroups as AWS evaluates it', 'logs:DescribeLogGroups', logsArn('log-group::log-stream:'), 'allowed'],
    ['DescribeLogStreams of a group', 'logs:DescribeLogStreams', logsArn('log-group:/ecs/web/app:*'), 'allowed'],
    ['kms:Decrypt', 'kms:Decrypt', 'arn:aws:kms:eu-central-1:111111111111:key/1', 'allowed'],
    ['s3:PutObject', 's3:PutObject', 'arn:aws:s3:::bucket/ecs-execute-command-*', 'allowed'],
    ['s3:GetEncryptionConfiguration', 's3:GetEncryptionConfiguration', 'arn:aws:s3:::bucket', 'allowed'],
    ['another group', 'logs:DescribeLogStreams', logsArn('log-group:/else:*'), 'implicitDeny'],
  ])('decides %s by the statements of a remediation policy', async (_name, action, resource, expected) => {
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'logs:DescribeLogStreams', Resource: logsArn('log-group:/ecs/web/app:*') },
        { Effect: 'Allow', Action: 'logs:DescribeLogGroups', Resource: logsArn('log-group:*') },
        { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::bucket/ecs-execute-command-*' },
        { Effect: 'Allow', Action: 's3:GetEncryptionConfiguration', Resource: 'arn:aws:s3:::bucket' },
        { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:eu-central-1:111111111111:key/1' },
      ],
    };

    expect(await decisionOf(aRole('web-task', { policy }), { ActionNames: [action], ResourceArns: [resource] })).toBe(
      expected,
    );
  });

  it('never denies by a group-scoped DescribeLogGroups what AWS would deny, and the reverse', async () => {
    const scoped = allowing('logs:DescribeLogGroups', logsArn('log-group:/ecs/web/app'));
    const input = { ActionNames: ['logs:DescribeLogGroups'], ResourceArns: [logsArn('log-group::log-stream:')] };

    expect([
      await decisionOf(aRole('web-task', { scoped }), input),
      await decisionOf(aRole('web-task', { all: allowing('logs:Describe*') }), input),
    ]).toEqual(['implicitDeny', 'allowed']);
  });

  it('fails with an evaluation error, never a verdict, when an attached document is unknown', async () => {
    const role = aRole(
      'web-task',
      {},
      {
        AttachedManagedPolicies: [{ PolicyName: 'x', PolicyArn: 'arn:aws:iam::aws:policy/SomethingNew' }],
      },
    );

    expect(await failureOf(simulated(role, {}))).toEqual({
      name: 'PolicyEvaluationException',
      message: 'the document of arn:aws:iam::aws:policy/SomethingNew is not in the account file',
    });
  });

  it('refuses an input policy that is no document, and a role that does not exist', async () => {
    expect([
      (await failureOf(simulated(aRole('web-task'), { PolicyInputList: ['{'] }))).name,
      (await failureOf(simulated(aRole('other'), {}))).name,
    ]).toEqual(['InvalidInputException', 'NoSuchEntityException']);
  });

  it('serves several accounts in one process', async () => {
    const accounts: SimulatedAccount[] = await Promise.all([startSample(), startSample({ account: '222222222222' })]);

    expect(new Set(accounts.map(({ url }) => url)).size).toBe(2);
    await Promise.all(accounts.map((account) => account.close()));
  });
});
