/**
 * The patterns of the EventBridge rules, as plain objects: `infra/` deploys them, `matchesPattern` and the simulated account
 * evaluate them. Confirmed against AWS's own rule engine.
 */

/** No filter on the identity type: an exec session that fell back to an IAM user is a ticket, not silence. */
export const DENIAL_RULE_PATTERN = {
  source: ['aws.logs'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['logs.amazonaws.com'],
    eventName: ['CreateLogStream'],
    errorCode: ['AccessDenied', 'AccessDeniedException'],
    // Fluent Bit is denied once per flush; this rejects it before anything is billed.
    errorMessage: [{ wildcard: '*:log-stream:ecs-execute-command-*' }],
  },
};

/**
 * Sessions on an ECS target past ECS Exec. Who opened it is told apart in code: a filter on the issuer would drop calls without
 * one, an IAM user's above all. CloudTrail leaves out a request that is too large, and the caller chooses how large it is: such a
 * call may have had any target, and the recorder raises an alarm.
 */
export const START_SESSION_RULE_PATTERN = {
  source: ['aws.ssm'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['ssm.amazonaws.com'],
    eventName: ['StartSession'],
    $or: [{ requestParameters: { target: [{ prefix: 'ecs:' }] } }, { requestParameters: { omitted: [true] } }],
  },
};

/** Every ExecuteCommand, refused calls and dry runs too: the recorder tells them apart where it can be seen. */
export const SESSION_RULE_PATTERN = {
  source: ['aws.ecs'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['ecs.amazonaws.com'],
    eventName: ['ExecuteCommand'],
  },
};

/** Roles that a stack could not delete: IAM deletes none while a policy stands on it that the stack does not know, ours among them. */
export const STACK_DELETION_RULE_PATTERN = {
  source: ['aws.cloudformation'],
  'detail-type': ['CloudFormation Resource Status Change'],
  detail: { 'resource-type': ['AWS::IAM::Role'], 'status-details': { status: ['DELETE_FAILED'] } },
};

/** The state of a rule that also hears of management events that only read. */
export const ALL_MANAGEMENT_EVENTS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** One opt-in rule. */
export interface SignalRule {
  /** `routers` ones fill a queue of their own, because they come by the million. */
  readonly queue: 'denials' | 'routers';
  /** Some of its calls read, and are delivered only to a rule in the state that asks for all management events. */
  readonly readOnly: boolean;
  /** What it sees, for the rule's description. */
  readonly sees: string;
  readonly pattern: { readonly [key: string]: unknown; readonly detail: RuleDetail };
}

interface RuleDetail {
  readonly [key: string]: unknown;
  readonly eventSource: readonly string[];
}

/** Callers other than the SSM agent are not paid for; S3's records put the user agent in brackets, so that it may begin anywhere. */
const AGENT_CALLS = {
  errorCode: ['AccessDenied', 'AccessDeniedException'],
  userAgent: [{ wildcard: '*amazon-ssm-agent/*' }],
};

function agentCall(service: 'kms' | 'logs' | 's3', ...eventName: readonly string[]) {
  return {
    source: [`aws.${service}`],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: [`${service}.amazonaws.com`], eventName, ...AGENT_CALLS },
  };
}

/** The opt-in rules of README "Further signals", by the name that the deployment's `-c signals=` takes. */
export const SIGNAL_RULES = {
  'describe-log-groups': {
    queue: 'denials',
    readOnly: true,
    sees: 'DescribeLogGroups calls of the SSM agent that were denied',
    pattern: agentCall('logs', 'DescribeLogGroups'),
  },
  'bucket-encryption': {
    queue: 'denials',
    readOnly: true,
    sees: 'GetBucketEncryption calls of the SSM agent that were denied',
    pattern: agentCall('s3', 'GetBucketEncryption'),
  },
  'session-key': {
    queue: 'denials',
    readOnly: true,
    sees: 'Decrypt calls of the SSM agent that were denied',
    pattern: agentCall('kms', 'Decrypt'),
  },
  'bucket-objects': {
    queue: 'denials',
    readOnly: false,
    sees: 'uploads of the SSM agent that were denied, in buckets whose data events a trail logs',
    // More than 5 MiB of transcript go in parts.
    pattern: agentCall('s3', 'PutObject', 'CreateMultipartUpload', 'UploadPart'),
  },
  firelens: {
    queue: 'routers',
    // The Go plugin asks for the stream before it creates it, and gives up where it may not ask.
    readOnly: true,
    sees: 'calls of Fluent Bit log routers that were denied',
    pattern: {
      source: ['aws.logs'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['logs.amazonaws.com'],
        eventName: ['CreateLogStream', 'CreateLogGroup', 'DescribeLogStreams'],
        errorCode: ['AccessDenied', 'AccessDeniedException'],
        userAgent: [{ prefix: 'aws-fluent-bit-plugin' }],
      },
    },
  },
  'awslogs-driver': {
    queue: 'routers',
    readOnly: false,
    sees: 'CreateLogStream calls of awslogs drivers that were denied',
    pattern: {
      source: ['aws.logs'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['logs.amazonaws.com'],
        eventName: ['CreateLogStream'],
        errorCode: ['AccessDenied', 'AccessDeniedException'],
        // `prefix/container/task`, as Docker's driver names its streams under ECS.
        errorMessage: [{ wildcard: '*:log-stream:*/*/*' }],
        // Lambda's streams begin with a date and hold slashes, too; a policy's ARN at the end of a sentence puts them behind any stream.
        userAgent: [
          { 'anything-but': { wildcard: ['aws-fluent-bit-plugin*', 'awslambda-worker*', '*amazon-ssm-agent/*'] } },
        ],
      },
    },
  },
} as const satisfies Readonly<Record<string, SignalRule>>;

export type SignalRuleName = keyof typeof SIGNAL_RULES;

/** In the order of the README. */
export const SIGNAL_RULE_NAMES = Object.keys(SIGNAL_RULES) as readonly SignalRuleName[];
