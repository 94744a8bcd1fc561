import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { ChatMessage, Delivery, Messenger } from '../../ports.ts';

const DEFAULT_TIMEOUT_MILLISECONDS = 5000;
const AFTER_FAILURE_SECONDS = 60;
const AFTER_THROTTLING_SECONDS = 30;
/** The longest delay of our queue. */
const MAX_SECONDS = 900;
/** Slack answers with a word such as `no_service`. */
const MAX_ANSWER_LENGTH = 80;

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** Where to post, or why nobody can. The address is the credential: it is handed to the request and to nothing else. */
export type WebhookAddress =
  | { readonly kind: 'url'; readonly url: URL }
  | { readonly kind: 'unusable'; readonly because: string };

export interface WebhookSecrets {
  /** `secretId` as the settings give it, `secretsmanager:NAME`. */
  find(secretId: string): Promise<WebhookAddress>;
  /** Forgets what was read, so that a rotated secret is read anew. */
  forget(secretId: string): void;
}

export interface SlackWebhookOptions {
  readonly secrets: WebhookSecrets;
  readonly timeoutMilliseconds?: number;
}

/** Messages to Slack by an incoming webhook. What Slack may take later is `later`; what it will never take is `refused`. */
export function createSlackWebhook({ secrets, timeoutMilliseconds }: SlackWebhookOptions): Messenger {
  const timeout = timeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS;
  return {
    async post(message, secretId) {
      if (secretId === null) return { kind: 'not-configured' };
      const address = await secrets.find(secretId);
      if (address.kind === 'unusable') return { kind: 'refused', because: address.because };
      const answer = await send(address.url, message, timeout);
      if (answer === null || !isRevoked(answer)) return deliveryOf(answer);
      secrets.forget(secretId);
      const renewed = await secrets.find(secretId);
      return renewed.kind === 'url' && renewed.url.href !== address.url.href
        ? deliveryOf(await send(renewed.url, message, timeout))
        : deliveryOf(answer);
    },
  };
}

/** Slack says so of a webhook that somebody revoked; the secret may have been rotated since it was read. */
function isRevoked({ status }: Answer): boolean {
  return status === 403 || status === 404;
}

function deliveryOf(answer: Answer | null): Delivery {
  if (answer === null || answer.status >= 500) return { kind: 'later', afterSeconds: AFTER_FAILURE_SECONDS };
  if (answer.status === 429) return { kind: 'later', afterSeconds: secondsOf(answer.retryAfter) };
  if (answer.status >= 200 && answer.status < 300) return { kind: 'delivered' };
  return { kind: 'refused', because: `Slack answered ${answer.status} ${answer.text}`.trim() };
}

function secondsOf(retryAfter: string | undefined): number {
  const seconds = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) : AFTER_THROTTLING_SECONDS;
  return Math.min(MAX_SECONDS, Math.max(1, seconds));
}

/** Null where no answer came. The error is not kept: it may quote the address, which is the credential. */
async function send(url: URL, message: ChatMessage, timeoutMilliseconds: number): Promise<Answer | null> {
  const body = JSON.stringify({ text: message.text, blocks: message.blocks });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const options = {
        method: 'POST',
        // One message in minutes: a kept connection would be dead by the next.
        agent: false as const,
        // For the whole exchange; a socket's own time-out only counts silence.
        signal: AbortSignal.timeout(timeoutMilliseconds),
        headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) },
      };
      const onAnswer = (answer: IncomingMessage) => readAnswer(answer).then(resolve, reject);
      const request =
        url.protocol === 'https:' ? httpsRequest(url, options, onAnswer) : httpRequest(url, options, onAnswer);
      request.on('error', reject);
      request.end(body);
    });
  } catch {
    return null;
  }
}

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  let text = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer) {
    if (text.length < MAX_ANSWER_LENGTH) text += String(chunk);
  }
  return {
    status: answer.statusCode ?? 0,
    retryAfter: answer.headers['retry-after'],
    // Words only, so that nothing of a proxy's error page, nor an address, reaches a log.
    text: /^[\w .-]+$/.test(text) ? text.slice(0, MAX_ANSWER_LENGTH) : '',
  };
}
