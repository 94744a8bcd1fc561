import type { Output } from '@aws-sdk/client-cloudformation';
import type { OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { TimeToLiveDescription } from '@aws-sdk/client-dynamodb';
import type { Rule, Target } from '@aws-sdk/client-eventbridge';
import type { OpsItem, Parameter, Session } from '@aws-sdk/client-ssm';

/** A CloudTrail trail and which management events it logs. */
export interface SimulatedTrail {
  readonly name: string;
  isLogging: boolean;
  isMultiRegion: boolean;
  /** `None` is a trail that logs data events only. */
  managementEvents: 'All' | 'ReadOnly' | 'WriteOnly' | 'None';
  excludedSources: string[];
  /** The buckets whose object calls it logs as data events, or all; absent is none. */
  s3DataEvents?: 'all' | string[];
}

/** What the account holds beside its account file: the deployment's own parameters, secrets, rules and tickets. */
export interface Stores {
  readonly parameters: Map<string, Parameter>;
  readonly secrets: Map<string, { readonly arn: string; value: string }>;
  readonly rules: Map<string, { rule: Rule; targets: Target[] }>;
  /** The names of the buses beside the default one. */
  readonly buses: Set<string>;
  readonly opsItems: Map<string, OpsItem>;
  /** What was put on a bus beside the default one, oldest first. */
  readonly busEvents: { readonly busName: string; readonly source: string; readonly detail: unknown }[];
  /** The events of a stream, by group and stream name. */
  readonly logEvents: Map<string, OutputLogEvent[]>;
  /** Tags of log groups by group name: describe-log-groups does not print them. */
  readonly logGroupTags: Map<string, Record<string, string>>;
  /** The texts of uploaded objects, by `bucket/key`. */
  readonly objectTexts: Map<string, string>;
  /** Sessions of Systems Manager by id; one with an `EndDate` is over. */
  readonly sessions: Map<string, Session>;
  readonly trails: SimulatedTrail[];
  /**
   * The partition key's name by table and by `table/index/name`: a request tells a key's value, the policy's condition asks for the
   * key.
   */
  readonly partitionKeys: Map<string, string>;
  readonly timeToLive: Map<string, TimeToLiveDescription>;
  readonly pointInTimeRecovery: Set<string>;
  /** The outputs of a stack, by its name. */
  readonly stackOutputs: Map<string, readonly Output[]>;
}

/** Stores with nothing in them but the one trail that delivery of denials to EventBridge needs. */
export function emptyStores(): Stores {
  return {
    parameters: new Map(),
    secrets: new Map(),
    rules: new Map(),
    buses: new Set(),
    opsItems: new Map(),
    busEvents: [],
    logEvents: new Map(),
    logGroupTags: new Map(),
    objectTexts: new Map(),
    sessions: new Map(),
    partitionKeys: new Map(),
    timeToLive: new Map(),
    pointInTimeRecovery: new Set(),
    stackOutputs: new Map(),
    trails: [
      { name: 'management-events', isLogging: true, isMultiRegion: true, managementEvents: 'All', excludedSources: [] },
    ],
  };
}

/** Whether a trail logs what happens to the objects of a bucket. */
export function logsObjectsOf({ isLogging, s3DataEvents }: SimulatedTrail, bucket = ''): boolean {
  return isLogging && (s3DataEvents === 'all' || (s3DataEvents?.includes(bucket) ?? false));
}

/** The key of a stream's events. */
export function streamKey(group: string, stream: string): string {
  return `${group}:${stream}`;
}
