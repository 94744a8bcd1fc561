import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { createSessionHistory, type SessionHistoryOptions } from '../../../functions/adapters/aws/session-history.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const TASK_ID = '0123456789abcdef0123456789abcdef';
const ECS = 'arn:aws:ecs:eu-central-1:111111111111';
const BEFORE = new Date('2026-08-20T10:20:00Z');
const STARTED_AT = '2026-08-20T09:00:00Z';
const sessionId = (index: number) => `ecs-execute-command-session${index}`;

const record = (index: number, fields: Readonly<Record<string, unknown>> = {}) => ({
  eventSource: 'ecs.amazonaws.com',
  eventName: 'ExecuteCommand',
  eventID: `00000000-0000-4000-8000-00000000000${index}`,
  eventTime: STARTED_AT,
  awsRegion: 'eu-central-1',
  recipientAccountId: '111111111111',
  userIdentity: {
    type: 'IAMUser',
    arn: 'arn:aws:iam::111111111111:user/ada',
    principalId: 'AIDAEXAMPLE',
    accountId: '111111111111',
  },
  responseElements: {
    clusterArn: `${ECS}:cluster/shop`,
    taskArn: `${ECS}:task/shop/${TASK_ID}`,
    containerName: 'web',
    session: { sessionId: sessionId(index) },
  },
  ...fields,
});

const event = (body: unknown) => ({ CloudTrailEvent: JSON.stringify(body) });

const session = (index: number) => ({
  kind: 'read',
  value: {
    sessionId: sessionId(index),
    account: '111111111111',
    partition: 'aws',
    region: 'eu-central-1',
    clusterArn: `${ECS}:cluster/shop`,
    taskArn: `${ECS}:task/shop/${TASK_ID}`,
    taskId: TASK_ID,
    containerName: 'web',
    personArn: 'arn:aws:iam::111111111111:user/ada',
    startedAt: STARTED_AT,
    eventId: `00000000-0000-4000-8000-00000000000${index}`,
  },
});

const client = new CloudTrailClient(CLIENT);
const trail = mockClient(client);
const inputs = () => trail.commandCalls(LookupEventsCommand).map(({ args: [command] }) => command.input);

const history = (options: Partial<SessionHistoryOptions> = {}) =>
  createSessionHistory(client, {
    clock: () => BEFORE,
    sleep: async () => undefined,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    windowMilliseconds: 60_000,
    ...options,
  });

beforeEach(() => trail.reset());

describe('given a session in the event history', () => {
  it('scans a day of ExecuteCommand records, page by page, until it is found', async () => {
    trail
      .on(LookupEventsCommand)
      .resolvesOnce({ Events: [event(record(1)), { CloudTrailEvent: '{' }, {}], NextToken: 'page-2' })
      .resolvesOnce({ Events: [event({ eventName: 'other' }), event(record(2))], NextToken: 'page-3' });
    await expect(history().findSession({ sessionId: sessionId(2), before: BEFORE })).resolves.toEqual(session(2));
    const first = {
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'ExecuteCommand' }],
      StartTime: new Date('2026-08-19T10:19:00Z'),
      EndTime: BEFORE,
      MaxResults: 50,
    };
    expect(inputs()).toEqual([first, { ...first, NextToken: 'page-2' }]);
  });

  it('does not take a dry run or a refused call for a session', async () => {
    trail.on(LookupEventsCommand).resolves({
      Events: [
        event(record(1, { requestParameters: { dryrun: true } })),
        event(record(1, { errorCode: 'AccessDenied' })),
      ],
    });
    await expect(history().findSession({ sessionId: sessionId(1), before: BEFORE })).resolves.toEqual({
      kind: 'absent',
    });
  });
});

describe('given a session that is not in the event history', () => {
  it('is absent after the last page', async () => {
    trail.on(LookupEventsCommand).resolvesOnce({ Events: [], NextToken: 'page-2' }).resolvesOnce({});
    await expect(history().findSession({ sessionId: sessionId(1), before: BEFORE })).resolves.toEqual({
      kind: 'absent',
    });
    expect(inputs()).toHaveLength(2);
  });

  it('is unreadable after 20 pages with more to come', async () => {
    trail.on(LookupEventsCommand).resolves({ Events: [event(record(1))], NextToken: 'more' });
    await expect(history().findSession({ sessionId: sessionId(2), before: BEFORE })).resolves.toEqual({
      kind: 'unreadable',
      because: 'the event history holds more than 20 pages of ExecuteCommand records',
    });
    expect(inputs()).toHaveLength(20);
  });

  it('is unreadable where the history may not be read', async () => {
    trail.on(LookupEventsCommand).rejects(awsError('AccessDeniedException'));
    await expect(history().findSession({ sessionId: sessionId(1), before: BEFORE })).resolves.toEqual({
      kind: 'unreadable',
      because: 'cloudtrail:LookupEvents is not permitted (AccessDenied)',
    });
  });

  it('throws throttling', async () => {
    trail.on(LookupEventsCommand).rejects(awsError('ThrottlingException'));
    await expect(history().findSession({ sessionId: sessionId(1), before: BEFORE })).rejects.toThrow('synthetic');
  });
});

describe('given two requests a second', () => {
  it('spaces the pages of all searches by half a second', async () => {
    let now = BEFORE.getTime();
    const sentAt: number[] = [];
    trail.on(LookupEventsCommand).callsFake(async () => {
      sentAt.push(now - BEFORE.getTime());
      return { Events: [], NextToken: sentAt.length < 3 ? 'more' : undefined };
    });
    const paced = history({
      requestsPerSecond: 2,
      clock: () => new Date(now),
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    });
    await paced.findSession({ sessionId: sessionId(1), before: BEFORE });
    await paced.findSession({ sessionId: sessionId(1), before: new Date(BEFORE.getTime() + 60_000) });
    expect(sentAt).toEqual([0, 500, 1000, 1500]);
  });
});

describe('given several searches of one window', () => {
  it('reads each page of the hour once, also for searches side by side', async () => {
    trail
      .on(LookupEventsCommand)
      .resolvesOnce({ Events: [event(record(1))], NextToken: 'page-2' })
      .resolvesOnce({ Events: [event(record(2))] })
      .rejects(awsError('a third page'));
    const shared = history({ windowMilliseconds: 3_600_000 });
    const answers = await Promise.all(
      [2, 1, 3].map((index) => shared.findSession({ sessionId: sessionId(index), before: BEFORE })),
    );
    expect(answers).toEqual([session(2), session(1), { kind: 'absent' }]);
    expect(inputs().map(({ StartTime, EndTime, NextToken }) => ({ StartTime, EndTime, NextToken }))).toEqual([
      { StartTime: new Date('2026-08-19T10:00:00Z'), EndTime: new Date('2026-08-20T11:00:00Z'), NextToken: undefined },
      { StartTime: new Date('2026-08-19T10:00:00Z'), EndTime: new Date('2026-08-20T11:00:00Z'), NextToken: 'page-2' },
    ]);
  });

  it('does not show a session that began after the moment asked for', async () => {
    trail.on(LookupEventsCommand).resolves({ Events: [event(record(1, { eventTime: '2026-08-20T10:40:00Z' }))] });
    await expect(
      history({ windowMilliseconds: 3_600_000 }).findSession({ sessionId: sessionId(1), before: BEFORE }),
    ).resolves.toEqual({
      kind: 'absent',
    });
  });

  it('reads anew once the window is over, since the history lags', async () => {
    trail
      .on(LookupEventsCommand)
      .resolvesOnce({ Events: [] })
      .resolves({ Events: [event(record(1))] });
    const minutely = history();
    const at = (seconds: number) =>
      minutely.findSession({ sessionId: sessionId(1), before: new Date(BEFORE.getTime() + seconds * 1000) });
    await expect(at(1)).resolves.toEqual({ kind: 'absent' });
    await expect(at(59)).resolves.toEqual({ kind: 'absent' });
    await expect(at(61)).resolves.toEqual(session(1));
  });

  it('reads a page again that failed', async () => {
    trail
      .on(LookupEventsCommand)
      .rejectsOnce(awsError('ThrottlingException'))
      .resolves({ Events: [event(record(1))] });
    const shared = history({ windowMilliseconds: 3_600_000 });
    await expect(shared.findSession({ sessionId: sessionId(1), before: BEFORE })).rejects.toThrow('synthetic');
    await expect(shared.findSession({ sessionId: sessionId(1), before: BEFORE })).resolves.toEqual(session(1));
  });
});
