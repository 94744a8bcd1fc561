import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { OwnFunction, type OwnFunctionProps } from './own-function.ts';
import { consumeGrant } from './permissions/queue-and-log.ts';

export interface WorkerProps extends OwnFunctionProps {
  readonly queue: Queue;
  readonly batchSize: number;
}

/** A function that works off one queue. */
export class Worker extends OwnFunction {
  constructor(scope: Construct, id: string, { queue, batchSize, ...props }: WorkerProps) {
    super(scope, id, { ...props, grants: [consumeGrant(queue.queueArn), ...props.grants] });
    new EventSourceMapping(this, 'Source', {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize,
      // Batches above ten need a window; it also gathers duplicates, which are folded in memory.
      maxBatchingWindow: Duration.seconds(2),
      // Not reserved concurrency: that would throttle the poller and use up receives.
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
  }
}
