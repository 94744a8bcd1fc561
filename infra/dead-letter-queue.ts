import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** The longest that SQS keeps a message: a function that is broken for days loses none. */
export const RETENTION = Duration.days(14);

/** A queue that keeps for 14 days what went wrong elsewhere. */
export function deadLetterQueue(scope: Construct, id: string, queueName: string): Queue {
  const queue = new Queue(scope, id, {
    queueName,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: RETENTION,
  });
  Validations.of(queue).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason: 'It is itself where messages go that failed; an alarm watches it, and people redrive it.',
  });
  return queue;
}

/** The same for a rule or a function: cdk-nag knows only dead-letter queues of other queues. */
export function deadLetterQueueOf(owner: string, scope: Construct, id: string, queueName: string): Queue {
  const queue = deadLetterQueue(scope, id, queueName);
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: `It is itself a dead-letter queue, of the ${owner}; cdk-nag knows only those of other queues.`,
  });
  return queue;
}
