import { createServer, type IncomingMessage } from 'node:http';
import { addressOf } from '../simulated-account/loopback.ts';
import { asAws } from './live-account.ts';
import { nginxAccount, REGION } from './nginx-account.ts';
import { linesOf, runCli } from './run-cli.ts';

const SESSION = 'ecs-execute-command-0289df90ce62e19cc';
const REASON = 'read-only look, confirmed by two people';
const ALICE = 'arn:aws:iam::111111111111:user/alice';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A function URL that answers as told and keeps what it received. */
async function withAcceptor(
  answer: { readonly status: number; readonly body: unknown },
  use: (url: string, received: readonly Received[]) => Promise<void>,
): Promise<void> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  const url = `http://127.0.0.1:${await addressOf(server)}/`;
  try {
    await use(url, received);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const accepted = {
  accepted: { sessionId: SESSION, acceptedBy: ALICE, reason: REASON, acceptedAt: '2026-03-06T10:00:00.000Z' },
};

const stack = {
  cloudformation: {
    stackResources: [
      {
        StackName: 'exec-log',
        StackId: `arn:aws:cloudformation:${REGION}:111111111111:stack/exec-log/1`,
        LogicalResourceId: 'Acceptor',
        PhysicalResourceId: 'exec-log-acceptor',
        ResourceType: 'AWS::Lambda::Function',
        ResourceStatus: 'CREATE_COMPLETE',
      },
    ],
  },
};

describe('given an acceptor that accepts', () => {
  it('signs the request for Lambda, with session and reason in its body', async () => {
    await asAws(async (account) => {
      await withAcceptor({ status: 200, body: accepted }, async (url, received) => {
        const ran = await runCli(['accept', SESSION, '--reason', REASON, '--url', url]);
        expect(ran).toEqual({
          code: 0,
          stdout: `✓ The gap of session ${SESSION} is accepted by alice: ${REASON}\n`,
          stderr: '',
        });
        const { accessKeyId } = account.credentialsFor('operator');
        expect(received).toEqual([
          {
            method: 'POST',
            url: '/',
            headers: expect.objectContaining({
              host: new URL(url).host,
              'content-type': 'application/json',
              'x-amz-date': expect.stringMatching(/^\d{8}T\d{6}Z$/),
              'x-amz-content-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
              'x-amz-security-token': expect.stringMatching(/./),
              authorization: expect.stringMatching(
                new RegExp(
                  `^AWS4-HMAC-SHA256 Credential=${accessKeyId}/\\d{8}/${REGION}/lambda/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$`,
                ),
              ),
            }),
            body: JSON.stringify({ sessionId: SESSION, reason: REASON }),
          },
        ]);
      });
    });
  });

  it("finds its address among the stack's outputs", async () => {
    await asAws(async (account) => {
      await withAcceptor({ status: 200, body: accepted }, async (url, received) => {
        account.stores.stackOutputs.set('exec-log', [{ OutputKey: 'AcceptUrl', OutputValue: url }]);
        const { code, stdout } = await runCli(['accept', SESSION, '--reason', REASON, '--json']);
        expect([code, linesOf(stdout), received.length]).toEqual([
          0,
          [
            {
              result: 'accepted',
              sessionId: SESSION,
              code: null,
              detail: `The gap of session ${SESSION} is accepted by alice: ${REASON}`,
            },
          ],
          1,
        ]);
      });
    }, nginxAccount(stack));
  });
});

describe('given an acceptor that refuses', () => {
  const refused = (code: string, detail: string) => ({ refused: { code, detail } });
  it.each([
    {
      status: 409,
      body: refused('already-accepted', `${ALICE} accepted this gap at 2026-03-06T10:00:00.000Z.`),
      says: `${ALICE} accepted this gap at 2026-03-06T10:00:00.000Z.`,
    },
    { status: 403, body: refused('own-session', 'You opened it.'), says: 'You opened it.' },
    { status: 404, body: refused('session-unknown', 'No session of this id.'), says: 'No session of this id.' },
    { status: 400, body: refused('bad-request', 'The reason is bad.'), says: 'The reason is bad.' },
    {
      status: 403,
      body: { Message: 'Forbidden' },
      says: 'these credentials may not call the acceptor (lambda:InvokeFunctionUrl).',
    },
  ])('ends with 1 and says why: $status $says', async ({ status, body, says }) => {
    await asAws(async () => {
      await withAcceptor({ status, body }, async (url) => {
        const ran = await runCli(['accept', SESSION, '--reason', REASON, '--url', url]);
        expect(ran).toEqual({ code: 1, stdout: `✗ Not accepted: ${says}\n`, stderr: '' });
      });
    });
  });
});

describe('given an acceptor that fails', () => {
  it.each([
    { status: 503, body: { refused: { code: 'unavailable', detail: 'Ask again.' } } },
    { status: 502, body: 'Internal Server Error' },
    { status: 200, body: 'no JSON' },
    { status: 200, body: {} },
  ])('ends with 3: $status $body', async ({ status, body }) => {
    await asAws(async () => {
      await withAcceptor({ status, body }, async (url) => {
        const { code, stdout, stderr } = await runCli(['accept', SESSION, '--reason', REASON, '--url', url]);
        expect([code, stdout]).toEqual([3, '']);
        expect(stderr).toContain(`the acceptor answered ${status}`);
      });
    });
  });

  it('ends with 3 where nothing answers', async () => {
    await asAws(async () => {
      const { code, stderr } = await runCli(['accept', SESSION, '--reason', REASON, '--url', 'http://127.0.0.1:9/']);
      expect([code, /cannot be reached/.test(stderr)]).toEqual([3, true]);
    });
  });

  it('ends with 3 where the stack has no acceptor', async () => {
    await asAws(async () => {
      const { code, stderr } = await runCli(['accept', SESSION, '--reason', REASON]);
      expect([code, /shows no output AcceptUrl/.test(stderr)]).toEqual([3, true]);
    });
  });
});

describe('given a command line that cannot be right', () => {
  it.each([
    { name: 'no reason', argv: [SESSION], says: /--reason/ },
    { name: 'a reason of 9 characters', argv: [SESSION, '--reason', '123456789'], says: /9 characters/ },
    { name: 'no session id', argv: ['a b', '--reason', REASON], says: /not the id of a session/ },
    { name: 'no address', argv: [SESSION, '--reason', REASON, '--url', 'acceptor'], says: /--url: expected the https/ },
    {
      name: 'an address that is not encrypted',
      argv: [SESSION, '--reason', REASON, '--url', 'http://example.com/'],
      says: /--url: expected the https/,
    },
  ])('ends with 2: $name', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runCli([
      'accept',
      ...argv,
      ...(argv.length > 1 ? ['--region', REGION] : []),
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});
