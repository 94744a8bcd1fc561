import { loggingChangeOf } from '../../functions/domain/logging-change.ts';
import { CLUSTER_ARN } from '../support/builders.ts';

const SESSION = { clusterArn: CLUSTER_ARN, startedAt: '2023-02-11T06:30:00Z' };
const PERSON = 'arn:aws:sts::111111111111:assumed-role/Admin/mallory@example.com';

function aChange(overrides: Record<string, unknown> = {}, configuration: unknown = { logging: 'NONE' }) {
  return {
    eventTime: '2023-02-11T06:00:00Z',
    eventID: 'change-1',
    eventSource: 'ecs.amazonaws.com',
    eventName: 'UpdateCluster',
    awsRegion: 'ap-northeast-1',
    recipientAccountId: '111111111111',
    userIdentity: { type: 'AssumedRole', arn: PERSON },
    requestParameters: {
      cluster: 'nginx-sample-cluster',
      configuration: { executeCommandConfiguration: configuration },
    },
    responseElements: { cluster: { clusterArn: CLUSTER_ARN } },
    ...overrides,
  };
}

const FOUND = { changedAt: '2023-02-11T06:00:00Z', changedBy: PERSON, eventId: 'change-1', logging: 'NONE' };

it('tells when, by whom and to what the logging was changed', () => {
  expect(loggingChangeOf([aChange()], SESSION, null)).toEqual(FOUND);
});

it('tells the last of several changes', () => {
  const records = ['05:00:00', '06:29:00', '06:10:00'].map((time) => aChange({ eventTime: `2023-02-11T${time}Z` }));
  expect(loggingChangeOf(records, SESSION, null)?.changedAt).toBe('2023-02-11T06:29:00Z');
});

it.each([
  ['who switched it off before the start, not who switched it back', ['06:29:00', '06:40:00'], '06:29:00'],
  ['who switched it first while it ran', ['06:45:00', '06:40:00'], '06:40:00'],
])('tells %s', (_, times, told) => {
  const records = times.map((time) => aChange({ eventTime: `2023-02-11T${time}Z` }));
  expect(loggingChangeOf(records, SESSION, '2023-02-11T06:50:00Z')?.changedAt).toBe(`2023-02-11T${told}Z`);
});

it.each([
  ['24 hours before the start', '2023-02-10T06:30:00Z', null, true],
  ['longer before it', '2023-02-10T06:29:59Z', null, false],
  ['at the start', '2023-02-11T06:30:00Z', null, true],
  ['after the start, where no end is known', '2023-02-11T06:30:01Z', null, false],
  ['at the end', '2023-02-11T06:50:00Z', '2023-02-11T06:50:00Z', true],
  ['after the end', '2023-02-11T06:50:01Z', '2023-02-11T06:50:00Z', false],
])('%s', (_, eventTime, endedAt, counts) => {
  expect(loggingChangeOf([aChange({ eventTime })], SESSION, endedAt) !== null).toBe(counts);
});

const byName = (cluster: string | undefined, more = {}) =>
  aChange({
    responseElements: null,
    requestParameters: { cluster, configuration: { executeCommandConfiguration: { logging: 'NONE' } } },
    ...more,
  });

it.each([
  ['a refused call', aChange({ errorCode: 'AccessDenied' }), false],
  ['another call', aChange({ eventName: 'UpdateClusterSettings' }), false],
  ['another service', aChange({ eventSource: 'eks.amazonaws.com' }), false],
  ['a call about something else', aChange({}, null), false],
  ['another cluster', aChange({ responseElements: { cluster: { clusterArn: `${CLUSTER_ARN}-2` } } }), false],
  ['the cluster by its name', byName('nginx-sample-cluster'), true],
  ['the cluster by its ARN', byName(CLUSTER_ARN), true],
  ['another cluster by its name', byName('nginx-sample'), false],
  ['the name in another Region', byName('nginx-sample-cluster', { awsRegion: 'eu-west-1' }), false],
  ['the name in another account', byName('nginx-sample-cluster', { recipientAccountId: '222222222222' }), false],
  ['the default cluster', byName(undefined), false],
  ['no record', 'nonsense', false],
])('%s', (_, record, counts) => {
  expect(loggingChangeOf([record], SESSION, null) !== null).toBe(counts);
});

it('reads the making of a cluster as a change, and a call that sets no logging as one to null', () => {
  const made = aChange(
    { eventName: 'CreateCluster', responseElements: { cluster: { clusterArn: CLUSTER_ARN } } },
    { kmsKeyId: 'alias/exec' },
  );
  expect(loggingChangeOf([made], SESSION, null)).toEqual({ ...FOUND, logging: null });
});
