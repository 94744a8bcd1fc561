import * as fc from 'fast-check';
import { type ParsedExecuteCommand, parseExecuteCommand } from '../../functions/domain/execute-command.ts';

/** Request and response as published by AWS; the rest of the record is like any other. */
const REQUEST = {
  cluster: 'ecs-exec-demo-cluster',
  container: 'nginx',
  command: 'ls',
  interactive: true,
  task: '3b3b695a6d104ef5ae31fdb596f27429',
};
const RESPONSE = {
  clusterArn: 'arn:aws:ecs:ap-southeast-1:123456789012:cluster/ecs-exec-demo-cluster',
  containerArn: 'arn:aws:ecs:ap-southeast-1:123456789012:container/6c5790cb-7b68-4bab-9b12-aa6e880e00fa',
  containerName: 'nginx',
  interactive: true,
  session: {
    sessionId: 'ecs-execute-command-00167f6ecbc18ee7e',
    streamUrl:
      'wss://ssmmessages.ap-southeast-1.amazonaws.com/v1/data-channel/ecs-execute-command-00167f6ecbc18ee7e?role=publish_subscribe',
    tokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS',
  },
  taskArn: 'arn:aws:ecs:ap-southeast-1:123456789012:task/ecs-exec-demo-cluster/3b3b695a6d104ef5ae31fdb596f27429',
};
const PERSON = 'arn:aws:sts::123456789012:assumed-role/Developer/ada@example.com';

function aRecord(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventVersion: '1.08',
    userIdentity: { type: 'AssumedRole', arn: PERSON, accountId: '123456789012' },
    eventTime: '2026-03-01T10:00:00Z',
    eventSource: 'ecs.amazonaws.com',
    eventName: 'ExecuteCommand',
    awsRegion: 'ap-southeast-1',
    userAgent: 'aws-cli/2.15.0',
    requestParameters: REQUEST,
    responseElements: RESPONSE,
    eventID: '0d1e9c52-6a0f-4ce1-8a3f-0f2f3c9f4a11',
    recipientAccountId: '123456789012',
    ...overrides,
  };
}

function anEvent(detail: unknown = aRecord(), overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    version: '0',
    source: 'aws.ecs',
    'detail-type': 'AWS API Call via CloudTrail',
    account: '123456789012',
    region: 'ap-southeast-1',
    detail,
    ...overrides,
  };
}

const SESSION = {
  sessionId: 'ecs-execute-command-00167f6ecbc18ee7e',
  account: '123456789012',
  partition: 'aws',
  region: 'ap-southeast-1',
  clusterArn: RESPONSE.clusterArn,
  taskArn: RESPONSE.taskArn,
  taskId: '3b3b695a6d104ef5ae31fdb596f27429',
  containerName: 'nginx',
  personArn: PERSON,
  startedAt: '2026-03-01T10:00:00Z',
  eventId: '0d1e9c52-6a0f-4ce1-8a3f-0f2f3c9f4a11',
};

const codeOf = (parsed: ParsedExecuteCommand) => (parsed.kind === 'refusal' ? parsed.refusal.code : parsed.kind);

describe('given the record of an opened session', () => {
  it('reads the published record without an envelope', () => {
    expect(parseExecuteCommand(aRecord())).toEqual({ kind: 'session', session: SESSION, sourceIdentity: null });
  });

  it('reads the same session from the EventBridge event', () => {
    expect(parseExecuteCommand(anEvent())).toEqual({ kind: 'session', session: SESSION, sourceIdentity: null });
  });

  it('takes container and cluster from the response where the request names neither', () => {
    const requestParameters = { task: REQUEST.task, command: 'ls', interactive: true };
    expect(parseExecuteCommand(aRecord({ requestParameters }))).toEqual({
      kind: 'session',
      session: SESSION,
      sourceIdentity: null,
    });
  });

  it('never takes container and cluster from the request where they differ', () => {
    const requestParameters = { ...REQUEST, container: 'other', cluster: 'elsewhere' };
    expect(parseExecuteCommand(aRecord({ requestParameters }))).toEqual({
      kind: 'session',
      session: SESSION,
      sourceIdentity: null,
    });
  });

  it('reads a task ARN of the old format, which names no cluster', () => {
    const taskArn = 'arn:aws:ecs:ap-southeast-1:123456789012:task/3b3b695a-6d10-4ef5-ae31-fdb596f27429';
    expect(parseExecuteCommand(aRecord({ responseElements: { ...RESPONSE, taskArn } }))).toEqual({
      kind: 'session',
      session: { ...SESSION, taskArn, taskId: '3b3b695a-6d10-4ef5-ae31-fdb596f27429' },
      sourceIdentity: null,
    });
  });

  it("reads today's session ids of 26 letters and digits", () => {
    const session = { sessionId: 'ecs-execute-command-egv8enfq3l9zptzgnrlq6szeji' };
    expect(parseExecuteCommand(aRecord({ responseElements: { ...RESPONSE, session } }))).toEqual({
      kind: 'session',
      session: { ...SESSION, sessionId: session.sessionId },
      sourceIdentity: null,
    });
  });

  it('leaves the person null where the record names none', () => {
    expect(parseExecuteCommand(aRecord({ userIdentity: { type: 'AWSService', invokedBy: 'x' } }))).toEqual({
      kind: 'session',
      session: { ...SESSION, personArn: null },
      sourceIdentity: null,
    });
  });

  it('reads the source identity of the role session', () => {
    const sessionContext = { sessionIssuer: { type: 'Role' }, sourceIdentity: 'ada' };
    const userIdentity = { type: 'AssumedRole', arn: PERSON, sessionContext };
    expect(parseExecuteCommand(aRecord({ userIdentity }))).toEqual({
      kind: 'session',
      session: SESSION,
      sourceIdentity: 'ada',
    });
  });

  it('keeps no word of the command', () => {
    const requestParameters = { ...REQUEST, command: 'mysql -psecret-word' };
    expect(JSON.stringify(parseExecuteCommand(anEvent(aRecord({ requestParameters }))))).not.toContain('secret-word');
  });
});

describe('given a call that opened no session', () => {
  it('tells a dry run', () => {
    const requestParameters = { ...REQUEST, dryrun: true };
    expect(parseExecuteCommand(anEvent(aRecord({ requestParameters })))).toEqual({
      kind: 'dry-run',
      eventId: SESSION.eventId,
    });
  });

  it('does not take the text "true" for a dry run', () => {
    expect(codeOf(parseExecuteCommand(aRecord({ requestParameters: { ...REQUEST, dryrun: 'true' } })))).toBe('session');
  });

  it('tells a refused call with its error code', () => {
    const refused = aRecord({
      errorCode: 'InvalidParameterException',
      errorMessage: 'no agent',
      responseElements: null,
    });
    expect(parseExecuteCommand(refused)).toEqual({
      kind: 'refused-call',
      eventId: SESSION.eventId,
      errorCode: 'InvalidParameterException',
    });
  });
});

describe('given a record that cannot be trusted or read', () => {
  const withResponse = (overrides: object) => aRecord({ responseElements: { ...RESPONSE, ...overrides } });
  const OTHER = 'arn:aws:ecs:ap-southeast-1:999999999999:';

  it.each([
    { name: 'text', input: 'ExecuteCommand', code: 'not-an-event' },
    { name: 'an event of another source', input: anEvent(aRecord(), { source: 'aws.logs' }), code: 'foreign-event' },
    { name: 'an event put by a customer', input: anEvent(aRecord(), { source: 'my.ecs' }), code: 'foreign-event' },
    { name: 'another call', input: aRecord({ eventName: 'RunTask' }), code: 'foreign-event' },
    {
      name: 'the same call of another service',
      input: aRecord({ eventSource: 'ssm.amazonaws.com' }),
      code: 'foreign-event',
    },
    { name: 'no event id', input: aRecord({ eventID: undefined }), code: 'not-an-event' },
    { name: 'no time', input: aRecord({ eventTime: 'yesterday' }), code: 'not-an-event' },
    { name: 'no response', input: aRecord({ responseElements: null }), code: 'not-an-event' },
    { name: 'a response left out', input: aRecord({ responseElements: { omitted: true } }), code: 'truncated' },
    { name: 'no session', input: withResponse({ session: null }), code: 'not-an-event' },
    {
      name: 'a session id of another kind',
      input: withResponse({ session: { sessionId: 'ada-0123' } }),
      code: 'not-an-event',
    },
    {
      name: 'a session id with a star',
      input: withResponse({ session: { sessionId: 'ecs-execute-command-*' } }),
      code: 'not-an-event',
    },
    { name: 'no container', input: withResponse({ containerName: undefined }), code: 'not-an-event' },
    { name: 'a task id instead of an ARN', input: withResponse({ taskArn: SESSION.taskId }), code: 'not-an-event' },
    { name: 'a cluster name instead of an ARN', input: withResponse({ clusterArn: 'demo' }), code: 'not-an-event' },
    {
      name: 'a task of another cluster',
      input: withResponse({ clusterArn: `${RESPONSE.clusterArn}-2` }),
      code: 'mismatch',
    },
    {
      name: 'a task of another account',
      input: withResponse({ taskArn: `${OTHER}task/ecs-exec-demo-cluster/${SESSION.taskId}` }),
      code: 'mismatch',
    },
    { name: 'another recipient', input: aRecord({ recipientAccountId: '999999999999' }), code: 'mismatch' },
    { name: 'an unreadable recipient', input: aRecord({ recipientAccountId: 123456789012 }), code: 'mismatch' },
    { name: 'another Region', input: aRecord({ awsRegion: 'eu-west-1' }), code: 'mismatch' },
    {
      name: 'an envelope of another account',
      input: anEvent(aRecord(), { account: '999999999999' }),
      code: 'mismatch',
    },
    { name: 'an envelope of another Region', input: anEvent(aRecord(), { region: 'eu-west-1' }), code: 'mismatch' },
  ])('refuses $name as $code', ({ input, code }) => {
    expect(codeOf(parseExecuteCommand(input))).toBe(code);
  });
});

describe('given any input at all', () => {
  it('answers without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (input, request, response) => {
        expect(typeof parseExecuteCommand(input).kind).toBe('string');
        const record = aRecord({ requestParameters: request, responseElements: response });
        expect(typeof parseExecuteCommand(anEvent(record)).kind).toBe('string');
      }),
    );
  });

  it('invents no field: every value of a session stands in the record', () => {
    const part = fc.constantFrom(
      undefined,
      null,
      '',
      7,
      ...Object.values(RESPONSE),
      PERSON,
      'eu-west-1',
      '999999999999',
    );
    const keys = ['clusterArn', 'taskArn', 'containerName', 'session'];
    fc.assert(
      fc.property(fc.subarray(keys), part, fc.option(part), (replaced, value, arn) => {
        const response = { ...RESPONSE, ...Object.fromEntries(replaced.map((key) => [key, value])) };
        const record = aRecord({ responseElements: response, userIdentity: { arn } });
        const parsed = parseExecuteCommand(record);
        const text = JSON.stringify(record);
        for (const found of parsed.kind === 'session' ? Object.values(parsed.session) : []) {
          expect(found === null || text.includes(found)).toBe(true);
        }
      }),
    );
  });
});
