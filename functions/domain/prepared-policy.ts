import type { PolicyDocument, PreparedPolicy } from './decision.ts';
import type { LogTarget, TaskPlace } from './log-target.ts';
import type { ObservedInlinePolicy, ObservedRole } from './observation.ts';
import { readOwnDocument } from './own-document.ts';
import { mergedWithEarlier, policyDocumentFor, policyNameFor } from './remediation-policy.ts';
import type { RouterTarget } from './router-target.ts';
import { type Ceiling, OWN_ROLE_PATH } from './settings.ts';

/** IAM's quota of managed policies attached to one role, unless somebody had it raised. */
export const ATTACHED_POLICIES_LIMIT = 10;

const PREFIX = 'ExecLogPrepared-';

/** The log groups that a deployment has a policy for; null where it repairs by inline policies. */
export function preparedGroupsOf({
  repair,
  preparedGroups = [],
}: Pick<Ceiling, 'repair' | 'preparedGroups'>): readonly string[] | null {
  return repair === 'managed-policy' ? preparedGroups : null;
}

/** What our prepared policies of a Region are called together, as `policyNameFor` is what our inline one is called. */
export function preparedNameFor(region: string): string {
  return `${PREFIX}${region}`;
}

/** Whether what was attached under this name is a prepared policy. */
export function isPreparedName(policyName: string): boolean {
  return policyName.startsWith(PREFIX);
}

/** The name under which this deployment repairs a role: by prepared policies where they were looked for, else by an inline one. */
export function ownPolicyName({ prepared }: Pick<ObservedRole, 'prepared'>, region: string): string {
  return prepared === undefined ? policyNameFor(region) : preparedNameFor(region);
}

/** All that we may find policies of ours among: the role's inline policies, and our attached prepared ones as one. */
export function policiesOn({
  inlinePolicies,
  prepared,
}: Pick<ObservedRole, 'inlinePolicies' | 'prepared'>): readonly ObservedInlinePolicy[] {
  return prepared?.policy == null ? inlinePolicies : [...inlinePolicies, prepared.policy];
}

/**
 * The name of the policy of one log group. No two groups of a Region share one, but for upper and lower case, which IAM does not
 * tell apart: the slash and the hash sign become characters that no group's name holds.
 */
export function preparedPolicyName(region: string, logGroupName: string): string {
  return `${preparedNameFor(region)}.${logGroupName.replaceAll('/', '+').replaceAll('#', '=')}`;
}

/** The policy of one log group as the template makes it; null for a name that must not enter a policy. */
export function preparedPolicyFor(
  logGroupName: string,
  { partition, account, region }: TaskPlace,
): PreparedPolicy | null {
  const document = policyDocumentFor({
    kind: 'target',
    logging: 'OVERRIDE',
    partition,
    account,
    region,
    logGroupName,
    // What a policy of ours grants is the same whether or not the cluster demands encryption.
    encryptionRequired: false,
    bucket: null,
    sessionKey: null,
    otherRegionOption: null,
    otherContainerGroups: [],
  });
  const name = preparedPolicyName(region, logGroupName);
  return document === null ? null : { arn: `arn:${partition}:iam::${account}:policy${OWN_ROLE_PATH}${name}`, document };
}

/** The prepared policy that grants all that a target needs; null where its group has none, or a bucket, a key or a router asks for more. */
export function preparedFor(target: LogTarget | RouterTarget, groups: readonly string[]): PreparedPolicy | null {
  const isDelivery = target.kind === 'target' && target.bucket === null && target.sessionKey === null;
  return isDelivery && target.logGroupName !== null && groups.includes(target.logGroupName)
    ? preparedPolicyFor(target.logGroupName, target)
    : null;
}

/** Whether an attached policy is a prepared one of this Region, of whichever group. */
export function isPreparedArn(arn: string, region: string): boolean {
  return arn
    .split(':')
    .slice(5)
    .join(':')
    .startsWith(`policy${OWN_ROLE_PATH}${preparedNameFor(region)}.`);
}

/**
 * Several prepared documents as one, as `mergedWithEarlier` would have written it. A text that is not of our form makes the whole
 * one that is not, so that no hash of ours is ever that of an edited policy.
 */
export function combinedText(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let combined = first;
  for (const text of others) {
    const statements = readOwnDocument(text, null);
    const added: PolicyDocument | null = statements === null ? null : { Version: '2012-10-17', Statement: statements };
    const merged = added === null ? null : mergedWithEarlier(combined, added);
    if (merged === null) return JSON.stringify(texts);
    combined = JSON.stringify(merged);
  }
  return combined;
}
