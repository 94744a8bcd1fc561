import type { Denial, PolicyType } from '../denial.ts';
import { type Evidence, fails, type Guardrail, holds, notEvaluable } from './guardrail.ts';

// What else can deny a call, and who owns it: an Allow on the role repairs none of these.
const OWNERS: Readonly<Record<Exclude<PolicyType, 'identity-based'>, { cause: string; detail: string }>> = {
  'resource-based': {
    cause: 'denied-by-resource-policy',
    detail: "the resource's own policy decides; its owner has to change it",
  },
  'permissions-boundary': {
    cause: 'denied-by-boundary',
    detail: "the role's permissions boundary does not allow it; who owns the boundary has to change it",
  },
  session: {
    cause: 'denied-by-session-policy',
    detail: 'a session policy denies it; who opens the session has to change it',
  },
  scp: { cause: 'denied-by-scp', detail: 'a service control policy denies it; the organisation has to change it' },
  rcp: { cause: 'denied-by-rcp', detail: 'a resource control policy denies it; the organisation has to change it' },
  'vpc-endpoint': {
    cause: 'denied-by-vpc-endpoint',
    detail: 'a VPC endpoint policy denies it; the network team has to change it',
  },
};

/** Only an implicit, identity-based denial is a missing permission. A deny that somebody wrote is a deny that somebody meant. */
export const identityPolicyMissing: Guardrail = ({ denial }: Evidence) => {
  const code = 'identity-policy-missing';
  if (denial.policyType !== null && denial.policyType !== 'identity-based') {
    const owner = OWNERS[denial.policyType];
    return fails(code, owner.detail, owner.cause);
  }
  if (denial.denialKind === 'explicit') {
    return fails(code, explicitDetail(denial), 'denied-explicitly');
  }
  return denial.denialKind === 'implicit' && denial.policyType === 'identity-based'
    ? holds(code, 'no identity-based policy allows the call')
    : notEvaluable(code, 'the denial does not say which policy is missing', 'cause-unknown');
};

function explicitDetail(denial: Denial): string {
  return denial.policyType === null
    ? 'a policy denies it explicitly, and AWS does not say which'
    : "an identity-based policy of the role's denies it explicitly; a policy of ours could not change that";
}
