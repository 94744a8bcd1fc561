import {
  getDenialReasons,
  isWildcardOnlyAction,
  type RequestAnalysis,
  runSimulation,
} from '@cloud-copilot/iam-simulate';
import type { AccountState, JsonObject } from './account-state.ts';
import type { DenyingPolicyType } from './denial-sentence.ts';
import { withResourcesMatching } from './policy-resources.ts';
import { type PrincipalPolicies, parsedDocument, UndecidableError } from './principal-policies.ts';

/** What a principal asks to do. */
export interface AccessRequest {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** The policy of a KMS key or of a queue; the simulator's own question (SimulatePrincipalPolicy) does not see it. */
  readonly resourcePolicy?: JsonObject;
}

/** IAM's answer, with the policy type that AWS would name. */
export type AccessDecision =
  | { readonly allowed: true; readonly analysis: RequestAnalysis }
  | {
      readonly allowed: false;
      readonly policyType: DenyingPolicyType;
      readonly kind: 'implicit' | 'explicit';
      readonly policyArn: string | null;
      readonly analysis: RequestAnalysis | null;
    };

// AWS evaluates in this order and names the first type that refuses; an explicit denial anywhere comes before all.
const evaluationOrder = ['scp', 'resource', 'identity', 'pb'] as const;
const typeNames: Readonly<Record<(typeof evaluationOrder)[number], DenyingPolicyType>> = {
  scp: 'scp',
  resource: 'resource-based',
  identity: 'identity-based',
  pb: 'permissions-boundary',
};

/**
 * Decides one request by the identity policies, the permissions boundary and the service control policies.
 * What the simulator cannot evaluate throws UndecidableError: an error must never read as a denial.
 */
export async function decideAccess(policies: PrincipalPolicies, request: AccessRequest): Promise<AccessDecision> {
  const [service = '', name = ''] = request.action.split(':');
  const wildcardOnly = await isWildcardOnlyAction(service, name).catch(() => {
    throw new UndecidableError(`unknown action ${request.action}`);
  });
  // The reference lists DescribeLogGroups as unscoped, yet AWS evaluates it on `log-group::log-stream:`, so that an
  // Allow on `log-group:*` holds. Patterns that match what AWS evaluates are read as `*`.
  const scoped = request.action.toLowerCase() === 'logs:describeloggroups' && request.resource !== '*';
  const rewritten = (document: JsonObject) => (scoped ? withResourcesMatching(document, request.resource) : document);
  const result = await runSimulation(
    {
      request: {
        principal: request.principalArn,
        action: request.action,
        resource: {
          // A wildcard in the asked resource is a letter to IAM, not a pattern: the simulator would search for overlaps.
          resource: wildcardOnly || request.resource === '*' ? '*' : concrete(request),
          accountId: accountOf(request),
        },
        contextVariables: Object.fromEntries(
          Object.entries(request.context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
        ),
      },
      identityPolicies: policies.identity.map(({ name, arn, document }) => ({
        name: arn ?? name,
        policy: rewritten(document),
      })),
      serviceControlPolicies: policies.controlLevels.map((level) => ({
        orgIdentifier: level.target,
        policies: level.policies.map(({ name, arn, document }) => ({ name: arn ?? name, policy: rewritten(document) })),
      })),
      resourceControlPolicies: [],
      ...(request.resourcePolicy === undefined ? {} : { resourcePolicy: request.resourcePolicy }),
      ...(policies.boundary === null
        ? {}
        : {
            permissionBoundaryPolicies: [
              {
                name: policies.boundary.arn ?? policies.boundary.name,
                policy: rewritten(policies.boundary.document),
              },
            ],
          }),
    },
    { simulationMode: 'Strict' },
  );
  if (result.resultType === 'error') {
    throw new UndecidableError(`${request.action} on ${request.resource}: ${JSON.stringify(result.errors)}`);
  }
  // Asked about `*` itself, only a statement whose resource is `*` answers.
  const analysis =
    result.resultType === 'single'
      ? result.result.analysis
      : result.results.find((candidate) => candidate.resourcePattern === '*')?.analysis;
  if (analysis === undefined) return { ...implicitIdentityDenial, analysis: null };
  return analysis.result === 'Allowed' ? { allowed: true, analysis } : { ...namedDenial(analysis), analysis };
}

const implicitIdentityDenial = {
  allowed: false,
  policyType: 'identity-based',
  kind: 'implicit',
  policyArn: null,
} as const;

type Denial = Omit<Extract<AccessDecision, { allowed: false }>, 'analysis'>;

function namedDenial(analysis: RequestAnalysis): Denial {
  const reasons = getDenialReasons(analysis);
  for (const kind of ['Explicit', 'Implicit'] as const) {
    for (const policyType of evaluationOrder) {
      const reason = reasons.find((candidate) => candidate.denialType === kind && candidate.policyType === policyType);
      // In the principal's own account a resource policy that is merely silent refuses nothing.
      if (
        reason === undefined ||
        (policyType === 'resource' && kind === 'Implicit' && !onlyResourceRefuses(analysis))
      ) {
        continue;
      }
      const policy = reason.denialType === 'Explicit' ? (reason.policyIdentifier ?? null) : null;
      return {
        allowed: false,
        policyType: typeNames[policyType],
        kind: kind === 'Explicit' ? 'explicit' : 'implicit',
        policyArn: policy?.startsWith('arn:') ? policy : null,
      };
    }
  }
  return implicitIdentityDenial;
}

function onlyResourceRefuses(analysis: RequestAnalysis): boolean {
  return (
    analysis.identityAnalysis?.result === 'Allowed' &&
    analysis.permissionBoundaryAnalysis?.result !== 'ImplicitlyDenied'
  );
}

// Text that no real name holds, so that only a policy's own wildcard matches it.
const WILDCARD_STAND_IN = 'SimulatedWildcard';

/** A whole group (`log-group:NAME:*`) is evaluated as AWS evaluates a call on the group: with an empty stream. */
function concrete({ action, resource }: AccessRequest): string {
  const group = /^(arn:[^:]+:logs:[^:]*:[^:]*:log-group:[^:]+):\*$/.exec(resource)?.[1];
  const onStream = /^logs:(CreateLogStream|PutLogEvents|GetLogEvents|DeleteLogStream)$/i.test(action);
  const named = group === undefined ? resource : `${group}:log-stream:${onStream ? WILDCARD_STAND_IN : ''}`;
  return named.replaceAll(/[*?]/g, WILDCARD_STAND_IN);
}

/** The account that owns the resource: of its ARN if that names one (S3 names none), else the principal's. */
function accountOf({ principalArn, resource }: AccessRequest): string {
  const [, , service, , account] = resource.split(':');
  const own = principalArn.split(':')[4] ?? '';
  // What belongs to the organisation bears the management account's id; of a delegate, identity policies decide alone.
  return service === 'organizations' ? own : account || own;
}

/** The key policy of a KMS key of the account, or the default one, which leaves the decision to IAM policies. */
export function keyPolicyOf(state: AccountState, keyArn: string): JsonObject {
  const policy = state.kms.get(keyArn)?.policy;
  if (policy) return parsedDocument(policy, `the key policy of ${keyArn}`);
  const root = `arn:${state.partition}:iam::${state.account}:root`;
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' },
    ],
  };
}
