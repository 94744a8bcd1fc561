/** Which kind of policy AWS names as the cause. Names as in the IAM User Guide, "Troubleshoot access denied error messages". */
export type PolicyType =
  | 'identity-based'
  | 'resource-based'
  | 'permissions-boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'vpc-endpoint';

/** `implicit`: nothing allows it. `explicit`: something denies it. `unknown`: AWS did not say, or the text was cut. */
export type DenialKind = 'implicit' | 'explicit' | 'unknown';

/** Who made the denied call, as far as the call itself shows it. A hint: the agent and the stream are the client's own text. */
export type DenialSource = 'ecs-exec' | 'firelens' | 'awslogs-driver' | 'other';

/** Which call of an exec session besides the delivery itself, as the SSM agent makes it (README "Further signals"). */
export type CompanionCall = 'describe-log-groups' | 'bucket-encryption' | 'session-key' | 'object';

/**
 * A call that AWS denied, as the CloudTrail record tells it. A field that the record does not give is null, never guessed.
 * Everything in it is a hint: the party that it accuses chose the group, the stream and the user agent.
 */
export interface Denial {
  readonly eventId: string | null;
  /** ISO 8601, UTC. */
  readonly eventTime: string | null;
  /** The principal's account, 12 digits. */
  readonly account: string | null;
  readonly partition: string | null;
  /** The Region in the resource's ARN, else the record's. */
  readonly region: string | null;
  /** Spelled as `eventName` where the two are equal but for case: `logs:CreateLogStream`. */
  readonly action: string;
  readonly resource: string | null;
  readonly principalArn: string | null;
  readonly roleName: string | null;
  /** `/` or `/team/`; only the session issuer's ARN carries it. */
  readonly rolePath: string | null;
  readonly roleId: string | null;
  readonly sessionName: string | null;
  readonly logGroupName: string | null;
  readonly logStreamName: string | null;
  readonly policyType: PolicyType | null;
  readonly denialKind: DenialKind;
  readonly policyArn: string | null;
  readonly source: DenialSource;
  /** The call is one of these, and the SSM agent's user agent stands on it; not part of what `explain` prints. */
  readonly companion?: CompanionCall;
  /** AWS's own words, for the people who read the ticket: nothing is decided by them. Printed as little as `companion`. */
  readonly sentence?: string;
  /** Key of the object that a denied `object` call was to write, as the request gives it; printed as little as `companion`. */
  readonly objectKey?: string;
}
