import type {
  EvaluationResult,
  PolicyEvaluationDecisionType,
  ResourceSpecificResult,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
  Statement,
} from '@aws-sdk/client-iam';
import { SimulatePrincipalPolicy$ } from '@aws-sdk/client-iam';
import type { AccountRuntime } from '../account-runtime.ts';
import type { AccountRole } from '../account-state.ts';
import { type AccessDecision, decideAccess, keyPolicyOf } from '../iam-decisions.ts';
import { missingContextKeys } from '../policy-resources.ts';
import { type PrincipalPolicies, parsedDocument, policiesOf, UndecidableError } from '../principal-policies.ts';
import { operation, page, ServiceError } from '../service.ts';

/** IAM's own simulator, answered by the decisions of this simulation in the shape in which AWS answers. */
export const simulation = operation<SimulatePrincipalPolicyRequest, SimulatePolicyResponse>(SimulatePrincipalPolicy$, {
  demands: ({ PolicySourceArn = '' }) => [{ resource: PolicySourceArn }],
  recording: 'read',
  run: async (input, { runtime }) => {
    const policies = simulatedPolicies(runtime, input);
    const context = Object.fromEntries(
      (input.ContextEntries ?? []).map(({ ContextKeyName = '', ContextKeyType = 'string', ContextKeyValues = [] }) => [
        ContextKeyName,
        ContextKeyType.endsWith('List') ? ContextKeyValues : (ContextKeyValues[0] ?? ''),
      ]),
    );
    const results: EvaluationResult[] = [];
    for (const action of input.ActionNames ?? []) {
      results.push(await evaluated(runtime, policies, action, input, context));
    }
    const invalid = () => new ServiceError('InvalidInput', 'Invalid Marker.');
    const { items, next } = page(results, input.Marker, runtime.pageLimit(input.MaxItems, 100), invalid);
    return {
      EvaluationResults: items,
      IsTruncated: next !== undefined,
      ...(next === undefined ? {} : { Marker: next }),
    };
  },
});

function simulatedPolicies(runtime: AccountRuntime, input: SimulatePrincipalPolicyRequest): PrincipalPolicies {
  const role = runtime.state.iam.roles.find((candidate) => candidate.Arn === input.PolicySourceArn);
  if (role === undefined) throw new ServiceError('NoSuchEntity', `${input.PolicySourceArn} does not exist.`, 404);
  const own = ownPolicies(runtime, role);
  const added = (input.PolicyInputList ?? []).map((text, index) => {
    const name = `PolicyInputList.${index + 1}`;
    try {
      return { name, arn: null, document: parsedDocument(text, name) };
    } catch {
      throw new ServiceError('InvalidInput', `Invalid policy document in ${name}.`);
    }
  });
  const named = own.identity.map((policy) => ({ ...policy, name: sourceIdOf(role, policy) }));
  return { ...own, identity: [...named, ...added] };
}

/** As AWS names the source of a statement: an inline policy by its role and itself, a managed one by its name. */
function sourceIdOf({ RoleName }: AccountRole, { name, arn }: PrincipalPolicies['identity'][number]): string {
  return arn === null ? `role_${RoleName}_${name}` : name;
}

function ownPolicies(runtime: AccountRuntime, role: AccountRole): PrincipalPolicies {
  try {
    return policiesOf(runtime.state, role, runtime.inline.visible(role));
  } catch (error) {
    return refuseUndecidable(error);
  }
}

type Context = Readonly<Record<string, string | readonly string[]>>;

async function evaluated(
  runtime: AccountRuntime,
  policies: PrincipalPolicies,
  action: string,
  input: SimulatePrincipalPolicyRequest,
  context: Context,
): Promise<EvaluationResult> {
  const asked = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  const decisions: AccessDecision[] = [];
  for (const resource of asked) {
    const request = {
      principalArn: input.PolicySourceArn ?? '',
      action,
      resource,
      context,
      // The simulator sees no key policy that it is not given: it answers as if the key left the decision to IAM.
      ...(action.toLowerCase().startsWith('kms:') ? { resourcePolicy: defaultKeyPolicy(runtime) } : {}),
    };
    decisions.push(await decideAccess(policies, request).catch(refuseUndecidable));
  }
  const missing = missingContextKeys(
    policies.identity.map(({ document }) => document),
    action,
    context,
  );
  const wildcard = asked.length === 1 && asked[0] === '*';
  const verdicts = decisions.map((decision) => verdict(decision));
  const boundary = policies.boundary === null ? {} : boundaryDetail(decisions);
  return {
    EvalActionName: action,
    // With several resources AWS names a template here and gives an aggregate, which is no answer for any one of them.
    EvalResourceName: asked.length === 1 ? asked[0] : templateOf(action),
    EvalDecision: aggregate(verdicts),
    MatchedStatements: decisions.flatMap((decision) => matchedStatements(decision)),
    MissingContextValues: wildcard ? [...missing] : [],
    ...(policies.controlLevels.length === 0
      ? {}
      : {
          OrganizationsDecisionDetail: {
            AllowedByOrganizations: decisions.every((decision) => decision.analysis?.scpAnalysis?.result === 'Allowed'),
          },
        }),
    ...boundary,
    ...(wildcard
      ? {}
      : {
          ResourceSpecificResults: asked.map(
            (resource, index): ResourceSpecificResult => ({
              EvalResourceName: resource,
              EvalResourceDecision: verdicts[index],
              MatchedStatements: decisions.slice(index, index + 1).flatMap((decision) => matchedStatements(decision)),
              MissingContextValues: [...missing],
              ...(policies.boundary === null ? {} : boundaryDetail(decisions.slice(index, index + 1))),
            }),
          ),
        }),
  };
}

/** What cannot be decided is IAM's own PolicyEvaluation error, never a decision. */
function refuseUndecidable(error: unknown): never {
  if (error instanceof UndecidableError) throw new ServiceError('PolicyEvaluation', error.message, 500);
  throw error;
}

function verdict(decision: AccessDecision): PolicyEvaluationDecisionType {
  if (decision.allowed) return 'allowed';
  return decision.kind === 'explicit' ? 'explicitDeny' : 'implicitDeny';
}

function aggregate(verdicts: readonly PolicyEvaluationDecisionType[]): PolicyEvaluationDecisionType {
  if (verdicts.includes('explicitDeny')) return 'explicitDeny';
  return verdicts.includes('allowed') ? 'allowed' : 'implicitDeny';
}

function boundaryDetail(decisions: readonly AccessDecision[]) {
  const allowed = decisions.every((decision) => decision.analysis?.permissionBoundaryAnalysis?.result === 'Allowed');
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowed } };
}

function matchedStatements({ analysis }: AccessDecision): Statement[] {
  const identity = analysis?.identityAnalysis;
  return [...(identity?.denyStatements ?? []), ...(identity?.allowStatements ?? [])].map(({ policyId }) => ({
    // A managed policy is decided under its ARN, and named without it.
    SourcePolicyId: policyId?.startsWith('arn:') ? policyId.slice(policyId.lastIndexOf('/') + 1) : policyId,
    SourcePolicyType: 'role' as const,
  }));
}

function templateOf(action: string): string {
  return `arn:aws:${action.split(':')[0]}:\${Region}:\${Account}:\${ResourceType}/\${ResourcePath}`;
}

function defaultKeyPolicy(runtime: AccountRuntime) {
  return keyPolicyOf({ ...runtime.state, kms: new Map() }, '');
}
