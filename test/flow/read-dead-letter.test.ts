import { approvalMessage } from '../../functions/flow/approval-message.ts';
import { deferralOf, noticeMessage, type Order, orderMessage } from '../../functions/flow/own-messages.ts';
import { readDeadLetter } from '../../functions/flow/read-dead-letter.ts';
import { anExecSession } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { anExecuteCommandEvent, aStartSessionEvent } from '../support/session-events.ts';

const EVENT = delivered(aDenialRecord());
const DENIAL = {
  kind: 'denial',
  action: 'logs:CreateLogStream',
  logGroupName: '/ecs/nginx-sample/nginx',
  roleName: 'nginx-sample-task-nginx-role',
  account: '111111111111',
  region: 'ap-northeast-1',
  eventId: '95a42f28-d6de-406c-91df-e24980696995',
  eventTime: '2023-02-11T06:35:04Z',
};
const read = (value: unknown) => readDeadLetter(JSON.stringify(value));

describe('given an event', () => {
  it('is a denial with what leads to its cause', () => {
    expect(read(EVENT)).toEqual(DENIAL);
  });

  it('is the same denial where it waited for its session record', () => {
    expect(readDeadLetter(deferralOf(EVENT, 3, null).body)).toEqual(DENIAL);
  });

  it.each([
    ['ExecuteCommand', anExecuteCommandEvent],
    ['StartSession', aStartSessionEvent],
  ])('is a session, without the command: %s', (_, event) => {
    const { sessionId, clusterArn, personArn, eventId, startedAt } = anExecSession();
    expect(read(event(anExecSession()))).toEqual({
      kind: 'session',
      sessionId,
      clusterArn,
      personArn,
      eventId,
      eventTime: startedAt,
    });
  });

  it('says why it opened no session', () => {
    expect(read(anExecuteCommandEvent(anExecSession(), { errorCode: 'AccessDenied' }))).toEqual({
      kind: 'no-session',
      because: 'refused-call',
      eventId: anExecSession().eventId,
    });
  });
});

describe('given a message of our own', () => {
  it.each<[Order, string]>([
    [{ kind: 'incident', sessionId: 's1' }, 's1'],
    [{ kind: 'delivered', fingerprint: 'f1', sessionId: 's1' }, 's1'],
    [{ kind: 'review', roleId: 'AROA1' }, 'AROA1'],
    [{ kind: 'stack-deletion', roleName: 'web', logicalId: 'TaskRole' }, 'web'],
    [{ kind: 'unmute', fingerprint: 'f1' }, 'f1'],
    [{ kind: 'lapse', fingerprint: 'f1' }, 'f1'],
    [{ kind: 'digest', openedAt: '2026-01-01T00:00:00Z', turn: 1 }, '2026-01-01T00:00:00Z'],
  ])('says what it orders, and about what: %j', (order, about) => {
    expect(readDeadLetter(orderMessage(order))).toEqual({ kind: 'order', what: order.kind, about });
  });

  it('is a notice that is due', () => {
    expect(readDeadLetter(noticeMessage('f1', 'n1', '2026-01-01T00:00:00Z'))).toEqual({
      kind: 'notice',
      what: 'notice',
      about: 'f1',
    });
  });

  it('shows nothing of a click', () => {
    expect(readDeadLetter(approvalMessage({ body: 'secret', timestamp: '1', signature: 'secret' }))).toEqual({
      kind: 'click',
    });
  });
});

describe('given a run that Lambda kept', () => {
  it('says how it failed', () => {
    const run = { requestContext: { condition: 'RetriesExhausted' }, requestPayload: {}, responsePayload: null };
    expect(read({ ...run, responsePayload: { errorMessage: 'no table' } })).toEqual({
      kind: 'failed-run',
      condition: 'RetriesExhausted',
      error: 'no table',
    });
    expect(read(run)).toEqual({ kind: 'failed-run', condition: 'RetriesExhausted', error: '' });
  });
});

describe('given anything else', () => {
  it.each([
    ['{', 'not-json'],
    ['7', 'not-an-event'],
    ['{"requestContext":{"condition":1}}', 'not-an-event'],
    ['{"kind":"review"}', 'not-an-event'],
  ])('says why it cannot be read: %s', (body, code) => {
    expect(readDeadLetter(body)).toEqual({ kind: 'refusal', refusal: { code, detail: expect.any(String) } });
  });
});
