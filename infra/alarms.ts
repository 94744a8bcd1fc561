import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { METRICS } from '../functions/telemetry/metric-names.ts';
import { approvalAlarms } from './approval-alarms.ts';
import type { Approvals } from './approvals.ts';
import { countedAlarms, ownMetric } from './counted-alarms.ts';
import type { RuleQueue } from './rules/rule-queue.ts';
import { OLDEST_MESSAGE_SECONDS, PERIOD, type Sentence, type Watched } from './watched.ts';

/** What a function's failure means to people, and what becomes of its events. */
const FAILING: Readonly<Record<string, Sentence>> = {
  Auditor: {
    impact: 'An audit failed as a whole: sessions stay open until one succeeds.',
    first: 'Look for EXECLOG_FAILED in its log; the next run begins where the last good one ended.',
    runbook: 'Function errors',
  },
  Acceptor: {
    impact: 'People cannot accept gaps: their requests fail before anything is stored.',
    first: "Read the function's last log lines; an unusable environment is named there.",
    runbook: 'Function errors',
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
): readonly Alarm[] {
  const action = topicArn === null ? null : new SnsAction(Topic.fromTopicArn(scope, 'AlarmTopic', topicArn));
  const watched: readonly Watched[] = [
    ...Object.entries(queues).flatMap(([name, queue]) => queueAlarms(name, queue)),
    ...Object.entries(functions).flatMap(([name, one]) => functionAlarms(name, one)),
    ...countedAlarms(),
    ...Object.entries(failures).map(([name, queue]) => failuresAlarm(name, queue)),
    ...(approvals === null ? [] : approvalAlarms(approvals)),
    unfinishedAudits(auditMinutes),
    missingTrail(auditMinutes),
  ];
  return watched.map(({ id, metric, threshold, sentence, whereMissing }) => {
    const alarm = new Alarm(scope, `${id}Alarm`, {
      alarmDescription: descriptionOf(sentence),
      metric,
      threshold,
      comparisonOperator: whereMissing
        ? ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: whereMissing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (action !== null) alarm.addAlarmAction(action);
    return alarm;
  });
}

function descriptionOf({ impact, first, runbook }: Sentence): string {
  return `${impact} First: ${first} (README, runbook "${runbook}")`;
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
        first: 'Look for EXECLOG_FAILED, remove the cause, then run exec-log redrive.',
        runbook: 'Dead letters',
      },
    },
    {
      id: `${name}Undelivered`,
      metric: undelivered.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: `EventBridge could not put events of ${what} into their queue; nothing has seen them.`,
        first: "Check the queue's policy, then run exec-log redrive.",
        runbook: 'Undelivered events',
      },
    },
    {
      id: `${name}OldestMessage`,
      metric: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD }),
      threshold: OLDEST_MESSAGE_SECONDS,
      sentence: {
        impact: `Events of ${what} wait for more than 15 minutes: repairs and tickets are late.`,
        first: "Look at the function's errors and throttles.",
        runbook: 'Late events',
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
      runbook: 'Failed audits',
    },
  };
}

/** An hour without an audit; where audits are seldom, the time of two, because a run that takes longer moves the end of the next. */
function auditPeriod(auditMinutes: number): Duration {
  return Duration.minutes(Math.max(60, 2 * auditMinutes));
}

function unfinishedAudits(auditMinutes: number): Watched {
  return {
    id: 'AuditsUnfinished',
    metric: ownMetric(METRICS.auditsFinished, auditPeriod(auditMinutes)),
    threshold: 0,
    whereMissing: true,
    sentence: {
      impact: 'No audit came to its end for an hour or more: nobody looks whether sessions are recorded.',
      first: "Check that the audit's rule is enabled, then look for EXECLOG_AUDIT_UNFINISHED and EXECLOG_FAILED.",
      runbook: 'Audits unfinished',
    },
  };
}

/** Each audit counts it until there is a trail, so that the alarm goes neither off between two of them nor on after the repair. */
function missingTrail(auditMinutes: number): Watched {
  return {
    id: 'TrailMissing',
    metric: ownMetric(METRICS.trailMissing, auditPeriod(auditMinutes)),
    threshold: 0,
    sentence: {
      impact: 'No trail delivers API calls to EventBridge: denials and sessions are not heard of, nothing is repaired.',
      first: 'Look for EXECLOG_TRAIL_MISSING, then switch the trail on again or create one.',
      runbook: 'Trail missing',
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
        runbook: 'Function errors',
      },
    },
    {
      id: `${name}Throttles`,
      metric: one.metricThrottles({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: `The ${name.toLowerCase()} gets no concurrency, and what it should do waits.`,
        first: "Check the account's Lambda concurrency.",
        runbook: 'Throttles',
      },
    },
  ];
}
