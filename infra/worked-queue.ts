import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetterQueue, RETENTION } from './dead-letter-queue.ts';
import type { WorkerSource } from './worker.ts';

/** As AWS asks of a queue that Lambda polls: six times the functions' time-out, plus the window of the batch. */
const SIX_TIMEOUTS = Duration.seconds(180);

const RECEIVES = 8;

/** A queue that a worker works off, and the one for messages that it gave back too often. */
export function workedQueue(
  scope: Construct,
  name: string,
  batch: WorkerSource['batch'],
): { readonly queue: Queue; readonly deadLetters: Queue } {
  const deadLetters = deadLetterQueue(scope, 'DeadLetters', `${name}-dead-letters`);
  const queue = new Queue(scope, 'Queue', {
    queueName: name,
    // SQS's own key: who may send needs no key policy.
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    visibilityTimeout: SIX_TIMEOUTS.plus(batch.window),
    retentionPeriod: RETENTION,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: RECEIVES },
  });
  return { queue, deadLetters };
}
