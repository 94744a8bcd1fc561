import { matchingSession, sessionIdOf } from '../../functions/domain/denied-session.ts';
import type { ExecSession } from '../../functions/domain/exec-session.ts';
import { absent, aDenial, anExecSession, read, SESSION_ID, unreadable } from '../support/builders.ts';
import { aCompanionDenial, aRouterDenial, BUCKET_ARN, BUCKET_KEY_ARN } from '../support/other-signals.ts';

describe('the session that a denial names', () => {
  it.each([
    ['the stream of a delivery', aDenial(), SESSION_ID],
    ['none without a stream', aDenial({ logStreamName: null }), null],
    ["none by a router's stream", aRouterDenial(), null],
    ["none by the driver's stream", aDenial({ source: 'awslogs-driver' }), null],
    ['none at the start of a session', aCompanionDenial('session-key'), null],
    ['the object', aCompanionDenial('object'), SESSION_ID],
    [
      'the object without a prefix',
      aCompanionDenial('object', { resource: `${BUCKET_ARN}/${SESSION_ID}.log` }),
      SESSION_ID,
    ],
    ['the bucket alone', aCompanionDenial('object', { resource: BUCKET_ARN }), null],
    ['another object', aCompanionDenial('object', { resource: `${BUCKET_ARN}/x${SESSION_ID}.log` }), null],
    ['a longer object', aCompanionDenial('object', { resource: `${BUCKET_ARN}/${SESSION_ID}.log.gz` }), null],
    ["the bucket's key", aCompanionDenial('object', { resource: BUCKET_KEY_ARN }), null],
    [
      'the request, where the sentence names the key',
      aCompanionDenial('object', { resource: BUCKET_KEY_ARN, objectKey: `a/b/${SESSION_ID}.log` }),
      SESSION_ID,
    ],
  ])('is %s', (_, denial, expected) => {
    expect(sessionIdOf(denial)).toBe(expected);
  });
});

describe('the session of a denial at the start of a session', () => {
  const STARTED_AT = '2023-02-11T06:30:00Z';
  const deniedAt = (eventTime: string | null) => aCompanionDenial('session-key', { eventTime });
  const matches = (denial = deniedAt(STARTED_AT), session: Partial<ExecSession> = {}): boolean =>
    matchingSession(denial, { session: read(anExecSession({ startedAt: STARTED_AT, ...session })) }) !== null;

  it.each([
    ['2023-02-11T06:28:59Z', false],
    ['2023-02-11T06:29:00Z', true],
    ['2023-02-11T06:30:00Z', true],
    ['2023-02-11T06:35:00Z', true],
    ['2023-02-11T06:35:01Z', false],
    ['never', false],
    [null, false],
  ])('is near in time: %s, %s', (eventTime, expected) => {
    expect(matches(deniedAt(eventTime))).toBe(expected);
  });

  it.each<Partial<ExecSession>>([
    { taskId: 'b9112a0a96ed445cbc93a90807e34e37' },
    { account: '222222222222' },
    { region: 'eu-central-1' },
    { partition: 'aws-cn' },
  ])('is of the same task and place: %j', (session) => {
    expect(matches(undefined, session)).toBe(false);
  });

  it('is none where no record was read', () => {
    expect([absent, unreadable].map((session) => matchingSession(deniedAt(STARTED_AT), { session }))).toEqual([
      null,
      null,
    ]);
  });

  it('is the one that an upload names, whenever that was', () => {
    const late = aCompanionDenial('object', { eventTime: '2023-02-11T09:00:00Z' });
    expect(matches(late)).toBe(true);
    expect(matches(late, { sessionId: 'ecs-execute-command-other' })).toBe(false);
    expect(matches(aCompanionDenial('object', { resource: BUCKET_ARN }))).toBe(false);
  });
});
