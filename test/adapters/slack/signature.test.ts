import {
  rawBodyOf,
  type SlackRequest,
  slackHeadersOf,
  verifySlackRequest,
} from '../../../functions/adapters/slack/signature.ts';
import { signedRequest } from '../../support/vendors/slack-click.ts';

/** The example of https://docs.slack.dev/authentication/verifying-requests-from-slack */
const PUBLISHED: SlackRequest = {
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  isBase64: false,
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
  now: new Date(1531420618_000),
};
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const AT = new Date('2026-11-21T07:00:00Z');

/** Signed by whoever knows `secret`, over whatever `body`. */
function signed(body: string, secret = SECRET): SlackRequest {
  const { headers } = signedRequest(body, secret, AT);
  return { body, isBase64: false, ...slackHeadersOf(headers), signingSecret: secret, now: AT };
}

describe('given a request that Slack signed', () => {
  it("agrees with Slack's published example", () => {
    expect(verifySlackRequest(PUBLISHED)).toBe('genuine');
  });

  it.each<[string, Partial<SlackRequest>]>([
    ['as bytes', { body: Buffer.from(String(PUBLISHED.body)) }],
    ['in base64', { body: Buffer.from(String(PUBLISHED.body)).toString('base64'), isBase64: true }],
    [
      'in base64 as bytes',
      { body: Buffer.from(Buffer.from(String(PUBLISHED.body)).toString('base64')), isBase64: true },
    ],
  ])('takes the body %s', (_, parts) => {
    expect(verifySlackRequest({ ...PUBLISHED, ...parts })).toBe('genuine');
  });

  it('takes a body with letters of several bytes', () => {
    expect(verifySlackRequest(signed('payload=é漢字😀'))).toBe('genuine');
  });

  it('gives the verified bytes to whoever parses them', () => {
    expect(rawBodyOf({ body: 'cGF5bG9hZD3DqQ==', isBase64: true }).toString('utf8')).toBe('payload=é');
  });
});

describe('given a forged request', () => {
  it.each<[string, Partial<SlackRequest>]>([
    ['another body', { body: `${String(PUBLISHED.body)}&text=x` }],
    ['a body that was taken apart and put together again', { body: String(PUBLISHED.body).replaceAll('%2F', '/') }],
    ['another time stamp', { timestamp: '1531420619' }],
    ['another secret', { signingSecret: '8f742231b10e8888abcd99yyyzzz85a6' }],
    ['a body said to be base64 that is not', { isBase64: true }],
    ['another last digit', { signature: String(PUBLISHED.signature).replace(/3$/, '4') }],
  ])('says so of %s', (_, parts) => {
    expect(verifySlackRequest({ ...PUBLISHED, ...parts })).toBe('forged');
  });

  it.each(['', ' ', '\n'])('never believes a signature by an empty secret: %j', (secret) => {
    expect(verifySlackRequest(signed('payload={}', secret))).toBe('no-signing-secret');
  });
});

describe('given a request of another time', () => {
  it.each([
    ['five minutes old', 300_000, 'genuine'],
    ['older than five minutes', 300_001, 'too-old'],
    ['a day old', 86_400_000, 'too-old'],
    ['five minutes ahead', -300_000, 'genuine'],
    ['further ahead', -300_001, 'from-the-future'],
  ])('says of one %s', (_, age, verdict) => {
    const now = new Date(PUBLISHED.now.getTime() + age);
    expect(verifySlackRequest({ ...PUBLISHED, now })).toBe(verdict);
  });

  it('believes nothing without a clock', () => {
    expect(verifySlackRequest({ ...PUBLISHED, now: new Date(Number.NaN) })).toBe('from-the-future');
  });
});

describe('given other headers', () => {
  it.each<[string, Partial<SlackRequest>, string]>([
    ['no time stamp', { timestamp: undefined }, 'header-missing'],
    ['no signature', { signature: undefined }, 'header-missing'],
    ['an empty time stamp', { timestamp: '' }, 'header-malformed'],
    ['a time stamp with a sign', { timestamp: '-1531420618' }, 'header-malformed'],
    ['a time stamp in milliseconds', { timestamp: '1531420618000' }, 'header-malformed'],
    ['a time stamp with a fraction', { timestamp: '1531420618.0' }, 'header-malformed'],
    ['an empty signature', { signature: '' }, 'header-malformed'],
    ['another version', { signature: String(PUBLISHED.signature).replace('v0', 'v1') }, 'header-malformed'],
    ['a short signature', { signature: String(PUBLISHED.signature).slice(0, -1) }, 'header-malformed'],
    ['a long signature', { signature: `${String(PUBLISHED.signature)}0` }, 'header-malformed'],
    ['two signatures', { signature: `${PUBLISHED.signature},${PUBLISHED.signature}` }, 'header-malformed'],
    ['letters that are no digits', { signature: `v0=${'g'.repeat(64)}` }, 'header-malformed'],
  ])('refuses %s', (_, parts, verdict) => {
    expect(verifySlackRequest({ ...PUBLISHED, ...parts })).toBe(verdict);
  });

  it.each([
    ['lower case, as function URLs give them', 'x-slack-request-timestamp', 'x-slack-signature'],
    ['as Slack sends them', 'X-Slack-Request-Timestamp', 'X-Slack-Signature'],
    ['upper case', 'X-SLACK-REQUEST-TIMESTAMP', 'X-SLACK-SIGNATURE'],
  ])('finds them in %s', (_, timestamp, signature) => {
    expect(slackHeadersOf({ host: 'x', [timestamp]: '1', [signature]: 'v0=a' })).toEqual({
      timestamp: '1',
      signature: 'v0=a',
    });
  });

  it('does not choose between two spellings of one header', () => {
    expect(slackHeadersOf({ 'x-slack-signature': 'v0=a', 'X-Slack-Signature': 'v0=b' })).toEqual({
      timestamp: undefined,
      signature: undefined,
    });
  });
});

describe('given a large body', () => {
  const LIMIT = 64 * 1024;

  it.each([
    ['64 KB', 'a'.repeat(LIMIT), 'genuine'],
    ['one byte more', 'a'.repeat(LIMIT + 1), 'body-too-large'],
    ['64 KB in letters of two bytes', 'é'.repeat(LIMIT / 2), 'genuine'],
    ['one letter more', 'é'.repeat(LIMIT / 2 + 1), 'body-too-large'],
  ])('says of %s', (_, body, verdict) => {
    expect(verifySlackRequest(signed(body))).toBe(verdict);
    const encoded = Buffer.from(body).toString('base64');
    expect(verifySlackRequest({ ...signed(body), body: encoded, isBase64: true })).toBe(verdict);
  });

  it('looks at the size before anything that costs', () => {
    const body = 'a'.repeat(LIMIT + 1);
    expect(verifySlackRequest({ ...PUBLISHED, body, signingSecret: '' })).toBe('body-too-large');
  });
});
