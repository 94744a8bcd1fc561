import type { StackResource } from '@aws-sdk/client-cloudformation';
import type { LogGroup, LogStream } from '@aws-sdk/client-cloudwatch-logs';
import type { Instance, Subnet, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { Cluster, ContainerInstance, Service, Tag, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { ManagedPolicyDetail, RoleDetail } from '@aws-sdk/client-iam';
import type { KeyMetadata } from '@aws-sdk/client-kms';
import type { _Object as S3Object, ServerSideEncryptionConfiguration } from '@aws-sdk/client-s3';

export type JsonObject = Record<string, unknown>;

/** A role as get-account-authorization-details prints it; its documents are plain JSON text. */
export type AccountRole = RoleDetail & { readonly RoleName: string; readonly Arn: string; readonly RoleId: string };

export interface AccountTaskDefinition {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** A KMS key. What its metadata leaves out is that of an enabled key of a customer. */
export interface AccountKey {
  readonly metadata: Partial<KeyMetadata>;
  /** Absent is the default policy, which delegates to the account. */
  readonly policy: string | null;
  /** Its aliases, each with `alias/` before its name; absent is none. */
  readonly aliases?: readonly string[];
}

/** What preflight asks EC2 about: where tasks run, what they reach privately, and the roles of instances. */
interface AccountNetwork {
  readonly subnets: readonly Subnet[];
  readonly vpcEndpoints: readonly VpcEndpoint[];
  readonly instances: readonly Instance[];
}

/** A bucket with what lists show of its objects; their texts, where known, are in the stores. */
export interface AccountBucket {
  /** Absent where the file does not say so: then the bucket is not encrypted. */
  readonly encryption?: ServerSideEncryptionConfiguration;
  objects?: S3Object[];
  /** The account that owns it; absent is this one. */
  readonly owner?: string;
}

/** The service control policies of one level of the organisation, root first in the account's list. */
export interface PolicyLevel {
  readonly target: string;
  readonly policies: readonly { readonly name: string; readonly arn: string | null; readonly document: JsonObject }[];
}

/** A unit of the organisation; its parent is another unit or the root. */
export interface OrganizationUnit {
  readonly id: string;
  readonly name: string;
  readonly parent: string;
}

/** An account of the organisation, with its tags there. */
export interface OrganizationAccount extends OrganizationUnit {
  tags: Record<string, string>;
  /** Absent is `ACTIVE`. */
  state?: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';
}

/** What an account file holds: everything that is read or changed through the simulated services. Absent is empty. */
export interface AccountState {
  account: string;
  partition: string;
  region: string;
  iam: { roles: AccountRole[]; policies: ManagedPolicyDetail[] };
  ecs: {
    clusters: Cluster[];
    tasks: Task[];
    taskDefinitions: AccountTaskDefinition[];
    /** Absent is none, as for instances. */
    services?: Service[];
    containerInstances?: ContainerInstance[];
  };
  logs: { logGroups: LogGroup[]; logStreams: Map<string, LogStream[]> };
  s3: Map<string, AccountBucket>;
  kms: Map<string, AccountKey>;
  /** Absent where the file has no such section. */
  ec2?: AccountNetwork;
  cloudformation: { stackResources: StackResource[] };
  cloudtrail: { records: JsonObject[] };
  organizations: {
    serviceControlPolicies: PolicyLevel[];
    /** Absent is what the levels imply: one line from the root to the account. */
    units?: OrganizationUnit[];
    accounts?: OrganizationAccount[];
  };
  /** Cases of an earlier run, kept as they are: their shape belongs to the case table, not to AWS. */
  cases: unknown[];
}
