import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { envelopeOf } from './cloudtrail-log.ts';
import { clientOf, failureOf, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';
import { SimulatedClock } from './simulated-clock.ts';

const executed = (eventID: string, eventTime: string) => ({
  eventID,
  eventTime,
  eventName: 'ExecuteCommand',
  eventSource: 'ecs.amazonaws.com',
  readOnly: false,
});
const byName = { LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: 'ExecuteCommand' }] };

describe('given the CloudTrail of a simulated account', () => {
  let account: SimulatedAccount;
  let trail: CloudTrailClient;
  const ids = async (input: LookupEventsCommandInput) =>
    (await trail.send(new LookupEventsCommand(input))).Events?.map(({ EventId }) => EventId);

  beforeEach(async () => {
    account = await startSample(
      {
        cloudtrail: {
          records: [
            executed('one', '2026-11-20T10:00:00Z'),
            executed('three', '2026-11-20T12:00:00Z'),
            executed('two', '2026-11-20T11:00:00Z'),
          ],
        },
      },
      { clock: new SimulatedClock(new Date('2026-11-20T12:30:00Z'), { frozen: true }) },
    );
    trail = new CloudTrailClient(clientOf(account, roleArn('repairer')));
  });
  afterEach(() => account.close());

  it('finds events of a name, newest first, within a time range', async () => {
    expect([
      await ids(byName),
      await ids({ ...byName, StartTime: new Date('2026-11-20T10:30:00Z'), EndTime: new Date('2026-11-20T11:00:00Z') }),
    ]).toEqual([['three', 'two', 'one'], ['two']]);
  });

  it('gives each record whole, as JSON text', async () => {
    const { Events } = await trail.send(new LookupEventsCommand({ ...byName, MaxResults: 1 }));

    expect(Events?.map(({ CloudTrailEvent, EventTime }) => [JSON.parse(CloudTrailEvent ?? ''), EventTime])).toEqual([
      [executed('three', '2026-11-20T12:00:00Z'), new Date('2026-11-20T12:00:00Z')],
    ]);
  });

  it('pages without repeating an event, though every lookup is itself recorded', async () => {
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await trail.send(new LookupEventsCommand({ MaxResults: 2, NextToken }));
      seen.push(...(page.Events ?? []).map(({ EventId }) => EventId));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);

    expect(seen).toEqual(['three', 'two', 'one']);
  });

  it('shows a new record only after the lag, to Event history but not to listeners', async () => {
    const heard: unknown[] = [];
    account.runtime.trail.lagMs = 60_000;
    account.on('record', ({ eventID }) => heard.push(eventID));
    account.runtime.trail.append(executed('four', '2026-11-20T12:30:00Z'));
    const before = await ids(byName);
    account.clock.advance(60_000);

    expect([heard[0], before, await ids(byName)]).toEqual([
      'four',
      ['three', 'two', 'one'],
      ['four', 'three', 'two', 'one'],
    ]);
  });

  it('throttles the third lookup within a second, if switched on', async () => {
    account.runtime.throttleLookups = true;
    await ids(byName);
    await ids(byName);
    const third = await failureOf(ids(byName));
    account.clock.advance(1000);

    expect([third.name, await ids(byName)]).toEqual(['ThrottlingException', ['three', 'two', 'one']]);
  });

  it('takes one attribute only', async () => {
    expect(
      (await failureOf(ids({ LookupAttributes: [...byName.LookupAttributes, ...byName.LookupAttributes] }))).name,
    ).toBe('InvalidLookupAttributesException');
  });

  it('has a trail that logs write management events, until it is configured otherwise', async () => {
    const { trailList } = await trail.send(new DescribeTrailsCommand({}));
    const Name = trailList?.[0]?.TrailARN ?? '';
    for (const simulated of account.stores.trails)
      Object.assign(simulated, { managementEvents: 'ReadOnly', isLogging: false });
    const { IsLogging } = await trail.send(new GetTrailStatusCommand({ Name }));
    const { EventSelectors } = await trail.send(new GetEventSelectorsCommand({ TrailName: Name }));

    expect([
      Name,
      IsLogging,
      EventSelectors?.map(({ ReadWriteType, IncludeManagementEvents }) => [ReadWriteType, IncludeManagementEvents]),
    ]).toEqual(['arn:aws:cloudtrail:eu-central-1:111111111111:trail/management-events', false, [['ReadOnly', true]]]);
    expect((await failureOf(trail.send(new GetTrailStatusCommand({ Name: 'gone' })))).name).toBe(
      'TrailNotFoundException',
    );
  });

  it('denies a role without the permission', async () => {
    const denied = new CloudTrailClient(clientOf(account, roleArn('web-task')));

    expect((await failureOf(denied.send(new LookupEventsCommand({})))).message).toMatch(
      /cloudtrail:LookupEvents on resource: \* because no identity-based/,
    );
  });

  it('wraps a record in the envelope in which EventBridge delivers it', () => {
    const record = {
      eventSource: 'logs.amazonaws.com',
      eventTime: '2026-11-20T10:00:00Z',
      awsRegion: 'eu-central-1',
      recipientAccountId: '111111111111',
    };

    expect(envelopeOf(record)).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.logs',
      account: '111111111111',
      time: '2026-11-20T10:00:00Z',
      region: 'eu-central-1',
      resources: [],
      detail: record,
    });
  });

  it('finds the writes of a role by its name', async () => {
    account.runtime.trail.append({
      ...executed('put', '2026-11-20T12:30:00Z'),
      eventName: 'PutRolePolicy',
      requestParameters: { roleName: 'web-task' },
    });

    expect(await ids({ LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: 'web-task' }] })).toEqual([
      'put',
    ]);
  });
});
