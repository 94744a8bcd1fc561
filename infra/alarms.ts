import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, METRICS } from '../functions/telemetry/metric-names.ts';
import type { QueuedRule } from './rules/queued-rule.ts';

/** What went wrong for whom, and what to do first: the description that a person reads at night. */
interface Sentence {
  readonly impact: string;
  readonly first: string;
}

interface Watched {
  readonly id: string;
  readonly metric: IMetric;
  /** The alarm goes off above it. */
  readonly threshold: number;
  readonly sentence: Sentence;
}

const PERIOD = Duration.minutes(5);
const OLDEST_MESSAGE_SECONDS = 15 * 60;

/** Our own metrics that nobody may miss. They carry no dimension, so that one alarm covers every function. */
const COUNTED: Readonly<Record<string, Sentence & { readonly metric: string }>> = {
  NotificationFailures: {
    metric: METRICS.notificationFailures,
    impact: 'People are not told about decisions; the decisions themselves stand.',
    first: 'Look for EXECLOG_NOTIFICATION_FAILED and check the Slack secret.',
  },
  SettingsInvalid: {
    metric: METRICS.settingsInvalid,
    impact:
      'The settings cannot be used: the last valid version holds for an hour, then nothing above a ticket happens.',
    first: 'Look for EXECLOG_SETTINGS_INVALID, which names path, value and expectation, and correct the parameter.',
  },
  SettingsClipped: {
    metric: METRICS.settingsClipped,
    impact: 'The settings ask for more than this deployment permits, by mistake or by somebody who may not write IAM.',
    first: 'Find out who wrote the parameter last; then lower the settings or deploy a higher ceiling.',
  },
  UnreadableDenials: {
    metric: METRICS.unreadableDenials,
    impact: 'A transcript was lost and the denial could not be read, so no ticket says so.',
    first: 'Look for EXECLOG_REFUSED and run exec-log explain on the event.',
  },
  RemediationsUnverified: {
    metric: METRICS.remediationsUnverified,
    impact: 'A policy was written to a role and was not read back as written.',
    first: 'Look for EXECLOG_POLICY_UNVERIFIED, compare the role, and run exec-log revert on it if in doubt.',
  },
};

export interface AlarmsProps {
  readonly rules: Readonly<Record<string, QueuedRule>>;
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly topicArn: string | null;
}

/** The alarms of a deployment. Missing data is no alarm: most days nothing is denied. */
export function addAlarms(scope: Construct, { rules, functions, topicArn }: AlarmsProps): void {
  const action = topicArn === null ? null : new SnsAction(Topic.fromTopicArn(scope, 'AlarmTopic', topicArn));
  const watched = [
    ...Object.entries(rules).flatMap(([name, rule]) => queueAlarms(name, rule)),
    ...Object.entries(functions).flatMap(([name, one]) => functionAlarms(name, one)),
    ...Object.entries(COUNTED).map(([id, { metric, ...sentence }]) => ({
      id,
      metric: new Metric({ namespace: METRIC_NAMESPACE, metricName: metric, statistic: 'Sum', period: PERIOD }),
      threshold: 0,
      sentence,
    })),
  ];
  for (const { id, metric, threshold, sentence } of watched) {
    const alarm = new Alarm(scope, `${id}Alarm`, {
      alarmDescription: `${sentence.impact} First: ${sentence.first} (README, "Operations")`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (action !== null) alarm.addAlarmAction(action);
  }
}

function queueAlarms(name: string, { queue, deadLetters, undelivered }: QueuedRule): Watched[] {
  const what = name.toLowerCase();
  return [
    {
      id: `${name}DeadLetters`,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: `Events of ${what} failed eight times and wait in the dead-letter queue for 14 days.`,
        first: 'Look for EXECLOG_FAILED, remove the cause, then redrive the queue.',
      },
    },
    {
      id: `${name}Undelivered`,
      metric: undelivered.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: `EventBridge could not put events of ${what} into their queue; nothing has seen them.`,
        first: "Check the queue's policy, then send the bodies of these messages to the queue.",
      },
    },
    {
      id: `${name}OldestMessage`,
      metric: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD }),
      threshold: OLDEST_MESSAGE_SECONDS,
      sentence: {
        impact: `Events of ${what} wait for more than 15 minutes: repairs and tickets are late.`,
        first: "Look at the function's errors and throttles.",
      },
    },
  ];
}

function functionAlarms(name: string, one: LambdaFunction): Watched[] {
  return [
    {
      id: `${name}Errors`,
      metric: one.metricErrors({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: `The ${name.toLowerCase()} fails as a whole: its events go back to the queue.`,
        first: "Read the function's last log lines; an unusable environment is named there.",
      },
    },
    {
      id: `${name}Throttles`,
      metric: one.metricThrottles({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: `The ${name.toLowerCase()} gets no concurrency, and its messages use up their receives.`,
        first: "Check the account's Lambda concurrency.",
      },
    },
  ];
}
