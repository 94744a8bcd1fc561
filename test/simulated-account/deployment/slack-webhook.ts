import { createServer } from 'node:http';
import type { JsonObject } from '../account-state.ts';
import { addressOf } from '../loopback.ts';
import { isObject } from '../schema-check.ts';

/** Slack's incoming webhook, played on loopback. */
export interface SlackWebhook {
  readonly url: string;
  /** The messages that were accepted, in order. */
  readonly posts: readonly JsonObject[];
  /** Answers the next requests otherwise: 429 with Retry-After, 404 `no_service`. */
  answerNext(
    ...answers: readonly { readonly status: number; readonly retryAfterSeconds?: number; readonly text?: string }[]
  ): void;
  close(): Promise<void>;
}

/** Starts a channel that accepts every message until it is told otherwise. */
export async function startSlackWebhook(): Promise<SlackWebhook> {
  const posts: JsonObject[] = [];
  const planned: { readonly status: number; readonly retryAfterSeconds?: number; readonly text?: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const answer = planned.shift() ?? { status: 200, text: 'ok' };
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (answer.status === 200 && isObject(body)) posts.push(body);
    response.writeHead(answer.status, {
      ...('retryAfterSeconds' in answer ? { 'retry-after': String(answer.retryAfterSeconds) } : {}),
    });
    response.end(answer.text ?? '');
  });
  const port = await addressOf(server);
  return {
    url: `http://127.0.0.1:${port}/services/T000/B000/simulated`,
    posts,
    answerNext: (...answers) => planned.push(...answers),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
