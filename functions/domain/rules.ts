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
