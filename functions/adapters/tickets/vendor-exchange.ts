import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, validateHeaderValue } from 'node:http';
import { request as httpsRequest } from 'node:https';

const MAX_ANSWER_BYTES = 1024 * 1024;
/** GitHub refuses requests without one. */
const USER_AGENT = 'exec-log';

/** One request as it goes out. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; null sends no body. */
  readonly text: string | null;
}

/** One answer as it came. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Null where it is longer than 1 MB. */
  readonly text: string | null;
}

/** Whether these headers can be sent: a secret with a line break in it would make headers of its own. */
export function isSendable(headers: Readonly<Record<string, string>>): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/**
 * One HTTP exchange within so many milliseconds; null where no answer came. The error is not kept: it may quote the request. The
 * caller has checked the host; redirects are answers like others.
 */
export async function exchange(sent: HttpRequest, timeoutMilliseconds: number): Promise<HttpAnswer | null> {
  const { method, url, headers, text } = sent;
  const content =
    text === null
      ? {}
      : { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(text)) };
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const options = {
        method,
        // A new connection each: a kept one would be dead by the next ticket, and no proxy of the environment is used.
        agent: false as const,
        // For the whole exchange; a socket's own time-out only counts silence.
        signal: AbortSignal.timeout(timeoutMilliseconds),
        headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...headers, ...content },
      };
      const onAnswer = (answer: IncomingMessage) => readAnswer(answer).then(resolve, reject);
      const request =
        url.protocol === 'https:' ? httpsRequest(url, options, onAnswer) : httpRequest(url, options, onAnswer);
      request.on('error', reject);
      request.end(text ?? undefined);
    });
  } catch {
    return null;
  }
}

async function readAnswer(answer: IncomingMessage): Promise<HttpAnswer> {
  const status = answer.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    // Leaving the loop closes the connection.
    if (bytes > MAX_ANSWER_BYTES) return { status, headers: answer.headers, text: null };
    chunks.push(piece);
  }
  return { status, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') };
}
