import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../ports.ts';
import { shortened } from './bounded-text.ts';
import { TrackerLater, TrackerRefusal } from './tracker.ts';
import { exchange, type HttpAnswer, isSendable } from './vendor-exchange.ts';
import { visibleLine } from './visible-text.ts';

const DEFAULT_TIMEOUT_MILLISECONDS = 10_000;
const DEFAULT_RETRY_SECONDS = 60;
/** The longest delay of our queue. */
const MAX_RETRY_SECONDS = 900;
const MAX_WORDS_LENGTH = 300;
/** Shorter values would turn ordinary words into stars. */
const MIN_SECRET_LENGTH = 4;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** One request to a vendor. */
export interface VendorCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute; its host must pass the vendor's rule. */
  readonly url: URL;
  /** Sent as JSON; nothing is sent where it is left out. */
  readonly body?: unknown;
}

/** What a vendor answered to a request that it carried out. */
export interface VendorAnswer {
  /** 200 to 299. */
  readonly status: number;
  /** The JSON of the answer; null where it is empty. */
  readonly body: unknown;
}

/** The document of a vendor's secret. */
export interface VendorSecret {
  /** The secret's JSON. Throws a `TrackerRefusal` where there is none that can be read; throttling as it comes. */
  read(): Promise<unknown>;
  /** Forgets what was read, so that a rotated secret is read anew. */
  forget(): void;
}

export interface VendorOptions {
  /** As messages name it: `Jira`. */
  readonly vendor: string;
  readonly secret: VendorSecret;
  /** The headers that carry the secret's credentials; throws a `TrackerRefusal` that says what the secret lacks. */
  readonly headersOf: (secret: unknown) => Readonly<Record<string, string>>;
  /** Whether credentials may go to this host (lower case, no port: only the standard port is used). */
  readonly isHost: (hostname: string, secret: unknown) => boolean;
  /** The vendor's own words for an error, from its body; `[]` where there are none. */
  readonly wordsOf: (body: unknown) => readonly string[];
  /** Seconds to wait where the vendor says "later" in a way of its own; null where the status alone tells. */
  readonly laterOf?: (status: number, headers: IncomingHttpHeaders, body: unknown) => number | null;
  /** What a person has to change, by status; said after the vendor's words. */
  readonly advice?: Readonly<Record<number, string>>;
  /** Also permits `http` to this machine itself: for tests and the simulated account, never in a Lambda. */
  readonly allowLoopback?: boolean;
  /** For the whole exchange; 10 s where it is left out. */
  readonly timeoutMilliseconds?: number;
  readonly clock?: Clock;
}

/** A vendor refused a request for good. */
export class VendorRefusal extends TrackerRefusal {
  constructor(
    message: string,
    /** 300 to 499. */
    readonly status: number,
    /** The vendor's own words, bounded and on one line; empty where it gave none. */
    readonly words: string,
  ) {
    super(message);
  }
}

/**
 * Sends one JSON request to a vendor and returns what it carried out. Throws a `TrackerLater` on 408, 429, 5xx, an answer that is
 * no JSON and no answer at all (which never says whether the request was carried out: ask before writing again), a
 * `VendorRefusal` on redirects and other 4xx, and a `TrackerRefusal`, before anything is sent, where the host is not the vendor's.
 * After a 401 the secret is read anew, and the request is sent once more where its credentials have changed.
 * `Retry-After`: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function createVendor(options: VendorOptions): (call: VendorCall) => Promise<VendorAnswer> {
  const { secret, headersOf } = options;
  return async (call) => {
    const document = await secret.read();
    const headers = headersOf(document);
    const answer = await send(options, call, document, headers);
    if (answer.status !== 401) return outcomeOf(options, answer, document, headers);
    secret.forget();
    const renewed = await secret.read();
    const renewedHeaders = headersOf(renewed);
    if (JSON.stringify(renewedHeaders) === JSON.stringify(headers))
      return outcomeOf(options, answer, document, headers);
    return outcomeOf(options, await send(options, call, renewed, renewedHeaders), renewed, renewedHeaders);
  };
}

async function send(
  { vendor, isHost, allowLoopback = false, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS }: VendorOptions,
  { method, url, body }: VendorCall,
  secret: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  if (!isPermitted(url, (hostname) => isHost(hostname, secret), allowLoopback)) {
    throw new TrackerRefusal(
      `${vendor} is not asked: ${shortened(url.host, 100)} is no host that its credentials may go to`,
    );
  }
  if (!isSendable(headers)) {
    throw new TrackerRefusal(`the secret for ${vendor} holds a character that no HTTP header can carry`);
  }
  const answer = await exchange(
    { method, url, headers, text: body === undefined ? null : JSON.stringify(body) },
    timeoutMilliseconds,
  );
  if (answer === null) throw new TrackerLater(`${vendor} did not answer`, DEFAULT_RETRY_SECONDS);
  return answer;
}

function isPermitted(url: URL, isHost: (hostname: string) => boolean, allowLoopback: boolean): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return url.port === '' && isHost(url.hostname);
  return allowLoopback && url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname);
}

function outcomeOf(
  options: VendorOptions,
  { status, headers, text }: HttpAnswer,
  secret: unknown,
  sent: Readonly<Record<string, string>>,
): VendorAnswer {
  const { vendor, wordsOf, laterOf, advice = {}, clock = () => new Date() } = options;
  const body = text === '' ? null : parsed(text ?? '');
  if (status >= 200 && status < 300) {
    if (text === null) throw new TrackerRefusal(`${vendor} answered ${status} with more than can be read`);
    if (body === undefined) throw new TrackerLater(`${vendor} answered ${status} without JSON`, DEFAULT_RETRY_SECONDS);
    return { status, body };
  }
  const special = laterOf?.(status, headers, body) ?? null;
  if (special !== null) throw new TrackerLater(`${vendor} answered ${status}`, boundedSeconds(special));
  if (status >= 500 || status === 429 || status === 408 || status < 200) {
    throw new TrackerLater(`${vendor} answered ${status}`, retrySeconds(headers['retry-after'], clock()));
  }
  const words = wordsOf(body).length === 0 ? '' : visibleLine(withoutSecrets(wordsOf(body).join('; '), secret, sent));
  const hint =
    advice[status] ?? (status < 400 ? 'redirects are not followed: the settings must name the new place' : '');
  const bounded = shortened(words, MAX_WORDS_LENGTH);
  const message = [`${vendor} answered ${status}`, bounded, hint].filter((part) => part !== '').join(': ');
  throw new VendorRefusal(message, status, bounded);
}

/** Seconds or an HTTP date; 1 to 900 seconds from `now`, 60 where it says neither. */
export function retrySeconds(retryAfter: string | undefined, now: Date): number {
  if (retryAfter === undefined) return DEFAULT_RETRY_SECONDS;
  if (/^\d{1,9}$/.test(retryAfter)) return boundedSeconds(Number(retryAfter));
  // A bare word such as `1.5` is a date for some parsers.
  const until = /^[A-Z][a-z]{2}, /.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(until) ? DEFAULT_RETRY_SECONDS : boundedSeconds((until - now.getTime()) / 1000);
}

function boundedSeconds(seconds: number): number {
  return Math.min(MAX_RETRY_SECONDS, Math.max(1, Math.ceil(seconds)));
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A vendor may quote what it was sent: the secret's texts, or the credentials that were made of them. */
function withoutSecrets(
  words: string,
  secret: unknown,
  { authorization = '' }: Readonly<Record<string, string>>,
): string {
  const texts: readonly unknown[] = typeof secret === 'object' && secret !== null ? Object.values(secret) : [];
  return [...texts, authorization.slice(authorization.indexOf(' ') + 1)]
    .filter((text) => typeof text === 'string')
    .filter((text) => text.length >= MIN_SECRET_LENGTH)
    .reduce((shown, text) => shown.replaceAll(text, '***'), words);
}
