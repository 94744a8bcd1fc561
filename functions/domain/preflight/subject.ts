import type { LogTarget, NoLogTarget } from '../log-target.ts';
import type {
  ObservedBucketEncryption,
  ObservedCluster,
  ObservedKey,
  ObservedLogGroup,
  ObservedRole,
  ObservedTaskDefinition,
  Reading,
  SimulatedCall,
} from '../observation.ts';
import type { ObservedTrail } from '../trail-diagnosis.ts';

export type LaunchType = 'FARGATE' | 'EC2' | 'EXTERNAL' | 'MANAGED_INSTANCES';

/** A container definition as far as a shell in it depends on it. Names of variables only: their values may be secrets. */
export interface PreflightContainer {
  readonly name: string;
  readonly initProcessEnabled: boolean;
  readonly readonlyRootFilesystem: boolean;
  /** Environment and secrets. */
  readonly variableNames: readonly string[];
}

/** A task definition with what the preflight asks of it beyond the log target. */
export interface PreflightTaskDefinition extends ObservedTaskDefinition {
  readonly pidMode: 'host' | 'task' | null;
  readonly networkMode: string | null;
  readonly isWindows: boolean;
  readonly preflightContainers: readonly PreflightContainer[];
}

/** A running or pending task. */
export interface PreflightTask {
  readonly taskArn: string;
  readonly lastStatus: string;
  readonly enableExecuteCommand: boolean;
  /** Fargate's platform version, e.g. `1.4.0`; null elsewhere. */
  readonly platformVersion: string | null;
  /** Status of the ExecuteCommandAgent in the container: RUNNING, PENDING or STOPPED; null where there is none. */
  readonly execAgentStatus: string | null;
  /** The ECS agent's version on the task's container instance; null on Fargate. */
  readonly containerAgentVersion: Reading<string> | null;
  readonly subnetIds: readonly string[];
}

/** The interface endpoints and gateways of the VPC in which the tasks run. */
export interface ObservedNetwork {
  readonly vpcId: string;
  /** Service names, e.g. `com.amazonaws.eu-central-1.ssmmessages`, of the endpoints in state available. */
  readonly endpointServices: readonly string[];
}

/**
 * All that is known of a shell in one container before anybody opens it: of the tasks of one cluster, task definition, role and
 * service. Every reading that failed stays visible, so that it is a finding and never a pass.
 */
export interface PreflightSubject {
  readonly cluster: Reading<ObservedCluster>;
  readonly clusterArn: string;
  /** null for tasks that no service runs. */
  readonly service: { readonly serviceName: string; readonly enableExecuteCommand: boolean } | null;
  readonly taskDefinitionArn: string;
  readonly taskDefinition: Reading<PreflightTaskDefinition>;
  readonly containerName: string;
  /** The tasks for which it stands; empty where none runs. */
  readonly tasks: readonly PreflightTask[];
  readonly launchType: LaunchType | null;
  /** Overrides first; null where the task has none, so that an agent on EC2 takes the instance's role. */
  readonly taskRoleArn: string | null;
  readonly executionRoleArn: string | null;
  /** The role whose credentials the agent takes: the task's, else the instance's on EC2. */
  readonly role: Reading<ObservedRole>;
  readonly isInstanceRole: boolean;
  /** With its keys resolved; null where cluster or task definition could not be read. */
  readonly target: LogTarget | NoLogTarget | null;
  readonly logGroup: Reading<ObservedLogGroup>;
  readonly sessionKey: Reading<ObservedKey>;
  readonly bucketEncryption: Reading<ObservedBucketEncryption>;
  readonly bucketKey: Reading<ObservedKey>;
  /** The session's channels, and every call that the delivery needs, required or advisory, as the role is now. */
  readonly calls: Reading<readonly SimulatedCall[]>;
  /** absent where no task shows its subnets. */
  readonly network: Reading<ObservedNetwork>;
  /** null where trails are not asked for: then nothing is said of them. */
  readonly trails: Reading<readonly ObservedTrail[]> | null;
}
