import { createHandler } from '../../functions/acceptor/handler.ts';
import { MemoryLedger } from '../../functions/cli/memory-ledger.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { aVerdict } from '../support/ledger.ts';
import { recordingTelemetry } from '../support/telemetry.ts';

type Event = Parameters<ReturnType<typeof createHandler>>[0];

const NOW = '2023-02-12T09:00:00.000Z';
const INVOCATION = 'e1506fd5-9e7b-434f-bd42-4f8fa224b599';
const AUDITOR = 'arn:aws:iam::111111111111:user/auditor';
const REASON = 'known gap of the pilot, reviewed with the team';
const { sessionId, startedAt } = aVerdict();
const ACCEPTED = { sessionId, acceptedBy: AUDITOR, reason: REASON, acceptedAt: NOW, startedAt };

let ledger: MemoryLedger;
let telemetry: ReturnType<typeof recordingTelemetry>;

beforeEach(() => {
  ledger = new MemoryLedger();
  ledger.verdicts.set(sessionId, aVerdict({ state: 'missing' }));
  telemetry = recordingTelemetry();
});

interface More {
  readonly userArn?: string | null;
  readonly base64?: boolean;
  readonly headers?: object;
  readonly requestId?: string;
}

/** What a function URL hands over of a request; only what the handler may look at is true of it. */
function request(body: unknown, more: More = {}): Event {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const iam = more.userArn === null ? undefined : { userArn: more.userArn ?? AUDITOR };
  const event: unknown = {
    headers: more.headers ?? {},
    requestContext: { requestId: more.requestId ?? INVOCATION, ...(iam === undefined ? {} : { authorizer: { iam } }) },
    body: more.base64 ? Buffer.from(text).toString('base64') : text,
    isBase64Encoded: more.base64 ?? false,
  };
  return event as Event;
}

async function ask(event: Event, ports: Partial<MemoryLedger> = {}) {
  const handler = createHandler({
    ports: { verdicts: ledger, acceptances: Object.assign(ledger, ports) },
    clock: () => new Date(NOW),
    telemetry,
  });
  const { statusCode, headers, body = '' } = await handler(event, { awsRequestId: INVOCATION });
  return { statusCode, headers, body: JSON.parse(body) };
}

const refused = (statusCode: number, code: string) =>
  expect.objectContaining({ statusCode, body: { refused: { code, detail: expect.any(String) } } });

describe('given a caller whom AWS verified', () => {
  it('stores the acceptance and answers with it', async () => {
    expect(await ask(request({ sessionId, reason: REASON }))).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: { accepted: ACCEPTED },
    });
    expect([...ledger.acceptances.values()]).toEqual([ACCEPTED]);
    expect(telemetry.counts).toEqual([{ metric: METRICS.gapsAccepted, value: 1, dimensions: {} }]);
    expect(telemetry.lines.at(-1)).toEqual({
      level: 'info',
      code: LOG_CODES.gapAccepted,
      fields: { caller: AUDITOR, sessionId },
    });
  });

  it('reads a body in base64', async () => {
    expect(await ask(request({ sessionId, reason: REASON }, { base64: true }))).toMatchObject({ statusCode: 200 });
  });

  it('refuses the second acceptance and says who gave the first', async () => {
    await ask(request({ sessionId, reason: REASON }));
    const again = await ask(request({ sessionId, reason: REASON }, { userArn: `${AUDITOR}2` }));
    expect(again.body).toEqual({
      refused: { code: 'already-accepted', detail: `${AUDITOR} accepted this gap at ${NOW}.` },
    });
    expect([...ledger.acceptances.values()]).toEqual([ACCEPTED]);
  });

  it('tells the second of two who ask at once who was first', async () => {
    const first = { ...ACCEPTED, acceptedBy: `${AUDITOR}-first` };
    const saveAcceptance = async () => {
      ledger.acceptances.set(sessionId, first);
      return 'known' as const;
    };
    expect(await ask(request({ sessionId, reason: REASON }), { saveAcceptance })).toMatchObject({
      statusCode: 409,
      body: { refused: { code: 'already-accepted', detail: `${AUDITOR}-first accepted this gap at ${NOW}.` } },
    });
  });

  it('logs a refusal with caller and session', async () => {
    ledger.verdicts.set(sessionId, aVerdict({ state: 'recorded' }));
    expect(await ask(request({ sessionId, reason: REASON }))).toEqual(refused(409, 'nothing-to-accept'));
    expect(telemetry.lines.at(-1)).toMatchObject({
      level: 'warn',
      code: LOG_CODES.acceptanceRefused,
      fields: { caller: AUDITOR, sessionId, refusal: { code: 'nothing-to-accept' } },
    });
    expect(telemetry.counts).toEqual([]);
  });
});

describe('given a body', () => {
  const padded = (bytes: number) => {
    const body = JSON.stringify({ sessionId, reason: REASON });
    return `${body}${' '.repeat(bytes - Buffer.byteLength(body))}`;
  };

  it.each([
    ['plain', false],
    ['in base64', true],
  ])('takes one of 4 KB %s and refuses one byte more', async (_, base64) => {
    expect(await ask(request(padded(4097), { base64 }))).toEqual(refused(400, 'bad-request'));
    expect(await ask(request(padded(4096), { base64 }))).toMatchObject({ statusCode: 200 });
  });

  it.each(['', '{', 'null', '"text"', '[]'])('refuses %j', async (body) => {
    expect(await ask(request(body))).toEqual(refused(400, 'bad-request'));
  });
});

describe('given no verified caller', () => {
  it('believes neither headers nor body', async () => {
    const forged = request(
      { sessionId, reason: REASON, acceptedBy: AUDITOR, requestContext: { authorizer: { iam: { userArn: AUDITOR } } } },
      { userArn: null, headers: { 'x-amzn-iam-user-arn': AUDITOR } },
    );
    expect(await ask(forged)).toEqual(refused(403, 'unknown-caller'));
    expect(ledger.acceptances.size).toBe(0);
  });

  it('believes no event that somebody wrote and handed to Lambda past the URL', async () => {
    // `aws lambda invoke --payload`: whoever may call the URL may do this too, and name anybody as the caller.
    for (const requestId of ['', 'e1506fd5-9e7b-434f-bd42-4f8fa224b598']) {
      expect(await ask(request({ sessionId, reason: REASON }, { requestId }))).toEqual(refused(403, 'unknown-caller'));
    }
    expect(ledger.acceptances.size).toBe(0);
    expect(telemetry.lines[0]).toMatchObject({ code: LOG_CODES.started, fields: { caller: null } });
  });

  it('refuses an empty ARN and an event without a context', async () => {
    expect(await ask(request({ sessionId, reason: REASON }, { userArn: '' }))).toEqual(refused(403, 'unknown-caller'));
    const bare: unknown = { body: '{}' };
    expect(await ask(bare as Event)).toEqual(refused(403, 'unknown-caller'));
  });
});

describe('given a table that fails', () => {
  const failing = async () => {
    throw new Error('throttled');
  };

  it.each([
    ['reading', { findAcceptance: failing }],
    ['writing', { saveAcceptance: failing }],
  ])('asks to come back after %s', async (_, ports) => {
    expect(await ask(request({ sessionId, reason: REASON }), ports)).toEqual({
      statusCode: 503,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'retry-after': '5' },
      body: { refused: { code: 'unavailable', detail: expect.stringContaining('Ask again in 5 seconds.') } },
    });
    expect(telemetry.lines.at(-1)).toMatchObject({ level: 'error', code: LOG_CODES.failed, fields: { sessionId } });
    expect(ledger.acceptances.size).toBe(0);
  });
});
