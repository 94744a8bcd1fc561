import type { SQSEvent } from 'aws-lambda';
import type { ExecSession } from '../../functions/domain/exec-session.ts';
import { createHandler } from '../../functions/recorder/handler.ts';
import { anExecSession } from '../support/exec-sessions.ts';
import { fakeSessionLedger } from '../support/fakes/session-ledger.ts';
import { recordingTelemetry } from '../support/telemetry.ts';

const FIRST = anExecSession({ sessionId: 'ecs-execute-command-first', eventId: 'event-1' });
const SECOND = anExecSession({ sessionId: 'ecs-execute-command-second', eventId: 'event-2' });

/** The EventBridge event from which this session is read. */
function anEventOf(session: ExecSession, record: Record<string, unknown> = {}): unknown {
  return {
    source: 'aws.ecs',
    'detail-type': 'AWS API Call via CloudTrail',
    account: session.account,
    region: session.region,
    detail: {
      userIdentity: { type: 'AssumedRole', arn: session.personArn },
      eventTime: session.startedAt,
      eventSource: 'ecs.amazonaws.com',
      eventName: 'ExecuteCommand',
      awsRegion: session.region,
      requestParameters: { task: session.taskId, command: 'mysql -psecret-word', interactive: true },
      responseElements: {
        clusterArn: session.clusterArn,
        taskArn: session.taskArn,
        containerName: session.containerName,
        session: { sessionId: session.sessionId },
      },
      eventID: session.eventId,
      recipientAccountId: session.account,
      ...record,
    },
  };
}

function aBatchOf(...bodies: unknown[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index + 1}`,
      receiptHandle: 'r',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '0',
        SenderId: 'events',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:ap-northeast-1:111111111111:sessions',
      awsRegion: 'ap-northeast-1',
    })),
  };
}

function aRecorder() {
  const ledger = fakeSessionLedger();
  const telemetry = recordingTelemetry();
  return { ledger, telemetry, handler: createHandler({ recorder: ledger, telemetry }) };
}

const NOTHING_FAILED = { batchItemFailures: [] };

describe('given events of opened sessions', () => {
  it('writes a line of the ledger for each', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    expect(await handler(aBatchOf(anEventOf(FIRST), anEventOf(SECOND)))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([FIRST, SECOND]);
    expect(telemetry.codes()).toEqual(['EXECLOG_STARTED', 'EXECLOG_SESSION_RECORDED', 'EXECLOG_SESSION_RECORDED']);
    expect(telemetry.counts).toEqual([
      { metric: 'SessionsRecorded', value: 1, dimensions: {} },
      { metric: 'SessionsRecorded', value: 1, dimensions: {} },
    ]);
  });

  it('writes one line when the same event comes twice', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    await handler(aBatchOf(anEventOf(FIRST)));
    expect(await handler(aBatchOf(anEventOf(FIRST)))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([FIRST]);
    expect(telemetry.lines.at(-1)).toEqual(
      expect.objectContaining({ code: 'EXECLOG_SESSION_SKIPPED', fields: expect.objectContaining({ why: 'known' }) }),
    );
  });

  it('keeps and logs no word of the command', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    await handler(aBatchOf(anEventOf(FIRST)));
    expect(JSON.stringify([ledger.lines(), telemetry.lines])).not.toContain('secret-word');
  });
});

describe('given calls that opened no session', () => {
  it.each([
    {
      name: 'a dry run',
      event: anEventOf(FIRST, { requestParameters: { dryrun: true } }),
      fields: { eventId: 'event-1', why: 'dry-run' },
    },
    {
      name: 'a refused call',
      event: anEventOf(FIRST, { errorCode: 'AccessDenied', responseElements: null }),
      fields: { eventId: 'event-1', why: 'refused-call', errorCode: 'AccessDenied' },
    },
  ])('skips $name and says why', async ({ event, fields }) => {
    const { ledger, telemetry, handler } = aRecorder();
    expect(await handler(aBatchOf(event))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([]);
    expect(telemetry.lines.slice(1)).toEqual([
      { level: 'info', code: 'EXECLOG_SESSION_SKIPPED', fields: { messageId: 'm1', ...fields } },
    ]);
    expect(telemetry.counts).toEqual([]);
  });
});

describe('given input that cannot be read', () => {
  it('acknowledges and counts it by code, and records the rest', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    const forged = { ...Object(anEventOf(SECOND)), source: 'my.app' };
    expect(await handler(aBatchOf('no json', anEventOf(FIRST), forged))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([FIRST]);
    expect(telemetry.counts.filter((count) => count.metric === 'RefusedEvents')).toEqual([
      { metric: 'RefusedEvents', value: 1, dimensions: { code: 'not-json' } },
      { metric: 'RefusedEvents', value: 1, dimensions: { code: 'foreign-event' } },
    ]);
  });
});

describe('given a ledger that fails', () => {
  it('gives back only the event that failed, which is recorded when it comes again', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    ledger.fail(FIRST.sessionId, new Error('throttled'));
    const batch = aBatchOf(anEventOf(FIRST), anEventOf(SECOND));
    expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(telemetry.lines.find((line) => line.level === 'error')?.code).toBe('EXECLOG_FAILED');
    ledger.recover();
    expect(await handler(batch)).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([SECOND, FIRST]);
  });

  it('gives the whole batch back where all of it failed', async () => {
    const { ledger, handler } = aRecorder();
    ledger.fail(FIRST.sessionId, new Error('throttled'));
    expect(await handler(aBatchOf(anEventOf(FIRST)))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });
});
