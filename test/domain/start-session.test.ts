import * as fc from 'fast-check';
import { type ParsedStartSession, parseStartSession } from '../../functions/domain/start-session.ts';
import { anExecSession, TASK_ID } from '../support/builders.ts';
import { aStartSessionEvent } from '../support/session-events.ts';

const SESSION = anExecSession({ sessionId: 'ada-0123456789abcdef0', containerName: `${TASK_ID}-1527056392` });
const ECS_ROLE = 'arn:aws:iam::111111111111:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS';

const anEvent = (record: Record<string, unknown> = {}) => aStartSessionEvent(SESSION, record);
const aRecord = (record: Record<string, unknown> = {}): unknown => anEvent(record)['detail'];
const issuedBy = (arn: string, more: object = {}) => ({
  userIdentity: { type: 'AssumedRole', arn: SESSION.personArn, sessionContext: { sessionIssuer: { arn }, ...more } },
});
const aTarget = (target: unknown) => ({ requestParameters: { target } });
const codeOf = (parsed: ParsedStartSession) => (parsed.kind === 'refusal' ? parsed.refusal.code : parsed.kind);

describe('given a session that a person opened past ECS Exec', () => {
  it.each([
    { name: 'an EventBridge event', input: anEvent() },
    { name: 'a bare record', input: aRecord() },
  ])('reads $name: task and cluster from the target, the runtime id for the container', ({ input }) => {
    expect(parseStartSession(input)).toEqual({ kind: 'session', session: SESSION, sourceIdentity: null });
  });

  it('reads the source identity', () => {
    const input = anEvent(issuedBy('arn:aws:iam::111111111111:role/Developer', { sourceIdentity: 'ada' }));
    expect(parseStartSession(input)).toEqual({ kind: 'session', session: SESSION, sourceIdentity: 'ada' });
  });

  it('reads a cluster whose name holds underscores', () => {
    const parsed = parseStartSession(anEvent(aTarget(`ecs:my_own_cluster_${TASK_ID}_${SESSION.containerName}`)));
    expect(parsed).toEqual({
      kind: 'session',
      session: {
        ...SESSION,
        clusterArn: 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/my_own_cluster',
        taskArn: `arn:aws:ecs:ap-northeast-1:111111111111:task/my_own_cluster/${TASK_ID}`,
      },
      sourceIdentity: null,
    });
  });

  it('is no session of ECS Exec by the name that its opener chose', () => {
    const sessionId = 'ecs-execute-command-0123456789abcdef0';
    const responseElements = { sessionId };
    expect(parseStartSession(anEvent({ responseElements }))).toEqual({
      kind: 'session',
      session: { ...SESSION, sessionId },
      sourceIdentity: null,
    });
  });

  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eu-central-1', 'aws'],
  ])('of a caller without an ARN in %s stands in the partition %s', (region, partition) => {
    const session = { ...SESSION, region, personArn: null };
    const parsed = parseStartSession(aStartSessionEvent(session, { userIdentity: { type: 'AWSService' } }));
    expect(parsed).toEqual({
      kind: 'session',
      session: {
        ...session,
        partition,
        clusterArn: `arn:${partition}:ecs:${region}:111111111111:cluster/nginx-sample-cluster`,
        taskArn: `arn:${partition}:ecs:${region}:111111111111:task/nginx-sample-cluster/${TASK_ID}`,
      },
      sourceIdentity: null,
    });
  });
});

describe('given the session that ECS opens for an ExecuteCommand', () => {
  it('tells it by the service-linked role', () => {
    expect(parseStartSession(anEvent(issuedBy(ECS_ROLE)))).toEqual({ kind: 'by-ecs', eventId: SESSION.eventId });
  });

  it.each([
    { name: 'a role of that name elsewhere', arn: 'arn:aws:iam::111111111111:role/AWSServiceRoleForECS' },
    { name: "another service's role", arn: ECS_ROLE.replace('ecs.', 'ecs-tasks.') },
    { name: 'a role under a path that ends so', arn: ECS_ROLE.replace(':role/', ':role/team/') },
    { name: 'a user under that path', arn: ECS_ROLE.replace(':role/', ':user/') },
  ])('does not take $name for ECS', ({ arn }) => {
    expect(codeOf(parseStartSession(anEvent(issuedBy(arn))))).toBe('session');
  });

  it('does not take the word of the caller for it', () => {
    const userIdentity = { type: 'AssumedRole', arn: ECS_ROLE, invokedBy: 'ecs.amazonaws.com' };
    expect(codeOf(parseStartSession(anEvent({ userIdentity, userAgent: 'ecs.amazonaws.com' })))).toBe('session');
  });
});

describe('given a call that AWS refused', () => {
  it('tells it with its error code', () => {
    expect(parseStartSession(anEvent({ errorCode: 'AccessDenied', responseElements: null }))).toEqual({
      kind: 'refused-call',
      eventId: SESSION.eventId,
      errorCode: 'AccessDenied',
    });
  });
});

describe('given a record that cannot be trusted or read', () => {
  it.each([
    { name: 'text', input: 'StartSession', code: 'not-an-event' },
    { name: 'an event put by a customer', input: { ...anEvent(), source: 'my.ssm' }, code: 'foreign-event' },
    { name: 'an event of another source', input: { ...anEvent(), source: 'aws.ecs' }, code: 'foreign-event' },
    { name: 'another call', input: anEvent({ eventName: 'ResumeSession' }), code: 'foreign-event' },
    {
      name: 'the call of another service',
      input: anEvent({ eventSource: 'ecs.amazonaws.com' }),
      code: 'foreign-event',
    },
    { name: 'no event id', input: anEvent({ eventID: undefined }), code: 'not-an-event' },
    { name: 'no time', input: anEvent({ eventTime: 'yesterday' }), code: 'not-an-event' },
    { name: 'no account', input: aRecord({ recipientAccountId: undefined }), code: 'not-an-event' },
    { name: 'no Region', input: aRecord({ awsRegion: 'everywhere' }), code: 'not-an-event' },
    { name: 'an envelope of another account', input: { ...anEvent(), account: '999999999999' }, code: 'mismatch' },
    { name: 'an envelope of another Region', input: { ...anEvent(), region: 'eu-west-1' }, code: 'mismatch' },
    { name: 'an instance as the target', input: anEvent(aTarget('i-0123456789abcdef0')), code: 'not-an-event' },
    { name: 'a target without a task', input: anEvent(aTarget('ecs:cluster_task_runtime')), code: 'not-an-event' },
    { name: 'no target', input: anEvent({ requestParameters: null }), code: 'not-an-event' },
    { name: 'no response', input: anEvent({ responseElements: null }), code: 'not-an-event' },
    { name: 'a request left out', input: anEvent({ requestParameters: { omitted: true } }), code: 'truncated' },
    { name: 'a response left out', input: anEvent({ responseElements: { omitted: true } }), code: 'truncated' },
    {
      name: 'a session id with a star',
      input: anEvent({ responseElements: { sessionId: 'a*' } }),
      code: 'not-an-event',
    },
    {
      name: 'a session id of 97 characters',
      input: anEvent({ responseElements: { sessionId: 'a'.repeat(97) } }),
      code: 'not-an-event',
    },
  ])('refuses $name as $code', ({ input, code }) => {
    expect(codeOf(parseStartSession(input))).toBe(code);
  });

  it('reads a session id of 96 characters', () => {
    expect(codeOf(parseStartSession(anEvent({ responseElements: { sessionId: 'a'.repeat(96) } })))).toBe('session');
  });
});

describe('given any input at all', () => {
  it('answers without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (input, requestParameters, responseElements) => {
        expect(typeof parseStartSession(input).kind).toBe('string');
        expect(typeof parseStartSession(anEvent({ requestParameters, responseElements })).kind).toBe('string');
      }),
    );
  });
});
