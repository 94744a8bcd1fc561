import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { JsonObject } from '../account-state.ts';
import { addressOf } from '../loopback.ts';
import { type Caller, operatorId } from '../principals.ts';
import { credentialScope } from '../protocols/request.ts';
import type { SimulatedAccount } from '../server.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import { objectOf, textOf } from './template.ts';

/** What AWS asks of a caller of a function URL since October 2025. */
const DEMANDED = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'] as const;

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const FORBIDDEN: HttpAnswer = {
  status: 403,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
  body: '{"Message":"Forbidden"}',
};

/** A function URL with `AuthType: AWS_IAM` on loopback: the signature names the caller, the caller's own policies let it in. */
export class FunctionUrl {
  target: SimulatedFunction | undefined;

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** Opens the URL; until it is connected it answers 502, as a function that is not there. */
  static async open(account: SimulatedAccount): Promise<FunctionUrl> {
    const server = createServer((incoming, response) => {
      answered(incoming, account, opened.target)
        .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
        .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
    const opened = new FunctionUrl(`http://127.0.0.1:${await addressOf(server)}/`, server);
    return opened;
  }

  connect(target: SimulatedFunction | undefined): void {
    this.target = target;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

async function answered(
  incoming: IncomingMessage,
  account: SimulatedAccount,
  target: SimulatedFunction | undefined,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const scope = credentialScope(incoming.headers.authorization);
  const caller = account.runtime.principals.find(scope?.accessKeyId ?? '');
  const here = scope?.signingName === 'lambda' && scope.region === account.state.region;
  if (target === undefined) return { ...FORBIDDEN, status: 502 };
  if (!here || caller === undefined || !(await mayInvoke(account, caller, target))) return FORBIDDEN;
  const requestId = randomUUID();
  const event = eventOf(incoming, Buffer.concat(chunks), account, { ...caller, requestId });
  const invocation = await target.invoke(event, requestId);
  return invocation.kind === 'returned'
    ? answerOf(invocation.result)
    : { ...FORBIDDEN, status: 502, body: 'Internal Server Error' };
}

async function mayInvoke(account: SimulatedAccount, caller: Caller, { setup }: SimulatedFunction): Promise<boolean> {
  if (caller.kind === 'operator') return true;
  if (account.runtime.principals.roleOf(caller) === undefined) return false;
  for (const action of DEMANDED) {
    const decision = await account.decide({
      principalRole: caller.roleArn,
      sessionName: caller.sessionName,
      action,
      resource: setup.arn,
      context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM', 'lambda:InvokedViaFunctionUrl': 'true' },
    });
    if (!decision.allowed) return false;
  }
  return true;
}

/** What Lambda hands over of a request; of the caller it says what IAM verified, and the id is the invocation's own. */
function eventOf(
  incoming: IncomingMessage,
  body: Buffer,
  account: SimulatedAccount,
  { requestId, ...caller }: Caller & { readonly requestId: string },
): JsonObject {
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const now = account.clock.now();
  const isText = /^(text\/|application\/(json|javascript|xml))/.test(headers['content-type'] ?? '');
  const callerId =
    caller.kind === 'operator'
      ? operatorId(caller.name)
      : `${account.runtime.principals.roleOf(caller)?.RoleId}:${caller.sessionName}`;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: account.state.account,
      apiId: 'simulated',
      authentication: null,
      authorizer: {
        iam: {
          accessKey: caller.accessKeyId,
          accountId: account.state.account,
          callerId,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: caller.arn,
          userId: callerId,
        },
      },
      domainName: headers['host'] ?? '',
      domainPrefix: 'simulated',
      http: {
        method: incoming.method ?? 'GET',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** A result without a status is the body of a 200, as Lambda reads it. */
function answerOf(result: unknown): HttpAnswer {
  const { statusCode, headers, body, isBase64Encoded } = objectOf(result);
  if (typeof statusCode !== 'number') {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) };
  }
  const text = textOf(body) ?? '';
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(objectOf(headers)).map(([name, value]) => [name, String(value)])),
    body: isBase64Encoded === true ? Buffer.from(text, 'base64').toString('utf8') : text,
  };
}
