import { Duration, Validations } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface QueuedRuleProps {
  /** Names the rule and the queues. */
  readonly name: string;
  readonly description: string;
  /** EventBridge's own spelling, as `functions/domain/rules.ts` exports it. */
  readonly pattern: object;
}

/** Six times the functions' time-out, as AWS asks of a queue that Lambda polls. */
const VISIBILITY = Duration.seconds(180);

const RECEIVES = 8;

/** The longest that SQS keeps a message: a function that is broken for days loses none. */
const RETENTION = Duration.days(14);

/**
 * An EventBridge rule, the queue that it fills, and two dead-letter queues: one for events that could not be put into the queue, one
 * for messages that the function gave back too often. Only this rule may send to them.
 */
export class QueuedRule extends Construct {
  readonly rule: CfnRule;
  readonly queue: Queue;
  /** Messages that failed eight times; SQS can redrive them. */
  readonly deadLetters: Queue;
  /** Events that never reached the queue. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { name, description, pattern }: QueuedRuleProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', `${name}-dead-letters`);
    this.undelivered = deadLetterQueue(this, 'Undelivered', `${name}-undelivered`);
    Validations.of(this.undelivered).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself a dead-letter queue, of the rule; cdk-nag knows only those of other queues.',
    });
    this.queue = new Queue(this, 'Queue', {
      queueName: name,
      // SQS's own key: EventBridge can write without a key policy.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY,
      retentionPeriod: RETENTION,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    });
    this.rule = new CfnRule(this, 'Rule', {
      name,
      description,
      eventPattern: pattern,
      state: 'ENABLED',
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
    allowRule(this.queue, this.rule);
    allowRule(this.undelivered, this.rule);
  }
}

function deadLetterQueue(scope: Construct, id: string, queueName: string): Queue {
  return new Queue(scope, id, {
    queueName,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: RETENTION,
  });
}

function allowRule(queue: Queue, rule: CfnRule): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyFromItsRule',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
    }),
  );
}
