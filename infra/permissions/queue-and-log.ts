import type { Grant } from './grant.ts';

/** What every function needs to take messages off its queue and to write its own log, and nothing of anybody else's. */
export function workerGrants(queueArn: string, logGroupArn: string): readonly Grant[] {
  return [
    {
      sid: 'ConsumeQueue',
      because: "Lambda polls the queue with the function's role",
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      resources: [queueArn],
    },
    {
      sid: 'WriteOwnLog',
      because: 'its own group only; the group is made by the template, with a retention',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroupArn],
    },
  ];
}

/** A denial whose session record lags, and a message that Slack refused for now, go to the end of the function's own queue. */
export function resendGrants(queueArn: string): readonly Grant[] {
  return [
    {
      sid: 'SendToOwnQueue',
      because: 'waiting must not use up the receives of a message',
      actions: ['sqs:SendMessage'],
      resources: [queueArn],
    },
  ];
}
