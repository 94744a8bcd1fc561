import type { Mode } from './settings.ts';

export type Disposition =
  | 'attach-policy'
  | 'propose-policy'
  | 'open-ticket'
  | 'observe'
  | 'suppress'
  | 'not-applicable';

/** A machine code and one sentence for a person. */
export interface Reason {
  readonly code: string;
  readonly detail: string;
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: BucketOwnerCondition | ThroughBucketCondition;
}

/** The bucket belongs to this account: an S3 ARN names none, and anybody can take the name of a deleted bucket. */
interface BucketOwnerCondition {
  readonly StringEquals: { readonly 'aws:ResourceAccount': string };
}

/** The key is used by S3 on the role's behalf, and for nothing else. */
interface ThroughBucketCondition {
  readonly StringEquals: { readonly 'kms:ViaService': string };
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** A managed policy that the template made for one log group, and what it has to hold. */
export interface PreparedPolicy {
  readonly arn: string;
  readonly document: PolicyDocument;
}

/** The one policy that this deployment writes to a role: an inline one, or its prepared ones taken together. */
export interface RemediationPolicy {
  readonly roleName: string;
  readonly policyName: string;
  /** All that stands under this name afterwards, earlier targets included. */
  readonly document: PolicyDocument;
  /** What is attached for it, where the deployment repairs by prepared policies; absent where the document itself is written. */
  readonly prepared?: PreparedPolicy | undefined;
}

/** One condition of the repair, evaluated. `holds` is null where it could not be evaluated, which counts as failed. */
export interface GuardrailResult {
  readonly code: GuardrailCode;
  readonly holds: boolean | null;
  readonly detail: string;
  /** A more specific code, where the README has one for this failure. */
  readonly cause?: string;
}

/**
 * All guardrails in the order in which they are evaluated, reported and documented. Which of them judge a denial, its signal
 * decides: see `guardrails/all.ts`.
 */
export const GUARDRAIL_CODES = [
  'mode-allows-attach',
  'identity-policy-missing',
  'real-session',
  'real-router',
  'target-confirmed',
  'role-confirmed',
  'role-allowed',
  'role-unmanaged',
  'group-allowed',
  'bucket-allowed',
  'key-allowed',
  'same-owner',
  'names-safe',
  'grant-helps',
  'fits',
  'name-free',
  'fresh',
  'first-time',
  'breaker-closed',
] as const;

export type GuardrailCode = (typeof GUARDRAIL_CODES)[number];

interface Decided {
  readonly mode: Mode;
  readonly reasons: readonly Reason[];
  /** In the order of the table; empty where the decision was made before them. */
  readonly guardrails: readonly GuardrailResult[];
}

/** What to do about one finding, with every reason. Only attaching and proposing carry a policy. */
export type Decision =
  | (Decided & { readonly disposition: 'attach-policy' | 'propose-policy'; readonly policy: RemediationPolicy })
  | (Decided & {
      readonly disposition: 'open-ticket' | 'observe' | 'suppress' | 'not-applicable';
      readonly policy: null;
    });

/** The decision where it cannot be carried out as it stands: a person gets a ticket instead, with the reason. */
export function loweredToTicket({ mode, guardrails }: Decision, reason: Reason): Decision {
  return { disposition: 'open-ticket', mode, reasons: [reason], guardrails, policy: null };
}
