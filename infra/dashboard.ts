import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  MathExpression,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Disposition } from '../functions/domain/decision.ts';
import { SESSION_STATES } from '../functions/domain/ledger.ts';
import { METRIC_NAMESPACE, METRICS } from '../functions/telemetry/metric-names.ts';
import type { AlarmsProps } from './alarms.ts';
import { ownMetric } from './counted-alarms.ts';
import { FIRST_STEPS, type FirstSteps } from './dashboard-texts.ts';

export interface DashboardProps extends Pick<AlarmsProps, 'queues' | 'functions' | 'failures' | 'approvals'> {
  readonly deploymentId: string;
  readonly alarms: readonly Alarm[];
}

const HOUR = Duration.hours(1);
const WIDTH = 24;
const TEXT_WIDTH = 6;
const HEIGHT = 7;

/** As keys, so that the compiler misses one that is left out: a line that is not there is missed by nobody. */
const DISPOSITIONS: Readonly<Record<Disposition, true>> = {
  'attach-policy': true,
  'propose-policy': true,
  'open-ticket': true,
  observe: true,
  suppress: true,
  'not-applicable': true,
};

/**
 * One page for whoever is on call: alarms, coverage, decisions, queues and costs, each with first steps. Dashboards belong to an
 * account and not to a Region, so that the Region is part of its name.
 */
export function addDashboard(scope: Construct, { deploymentId, alarms, ...watched }: DashboardProps): void {
  const dashboard = new Dashboard(scope, 'Dashboard', {
    dashboardName: `${deploymentId}-${Aws.REGION}`,
    defaultInterval: Duration.days(1),
  });
  const status = new AlarmStatusWidget({
    title: 'Alarms',
    alarms: [...alarms],
    sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
    width: WIDTH - TEXT_WIDTH,
    height: HEIGHT,
  });
  dashboard.addWidgets(text(FIRST_STEPS.alarms), status);
  dashboard.addWidgets(text(FIRST_STEPS.coverage), ...graphs(coverage()));
  dashboard.addWidgets(text(FIRST_STEPS.decisions), ...graphs(decisions()));
  dashboard.addWidgets(text(FIRST_STEPS.queues), ...graphs(queues(watched)));
  dashboard.addWidgets(text(FIRST_STEPS.costs), ...graphs(costs(watched)));
}

type Watched = Omit<DashboardProps, 'deploymentId' | 'alarms'>;

function text({ title, steps }: FirstSteps): TextWidget {
  return new TextWidget({ markdown: `## ${title}\n${steps.join('\n\n')}`, width: TEXT_WIDTH, height: HEIGHT });
}

function graphs(all: readonly GraphWidgetProps[]): readonly GraphWidget[] {
  const width = (WIDTH - TEXT_WIDTH) / all.length;
  return all.map((props) => new GraphWidget({ ...props, width, height: HEIGHT, liveData: true }));
}

function coverage(): readonly GraphWidgetProps[] {
  return [
    {
      title: 'Coverage of today and yesterday',
      left: [ownMetric(METRICS.coveragePercent, HOUR).with({ statistic: 'Minimum', label: 'recorded, %' })],
      leftYAxis: { min: 0, max: 100, showUnits: false },
    },
    {
      title: 'Settled sessions by state',
      left: SESSION_STATES.filter((state) => state !== 'open').map((state) =>
        ownMetric(METRICS.sessionsSettled, HOUR, { state }).with({ label: state }),
      ),
      stacked: true,
    },
  ];
}

function decisions(): readonly GraphWidgetProps[] {
  const seconds = (statistic: string) => ownMetric(METRICS.secondsToRepair, HOUR).with({ statistic, label: statistic });
  return [
    { title: 'Decisions', left: Object.keys(DISPOSITIONS).map(decided), stacked: true },
    { title: 'Seconds from denial to repair', left: ['p50', 'p90', 'Maximum'].map(seconds), leftYAxis: { min: 0 } },
  ];
}

/** Whatever the reason: the metric has it as its second dimension. */
function decided(disposition: string): IMetric {
  const search = `{${METRIC_NAMESPACE},disposition,reason} MetricName="${METRICS.dispositions}" disposition="${disposition}"`;
  return new MathExpression({
    expression: `SUM(SEARCH('${search}', 'Sum', ${HOUR.toSeconds()}))`,
    label: disposition,
    period: HOUR,
  });
}

function queues({ queues: filled, failures, approvals }: Watched): readonly GraphWidgetProps[] {
  const worked = [...Object.values(filled), ...(approvals === null ? [] : [approvals])].map(({ queue }) => queue);
  const dead = [
    ...Object.values(filled).flatMap(({ deadLetters, undelivered }) => [deadLetters, undelivered]),
    ...(approvals === null ? [] : [approvals.deadLetters]),
    ...Object.values(failures),
  ];
  const depth = (queue: Queue) => queue.metricApproximateNumberOfMessagesVisible({ label: labelOf(queue) });
  const age = (queue: Queue) => queue.metricApproximateAgeOfOldestMessage({ label: labelOf(queue) });
  return [
    { title: 'Messages that wait', left: worked.map(depth), leftYAxis: { min: 0 } },
    { title: 'Age of the oldest message, seconds', left: worked.map(age), leftYAxis: { min: 0 } },
    { title: 'Messages that failed', left: dead.map(depth), leftYAxis: { min: 0 } },
  ];
}

function costs({ queues: filled, functions, approvals }: Watched): readonly GraphWidgetProps[] {
  const called = {
    ...functions,
    ...(approvals !== null && { Approver: approvals.approver.function }),
  };
  const each = Object.entries(called);
  const ways = [...Object.values(filled), ...(approvals === null ? [] : [approvals])];
  return [
    {
      title: 'Invocations',
      left: each.map(([label, one]) => one.metricInvocations({ period: HOUR, label })),
      stacked: true,
    },
    {
      title: 'Duration, milliseconds together',
      left: each.map(([label, one]) => one.metricDuration({ period: HOUR, statistic: 'Sum', label })),
      stacked: true,
    },
    {
      title: 'Messages, and requests to the event history',
      left: ways.map(({ queue }) => queue.metricNumberOfMessagesSent({ period: HOUR, label: labelOf(queue) })),
      right: [ownMetric(METRICS.historyRequests, HOUR).with({ label: 'LookupEvents' })],
    },
  ];
}

/** The construct's path below the stack: names are known only where the template is deployed. */
function labelOf({ node }: Queue): string {
  return node.path.split('/').slice(1).join(' ');
}
