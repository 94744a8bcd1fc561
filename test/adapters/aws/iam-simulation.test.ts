import { type EvaluationResult, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { createIamReader } from '../../../functions/adapters/aws/iam-reader.ts';
import { sha256 } from '../../../functions/adapters/digest.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const LOGS = 'arn:aws:logs:eu-central-1:111111111111:log-group:';
const STREAM = `${LOGS}/ecs/web:log-stream:ecs-execute-command-probe`;
const GROUPS = `${LOGS}:log-stream:`;
const TEMPLATE = `arn:$\{Partition}:logs:$\{Region}:$\{Account}:log-group:$\{LogGroupName}`;
const ROLE_ARN = 'arn:aws:iam::111111111111:role/web';
const CREATE = { action: 'logs:CreateLogStream', resource: STREAM };
const query = { roleArn: ROLE_ARN, pairs: [CREATE], additionalPolicy: null, context: {} };
const allowed = {
  allowed: true,
  explicitDeny: false,
  deniedByOrganization: false,
  deniedByBoundary: false,
  missingContextValues: [],
};

const client = new IAMClient(CLIENT);
const iam = mockClient(client);
const reader = createIamReader(client, sha256);

/** As AWS answers since a result is an aggregate: the name is a template, the resource stands below it. */
const result = (
  action: string,
  resource: string,
  decision: 'allowed' | 'implicitDeny' | 'explicitDeny',
): EvaluationResult => ({
  EvalActionName: action,
  EvalResourceName: TEMPLATE,
  EvalDecision: decision,
  ResourceSpecificResults: [{ EvalResourceName: resource, EvalResourceDecision: decision }],
});
const answer = (...EvaluationResults: EvaluationResult[]) =>
  iam.on(SimulatePrincipalPolicyCommand).resolves({ EvaluationResults });

beforeEach(() => iam.reset());

describe('given a question for the policies that decide', () => {
  const named = (...ids: readonly string[]) => ids.map((SourcePolicyId) => ({ SourcePolicyId }));

  it("names those of the resource's own result, each once", async () => {
    const [specific] = result('logs:CreateLogStream', STREAM, 'allowed').ResourceSpecificResults ?? [];
    answer({
      ...result('logs:CreateLogStream', STREAM, 'allowed'),
      MatchedStatements: named('elsewhere'),
      ResourceSpecificResults: [
        {
          EvalResourceName: STREAM,
          EvalResourceDecision: 'allowed',
          ...specific,
          MatchedStatements: [...named('role_web_ours', 'TeamLogs', 'TeamLogs'), {}],
        },
      ],
    });
    await expect(reader.simulate({ ...query, namesPolicies: true })).resolves.toEqual({
      kind: 'read',
      value: [{ ...CREATE, ...allowed, matchedPolicies: ['role_web_ours', 'TeamLogs'] }],
    });
  });

  it('names none where IAM names none', async () => {
    answer({ EvalActionName: 'logs:CreateLogStream', EvalResourceName: STREAM, EvalDecision: 'allowed' });
    await expect(reader.simulate({ ...query, namesPolicies: true })).resolves.toEqual({
      kind: 'read',
      value: [{ ...CREATE, ...allowed, matchedPolicies: [] }],
    });
  });
});

describe('given pairs on several resources', () => {
  it('asks once for each resource and answers in the order of the pairs', async () => {
    const put = { action: 'logs:PutLogEvents', resource: STREAM };
    const describeGroups = { action: 'logs:DescribeLogGroups', resource: GROUPS };
    iam
      .on(SimulatePrincipalPolicyCommand, { ResourceArns: [STREAM] })
      .resolvesOnce({
        EvaluationResults: [result('logs:putlogevents', STREAM, 'allowed')],
        IsTruncated: true,
        Marker: 'm',
      })
      .resolvesOnce({ EvaluationResults: [result('logs:CreateLogStream', STREAM, 'implicitDeny')] });
    iam
      .on(SimulatePrincipalPolicyCommand, { ResourceArns: [GROUPS] })
      .resolves({ EvaluationResults: [result('logs:DescribeLogGroups', GROUPS, 'explicitDeny')] });
    await expect(
      reader.simulate({
        roleArn: ROLE_ARN,
        pairs: [CREATE, describeGroups, put],
        additionalPolicy: '{}',
        context: { 'aws:RequestedRegion': 'eu-central-1' },
      }),
    ).resolves.toEqual({
      kind: 'read',
      value: [
        { ...CREATE, ...allowed, allowed: false },
        { ...describeGroups, ...allowed, allowed: false, explicitDeny: true },
        { ...put, ...allowed },
      ],
    });
    const input = {
      PolicySourceArn: ROLE_ARN,
      PolicyInputList: ['{}'],
      ContextEntries: [
        { ContextKeyName: 'aws:RequestedRegion', ContextKeyType: 'string', ContextKeyValues: ['eu-central-1'] },
      ],
    };
    const stream = { ...input, ActionNames: ['logs:CreateLogStream', 'logs:PutLogEvents'], ResourceArns: [STREAM] };
    expect(iam.commandCalls(SimulatePrincipalPolicyCommand).map(({ args: [command] }) => command.input)).toEqual([
      stream,
      { ...input, ActionNames: ['logs:DescribeLogGroups'], ResourceArns: [GROUPS] },
      { ...stream, Marker: 'm' },
    ]);
  });

  it('sends no policy where none is to be added', async () => {
    answer(result(CREATE.action, STREAM, 'allowed'));
    await reader.simulate(query);
    expect(iam.commandCalls(SimulatePrincipalPolicyCommand)[0]?.args[0].input).not.toHaveProperty('PolicyInputList');
  });
});

describe('given a verdict on one pair', () => {
  const base = result(CREATE.action, STREAM, 'implicitDeny');
  const verdict = { ...CREATE, ...allowed, allowed: false };
  const rows: [string, EvaluationResult, object][] = [
    [
      'a denial by the organisation',
      { ...base, OrganizationsDecisionDetail: { AllowedByOrganizations: false } },
      { ...verdict, deniedByOrganization: true },
    ],
    ['leave of the organisation', { ...base, OrganizationsDecisionDetail: { AllowedByOrganizations: true } }, verdict],
    [
      'a denial by the boundary above the resource',
      { ...base, PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } },
      { ...verdict, deniedByBoundary: true },
    ],
    [
      'a denial by the boundary at the resource',
      {
        ...base,
        ResourceSpecificResults: [
          {
            EvalResourceName: STREAM,
            EvalResourceDecision: 'implicitDeny',
            PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
          },
        ],
      },
      { ...verdict, deniedByBoundary: true },
    ],
    [
      'missing context values at both places',
      {
        ...base,
        MissingContextValues: ['aws:a'],
        ResourceSpecificResults: [
          { EvalResourceName: STREAM, EvalResourceDecision: 'implicitDeny', MissingContextValues: ['aws:a', 'aws:b'] },
        ],
      },
      { ...verdict, missingContextValues: ['aws:a', 'aws:b'] },
    ],
    [
      'two verdicts that differ as a denial',
      { ...base, ResourceSpecificResults: [{ EvalResourceName: STREAM, EvalResourceDecision: 'allowed' }] },
      verdict,
    ],
    [
      'an older answer, which names the resource itself',
      { EvalActionName: CREATE.action, EvalResourceName: STREAM, EvalDecision: 'allowed' },
      { ...CREATE, ...allowed },
    ],
  ];

  it.each(rows)('reads %s', async (_, evaluation, call) => {
    answer(evaluation);
    await expect(reader.simulate(query)).resolves.toEqual({ kind: 'read', value: [call] });
  });
});

describe('given no usable verdict', () => {
  it.each([
    ['nothing', []],
    ['another action', [result('logs:PutLogEvents', STREAM, 'allowed')]],
    ['another resource', [result(CREATE.action, GROUPS, 'allowed')]],
  ])('is unreadable where IAM speaks about %s', async (_, results) => {
    answer(...results);
    await expect(reader.simulate(query)).resolves.toEqual({
      kind: 'unreadable',
      because: 'iam:SimulatePrincipalPolicy says nothing about logs:CreateLogStream on its resource',
    });
  });

  it.each([
    ['NoSuchEntityException', { kind: 'absent' }],
    ['AccessDenied', { kind: 'unreadable', because: 'iam:SimulatePrincipalPolicy is not permitted (AccessDenied)' }],
    ['InvalidInputException', { kind: 'unreadable', because: 'iam:SimulatePrincipalPolicy failed (InvalidInput)' }],
    [
      'PolicyEvaluationException',
      { kind: 'unreadable', because: 'iam:SimulatePrincipalPolicy failed (PolicyEvaluation)' },
    ],
  ])('reads %s', async (name, reading) => {
    iam.on(SimulatePrincipalPolicyCommand).rejects(awsError(name));
    await expect(reader.simulate(query)).resolves.toEqual(reading);
  });

  it('throws throttling', async () => {
    iam.on(SimulatePrincipalPolicyCommand).rejects(awsError('Throttling'));
    await expect(reader.simulate(query)).rejects.toThrow('synthetic');
  });
});
