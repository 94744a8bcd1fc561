import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSlackWebhook, type WebhookAddress } from '../../../functions/adapters/slack/webhook.ts';

const SECRET = 'secretsmanager:exec-log/slack';
const MESSAGE = { text: 'Ein Protokoll fehlt – é', blocks: [{ type: 'divider' }] };

interface Received {
  readonly path: string | undefined;
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

let server: Server;
let isSilent: boolean;
let received: Received[];
let answer: (
  path: string | undefined,
) => { status: number; headers?: Record<string, string>; text?: string } | 'silence';

const listener: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    received.push({ path: request.url, method: request.method, contentType: request.headers['content-type'], body });
    const given = answer(request.url);
    if (given !== 'silence') response.writeHead(given.status, given.headers).end(given.text ?? 'ok');
  });
};

beforeEach(async () => {
  received = [];
  isSilent = false;
  answer = () => ({ status: 200 });
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const addressOf = (path: string): WebhookAddress => {
  const { port } = server.address() as AddressInfo;
  return { kind: 'url', url: new URL(`http://127.0.0.1:${port}${path}`) };
};

/** Secrets that give one address until they are told to forget it, and then the next. */
function slackWith(...addresses: WebhookAddress[]) {
  let turn = 0;
  const secrets = {
    find: async () => addresses[Math.min(turn, addresses.length - 1)] ?? addressOf('/'),
    forget: () => {
      turn += 1;
    },
  };
  // A busy machine is no silence.
  return createSlackWebhook({ secrets, timeoutMilliseconds: isSilent ? 200 : 10_000 });
}

describe('given a channel', () => {
  it('posts text and blocks as JSON', async () => {
    await expect(slackWith(addressOf('/hook')).post(MESSAGE, SECRET)).resolves.toEqual({ kind: 'delivered' });
    expect(received).toEqual([
      { path: '/hook', method: 'POST', contentType: 'application/json; charset=utf-8', body: MESSAGE },
    ]);
  });

  it.each([
    ['429 with a time', 429, { 'retry-after': '7' }, { kind: 'later', afterSeconds: 7 }],
    ['429 without a time', 429, {}, { kind: 'later', afterSeconds: 30 }],
    ['429 with a date', 429, { 'retry-after': 'Sat, 21 Nov 2026 07:28:00 GMT' }, { kind: 'later', afterSeconds: 30 }],
    ['429 with no pause', 429, { 'retry-after': '0' }, { kind: 'later', afterSeconds: 1 }],
    ['429 for longer than our queue waits', 429, { 'retry-after': '86400' }, { kind: 'later', afterSeconds: 900 }],
    ['500', 500, {}, { kind: 'later', afterSeconds: 60 }],
    ['503', 503, {}, { kind: 'later', afterSeconds: 60 }],
  ])('delivers later on %s', async (_, status, headers, delivery) => {
    answer = () => ({ status, headers });
    await expect(slackWith(addressOf('/hook')).post(MESSAGE, SECRET)).resolves.toEqual(delivery);
  });

  it.each([
    ['the word that Slack gives', 400, 'invalid_payload', 'Slack answered 400 invalid_payload'],
    ['no page of a proxy', 400, '<html>https://hooks.slack.com/services/T/B/x</html>', 'Slack answered 400'],
    ['no long text', 410, 'a'.repeat(5000), `Slack answered 410 ${'a'.repeat(80)}`],
    ['the status of a redirect', 302, '', 'Slack answered 302'],
  ])('is refused with %s', async (_, status, text, because) => {
    answer = () => ({ status, text });
    await expect(slackWith(addressOf('/hook')).post(MESSAGE, SECRET)).resolves.toEqual({ kind: 'refused', because });
  });

  it('delivers later where no answer comes in time', async () => {
    isSilent = true;
    answer = () => 'silence';
    await expect(slackWith(addressOf('/hook')).post(MESSAGE, SECRET)).resolves.toEqual({
      kind: 'later',
      afterSeconds: 60,
    });
  });

  it('delivers later where nobody listens', async () => {
    const closed = addressOf('/hook');
    await new Promise((resolve) => server.close(resolve));
    await expect(slackWith(closed).post(MESSAGE, SECRET)).resolves.toEqual({ kind: 'later', afterSeconds: 60 });
  });
});

describe('given a webhook that was revoked', () => {
  it.each([403, 404])('posts to the rotated one on %d', async (status) => {
    answer = (path) => ({ status: path === '/old' ? status : 200 });
    await expect(slackWith(addressOf('/old'), addressOf('/new')).post(MESSAGE, SECRET)).resolves.toEqual({
      kind: 'delivered',
    });
    expect(received.map(({ path }) => path)).toEqual(['/old', '/new']);
  });

  it('is refused where the secret holds the same one still', async () => {
    answer = () => ({ status: 404, text: 'no_service' });
    await expect(slackWith(addressOf('/old')).post(MESSAGE, SECRET)).resolves.toEqual({
      kind: 'refused',
      because: 'Slack answered 404 no_service',
    });
    expect(received).toHaveLength(1);
  });

  it('does not ask the secret again for another refusal', async () => {
    answer = () => ({ status: 400, text: 'invalid_payload' });
    await slackWith(addressOf('/old'), addressOf('/new')).post(MESSAGE, SECRET);
    expect(received.map(({ path }) => path)).toEqual(['/old']);
  });
});

describe('given no usable channel', () => {
  it('is not configured without a secret', async () => {
    await expect(slackWith(addressOf('/hook')).post(MESSAGE, null)).resolves.toEqual({ kind: 'not-configured' });
    expect(received).toEqual([]);
  });

  it('is refused with what is wrong about the secret', async () => {
    await expect(slackWith({ kind: 'unusable', because: 'it is not there' }).post(MESSAGE, SECRET)).resolves.toEqual({
      kind: 'refused',
      because: 'it is not there',
    });
  });
});
