import { Validations } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetterQueueOf } from './dead-letter-queue.ts';
import { OwnFunction, type OwnFunctionProps } from './own-function.ts';
import { sendGrant } from './permissions/queue-and-log.ts';

export interface ScheduledFunctionProps extends OwnFunctionProps {
  /** How often it runs, in minutes, at least 2. */
  readonly everyMinutes: number;
  readonly scheduleDescription: string;
}

/**
 * A function that runs on a schedule. A run that fails is repeated once, and kept in a queue of failures if that fails too; one that
 * did not start before the next is due is let go, because each run begins where the last one ended.
 */
export class ScheduledFunction extends OwnFunction {
  readonly rule: CfnRule;
  readonly failures: Queue;

  constructor(scope: Construct, id: string, { everyMinutes, scheduleDescription, ...props }: ScheduledFunctionProps) {
    const { functionName } = props;
    const failures = deadLetterQueueOf('function', scope, `${id}Failures`, `${functionName}-failures`);
    super(scope, id, {
      ...props,
      grants: [
        sendGrant('KeepFailures', 'Lambda puts runs that failed into it with the role of the function', [
          failures.queueArn,
        ]),
        ...props.grants,
      ],
    });
    this.failures = failures;
    const { functionArn } = this.function;
    this.rule = new CfnRule(this, 'Schedule', {
      name: functionName,
      description: scheduleDescription,
      scheduleExpression: `rate(${everyMinutes} minutes)`,
      state: 'ENABLED',
      targets: [{ id: 'Function', arn: functionArn }],
    });
    Validations.of(this.rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason:
        'A run that could not be started is made up for by the next one; an alarm rings where none finishes for an hour.',
    });
    new CfnPermission(this, 'OnlyFromItsSchedule', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: this.rule.attrArn,
    });
    new CfnEventInvokeConfig(this, 'Invocations', {
      functionName: this.function.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 1,
      maximumEventAgeInSeconds: everyMinutes * 60,
      destinationConfig: { onFailure: { destination: failures.queueArn } },
    });
  }
}
