import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AcceptorRequest {
  /** The function's URL: https, or anything on this machine. */
  readonly url: URL;
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  readonly body: unknown;
  readonly timeoutMilliseconds?: number;
}

export interface AcceptorAnswer {
  readonly status: number;
  /** Undefined where the answer is no JSON. */
  readonly body: unknown;
}

const LONGEST_ANSWER_BYTES = 64 * 1024;

/**
 * Posts to a function URL that IAM guards, signed with SigV4 for the service `lambda`; any status is an answer.
 * @throws Error when nothing answers in time, or the answer is longer than 64 KB.
 */
export async function postToAcceptor(asked: AcceptorRequest): Promise<AcceptorAnswer> {
  const { url, region, credentials } = asked;
  const body = JSON.stringify(asked.body);
  const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  });
  return send(url, { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body, asked.timeoutMilliseconds);
}

function send(
  url: URL,
  headers: Record<string, string>,
  body: string,
  timeoutMilliseconds = 10_000,
): Promise<AcceptorAnswer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', headers, signal: AbortSignal.timeout(timeoutMilliseconds) },
      (answer) => {
        const chunks: Buffer[] = [];
        let length = 0;
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length <= LONGEST_ANSWER_BYTES) chunks.push(chunk);
          else sent.destroy(new Error('the acceptor answered with more than 64 KB'));
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) }));
        answer.on('error', reject);
      },
    );
    sent.on('error', (error) =>
      reject(error.name === 'AbortError' || error.name === 'TimeoutError' ? lateAnswer() : error),
    );
    sent.end(body);
  });
}

const lateAnswer = () => Object.assign(new Error('the acceptor did not answer in time'), { code: 'ETIMEDOUT' });

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

type HashedData = string | ArrayBuffer | ArrayBufferView;

/** The hash that the signer asks for, over Node's own; with a secret, the keyed one. */
class Sha256 {
  private readonly secret: HashedData | undefined;
  private hash: Hash | Hmac;

  constructor(secret?: HashedData) {
    this.secret = secret;
    this.hash = started(secret);
  }

  update(data: HashedData): void {
    this.hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    this.hash = started(this.secret);
  }
}

const started = (secret: HashedData | undefined): Hash | Hmac =>
  secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));

function bytesOf(data: HashedData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
