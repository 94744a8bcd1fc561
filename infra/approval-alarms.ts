import { METRICS } from '../functions/telemetry/metric-names.ts';
import type { Approvals } from './approvals.ts';
import { ownMetric } from './counted-alarms.ts';
import { OLDEST_MESSAGE_SECONDS, PERIOD, type Watched } from './watched.ts';

/** A wrong secret fails a few clicks; somebody who tries to forge one, or a secret that nobody renewed, fails many. */
const MANY_FORGED = 10;

/** The alarms on the way of a person's click. */
export function approvalAlarms({ queue, deadLetters, approver }: Approvals): readonly Watched[] {
  return [
    {
      id: 'ApprovalsDeadLetters',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: "People's answers failed eight times and were not carried out; the repair was not made.",
        first:
          'Look for EXECLOG_FAILED, remove the cause, purge the queue and ask who answered to click again: nobody else may put an answer back.',
        runbook: 'Answers not carried out',
      },
    },
    {
      id: 'ApprovalsOldestMessage',
      metric: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD }),
      threshold: OLDEST_MESSAGE_SECONDS,
      sentence: {
        impact: "People's answers wait for more than 15 minutes: approved repairs are late.",
        first: "Look at the remediator's errors and throttles.",
        runbook: 'Late events',
      },
    },
    {
      id: 'ApproverErrors',
      metric: approver.function.metricErrors({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: 'The approver fails as a whole: clicks in Slack are lost, and Slack shows an error.',
        first: "Read the function's last log lines; an unusable environment is named there.",
        runbook: 'Function errors',
      },
    },
    {
      id: 'ApproverThrottles',
      metric: approver.function.metricThrottles({ period: PERIOD }),
      threshold: 0,
      sentence: {
        impact: 'More requests come than approvers may run at once; clicks in Slack may be among those turned away.',
        first:
          "Look for EXECLOG_CLICK_REFUSED: in a flood, move the app's request URL; without one, raise -c approverConcurrency.",
        runbook: 'Clicks turned away',
      },
    },
    {
      id: 'ClicksFailed',
      metric: ownMetric(METRICS.clicksFailed, PERIOD),
      threshold: 0,
      sentence: {
        impact: 'Clicks in Slack are neither verified nor handed on; nothing is done for them.',
        first:
          "Look for EXECLOG_FAILED in the approver's log: it names what is wrong with the Slack secret, or which call failed.",
        runbook: 'Clicks not handed on',
      },
    },
    {
      id: 'ClicksForged',
      metric: ownMetric(METRICS.clicksRefused, PERIOD, { verdict: 'forged' }),
      threshold: MANY_FORGED,
      sentence: {
        impact: 'Many requests come to the approver with a signature that is not of our secret; all are turned away.',
        first:
          "Compare the signing secret with the one that Slack shows; if they agree, somebody tries to forge clicks, and the app's request URL can be moved.",
        runbook: 'Forged clicks',
      },
    },
  ];
}
