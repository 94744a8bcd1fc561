import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClickFacts, clickPayload, formOf, type SignedRequest, signedRequest } from './slack-click.ts';
import {
  createWorkspace,
  failure,
  type Workspace,
  type WorkspaceAnswer,
  type WorkspaceChannel,
} from './slack-workspace.ts';

/** How Slack fails: with a status, with an error of its own, without an answer, or by losing the answer to what it did. */
type SlackFault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly text?: string }
  | { readonly error: string; readonly more?: Readonly<Record<string, unknown>> }
  | 'silence'
  | 'lost-answer';

export interface SlackServerOptions {
  readonly botToken: string;
  readonly signingSecret: string;
  readonly channels: readonly WorkspaceChannel[];
  /** The wall clock where it is left out. */
  readonly clock?: () => Date;
}

/** How a click goes out; as Slack sends it where nothing is given. */
interface ClickManner {
  /** Signed with another secret. */
  readonly wrongly?: boolean;
  /** Signed so many seconds ago (less than 0: in the future). */
  readonly secondsAgo?: number;
  /** The very same request so many times, at once. */
  readonly times?: number;
}

/** One call as the server received it. */
interface SlackCall {
  readonly method: string;
  readonly token: string | null;
  readonly contentType: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A local Slack: three methods, and clicks on the buttons of its messages. */
export interface SlackServer {
  /** In place of https://slack.com/api/. */
  readonly api: URL;
  readonly workspace: Workspace;
  readonly calls: readonly SlackCall[];
  /** The next `times` calls fail so; all of them until `recovers` where it is left out. */
  fails(fault: SlackFault, times?: number): void;
  recovers(): void;
  /** From now on, only this token is valid. */
  rotatesToken(botToken: string): void;
  /** The click on a message's button as a signed request. Throws where the message shows no such button. */
  clickRequest(messageTs: string, actionId: string, userId: string, manner?: ClickManner): SignedRequest;
  /** Sends one request to an app's address, also one that was made earlier; the status that the app answered. */
  send(url: URL, request: SignedRequest): Promise<number>;
  /** Sends the click to an app's address; the statuses that the app answered. */
  click(
    url: URL,
    messageTs: string,
    actionId: string,
    userId: string,
    manner?: ClickManner,
  ): Promise<readonly number[]>;
  close(): Promise<void>;
}

const TEAM_ID = 'T0SYNTHETIC';

/** Starts a local Slack on a free port of this machine. */
export async function startSlackServer(options: SlackServerOptions): Promise<SlackServer> {
  const { signingSecret, channels, clock = () => new Date() } = options;
  const workspace = createWorkspace(channels, clock);
  const calls: SlackCall[] = [];
  let validToken = options.botToken;
  let fault: { readonly fault: SlackFault; left: number } | null = null;

  const server = createServer((received, response) => {
    void answerTo(received, response);
  });

  async function answerTo(received: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await callOf(received);
    calls.push(call);
    const now = nextFault();
    if (now === 'silence') return;
    if (now !== null && now !== 'lost-answer' && 'status' in now) {
      response.writeHead(now.status, now.headers).end(now.text ?? '');
      return;
    }
    const answer = now !== null && now !== 'lost-answer' ? failure(now.error, now.more) : answerOf(call);
    if (now === 'lost-answer') received.socket.destroy();
    else if (answer.kind === 'json') response.writeHead(200, JSON_TYPE).end(JSON.stringify(answer.body));
    else tooFast(response, answer.retryAfterSeconds);
  }

  function nextFault(): SlackFault | null {
    if (fault === null || fault.left <= 0) return null;
    fault.left -= 1;
    return fault.fault;
  }

  function answerOf({ method, token, contentType, body }: SlackCall): WorkspaceAnswer {
    if (token === null) return failure('not_authed');
    if (token !== validToken) return failure('invalid_auth');
    if (contentType?.startsWith('application/json') !== true) return failure('invalid_post_type');
    return workspace.call(method, body);
  }

  function clickRequest(ts: string, actionId: string, userId: string, manner: ClickManner = {}): SignedRequest {
    const message = workspace.messages.find((kept) => kept.ts === ts);
    const value = buttonValue(message?.blocks ?? [], actionId);
    if (message === undefined || value === null) throw new Error(`the message ${ts} shows no button ${actionId}`);
    const at = clock();
    const facts: ClickFacts = { channel: message.channel, ts, actionId, value, userId, teamId: TEAM_ID, at };
    const signedAt = new Date(at.getTime() - (manner.secondsAgo ?? 0) * 1000);
    const secret = manner.wrongly === true ? 'another0signing0secret0entirely0' : signingSecret;
    return signedRequest(formOf(clickPayload(facts)), secret, signedAt);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    api: new URL(`http://127.0.0.1:${port}/api/`),
    workspace,
    calls,
    fails(given, times = Number.POSITIVE_INFINITY) {
      fault = { fault: given, left: times };
    },
    recovers() {
      fault = null;
    },
    rotatesToken(botToken) {
      validToken = botToken;
    },
    clickRequest,
    send: statusOf,
    click(url, ts, actionId, userId, manner = {}) {
      const signed = clickRequest(ts, actionId, userId, manner);
      return Promise.all(Array.from({ length: manner.times ?? 1 }, () => statusOf(url, signed)));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

function tooFast(response: ServerResponse, seconds: number): void {
  const headers = { ...JSON_TYPE, 'retry-after': String(seconds) };
  response.writeHead(429, headers).end(JSON.stringify({ ok: false, error: 'ratelimited' }));
}

async function callOf(received: IncomingMessage): Promise<SlackCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of received) chunks.push(Buffer.from(chunk));
  const [, token] = /^Bearer (.+)$/.exec(received.headers.authorization ?? '') ?? [];
  return {
    method: (received.url ?? '').replace(/^\/api\//, ''),
    token: token ?? null,
    contentType: received.headers['content-type'],
    body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
  };
}

function buttonValue(blocks: readonly unknown[], actionId: string): string | null {
  const text = JSON.stringify(blocks);
  let found: string | null = null;
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if (Reflect.get(value, 'action_id') === actionId) found = String(Reflect.get(value, 'value'));
    return value;
  });
  return found;
}

function statusOf(url: URL, { body, headers }: SignedRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      agent: false,
    };
    const sent = request(url, options, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
