import { Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue, deadLetterQueueOf, RETENTION } from '../dead-letter-queue.ts';

/** What one rule lets into the queue. */
export interface RuleProps {
  /** Names the rule. */
  readonly name: string;
  readonly description: string;
  /** EventBridge's own spelling, as `functions/domain/rules.ts` exports it. */
  readonly pattern: object;
}

export interface QueuedRuleProps extends RuleProps {
  /** Further rules that fill the same queue, by their construct's id. */
  readonly alsoFrom?: Readonly<Record<string, RuleProps>>;
}

/** Six times the functions' time-out, as AWS asks of a queue that Lambda polls. */
const VISIBILITY = Duration.seconds(180);

const RECEIVES = 8;

/**
 * An EventBridge rule, the queue that it fills and that has its name, and two dead-letter queues: one for events that could not be
 * put into the queue, one for messages that the function gave back too often. Only its rules may send to them.
 */
export class QueuedRule extends Construct {
  readonly rule: CfnRule;
  /** The further rules, by their construct's id. */
  readonly alsoFrom: Readonly<Record<string, CfnRule>>;
  readonly queue: Queue;
  /** Messages that failed eight times; SQS can redrive them. */
  readonly deadLetters: Queue;
  /** Events that never reached the queue. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { alsoFrom = {}, ...props }: QueuedRuleProps) {
    super(scope, id);
    const { name } = props;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', `${name}-dead-letters`);
    this.undelivered = deadLetterQueueOf('rule', this, 'Undelivered', `${name}-undelivered`);
    this.queue = new Queue(this, 'Queue', {
      queueName: name,
      // SQS's own key: EventBridge can write without a key policy.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY,
      retentionPeriod: RETENTION,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    });
    this.rule = this.addRule('Rule', props);
    this.alsoFrom = Object.fromEntries(Object.entries(alsoFrom).map(([key, rule]) => [key, this.addRule(key, rule)]));
    const rules = [this.rule, ...Object.values(this.alsoFrom)];
    allowRules(this.queue, rules);
    allowRules(this.undelivered, rules);
  }

  private addRule(id: string, { name, description, pattern }: RuleProps): CfnRule {
    return new CfnRule(this, id, {
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
