import { canonicalJson } from '../../functions/domain/canonical.ts';
import type { PolicyDocument } from '../../functions/domain/decision.ts';
import type { ObservedPrepared } from '../../functions/domain/observation.ts';
import { combinedText, preparedPolicyFor } from '../../functions/domain/prepared-policy.ts';
import { ACCOUNT, GROUP, REGION } from './builders.ts';
import { digestOf } from './digest.ts';

/** The name under which prepared policies count as one. */
export const PREPARED_NAME = `ExecLogPrepared-${REGION}`;

/** The policy that the template made for a group. */
export function preparedOf(group = GROUP): { readonly arn: string; readonly document: PolicyDocument } {
  const prepared = preparedPolicyFor(group, { partition: 'aws', account: ACCOUNT, region: REGION });
  if (prepared === null) throw new Error(`no policy can be prepared for ${group}`);
  return prepared;
}

/** A role's state in a deployment that prepared policies for these groups, with the policies of some attached. */
export function somePrepared(
  attached: readonly string[] = [],
  { groups = [GROUP], others = 0 }: { readonly groups?: readonly string[]; readonly others?: number } = {},
): ObservedPrepared {
  const policies = attached.map(preparedOf);
  const document = combinedText(policies.map(({ document: own }) => JSON.stringify(own)));
  return {
    groups,
    attachedCount: policies.length + others,
    arns: policies.map(({ arn }) => arn),
    policy:
      policies.length === 0
        ? null
        : { name: PREPARED_NAME, document, hash: digestOf(canonicalJson(JSON.parse(document))) },
  };
}
