import type { SQSEvent } from 'aws-lambda';
import type { ExecSession } from '../../functions/domain/exec-session.ts';
import type { LedgerLine } from '../../functions/domain/ledger.ts';
import { createHandler } from '../../functions/recorder/handler.ts';
import { anExecSession, NOW, TASK_ID, unreadable } from '../support/builders.ts';
import { type EcsAnswers, fakeEcs } from '../support/fakes/ecs.ts';
import { fakeSessionLedger } from '../support/fakes/session-ledger.ts';
import { aLedgerLine } from '../support/ledger.ts';
import { anExecuteCommandEvent, aStartSessionEvent } from '../support/session-events.ts';
import { recordingTelemetry } from '../support/telemetry.ts';

const FIRST = anExecSession({ sessionId: 'ecs-execute-command-first', eventId: 'event-1' });
const SECOND = anExecSession({ sessionId: 'ecs-execute-command-second', eventId: 'event-2' });

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

function aRecorder(answers: Partial<EcsAnswers> = {}) {
  const ledger = fakeSessionLedger();
  const ecs = fakeEcs(answers);
  const telemetry = recordingTelemetry();
  const handle = createHandler({
    recorder: ledger,
    ecsOf: () => ecs,
    organizationId: null,
    clock: () => NOW,
    telemetry,
  });
  const handler = (event: Parameters<typeof handle>[0], region = 'ap-northeast-1') =>
    handle(event, { invokedFunctionArn: `arn:aws:lambda:${region}:111111111111:function:recorder` });
  return { ledger, ecs, telemetry, handler };
}

const lineOf = (session: ExecSession): LedgerLine => aLedgerLine({ session, recordedAt: NOW.toISOString() });

const NOTHING_FAILED = { batchItemFailures: [] };

describe('given a session of elsewhere', () => {
  it('refuses it: a bus that others may write to cannot fill this ledger', async () => {
    const { handler, ledger, telemetry } = aRecorder();
    expect(await handler(aBatchOf(anExecuteCommandEvent(FIRST)), 'eu-central-1')).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([]);
    expect(telemetry.lines.at(-1)).toMatchObject({ fields: { refusal: { code: 'mismatch' } } });
  });
});

describe('given events of opened sessions', () => {
  it('writes a line of the ledger for each', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    expect(await handler(aBatchOf(anExecuteCommandEvent(FIRST), anExecuteCommandEvent(SECOND)))).toEqual(
      NOTHING_FAILED,
    );
    expect(ledger.lines()).toEqual([lineOf(FIRST), lineOf(SECOND)]);
    expect(telemetry.codes()).toEqual(['EXECLOG_STARTED', 'EXECLOG_SESSION_RECORDED', 'EXECLOG_SESSION_RECORDED']);
    expect(telemetry.counts).toEqual([
      { metric: 'SessionsRecorded', value: 1, dimensions: {} },
      { metric: 'SessionsRecorded', value: 1, dimensions: {} },
    ]);
  });

  it('writes one line when the same event comes twice, and asks ECS once', async () => {
    const { ledger, ecs, telemetry, handler } = aRecorder();
    await handler(aBatchOf(anExecuteCommandEvent(FIRST)));
    expect(await handler(aBatchOf(anExecuteCommandEvent(FIRST)))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([lineOf(FIRST)]);
    expect(ecs.questions).toHaveLength(3);
    expect(telemetry.lines.at(-1)).toEqual(
      expect.objectContaining({ code: 'EXECLOG_SESSION_SKIPPED', fields: expect.objectContaining({ why: 'known' }) }),
    );
  });

  it('says in the log how the session was opened and whether its target is known', async () => {
    const { telemetry, handler } = aRecorder({ task: unreadable });
    await handler(aBatchOf(anExecuteCommandEvent(FIRST)));
    expect(telemetry.lines.at(-1)).toEqual({
      level: 'info',
      code: 'EXECLOG_SESSION_RECORDED',
      fields: {
        messageId: 'm1',
        eventId: 'event-1',
        sessionId: FIRST.sessionId,
        clusterArn: FIRST.clusterArn,
        taskArn: FIRST.taskArn,
        opened: 'exec',
        target: 'unresolved',
        because: 'AccessDenied',
      },
    });
  });

  it('keeps and logs no word of the command', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    await handler(aBatchOf(anExecuteCommandEvent(FIRST)));
    expect(JSON.stringify([ledger.lines(), telemetry.lines])).not.toContain('secret-word');
  });
});

describe('given a session opened on the ECS target past ECS Exec', () => {
  const outside = anExecSession({ sessionId: 'ada-0123456789abcdef0', containerName: `${TASK_ID}-1527056392` });
  const target = { kind: 'unresolved', because: 'a session outside ECS Exec is written nowhere' } as const;

  it('writes a line of the ledger that says so', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    expect(await handler(aBatchOf(aStartSessionEvent(outside)))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([{ ...lineOf(outside), kind: 'outside-exec', target }]);
    expect(telemetry.lines.at(-1)?.fields).toEqual(expect.objectContaining({ opened: 'outside-exec' }));
    expect(telemetry.counts).toEqual([{ metric: 'SessionsRecorded', value: 1, dimensions: {} }]);
  });

  it('refuses one that somebody sent as an event of ECS', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    await handler(aBatchOf({ ...aStartSessionEvent(outside), source: 'aws.ecs' }));
    expect(ledger.lines()).toEqual([]);
    expect(telemetry.counts).toEqual([{ metric: 'RefusedEvents', value: 1, dimensions: { code: 'foreign-event' } }]);
  });
});

describe('given calls that opened no session', () => {
  it.each([
    {
      name: 'a dry run',
      event: anExecuteCommandEvent(FIRST, { requestParameters: { dryrun: true } }),
      fields: { eventId: 'event-1', why: 'dry-run' },
    },
    {
      name: 'a refused call',
      event: anExecuteCommandEvent(FIRST, { errorCode: 'AccessDenied', responseElements: null }),
      fields: { eventId: 'event-1', why: 'refused-call', errorCode: 'AccessDenied' },
    },
    {
      name: 'the session that ECS opens for an ExecuteCommand',
      event: aStartSessionEvent(FIRST, {
        userIdentity: {
          type: 'AssumedRole',
          sessionContext: {
            sessionIssuer: {
              arn: 'arn:aws:iam::111111111111:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
            },
          },
        },
      }),
      fields: { eventId: 'event-1', why: 'by-ecs' },
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
  const cut = { responseElements: { omitted: true, originalSize: 300_000, reason: 'too large' } };
  it.each([
    ['an ExecuteCommand without its answer', anExecuteCommandEvent(FIRST, cut), 1],
    ['a StartSession without its answer', aStartSessionEvent(FIRST, cut), 1],
    ["somebody's own event", { ...anExecuteCommandEvent(FIRST), source: 'my.app' }, 0],
    ['a session', anExecuteCommandEvent(FIRST), 0],
  ])('counts what may be a shell that the ledger does not know: %s', async (_, event, unreadable) => {
    const { telemetry, handler } = aRecorder();
    await handler(aBatchOf(event));
    expect(telemetry.counts.filter(({ metric }) => metric === 'UnreadableSessions')).toHaveLength(unreadable);
  });

  it('acknowledges and counts it by code, and records the rest', async () => {
    const { ledger, telemetry, handler } = aRecorder();
    const forged = { ...anExecuteCommandEvent(SECOND), source: 'my.app' };
    expect(await handler(aBatchOf('no json', anExecuteCommandEvent(FIRST), forged))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([lineOf(FIRST)]);
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
    const batch = aBatchOf(anExecuteCommandEvent(FIRST), anExecuteCommandEvent(SECOND));
    expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(telemetry.lines.find((line) => line.level === 'error')?.code).toBe('EXECLOG_FAILED');
    ledger.recover();
    expect(await handler(batch)).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toEqual([lineOf(SECOND), lineOf(FIRST)]);
  });

  it('gives the whole batch back where all of it failed', async () => {
    const { ledger, handler } = aRecorder();
    ledger.fail(FIRST.sessionId, new Error('throttled'));
    expect(await handler(aBatchOf(anExecuteCommandEvent(FIRST)))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    });
  });
});
