import type { BreakerRecord } from './breaker.ts';
import type { ExecSession } from './exec-session.ts';

/**
 * The answer to one question to AWS. `absent`: AWS says that there is none. `unreadable`: we were not allowed to look, or the
 * answer makes no sense; both fail the guardrail that asked. Throttling, time-outs and 5xx never end here: they are thrown,
 * so that the queue asks again.
 */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly because: string };

interface ObservedContainer {
  readonly name: string;
  readonly runtimeId: string | null;
}

/** A task as ECS shows it; overrides are null where the task runs with its definition's own roles. */
export interface ObservedTask {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly taskRoleArnOverride: string | null;
  readonly executionRoleArnOverride: string | null;
  /** ECS shows stopped tasks for about an hour; null where it says nothing. */
  readonly lastStatus: string | null;
  readonly containers: readonly ObservedContainer[];
}

/** `logging` as the cluster says; null where it says nothing, which ECS treats as DEFAULT. */
export interface ExecConfiguration {
  readonly logging: 'NONE' | 'DEFAULT' | 'OVERRIDE' | null;
  readonly cloudWatchLogGroupName: string | null;
  readonly cloudWatchEncryptionEnabled: boolean;
  readonly s3BucketName: string | null;
  readonly s3KeyPrefix: string | null;
  readonly s3EncryptionEnabled: boolean;
  /** Key id, alias or ARN as configured. */
  readonly kmsKeyId: string | null;
}

export type Tags = Readonly<Record<string, string>>;

export interface ObservedCluster {
  readonly clusterArn: string;
  readonly clusterName: string;
  /** null where the cluster was never configured for exec. */
  readonly execConfiguration: ExecConfiguration | null;
  readonly tags: Tags;
}

export interface ObservedContainerDefinition {
  readonly name: string;
  readonly logDriver: string | null;
  readonly logOptions: Readonly<Record<string, string>>;
  /** The container is the task's FireLens log router; null or absent where it is none. */
  readonly router?: { readonly type: 'fluentbit' | 'fluentd' } | null | undefined;
}

export interface ObservedTaskDefinition {
  readonly taskDefinitionArn: string;
  readonly taskRoleArn: string | null;
  readonly executionRoleArn: string | null;
  readonly containers: readonly ObservedContainerDefinition[];
}

/** An inline policy, decoded. `hash` is over the canonical document (see `canonicalJson`), so that white space does not count. */
export interface ObservedInlinePolicy {
  readonly name: string;
  /** The document's text, URL-decoded, as IAM stores it. */
  readonly document: string;
  readonly hash: string;
}

/** What a deployment that repairs by prepared managed policies could attach to a role, and has. */
export interface ObservedPrepared {
  /** The log groups that it has a policy for. */
  readonly groups: readonly string[];
  /** Managed policies that are attached to the role, whoever attached them. */
  readonly attachedCount: number;
  /** The ARNs of those among them that are prepared ones of the deployment's Region. */
  readonly arns: readonly string[];
  /** These as one policy, as they are stored at the moment; null where there is none. */
  readonly policy: ObservedInlinePolicy | null;
}

export interface ObservedRole {
  readonly roleArn: string;
  readonly roleName: string;
  readonly path: string;
  readonly roleId: string;
  /** The trust policy, decoded and parsed; null where it is no JSON. */
  readonly trustPolicy: unknown;
  readonly tags: Tags;
  readonly permissionsBoundaryArn: string | null;
  readonly inlinePolicies: readonly ObservedInlinePolicy[];
  /** Absent where the deployment writes inline policies, and reads no others. */
  readonly prepared?: ObservedPrepared | undefined;
  readonly instanceProfileNames: readonly string[];
}

export interface ObservedStack {
  readonly stackName: string;
}

export interface ObservedLogGroup {
  readonly name: string;
  readonly kmsKeyId: string | null;
  readonly tags: Tags;
}

/** A KMS key. Its policy is parsed; `unreadable` where we may not read it. */
export interface ObservedKey {
  readonly keyArn: string;
  readonly managedBy: 'AWS' | 'customer';
  readonly enabled: boolean;
  readonly policy: Reading<unknown>;
}

/** How a bucket encrypts by default; `keyId` is a key id, ARN or alias as configured, null for the key that AWS manages. */
export interface ObservedBucketEncryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  readonly keyId: string | null;
}

/** One (action, resource) pair as IAM's simulator judged it. */
export interface SimulatedCall {
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  readonly explicitDeny: boolean;
  readonly deniedByOrganization: boolean;
  readonly deniedByBoundary: boolean;
  /** Context keys that a policy asks for and nobody supplied: the verdict cannot be trusted. */
  readonly missingContextValues: readonly string[];
  /** The policies whose statements decided, as IAM names them; only where the question asked for them. */
  readonly matchedPolicies?: readonly string[];
}

/** The role as it is now, and with the planned policy. Both hold the same pairs in the same order. */
export interface ObservedSimulation {
  readonly now: readonly SimulatedCall[];
  readonly withPolicy: readonly SimulatedCall[];
}

/** Everything that was read about one denial, in domain words. */
export interface Observation {
  /** `absent` is a session nobody recorded (yet). */
  readonly session: Reading<ExecSession>;
  readonly task: Reading<ObservedTask>;
  readonly cluster: Reading<ObservedCluster>;
  readonly taskDefinition: Reading<ObservedTaskDefinition>;
  readonly role: Reading<ObservedRole>;
  readonly stack: Reading<ObservedStack>;
  readonly logGroup: Reading<ObservedLogGroup>;
  /** The session key of the cluster's exec configuration; absent where it names none or one that does not exist. */
  readonly sessionKey: Reading<ObservedKey>;
  /** Absent where the target has no bucket, or the bucket does not exist. */
  readonly bucketEncryption: Reading<ObservedBucketEncryption>;
  /** The customer's key with which the bucket encrypts; absent where there is none. */
  readonly bucketKey: Reading<ObservedKey>;
  readonly simulation: Reading<ObservedSimulation>;
  /** The record of what we attached to this role in this Region, whichever denial caused it. */
  readonly attachedPolicy: Reading<AttachedPolicy>;
  /** Policies written by this deployment in the last hour. */
  readonly writesInLastHour: number;
  /** What the breaker is judged by. */
  readonly breaker: BreakerRecord;
}

/**
 * What this deployment attached, or is about to attach, to a role in its Region. Written before the policy itself, so that a
 * Lambda killed between the two never mistakes its own policy for somebody else's, nor an unfinished write for a removal.
 */
export interface AttachedPolicy {
  readonly roleId: string;
  readonly roleArn: string;
  readonly policyName: string;
  /** Hash of the canonical document that we write. */
  readonly documentHash: string;
  /** What stood there before an unconfirmed write; null where nothing did, or once confirmed. */
  readonly previousHash: string | null;
  /** ISO 8601, UTC: when the write was announced. */
  readonly attachedAt: string;
  /** ISO 8601, UTC: when the policy was read back as written; null while it is not. */
  readonly confirmedAt: string | null;
  /** ISO 8601, UTC: when it was found to stand no more, or we removed it; null while it stands. */
  readonly revertedAt: string | null;
  /** The session whose transcript first proved the delivery; null while none has. */
  readonly provedBy: string | null;
  /** ISO 8601, UTC: when we announced its removal, so that our own unfinished one is never taken for somebody else's. */
  readonly removalAt?: string | undefined;
  /** The prepared policies that it was announced to detach, which takes one call each. */
  readonly removalArns?: readonly string[] | undefined;
  /** Somebody else removed it: nothing is ever attached to this role again (threat T18). */
  readonly removedByOthers?: true | undefined;
  /** ISO 8601, UTC: when people were told that it stands for longer than `policyTtlDays`; null while they were not. */
  readonly warnedAt: string | null;
  /** The causes that its targets repair; the one that the last write was announced for stands last. */
  readonly fingerprints: readonly string[];
  /** Names the invocation that announced the write. */
  readonly owner: string;
  /** Grows with each write. */
  readonly version: number;
}
