import type { SQSEvent } from 'aws-lambda';
import type { Place } from '../../functions/domain/jurisdiction.ts';
import { createHandler } from '../../functions/recorder/handler.ts';
import { anExecSession, NOW, unreadable } from '../support/builders.ts';
import { fakeEcs } from '../support/fakes/ecs.ts';
import { fakeSessionLedger } from '../support/fakes/session-ledger.ts';
import { anExecuteCommandEvent, aStartSessionEvent } from '../support/session-events.ts';
import { recordingTelemetry } from '../support/telemetry.ts';

const SESSION = anExecSession();
const MEMBER = { partition: 'aws', account: SESSION.account, region: SESSION.region };
const NOTHING_FAILED = { batchItemFailures: [] };

function aHub(ecs = fakeEcs()) {
  const ledger = fakeSessionLedger();
  const telemetry = recordingTelemetry();
  const asked: Place[] = [];
  const handler = createHandler({
    recorder: ledger,
    ecsOf: ({ partition, account, region }) => {
      asked.push({ partition, account, region });
      return ecs;
    },
    organizationId: 'o-exampleorg1',
    clock: () => NOW,
    telemetry,
  });
  const record = (body: unknown) =>
    handler(batchOf(body), { invokedFunctionArn: 'arn:aws:lambda:eu-central-1:999999999999:function:recorder' });
  return { ledger, telemetry, asked, record };
}

function batchOf(body: unknown): SQSEvent {
  const attributes = {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'events',
    ApproximateFirstReceiveTimestamp: '0',
  };
  const record = {
    messageId: 'm1',
    receiptHandle: 'r',
    body: JSON.stringify(body),
    attributes,
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:999999999999:sessions',
    awsRegion: 'eu-central-1',
  };
  return { Records: [record] };
}

describe('given a hub and the session of a member', () => {
  it('records it, with what ECS of its own account and Region shows', async () => {
    const { ledger, asked, record } = aHub();
    expect(await record(anExecuteCommandEvent(SESSION))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toMatchObject([{ session: { account: MEMBER.account }, target: { kind: 'target' } }]);
    expect(asked).toEqual([MEMBER]);
  });

  it('records it without a target where the member does not let the hub in', async () => {
    const { ledger, record } = aHub(fakeEcs({ task: unreadable, cluster: unreadable, taskDefinition: unreadable }));
    expect(await record(anExecuteCommandEvent(SESSION))).toEqual(NOTHING_FAILED);
    expect(ledger.lines()).toMatchObject([{ target: { kind: 'unresolved' } }]);
  });
});

describe('given a hub and a session that one account tells of another', () => {
  const events = [
    ['ExecuteCommand', anExecuteCommandEvent],
    ['StartSession', aStartSessionEvent],
  ] as const;
  const lies = [
    ['an envelope of another account', { account: '222222222222' }, {}],
    ['an envelope without an account', { account: undefined }, {}],
    ['an envelope of another Region', { region: 'eu-west-1' }, {}],
    ['a record of another trail', {}, { recipientAccountId: '222222222222' }],
  ] as const;

  it.each(
    events.flatMap(([name, made]) =>
      lies.map(([what, envelope, fields]) => [what, name, made, envelope, fields] as const),
    ),
  )('refuses %s: %s', async (_what, _name, made, envelope, fields) => {
    const { ledger, telemetry, asked, record } = aHub();
    expect(await record({ ...made(SESSION, fields), ...envelope })).toEqual(NOTHING_FAILED);
    expect([ledger.lines(), asked]).toEqual([[], []]);
    expect(telemetry.lines.at(-1)).toMatchObject({ fields: { refusal: { code: 'mismatch' } } });
  });

  it.each([
    ['ExecuteCommand', anExecuteCommandEvent, 'mismatch'],
    // It names no account but that of its trail.
    ['StartSession', aStartSessionEvent, 'not-an-event'],
  ])('refuses a record of no trail: %s', async (_, made, code) => {
    const { ledger, telemetry, record } = aHub();
    await record(made(SESSION, { recipientAccountId: undefined }));
    expect(ledger.lines()).toEqual([]);
    expect(telemetry.lines.at(-1)).toMatchObject({ fields: { refusal: { code } } });
  });

  it('refuses one of another partition', async () => {
    const { ledger, record } = aHub();
    const moved = (arn: string) => arn.replace('arn:aws:', 'arn:aws-cn:');
    const { clusterArn, taskArn } = SESSION;
    await record(anExecuteCommandEvent({ ...SESSION, clusterArn: moved(clusterArn), taskArn: moved(taskArn) }));
    expect(ledger.lines()).toEqual([]);
  });
});
