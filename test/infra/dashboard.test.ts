import { SIGNAL_RULE_NAMES } from '../../functions/domain/rules.ts';
import { METRIC_NAMESPACE, METRICS } from '../../functions/telemetry/metric-names.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, propertiesOf, resourcesOf, templateOf } from './deployed.ts';

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

function widgetsOf(template: Template): readonly Widget[] {
  const { DashboardBody } = propertiesOf(template, 'AWS::CloudWatch::Dashboard', 'Dashboard');
  const body: { widgets: readonly Widget[] } = JSON.parse(String(DashboardBody));
  return body.widgets;
}

/** The graph of this title, its lines as text. */
function linesOf(template: Template, title: string): readonly string[] {
  const graph = widgetsOf(template).find(({ properties }) => properties.title === title);
  if (graph === undefined) throw new Error(`no graph ${title}`);
  return (graph.properties.metrics ?? []).map((line) => JSON.stringify(line));
}

let template: Template;

beforeAll(async () => {
  template = await templateOf(aCeiling('attach'), { signals: SIGNAL_RULE_NAMES });
});

it('bears the Region in its name, because an account has its dashboards for all Regions', () => {
  expect(propertiesOf(template, 'AWS::CloudWatch::Dashboard', 'Dashboard')['DashboardName']).toBe(
    'exec-log-<AWS::Region>',
  );
});

it('begins each row with a text, and fills it', () => {
  const widgets = widgetsOf(template);
  expect(widgets.map(({ type }) => type)).toEqual([
    ...['text', 'alarm'],
    ...['text', 'metric', 'metric'],
    ...['text', 'metric', 'metric'],
    ...['text', 'metric', 'metric', 'metric'],
    ...['text', 'metric', 'metric', 'metric'],
  ]);
  expect(widgets.reduce((total, { width }) => total + width, 0)).toBe(5 * 24);
});

it('shows every alarm', () => {
  const [status] = widgetsOf(template).filter(({ type }) => type === 'alarm');
  expect(status?.properties.alarms).toHaveLength(resourcesOf(template, 'AWS::CloudWatch::Alarm').length);
});

it('shows the coverage that the alarm is judged by, and the sessions by their state', () => {
  expect(linesOf(template, 'Coverage of today and yesterday').map((line) => JSON.parse(line).slice(0, 2))).toEqual([
    [METRIC_NAMESPACE, METRICS.coveragePercent],
  ]);
  expect(linesOf(template, 'Settled sessions by state').map((line) => JSON.parse(line).slice(0, 4))).toEqual(
    ['recorded', 'denied', 'refused', 'missing', 'off', 'outside-exec'].map((state) => [
      METRIC_NAMESPACE,
      METRICS.sessionsSettled,
      'state',
      state,
    ]),
  );
});

it('shows each disposition whatever its reason, and how long repairs take', () => {
  const decisions = linesOf(template, 'Decisions').map((line) => JSON.parse(line)[0]);
  expect(decisions.map(({ label }) => label)).toEqual([
    'attach-policy',
    'propose-policy',
    'open-ticket',
    'observe',
    'suppress',
    'not-applicable',
  ]);
  expect(decisions[0].expression).toBe(
    `SUM(SEARCH('{ExecLog,disposition,reason} MetricName="Dispositions" disposition="attach-policy"', 'Sum', 3600))`,
  );
  const repairs = linesOf(template, 'Seconds from denial to repair').map((line) => JSON.parse(line));
  expect(repairs.map(([, metric, { stat }]) => [metric, stat])).toEqual([
    [METRICS.secondsToRepair, 'p50'],
    [METRICS.secondsToRepair, 'p90'],
    [METRICS.secondsToRepair, 'Maximum'],
  ]);
});

it('shows depth and age of every queue, and what failed', () => {
  const queues = ['Denials', 'Sessions', 'Routers', 'Approvals'];
  const shown = (title: string) => linesOf(template, title).map((line) => /<(\w+)\.QueueName>/.exec(line)?.[1]);
  expect(shown('Messages that wait')).toEqual(queues.map((name) => `${name}Queue`));
  expect(shown('Age of the oldest message, seconds')).toEqual(queues.map((name) => `${name}Queue`));
  expect(shown('Messages that failed')).toEqual([
    ...['Denials', 'Sessions', 'Routers'].flatMap((name) => [`${name}DeadLetters`, `${name}Undelivered`]),
    'ApprovalsDeadLetters',
    'AuditorFailures',
  ]);
});

it('shows what drives the costs: invocations, their duration, messages and requests to the event history', () => {
  const functions = ['Remediator', 'Recorder', 'Auditor', 'Acceptor', 'Approver'];
  for (const title of ['Invocations', 'Duration, milliseconds together']) {
    expect(linesOf(template, title).map((line) => /<(\w+?)Function>/.exec(line)?.[1])).toEqual(functions);
  }
  const messages = linesOf(template, 'Messages, and requests to the event history');
  expect(messages).toHaveLength(5);
  expect(messages.at(-1)).toContain(METRICS.historyRequests);
});

it('shows neither approver nor routers where there are none', async () => {
  const small = JSON.stringify(widgetsOf(await templateOf(aCeiling('observe'))));
  expect(small).not.toMatch(/Approv|Routers/);
});
