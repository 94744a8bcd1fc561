import { METRIC_NAMESPACE, METRICS } from '../../functions/telemetry/metric-names.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, propertiesOf, resourcesOf, templateOf } from './deployed.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111111111111:on-call';

let template: Template;
let silent: Template;

beforeAll(async () => {
  template = await templateOf(aCeiling('observe'), { alarmTopicArn: TOPIC });
  silent = await templateOf(aCeiling('observe'));
});

const WATCHED_QUEUES = ['Denials', 'Sessions'].flatMap((rule) => [
  { alarm: `${rule}DeadLetters`, queue: `${rule}DeadLetters`, metric: 'ApproximateNumberOfMessagesVisible', above: 0 },
  { alarm: `${rule}Undelivered`, queue: `${rule}Undelivered`, metric: 'ApproximateNumberOfMessagesVisible', above: 0 },
  { alarm: `${rule}OldestMessage`, queue: `${rule}Queue`, metric: 'ApproximateAgeOfOldestMessage', above: 900 },
]);

const FAILED_RUNS = {
  alarm: 'AuditorFailures',
  queue: 'AuditorFailures',
  metric: 'ApproximateNumberOfMessagesVisible',
  above: 0,
};

describe('given the queues', () => {
  it.each([...WATCHED_QUEUES, FAILED_RUNS])('alarms on $alarm', ({ alarm, queue, metric, above }) => {
    expect(propertiesOf(template, 'AWS::CloudWatch::Alarm', alarm)).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: metric,
      Dimensions: [{ Name: 'QueueName', Value: `<${queue}.QueueName>` }],
      Statistic: 'Maximum',
      Threshold: above,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });
});

describe('given the queue of the routers', () => {
  it('is watched like the others, where it is deployed', async () => {
    const routed = await templateOf(aCeiling('observe'), { signals: ['firelens'] });
    for (const [alarm, queue, metric] of [
      ['RoutersDeadLetters', 'RoutersDeadLetters', 'ApproximateNumberOfMessagesVisible'],
      ['RoutersUndelivered', 'RoutersUndelivered', 'ApproximateNumberOfMessagesVisible'],
      ['RoutersOldestMessage', 'RoutersQueue', 'ApproximateAgeOfOldestMessage'],
    ] as const) {
      expect(propertiesOf(routed, 'AWS::CloudWatch::Alarm', alarm)).toMatchObject({
        MetricName: metric,
        Dimensions: [{ Name: 'QueueName', Value: `<${queue}.QueueName>` }],
      });
    }
    expect(resourcesOf(routed, 'AWS::CloudWatch::Alarm')).toHaveLength(31);
  });
});

describe('given the functions', () => {
  it.each(
    ['Remediator', 'Recorder', 'Auditor', 'Acceptor'].flatMap((id) => [
      [id, 'Errors'],
      [id, 'Throttles'],
    ]),
  )('alarms on the %s having %s', (id, metric) => {
    expect(propertiesOf(template, 'AWS::CloudWatch::Alarm', `${id}${metric}`)).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: metric,
      Dimensions: [{ Name: 'FunctionName', Value: `<${id}Function>` }],
      Statistic: 'Sum',
      Threshold: 0,
    });
  });
});

describe('given what the functions count', () => {
  const ours = () =>
    resourcesOf(template, 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties)
      .filter(({ Namespace }) => Namespace === METRIC_NAMESPACE);

  it('alarms on the metrics that nobody may miss, all of them in the catalogue', () => {
    const names = ours().map(({ MetricName }) => MetricName);
    expect(names).toEqual([
      METRICS.notificationFailures,
      METRICS.breakerOpened,
      METRICS.ticketFailures,
      METRICS.settingsInvalid,
      METRICS.settingsClipped,
      METRICS.unreadableDenials,
      METRICS.unreadableSessions,
      METRICS.remediationsUnverified,
      METRICS.coverageLow,
      METRICS.unauditedMembers,
      METRICS.undeliveredEvents,
      METRICS.auditsFinished,
      METRICS.trailMissing,
    ]);
  });

  it('leaves unrecorded sessions a metric: each is an incident with a ticket of its own', () => {
    expect(ours().map(({ MetricName }) => MetricName)).not.toContain(METRICS.unrecordedSessions);
  });

  it.each([
    [15, 3600],
    [30, 3600],
    [31, 3720],
    [60, 7200],
  ])('with an audit every %i minutes, misses it after %i seconds without data', async (auditMinutes, seconds) => {
    const audited = await templateOf(aCeiling('observe'), { auditMinutes });
    expect(propertiesOf(audited, 'AWS::CloudWatch::Alarm', 'AuditsUnfinished')).toMatchObject({
      MetricName: METRICS.auditsFinished,
      Statistic: 'Sum',
      Period: seconds,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'LessThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it.each([
    [15, 3600],
    [31, 3720],
  ])(
    'with an audit every %i minutes, misses a trail for %i seconds after it was last missed',
    async (auditMinutes, seconds) => {
      const audited = await templateOf(aCeiling('observe'), { auditMinutes });
      expect(propertiesOf(audited, 'AWS::CloudWatch::Alarm', 'TrailMissing')).toMatchObject({
        MetricName: METRICS.trailMissing,
        Statistic: 'Sum',
        Period: seconds,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
    },
  );

  it('sums the metric without dimensions, which every count goes to', () => {
    for (const { Dimensions, Statistic, Threshold } of ours()) {
      expect({ Dimensions, Statistic, Threshold }).toEqual({ Dimensions: undefined, Statistic: 'Sum', Threshold: 0 });
    }
  });
});

describe('given any alarm', () => {
  it('says the impact, the first step and where to read on', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(28);
    for (const { Properties } of alarms) {
      expect(Properties['AlarmDescription']).toMatch(/^[A-Z].+\. First: [A-Z].+\. \(README, runbook "[A-Z][^"]+"\)$/);
    }
  });

  it('reports to the topic if the deployment names one, else to nobody', () => {
    const actions = (of: Template) =>
      resourcesOf(of, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties['AlarmActions']);
    expect(new Set(actions(template).map((action) => JSON.stringify(action)))).toEqual(
      new Set([JSON.stringify([TOPIC])]),
    );
    expect(new Set(actions(silent))).toEqual(new Set([undefined]));
  });
});
