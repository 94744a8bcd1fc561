import { type Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { OwnFunction, type OwnFunctionProps } from './own-function.ts';
import { consumeGrant } from './permissions/queue-and-log.ts';

/** A queue that a function works off. */
export interface WorkerSource {
  readonly queue: Queue;
  /** How many messages Lambda hands over at once, and how long it waits for as many. */
  readonly batch: { readonly size: number; readonly window: Duration };
}

export interface WorkerProps extends OwnFunctionProps {
  /** The queues that it works off, by their event source mapping's id. */
  readonly sources: Readonly<Record<string, WorkerSource>>;
}

/** A function that works off queues. */
export class Worker extends OwnFunction {
  constructor(scope: Construct, id: string, { sources, ...props }: WorkerProps) {
    const queueArns = Object.values(sources).map(({ queue }) => queue.queueArn);
    super(scope, id, { ...props, grants: [consumeGrant(queueArns), ...props.grants] });
    for (const [key, { queue, batch }] of Object.entries(sources)) {
      const mapping = new EventSourceMapping(this, key, {
        target: this.function,
        eventSourceArn: queue.queueArn,
        batchSize: batch.size,
        maxBatchingWindow: batch.window,
        // Not reserved concurrency: that would throttle the poller and use up receives.
        maxConcurrency: 2,
        reportBatchItemFailures: true,
      });
      Validations.of(mapping).acknowledge({
        id: 'Serverless-LambdaEventSourceMappingDestination',
        reason:
          'Lambda offers a queue no such destination; what fails too often goes to the dead-letter queue of the queue itself.',
      });
    }
  }
}
