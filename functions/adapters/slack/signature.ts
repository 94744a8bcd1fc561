import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's interactions are a few kilobytes; what is larger is not read at all. */
const MAX_BODY_BYTES = 64 * 1024;
/** Slack's own advice against replays; the same the other way, because a clock that runs ahead only widens the window. */
const WINDOW_SECONDS = 5 * 60;

const TIMESTAMP_HEADER = 'x-slack-request-timestamp';
const SIGNATURE_HEADER = 'x-slack-signature';

/** A request as it came in: nothing of it is decoded or parsed but its base64. */
export interface SlackRequest {
  /** The raw body: a signature over a body that was parsed and written again is another one. */
  readonly body: string | Buffer;
  /** Whether the body is base64 of the bytes that Slack sent, as function URLs say by `isBase64Encoded`. */
  readonly isBase64: boolean;
  /** Seconds since 1970, as `X-Slack-Request-Timestamp` gives them. */
  readonly timestamp: string | undefined;
  /** `v0=` and 64 hexadecimal digits, as `X-Slack-Signature` gives them. */
  readonly signature: string | undefined;
  readonly signingSecret: string;
  readonly now: Date;
}

/** Constant words for logs and metrics; nothing of the request is in them. */
export type SignatureVerdict =
  | 'genuine'
  | MisshapenVerdict
  | 'no-signing-secret'
  | 'too-old'
  | 'from-the-future'
  | 'forged';

/** Of a request that is no request of Slack's, whatever secret it is signed with. */
export type MisshapenVerdict = 'header-missing' | 'header-malformed' | 'body-too-large';

/** What is wrong with a request as it stands, by checks so cheap that nothing has to be read for them; null where nothing is. */
export function misshapenOf(request: Omit<SlackRequest, 'signingSecret' | 'now'>): MisshapenVerdict | null {
  const { timestamp, signature } = request;
  if (timestamp === undefined || signature === undefined) return 'header-missing';
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'header-malformed';
  return isTooLarge(request) ? 'body-too-large' : null;
}

/**
 * Whether Slack signed this request within the last five minutes: `v0`, HMAC-SHA256 over `v0:timestamp:body`. Total; the cheap
 * checks come first, so that nobody makes us hash what is no request of Slack's. A replay within the window is genuine: the
 * one-time id of the proposal refuses it. https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function verifySlackRequest(request: SlackRequest): SignatureVerdict {
  const { timestamp = '', signature = '', signingSecret, now } = request;
  const misshapen = misshapenOf(request);
  if (misshapen !== null) return misshapen;
  // An HMAC with an empty key can be computed by everybody.
  if (signingSecret.trim() === '') return 'no-signing-secret';
  const age = now.getTime() / 1000 - Number(timestamp);
  if (!(age >= -WINDOW_SECONDS)) return 'from-the-future';
  if (!(age <= WINDOW_SECONDS)) return 'too-old';
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(rawBodyOf(request)).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice('v0='.length), 'hex')) ? 'genuine' : 'forged';
}

/** The bytes that Slack sent: those that are verified are those that have to be parsed. */
export function rawBodyOf({ body, isBase64 }: Pick<SlackRequest, 'body' | 'isBase64'>): Buffer {
  if (!isBase64) return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  return Buffer.from(typeof body === 'string' ? body : body.toString('latin1'), 'base64');
}

/**
 * Slack's two headers, however they are spelled: function URLs give lower case, others what was sent. A header that is there
 * twice in different spellings is not there: nobody can say which one was meant.
 */
export function slackHeadersOf(
  headers: Readonly<Record<string, string | undefined>>,
): Pick<SlackRequest, 'timestamp' | 'signature'> {
  return { timestamp: onlyHeader(headers, TIMESTAMP_HEADER), signature: onlyHeader(headers, SIGNATURE_HEADER) };
}

function onlyHeader(headers: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const values = Object.entries(headers).filter(([key, value]) => key.toLowerCase() === name && value !== undefined);
  return values.length === 1 ? values[0]?.[1] : undefined;
}

function isTooLarge(request: Pick<SlackRequest, 'body' | 'isBase64'>): boolean {
  // Before the body is decoded or copied: four characters of base64 are three bytes, and one of UTF-8 is at least one.
  const most = request.isBase64 ? Math.ceil(MAX_BODY_BYTES / 3) * 4 : MAX_BODY_BYTES;
  return request.body.length > most || rawBodyOf(request).length > MAX_BODY_BYTES;
}
