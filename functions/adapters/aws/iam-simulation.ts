import { type EvaluationResult, type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { Reading, SimulatedCall } from '../../domain/observation.ts';
import type { SimulationQuery } from '../../ports.ts';
import { read, unreadable } from './errors.ts';

/**
 * IAM's verdict on each pair, in their order. One request for each resource: with several, IAM gives an aggregate, and says
 * about organisation and boundary only what holds for all of them together.
 */
export async function simulateCalls(
  client: IAMClient,
  query: SimulationQuery,
): Promise<Reading<readonly SimulatedCall[]>> {
  const resources = [...new Set(query.pairs.map(({ resource }) => resource))];
  const results = new Map(
    await Promise.all(resources.map(async (resource) => [resource, await ask(client, query, resource)] as const)),
  );
  const calls: SimulatedCall[] = [];
  for (const { action, resource } of query.pairs) {
    const call = verdictOn({ action, resource }, results.get(resource) ?? [], query.namesPolicies === true);
    if (call === null) return unreadable(`iam:SimulatePrincipalPolicy says nothing about ${action} on its resource`);
    calls.push(call);
  }
  return read(calls);
}

async function ask(
  client: IAMClient,
  { roleArn, pairs, additionalPolicy, context }: SimulationQuery,
  resource: string,
): Promise<readonly EvaluationResult[]> {
  const actions = new Set(pairs.filter((pair) => pair.resource === resource).map(({ action }) => action));
  const results: EvaluationResult[] = [];
  let Marker: string | undefined;
  do {
    const answer = await client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn,
        ActionNames: [...actions],
        ResourceArns: [resource],
        ...(additionalPolicy === null ? {} : { PolicyInputList: [additionalPolicy] }),
        ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyType: 'string' as const,
          ContextKeyValues: [value],
        })),
        Marker,
      }),
    );
    results.push(...(answer.EvaluationResults ?? []));
    Marker = answer.IsTruncated === true ? answer.Marker : undefined;
  } while (Marker !== undefined);
  return results;
}

/** Null where IAM says nothing about exactly this action on exactly this resource. */
function verdictOn(
  { action, resource }: SimulationQuery['pairs'][number],
  results: readonly EvaluationResult[],
  namesPolicies: boolean,
): SimulatedCall | null {
  const result = results.find(({ EvalActionName: name }) => name?.toLowerCase() === action.toLowerCase());
  if (result === undefined) return null;
  // Today the resource stands in the specific results and the name above them is a template; before, it was the resource.
  const specific = result.ResourceSpecificResults?.find(({ EvalResourceName: name }) => name === resource);
  if (specific === undefined && result.EvalResourceName !== resource) return null;
  const decisions = [result.EvalDecision, ...(specific === undefined ? [] : [specific.EvalResourceDecision])];
  const boundaries = [result.PermissionsBoundaryDecisionDetail, specific?.PermissionsBoundaryDecisionDetail];
  return {
    action,
    resource,
    allowed: decisions.every((decision) => decision === 'allowed'),
    explicitDeny: decisions.includes('explicitDeny'),
    deniedByOrganization: result.OrganizationsDecisionDetail?.AllowedByOrganizations === false,
    deniedByBoundary: boundaries.some((boundary) => boundary?.AllowedByPermissionsBoundary === false),
    missingContextValues: [
      ...new Set([...(result.MissingContextValues ?? []), ...(specific?.MissingContextValues ?? [])]),
    ],
    ...(namesPolicies ? { matchedPolicies: sourcesOf(specific ?? result) } : {}),
  };
}

/** `role_<role>_<policy>` for an inline policy of the role, the name for a managed one. */
function sourcesOf({
  MatchedStatements: statements = [],
}: Pick<EvaluationResult, 'MatchedStatements'>): readonly string[] {
  return [...new Set(statements.flatMap(({ SourcePolicyId: id }) => (id === undefined ? [] : [id])))];
}
