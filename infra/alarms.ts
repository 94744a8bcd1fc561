import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, METRICS } from '../functions/telemetry/metric-names.ts';
import { approvalAlarms } from './approval-alarms.ts';
import type { Approvals } from './approvals.ts';
import type { RuleQueue } from './rules/rule-queue.ts';
import { OLDEST_MESSAGE_SECONDS, PERIOD, type Sentence, type Watched } from './watched.ts';

/** Our own metrics that nobody may miss. They carry no dimension, so that one alarm covers every function. */
const COUNTED: Readonly<Record<string, Sentence & { readonly metric: string }>> = {
  NotificationFailures: {
    metric: METRICS.notificationFailures,
    impact: 'People are not told about decisions; the decisions themselves stand.',
    first: 'Look for EXECLOG_NOTIFICATION_FAILED and check the Slack secret.',
  },
  BreakerOpened: {
    metric: METRICS.breakerOpened,
    impact: 'As many new causes or writes as the settings allow within an hour: nothing is written, tickets go on.',
    first: 'Look at the digest for what the causes have in common; exec-log breaker --close once it is understood.',
  },
  TicketFailures: {
    metric: METRICS.ticketFailures,
    impact:
      'Tickets are not written: the ticket system refuses them, or is away for more than 15 minutes. Nothing is lost.',
    first:
      'Look for EXECLOG_TICKET_REFUSED, correct what it names, then redrive the dead-letter queue; without one, ask whether the system is down.',
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
  UnreadableSessions: {
    metric: METRICS.unreadableSessions,
    impact: 'The event of a session could not be read: a shell may be missing in the ledger and in every report.',
    first: 'Look for EXECLOG_REFUSED in the log of the recorder and for the session in the trail.',
  },
  RemediationsUnverified: {
    metric: METRICS.remediationsUnverified,
    impact: 'A policy was written to a role and was not read back as written.',
    first: 'Look for EXECLOG_POLICY_UNVERIFIED, compare the role, and run exec-log revert on it if in doubt.',
  },
  CoverageLow: {
    metric: METRICS.coverageLow,
    impact: 'Fewer sessions of today and yesterday were recorded than the settings ask for.',
    first: 'Run exec-log report, which lists the sessions and their causes; repair the cause, then accept the gaps.',
  },
  UndeliveredEvents: {
    metric: METRICS.undeliveredEvents,
    impact: 'EventBridge never delivered sessions or denials; the audit found them late and handled them.',
    first: 'Look for EXECLOG_UNDELIVERED_FOUND, then check the trail and the rules with exec-log doctor.',
  },
};

/** What a function's failure means to people, and what becomes of its events. */
const FAILING: Readonly<Record<string, Sentence>> = {
  Auditor: {
    impact: 'An audit failed as a whole: sessions stay open until one succeeds.',
    first: 'Look for EXECLOG_FAILED in its log; the next run begins where the last good one ended.',
  },
  Acceptor: {
    impact: 'People cannot accept gaps: their requests fail before anything is stored.',
    first: "Read the function's last log lines; an unusable environment is named there.",
  },
};

export interface AlarmsProps {
  /** The queues that rules fill, by the word for their events. */
  readonly queues: Readonly<Record<string, RuleQueue>>;
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** Where the failed runs of a function lie, by the function's name. */
  readonly failures: Readonly<Record<string, Queue>>;
  /** Where people can approve a repair, else null. */
  readonly approvals: Approvals | null;
  readonly auditMinutes: number;
  readonly topicArn: string | null;
}

/** The alarms of a deployment. Missing data is no alarm, because most days nothing is denied; only a missing audit is one. */
export function addAlarms(
  scope: Construct,
  { queues, functions, failures, approvals, auditMinutes, topicArn }: AlarmsProps,
): void {
  const action = topicArn === null ? null : new SnsAction(Topic.fromTopicArn(scope, 'AlarmTopic', topicArn));
  const watched: readonly Watched[] = [
    ...Object.entries(queues).flatMap(([name, queue]) => queueAlarms(name, queue)),
    ...Object.entries(functions).flatMap(([name, one]) => functionAlarms(name, one)),
    ...Object.entries(COUNTED).map(([id, { metric, ...sentence }]) => ({
      id,
      metric: new Metric({ namespace: METRIC_NAMESPACE, metricName: metric, statistic: 'Sum', period: PERIOD }),
      threshold: 0,
      sentence,
    })),
    ...Object.entries(failures).map(([name, queue]) => failuresAlarm(name, queue)),
    ...(approvals === null ? [] : approvalAlarms(approvals)),
    unfinishedAudits(auditMinutes),
  ];
  for (const { id, metric, threshold, sentence, whereMissing } of watched) {
    const alarm = new Alarm(scope, `${id}Alarm`, {
      alarmDescription: `${sentence.impact} First: ${sentence.first} (README, "Operations")`,
      metric,
      threshold,
      comparisonOperator: whereMissing
        ? ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: whereMissing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (action !== null) alarm.addAlarmAction(action);
  }
}

function queueAlarms(name: string, { queue, deadLetters, undelivered }: RuleQueue): Watched[] {
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

function failuresAlarm(name: string, queue: Queue): Watched {
  return {
    id: `${name}Failures`,
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
    threshold: 0,
    sentence: {
      impact: `Runs of the ${name.toLowerCase()} failed twice; each is kept for 14 days with its error.`,
      first: 'Read the error in the message, remove the cause, then purge the queue: the next run does the work.',
    },
  };
}

/** An hour without an audit; where audits are seldom, the time of two, because a run that takes longer moves the end of the next. */
function unfinishedAudits(auditMinutes: number): Watched {
  return {
    id: 'AuditsUnfinished',
    metric: new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: METRICS.auditsFinished,
      statistic: 'Sum',
      period: Duration.minutes(Math.max(60, 2 * auditMinutes)),
    }),
    threshold: 0,
    whereMissing: true,
    sentence: {
      impact: 'No audit came to its end for an hour or more: nobody looks whether sessions are recorded.',
      first: "Check that the audit's rule is enabled, then look for EXECLOG_AUDIT_UNFINISHED and EXECLOG_FAILED.",
    },
  };
}

function functionAlarms(name: string, one: LambdaFunction): Watched[] {
  return [
    {
      id: `${name}Errors`,
      metric: one.metricErrors({ period: PERIOD }),
      threshold: 0,
      sentence: FAILING[name] ?? {
        impact: `The ${name.toLowerCase()} fails as a whole: its events go back to the queue.`,
        first: "Read the function's last log lines; an unusable environment is named there.",
      },
    },
    {
      id: `${name}Throttles`,
      metric: one.metricThrottles({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: `The ${name.toLowerCase()} gets no concurrency, and what it should do waits.`,
        first: "Check the account's Lambda concurrency.",
      },
    },
  ];
}
