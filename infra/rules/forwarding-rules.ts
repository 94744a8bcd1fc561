import { Aws, type CfnCondition, type CfnResource, Fn, Tags } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { memberRoleArn } from '../../functions/domain/member-names.ts';
import {
  ALL_MANAGEMENT_EVENTS,
  DENIAL_RULE_PATTERN,
  SESSION_RULE_PATTERN,
  SIGNAL_RULE_NAMES,
  SIGNAL_RULES,
  STACK_DELETION_RULE_PATTERN,
  START_SESSION_RULE_PATTERN,
} from '../../functions/domain/rules.ts';
import { deadLetterQueueOf } from '../dead-letter-queue.ts';
import type { MemberConditions, MemberParameters } from '../member-parameters.ts';
import { busArn } from '../permissions/member-roles.ts';

export interface ForwardingRulesProps {
  readonly parameters: MemberParameters;
  readonly conditions: MemberConditions;
  /** Which the rules forward with; made in the home Region only, named in every one. */
  readonly role: CfnResource;
}

interface Forwarded {
  readonly pattern: object;
  readonly readOnly?: boolean;
  readonly condition?: CfnCondition;
}

/**
 * The rules of one account and Region, which forward to the bus of the hub what a deployment of its own would queue. What cannot be
 * forwarded for a day lies in a queue here for 14 more.
 */
export class ForwardingRules extends Construct {
  constructor(scope: Construct, id: string, { parameters, conditions, role }: ForwardingRulesProps) {
    super(scope, id);
    const { deploymentId, hubAccount, hubRegion } = parameters;
    const undelivered = deadLetterQueueOf('rules', this, 'Undelivered', `${deploymentId}-undelivered`);
    // The rules wait for the queue, and so in the home Region for the role; `DependsOn` knows no conditions.
    const forwarder = Fn.conditionIf(conditions.isHome.logicalId, role.getAtt('Arn'), 'of the home Region').toString();
    Tags.of(undelivered).add('exec-log-forwarder', forwarder);
    allowForwardingRules(undelivered, deploymentId);
    for (const [key, { pattern, readOnly, condition }] of Object.entries(forwardedBy(conditions))) {
      const rule = new CfnRule(this, key, {
        name: `${deploymentId}-forward-${key}`,
        eventPattern: pattern,
        ...(readOnly === true && { state: ALL_MANAGEMENT_EVENTS }),
        targets: [
          {
            id: 'Hub',
            arn: busArn(hubAccount, hubRegion, deploymentId),
            roleArn: memberRoleArn(Aws.PARTITION, Aws.ACCOUNT_ID, deploymentId, 'forward'),
            deadLetterConfig: { arn: undelivered.queueArn },
          },
        ],
      });
      if (condition !== undefined) rule.cfnOptions.condition = condition;
    }
    undeliveredAlarm(this, undelivered, parameters, conditions);
  }
}

/** The ARNs of the rules of this account, in a Region or `*`. */
export function forwardingRuleArns(deploymentId: string, region: string): string {
  return `arn:${Aws.PARTITION}:events:${region}:${Aws.ACCOUNT_ID}:rule/${deploymentId}-forward-*`;
}

function forwardedBy({ signals, writes }: MemberConditions): Readonly<Record<string, Forwarded>> {
  return {
    denials: { pattern: DENIAL_RULE_PATTERN },
    sessions: { pattern: SESSION_RULE_PATTERN },
    starts: { pattern: START_SESSION_RULE_PATTERN },
    // Only where policies of ours may stand in the way of a stack.
    deletions: { pattern: STACK_DELETION_RULE_PATTERN, condition: writes },
    ...Object.fromEntries(
      SIGNAL_RULE_NAMES.map((name) => {
        const { pattern, readOnly } = SIGNAL_RULES[name];
        return [name, { pattern, readOnly, condition: signals[name] }];
      }),
    ),
  };
}

function allowForwardingRules(queue: Queue, deploymentId: string): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyFromItsRules',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': forwardingRuleArns(deploymentId, Aws.REGION) } },
    }),
  );
}

function undeliveredAlarm(
  scope: Construct,
  queue: Queue,
  { alarmTopicName, hubAccount }: MemberParameters,
  { wantsAlarm }: MemberConditions,
): void {
  const alarm = new CfnAlarm(scope, 'UndeliveredAlarm', {
    alarmDescription:
      'Events did not reach the hub: denials go unanswered. First: does its bus stand, and does its policy name this organisation? (README, runbook "Undelivered events")',
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: [{ name: 'QueueName', value: queue.queueName }],
    statistic: 'Maximum',
    period: 300,
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
    alarmActions: [`arn:${Aws.PARTITION}:sns:${Aws.REGION}:${hubAccount}:${alarmTopicName}`],
  });
  alarm.cfnOptions.condition = wantsAlarm;
}
