/** Which kind of policy AWS names as the one that refused a call. */
export type DenyingPolicyType = 'identity-based' | 'resource-based' | 'permissions-boundary' | 'scp';

/** A refused call, in the words that AWS's sentence needs. */
export interface RefusedCall {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string | null;
  readonly policyType: DenyingPolicyType;
  readonly kind: 'implicit' | 'explicit';
  readonly policyArn: string | null;
}

const policyNames: Readonly<Record<DenyingPolicyType, string>> = {
  'identity-based': 'identity-based policy',
  'resource-based': 'resource-based policy',
  'permissions-boundary': 'permissions boundary',
  scp: 'service control policy',
};

/** Forms the sentence that AWS writes into `errorMessage`; since January 2026 an explicit denial may end in the policy's ARN. */
export function denialSentence(call: RefusedCall): string {
  const resource = call.resource === null ? '' : ` on resource: ${printed(call.resource)}`;
  return `User: ${call.principalArn} is not authorized to perform: ${call.action}${resource} ${denialReason(call)}`;
}

/** S3 alone puts its resources in quotes. */
const printed = (resource: string) => (/^arn:[^:]+:s3:/.test(resource) ? `"${resource}"` : resource);

function denialReason(call: Pick<RefusedCall, 'action' | 'policyType' | 'kind' | 'policyArn'>): string {
  const name = policyNames[call.policyType];
  if (call.kind === 'implicit') return `because no ${name} allows the ${call.action} action`;
  const article = call.policyType === 'identity-based' ? 'an' : 'a';
  return `with an explicit deny in ${article} ${name}${call.policyArn === null ? '' : `: ${call.policyArn}`}`;
}
