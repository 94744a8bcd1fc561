import { slackHeadersOf, verifySlackRequest } from '../../functions/adapters/slack/signature.ts';
import { readApprovalMessage } from '../../functions/flow/approval-message.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import {
  type ApproverEvent,
  aBot,
  anApprover,
  approveBody,
  delivered,
  PROPOSAL_ID,
  SIGNING_SECRET,
  signedClick,
} from '../support/approver.ts';
import { formOf } from '../support/vendors/slack-click.ts';

const NOW = new Date('2026-11-21T07:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const answer = (statusCode: number, headers = {}) => ({
  statusCode,
  headers: { 'cache-control': 'no-store', ...headers },
  body: '',
});

let approver: ReturnType<typeof anApprover>;

beforeEach(() => {
  approver = anApprover(NOW);
});

/** What is left to see after a request that was turned away. */
const turnedAway = (verdict: string) => {
  expect(approver.queue.sent).toEqual([]);
  expect(approver.telemetry.counts).toEqual([{ metric: METRICS.clicksRefused, value: 1, dimensions: { verdict } }]);
  expect(approver.telemetry.lines).toEqual([{ level: 'warn', code: LOG_CODES.clickRefused, fields: { verdict } }]);
};

const failed = (because: string) => {
  expect(approver.queue.sent).toEqual([]);
  expect(approver.telemetry.counts).toEqual([{ metric: METRICS.clicksFailed, value: 1, dimensions: {} }]);
  expect(approver.telemetry.lines).toEqual([{ level: 'error', code: LOG_CODES.failed, fields: { because } }]);
};

describe('given a click that Slack signed', () => {
  it.each([
    ['plain', false],
    ['in base64', true],
  ])('hands on the very bytes and both headers, where the body comes %s', async (_, base64) => {
    const click = signedClick(NOW);
    expect(await approver.handler(delivered(click, { base64 }))).toEqual(answer(200));
    const { timestamp, signature } = slackHeadersOf(click.headers);
    const [message] = approver.queue.sent;
    expect(approver.queue.sent).toHaveLength(1);
    expect(message?.delaySeconds).toBe(0);
    expect(JSON.parse(message?.body ?? '')).toEqual({
      kind: 'approval',
      body: Buffer.from(click.body).toString('base64'),
      timestamp,
      signature,
    });
  });

  it('hands on what the remediator reads, and what verifies once more', async () => {
    await approver.handler(delivered(signedClick(NOW)));
    const message = readApprovalMessage(JSON.parse(approver.queue.sent[0]?.body ?? ''));
    const { body = '', timestamp, signature } = message ?? {};
    const again = { body, isBase64: true, timestamp, signature, signingSecret: SIGNING_SECRET, now: NOW };
    expect(verifySlackRequest(again)).toBe('genuine');
  });

  it('logs who clicked what, and of the id no more than its beginning', async () => {
    await approver.handler(delivered(signedClick(NOW)));
    expect(approver.telemetry.lines).toEqual([
      {
        level: 'info',
        code: LOG_CODES.clickForwarded,
        fields: { action: 'approve', slackUserId: 'U0ADA', proposal: PROPOSAL_ID.slice(0, 6) },
      },
    ]);
    expect(approver.telemetry.counts).toEqual([{ metric: METRICS.clicksForwarded, value: 1, dimensions: {} }]);
  });

  it('hands on a second delivery too: the one-time id refuses it, where the answer is stored', async () => {
    for (let times = 0; times < 2; times += 1) await approver.handler(delivered(signedClick(NOW)));
    expect(approver.queue.sent).toHaveLength(2);
  });

  it.each([-300, 300])('takes one whose clock is %i seconds from ours', async (seconds) => {
    expect(await approver.handler(delivered(signedClick(later(seconds))))).toEqual(answer(200));
  });
});

describe('given a request that Slack did not sign now', () => {
  it.each([
    [-301, 'too-old'],
    [301, 'from-the-future'],
  ])('turns away one whose clock is %i seconds from ours', async (seconds, verdict) => {
    expect(await approver.handler(delivered(signedClick(later(seconds))))).toEqual(answer(401));
    turnedAway(verdict);
  });

  it('turns away one that is signed with another secret', async () => {
    expect(await approver.handler(delivered(signedClick(NOW, 'anothersecret0000')))).toEqual(answer(401));
    turnedAway('forged');
  });

  it.each([false, true])('turns away a body of which one character was changed (base64: %j)', async (base64) => {
    const { body, headers } = signedClick(NOW);
    const changed = { body: body.replace('U0ADA', 'U0BOB'), headers };
    expect(await approver.handler(delivered(changed, { base64 }))).toEqual(answer(401));
    turnedAway('forged');
  });
});

describe('given a request that has not the shape of one of Slack', () => {
  const { body, headers } = signedClick(NOW);
  const without = (name: string) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

  it.each([
    ['without a time stamp', { body, headers: without('X-Slack-Request-Timestamp') }, 401, 'header-missing'],
    ['without a signature', { body, headers: without('X-Slack-Signature') }, 401, 'header-missing'],
    [
      'with a malformed signature',
      { body, headers: { ...headers, 'X-Slack-Signature': 'v0=00' } },
      401,
      'header-malformed',
    ],
    [
      'with a time stamp that is no number',
      { body, headers: { ...headers, 'X-Slack-Request-Timestamp': 'now' } },
      401,
      'header-malformed',
    ],
    ['over 64 KB', { body: 'x'.repeat(65_537), headers }, 413, 'body-too-large'],
  ])('turns it away %s, before anything is read for it', async (_, request, status, verdict) => {
    expect(await approver.handler(delivered(request))).toEqual(answer(status));
    turnedAway(verdict);
    expect({ settings: approver.settings.reads, secrets: approver.secrets.reads }).toEqual({ settings: 0, secrets: 0 });
  });

  it('counts the bytes of a body in base64 and not its characters', async () => {
    const [most, more] = [65_536, 65_537].map((length) => signedClick(NOW, SIGNING_SECRET, 'x'.repeat(length)));
    expect(await approver.handler(delivered(more ?? signedClick(NOW), { base64: true }))).toEqual(answer(413));
    expect(await approver.handler(delivered(most ?? signedClick(NOW), { base64: true }))).toEqual(answer(400));
  });

  it.each(['GET', 'PUT', 'HEAD', 'OPTIONS'])('answers %s with the method that it takes', async (method) => {
    expect(await approver.handler(delivered(signedClick(NOW), { method }))).toEqual(answer(405, { allow: 'POST' }));
    turnedAway('not-post');
    expect(approver.settings.reads).toBe(0);
  });

  it.each([{}, { headers: {} }, { requestContext: {} }, { requestContext: { http: { method: 'POST' } } }])(
    'turns away an event that no request made: %j',
    async (event: unknown) => {
      const { statusCode } = await approver.handler(event as ApproverEvent);
      expect([401, 405]).toContain(statusCode);
      expect(approver.queue.sent).toEqual([]);
    },
  );
});

describe('given something of Slack that is no click of ours', () => {
  it.each([
    ['another button', approveBody(NOW, { actionId: 'open-ticket' }), 'unknown-action'],
    ['a value that is no id', approveBody(NOW, { value: 'approve everything' }), 'bad-proposal-id'],
    ['another interaction', formOf({ type: 'view_submission' }), 'not-a-click'],
    ['no payload', 'token=x', 'no-payload'],
    ['nothing', '', 'no-payload'],
  ])('turns away %s', async (_, body, verdict) => {
    expect(await approver.handler(delivered(signedClick(NOW, SIGNING_SECRET, body)))).toEqual(answer(400));
    turnedAway(verdict);
  });
});

describe('given no usable secret', () => {
  it.each([
    ['is not there', { kind: 'unusable', because: 'the Slack secret exec-log/slack is not there' } as const],
    ['is a webhook', { kind: 'webhook', url: new URL('https://hooks.slack.com/services/T0/B0/x') } as const],
    ['is empty', aBot('')],
    ['is blank', aBot('   ')],
  ])('answers 500 and does nothing, where it %s', async (_, stored) => {
    approver.secrets.stored = stored;
    // Signed with the empty key, as anybody can.
    expect(await approver.handler(delivered(signedClick(NOW, '')))).toEqual(answer(500));
    failed(expect.stringMatching(/^the Slack secret /));
  });

  it('answers 500 and does nothing, where the settings name none', async () => {
    approver.settings.secret = null;
    expect(await approver.handler(delivered(signedClick(NOW)))).toEqual(answer(500));
    failed('the settings name no Slack secret');
    expect(approver.secrets.reads).toBe(0);
  });
});

describe('given AWS in trouble', () => {
  const throttled = Object.assign(new Error('payload=...'), { name: 'ThrottlingException' });

  it.each([
    ['the settings', () => Object.assign(approver.settings, { failure: throttled })],
    ['the secret', () => Object.assign(approver.secrets, { stored: throttled })],
    ['the queue', () => Object.assign(approver.queue, { sendLater: () => Promise.reject(throttled) })],
  ])('asks to come back over %s, and logs no more than the name of the error', async (_, breaks) => {
    breaks();
    expect(await approver.handler(delivered(signedClick(NOW)))).toEqual(answer(503, { 'retry-after': '5' }));
    failed('ThrottlingException');
  });
});
