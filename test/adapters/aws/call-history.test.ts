import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallHistory } from '../../../functions/adapters/aws/call-history.ts';
import type { HistoryQuery } from '../../../functions/ports.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const FROM = new Date('2026-11-20T09:00:00Z');
const TO = new Date('2026-11-20T10:00:00Z');
const TASK_ID = 'a9112a0a96ed445cbc93a90807e34e37';
const MINUTE = 60_000;

const client = new CloudTrailClient(CLIENT);
const trail = mockClient(client);
const inputs = () => trail.commandCalls(LookupEventsCommand).map(({ args: [command] }) => command.input);
const record = (eventID: string) => ({ eventID });
const event = (eventID: string) => ({ CloudTrailEvent: JSON.stringify(record(eventID)) });
const query = (fields: Partial<HistoryQuery> = {}): HistoryQuery => ({
  attribute: 'Username',
  value: TASK_ID,
  from: FROM,
  to: TO,
  maxPages: 2,
  ...fields,
});

let now = TO.getTime();
const history = (requestsPerSecond = Number.POSITIVE_INFINITY) =>
  createCallHistory(client, {
    clock: () => new Date(now),
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    requestsPerSecond,
  });

beforeEach(() => {
  trail.reset();
  now = TO.getTime();
});

describe('given records in the event history', () => {
  it('reads them page by page, as they are written, and leaves out what is no JSON', async () => {
    trail
      .on(LookupEventsCommand)
      .resolvesOnce({ Events: [event('newest'), { CloudTrailEvent: '{' }, {}], NextToken: 'page-2' })
      .resolvesOnce({ Events: [event('older')] });
    await expect(history().findRecords(query())).resolves.toEqual({
      kind: 'read',
      value: { records: [record('newest'), record('older')], complete: true },
    });
    const first = {
      LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: TASK_ID }],
      StartTime: FROM,
      EndTime: TO,
      MaxResults: 50,
    };
    expect(inputs()).toEqual([first, { ...first, NextToken: 'page-2' }]);
  });

  it.each([
    [1, { records: [record('newest')], complete: false }],
    [2, { records: [record('newest'), record('older')], complete: true }],
  ])('with two pages and %d asked for, tells whether that is all', async (maxPages, value) => {
    trail
      .on(LookupEventsCommand)
      .resolvesOnce({ Events: [event('newest')], NextToken: 'page-2' })
      .resolvesOnce({ Events: [event('older')] });
    await expect(history().findRecords(query({ maxPages }))).resolves.toEqual({ kind: 'read', value });
  });

  it('knows an empty page', async () => {
    trail.on(LookupEventsCommand).resolves({});
    await expect(history().findRecords(query())).resolves.toEqual({
      kind: 'read',
      value: { records: [], complete: true },
    });
  });
});

describe('given a history that cannot be read', () => {
  it.each([
    ['AccessDeniedException', 'cloudtrail:LookupEvents is not permitted (AccessDenied)'],
    ['ResourceNotFoundException', 'cloudtrail:LookupEvents failed (ResourceNotFound)'],
    ['InvalidTimeRangeException', 'cloudtrail:LookupEvents failed (InvalidTimeRange)'],
  ])('is unreadable after %s, and is asked again', async (name, because) => {
    trail.on(LookupEventsCommand).rejectsOnce(awsError(name)).resolves({});
    const asked = history();
    await expect(asked.findRecords(query())).resolves.toEqual({ kind: 'unreadable', because });
    await expect(asked.findRecords(query())).resolves.toEqual({ kind: 'read', value: { records: [], complete: true } });
  });

  it('throws throttling, and is asked again', async () => {
    trail.on(LookupEventsCommand).rejectsOnce(awsError('ThrottlingException')).resolves({});
    const asked = history();
    await expect(asked.findRecords(query())).rejects.toThrow('synthetic');
    await expect(asked.findRecords(query())).resolves.toEqual({ kind: 'read', value: { records: [], complete: true } });
  });
});

describe('given two requests a second', () => {
  it('spaces the pages of all questions by half a second', async () => {
    const sentAt: number[] = [];
    trail.on(LookupEventsCommand).callsFake(async () => {
      sentAt.push(now - TO.getTime());
      return { NextToken: 'more' };
    });
    const paced = history(2);
    await paced.findRecords(query());
    await paced.findRecords(query({ value: 'other' }));
    expect(sentAt).toEqual([0, 500, 1000, 1500]);
  });
});

describe('given the same question again', () => {
  beforeEach(() => trail.on(LookupEventsCommand).resolves({ Events: [event('newest')] }));

  it('asks CloudTrail once, also for questions side by side', async () => {
    const asked = history();
    const [first, second] = await Promise.all([asked.findRecords(query()), asked.findRecords(query())]);
    expect([second, inputs().length]).toEqual([first, 1]);
  });

  it.each<[string, Partial<HistoryQuery>]>([
    ['attribute', { attribute: 'EventName' }],
    ['value', { value: 'other' }],
    ['beginning', { from: new Date(FROM.getTime() + 1) }],
    ['end', { to: new Date(TO.getTime() + 1) }],
    ['number of pages', { maxPages: 1 }],
  ])('with another %s, asks anew', async (_, fields) => {
    const asked = history();
    await asked.findRecords(query());
    await asked.findRecords(query(fields));
    expect(inputs()).toHaveLength(2);
  });

  it.each([
    ['just before five minutes', 5 * MINUTE - 1, 1],
    ['after five minutes', 5 * MINUTE, 2],
  ])('%s, asks %s', async (_, later, requests) => {
    const asked = history();
    await asked.findRecords(query());
    now += later;
    await asked.findRecords(query());
    expect(inputs()).toHaveLength(requests);
  });

  it.each([
    [7, 8],
    [8, 10],
  ])('after %d other questions, has made %d requests', async (others, requests) => {
    const asked = history();
    await asked.findRecords(query());
    for (let other = 0; other < others; other += 1) await asked.findRecords(query({ value: `other-${other}` }));
    await asked.findRecords(query());
    expect(inputs()).toHaveLength(requests);
  });
});
