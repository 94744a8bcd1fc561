import type { Grant } from './grant.ts';

const SOURCE = 'infra/permissions/queue-and-log.ts';

/** What a function that works off queues needs to take messages off them. */
export function consumeGrant(queueArns: readonly string[]): Grant {
  return {
    sid: 'ConsumeQueue',
    because: "Lambda polls the queues with the function's role",
    source: SOURCE,
    actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    resources: queueArns,
  };
}

/** What every function needs to write its own log, and nothing of anybody else's. */
export function ownLogGrant(logGroupArn: string): Grant {
  return {
    sid: 'WriteOwnLog',
    because: 'its own group only; the group is made by the template, with a retention',
    source: SOURCE,
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroupArn],
  };
}

/** A function puts messages into these queues. */
export function sendGrant(sid: string, because: string, queueArns: readonly string[]): Grant {
  return { sid, because, source: SOURCE, actions: ['sqs:SendMessage'], resources: queueArns };
}

/** A denial whose session record lags, and a message that Slack refused for now, go to the end of the function's own queue. */
export function resendGrant(queueArn: string): Grant {
  return sendGrant('SendToOwnQueue', 'waiting must not use up the receives of a message', [queueArn]);
}
