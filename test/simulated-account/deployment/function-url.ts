import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { addressOf } from '../loopback.ts';
import type { Caller } from '../principals.ts';
import { credentialScope } from '../protocols/request.ts';
import type { SimulatedAccount } from '../server.ts';
import { type HttpAnswer, urlAnswerOf, urlEventOf } from './function-url-event.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import type { Stack } from './stack.ts';

/** What AWS asks of a caller of a function URL since October 2025. */
const DEMANDED = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'] as const;

/** Whom a URL lets in: `AWS_IAM` asks the caller's own policies, `NONE` lets in everybody whom the function's own policy lets in. */
export type UrlAccess = { readonly kind: 'iam' } | { readonly kind: 'everybody'; readonly letsIn: boolean };

const FORBIDDEN: HttpAnswer = {
  status: 403,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
  body: '{"Message":"Forbidden"}',
};

/** A function URL on loopback: whom it lets in is what the template says of it. */
export class FunctionUrl {
  target: SimulatedFunction | undefined;
  private access: UrlAccess = { kind: 'iam' };

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** Opens the URL; until it is connected it answers 502, as a function that is not there. */
  static async open(account: SimulatedAccount): Promise<FunctionUrl> {
    const server = createServer((incoming, response) => {
      answered(incoming, account, opened.target, opened.access)
        .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
        .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
    const opened = new FunctionUrl(`http://127.0.0.1:${await addressOf(server)}/`, server);
    return opened;
  }

  connect(target: SimulatedFunction | undefined, access: UrlAccess): void {
    this.target = target;
    this.access = access;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** What a URL's `AuthType` and the function's own policy make of it. */
export function urlAccessOf(stack: Stack, authType: unknown, target: SimulatedFunction | undefined): UrlAccess {
  if (authType === 'AWS_IAM') return { kind: 'iam' };
  const letsIn = DEMANDED.every((action) => permitsEverybody(stack, action, target));
  return { kind: 'everybody', letsIn };
}

/** A statement that names a source, an organisation or another type of URL lets nobody in who only knows the address. */
function permitsEverybody(stack: Stack, action: string, target: SimulatedFunction | undefined): boolean {
  return stack
    .resourcesOf('AWS::Lambda::Permission')
    .some(
      ({ properties }) =>
        properties['Action'] === action &&
        properties['Principal'] === '*' &&
        [target?.setup.arn, target?.setup.name].includes(String(properties['FunctionName'])) &&
        [undefined, 'NONE'].includes(properties['FunctionUrlAuthType'] as string | undefined) &&
        ['SourceArn', 'SourceAccount', 'PrincipalOrgID', 'EventSourceToken'].every((key) => !(key in properties)),
    );
}

async function answered(
  incoming: IncomingMessage,
  account: SimulatedAccount,
  target: SimulatedFunction | undefined,
  access: UrlAccess,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  if (target === undefined) return { ...FORBIDDEN, status: 502 };
  const caller = access.kind === 'iam' ? await admitted(incoming, account, target) : null;
  if (access.kind === 'iam' ? caller === null : !access.letsIn) return FORBIDDEN;
  const requestId = randomUUID();
  const event = urlEventOf(incoming, Buffer.concat(chunks), account, caller, requestId);
  const invocation = await target.invoke(event, requestId);
  return invocation.kind === 'returned'
    ? urlAnswerOf(invocation.result)
    : { ...FORBIDDEN, status: 502, body: 'Internal Server Error' };
}

/** Who signed the request, if the caller's own policies let it in. */
async function admitted(
  { headers }: IncomingMessage,
  account: SimulatedAccount,
  target: SimulatedFunction,
): Promise<Caller | null> {
  const scope = credentialScope(headers.authorization);
  const caller = account.runtime.principals.find(scope?.accessKeyId ?? '');
  const here = scope?.signingName === 'lambda' && scope.region === account.state.region;
  return here && caller !== undefined && (await mayInvoke(account, caller, target)) ? caller : null;
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
