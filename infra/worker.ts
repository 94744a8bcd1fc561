import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { OwnFunction, type OwnFunctionProps } from './own-function.ts';
import { consumeGrant } from './permissions/queue-and-log.ts';
import type { RuleQueue } from './rules/rule-queue.ts';

export interface WorkerProps extends OwnFunctionProps {
  /** The queues that it works off, by their event source mapping's id. */
  readonly sources: Readonly<Record<string, RuleQueue>>;
}

/** A function that works off queues. */
export class Worker extends OwnFunction {
  constructor(scope: Construct, id: string, { sources, ...props }: WorkerProps) {
    const queueArns = Object.values(sources).map(({ queue }) => queue.queueArn);
    super(scope, id, { ...props, grants: [consumeGrant(queueArns), ...props.grants] });
    for (const [key, { queue, batch }] of Object.entries(sources)) {
      new EventSourceMapping(this, key, {
        target: this.function,
        eventSourceArn: queue.queueArn,
        batchSize: batch.size,
        maxBatchingWindow: batch.window,
        // Not reserved concurrency: that would throttle the poller and use up receives.
        maxConcurrency: 2,
        reportBatchItemFailures: true,
      });
    }
  }
}
