import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ALL_MANAGEMENT_EVENTS } from '../../functions/domain/rules.ts';
import { deadLetterQueueOf } from '../dead-letter-queue.ts';
import { workedQueue } from '../worked-queue.ts';
import type { WorkerSource } from '../worker.ts';

/** What one rule lets into the queue. */
export interface RuleProps {
  /** Names the rule. */
  readonly name: string;
  readonly description: string;
  /** EventBridge's own spelling, as `functions/domain/rules.ts` exports it. */
  readonly pattern: object;
  /** Whether calls that only read are delivered, too. */
  readonly readOnly?: boolean;
}

export interface RuleQueueProps {
  /** Names the queue. */
  readonly name: string;
  /** The rules that fill it, by their construct's id. */
  readonly rules: Readonly<Record<string, RuleProps>>;
  readonly batch: WorkerSource['batch'];
  /** The bus whose events its rules see; the account's own without it. */
  readonly busName?: string;
}

/**
 * EventBridge rules, the queue that they fill, and two dead-letter queues: one for events that could not be put into the queue, one
 * for messages that the function gave back too often. Only its rules may send to them.
 */
export class RuleQueue extends Construct implements WorkerSource {
  readonly queue: Queue;
  readonly batch: RuleQueueProps['batch'];
  /** Messages that failed eight times; SQS can redrive them. */
  readonly deadLetters: Queue;
  /** Events that never reached the queue. */
  readonly undelivered: Queue;
  private readonly busName: string | undefined;

  constructor(scope: Construct, id: string, { name, rules, batch, busName }: RuleQueueProps) {
    super(scope, id);
    this.batch = batch;
    this.busName = busName;
    const { queue, deadLetters } = workedQueue(this, name, batch);
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.undelivered = deadLetterQueueOf('rule', this, 'Undelivered', `${name}-undelivered`);
    const added = Object.entries(rules).map(([key, rule]) => this.addRule(key, rule));
    allowRules(this.queue, added);
    allowRules(this.undelivered, added);
  }

  private addRule(id: string, { name, description, pattern, readOnly = false }: RuleProps): CfnRule {
    return new CfnRule(this, id, {
      name,
      ...(this.busName !== undefined && { eventBusName: this.busName }),
      description,
      eventPattern: pattern,
      state: readOnly ? ALL_MANAGEMENT_EVENTS : 'ENABLED',
      targets: [
        {
          id: 'Queue',
          arn: this.queue.queueArn,
          deadLetterConfig: { arn: this.undelivered.queueArn },
          // The most that EventBridge offers; afterwards the event lies in the dead-letter queue.
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        },
      ],
    });
  }
}

function allowRules(queue: Queue, rules: readonly CfnRule[]): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyFromItsRules',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rules.map(({ attrArn }) => attrArn) } },
    }),
  );
}
