import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AccountRuntime, type RoleRequest } from './account-runtime.ts';
import type { AccountState, JsonObject } from './account-state.ts';
import { DynamoEmulation } from './dynamo-emulation.ts';
import { type Fault, Faults } from './faults.ts';
import type { AccessDecision } from './iam-decisions.ts';
import { addressOf } from './loopback.ts';
import type { Credentials } from './principals.ts';
import { credentialScope, operationName } from './protocols/request.ts';
import { type Answer, failure } from './protocols/response.ts';
import type { Queues } from './queues.ts';
import { handleRequest } from './request-handling.ts';
import { type Service, ServiceError } from './service.ts';
import { services } from './services/all.ts';
import { SimulatedClock } from './simulated-clock.ts';
import type { Stores } from './stores.ts';

export interface SimulatedAccountOptions {
  readonly account: AccountState;
  readonly clock?: SimulatedClock;
  readonly faults?: readonly Fault[];
  /** Role sessions to issue credentials for at once; `credentialsFor` gives them, and any others, later. */
  readonly principals?: readonly { readonly roleArn: string; readonly sessionName?: string }[];
  /** Caps every list operation, so that few elements make several pages. */
  readonly pageSize?: number;
  readonly lookupLagMs?: number;
  readonly iamPropagationMs?: number;
  readonly throttleLookups?: boolean;
}

/** One call that reached the account. */
export interface LoggedCall {
  readonly service: string;
  readonly operation: string;
  /** The role's ARN, `operator`, or null for an unknown access key. */
  readonly caller: string | null;
  readonly at: Date;
  /** `ok`, the error's code, or the kind of the fault that was switched on. */
  readonly outcome: string;
}

/** A running simulated account. */
export interface SimulatedAccount {
  readonly url: string;
  readonly clock: SimulatedClock;
  readonly faults: Faults;
  readonly state: AccountState;
  readonly stores: Stores;
  readonly queues: Queues;
  readonly calls: readonly LoggedCall[];
  /** How many calls reached each operation, by `service:Operation`; throttled ones are counted too. */
  countCalls(): Readonly<Record<string, number>>;
  readonly runtime: AccountRuntime;
  /** Credentials of a person (`operator`, named by the second argument) or of a session of a role. */
  credentialsFor(principal: string, sessionName?: string): Credentials;
  /** Asks IAM about a role; throws UndecidableError for what the account file does not tell. */
  decide(request: RoleRequest): Promise<AccessDecision>;
  /** Calls back with every management record as it is written; returns the unsubscription. */
  on(event: 'record', listener: (record: JsonObject) => void): () => void;
  close(): Promise<void>;
}

/** Serves an account on loopback until it is closed. Several may run in one process, each with its own clock and faults. */
export async function startSimulatedAccount(options: SimulatedAccountOptions): Promise<SimulatedAccount> {
  const clock = options.clock ?? new SimulatedClock();
  const runtime = new AccountRuntime(options.account, clock);
  runtime.pageSize = options.pageSize;
  runtime.throttleLookups = options.throttleLookups ?? false;
  runtime.trail.lagMs = options.lookupLagMs ?? 0;
  runtime.inline.lagMs = options.iamPropagationMs ?? 0;
  const faults = new Faults(clock);
  for (const fault of options.faults ?? []) faults.add(fault);
  for (const { roleArn, sessionName } of options.principals ?? [])
    runtime.principals.credentialsFor(roleArn, sessionName);
  return accountBehind(await serve([runtime], faults), runtime);
}

/** Where accounts are served. */
export interface Endpoint {
  readonly url: string;
  readonly faults: Faults;
  readonly calls: LoggedCall[];
  close(): Promise<void>;
}

/** Serves accounts behind one endpoint: a request is the account's whose access key signed it. */
export async function serve(runtimes: readonly AccountRuntime[], faults: Faults): Promise<Endpoint> {
  const dynamo = new DynamoEmulation();
  const calls: LoggedCall[] = [];
  const server = createServer((incoming, response) => {
    respond(incoming, response, { runtimes, faults, calls }).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  // SDK clients keep connections open between tests longer than Node's five seconds.
  server.keepAliveTimeout = 60_000;
  const url = `http://127.0.0.1:${await addressOf(server)}`;
  for (const runtime of runtimes) {
    runtime.url = url;
    runtime.forwardToDynamo = (body, headers) => dynamo.forward(body, headers);
  }
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await dynamo.close();
  };
  return { url, faults, calls, close };
}

/** One of the accounts that are served, in one of its Regions. */
export function accountBehind({ url, faults, calls, close }: Endpoint, runtime: AccountRuntime): SimulatedAccount {
  return {
    url,
    clock: runtime.clock,
    faults,
    state: runtime.state,
    stores: runtime.stores,
    queues: runtime.queues,
    calls,
    countCalls: () => countsOf(calls),
    runtime,
    credentialsFor: (principal, sessionName) => runtime.principals.credentialsFor(principal, sessionName),
    decide: (request) => runtime.decide(request),
    on: (_event, listener) => runtime.trail.subscribe(listener),
    close,
  };
}

function countsOf(calls: readonly LoggedCall[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { service, operation } of calls) {
    const name = `${service}:${operation}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

interface Endpoints {
  readonly runtimes: readonly AccountRuntime[];
  readonly faults: Faults;
  readonly calls: LoggedCall[];
}

interface Serving {
  readonly runtime: AccountRuntime;
  readonly faults: Faults;
  readonly calls: LoggedCall[];
}

/** The account that issued the key; the first one refuses a key that none did. */
function servingOf({ runtimes, faults, calls }: Endpoints, accessKeyId = ''): Serving {
  const [first] = runtimes;
  const runtime = runtimes.find(({ principals }) => principals.find(accessKeyId) !== undefined) ?? first;
  if (runtime === undefined) throw new Error('no account is served');
  return { runtime, faults, calls };
}

async function respond(incoming: IncomingMessage, response: ServerResponse, endpoints: Endpoints): Promise<void> {
  const body = await textOf(incoming);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  const scope = credentialScope(headers['authorization']);
  const serving = servingOf(endpoints, scope?.accessKeyId);
  const service = services.find((candidate) => candidate.signingName === scope?.signingName);
  if (scope === null || service === undefined) {
    send(response, serving, { status: 403, headers: {}, body: '{"__type":"MissingAuthenticationTokenException"}' });
    return;
  }
  const sent = { method: incoming.method ?? 'GET', target: incoming.url ?? '/', headers, body };
  const name = operationName(service, sent);
  const fault = serving.faults.take(service.signingName, name);
  const broken = fault === null ? null : await brokenAnswer(service, fault);
  if (broken !== null) {
    const caller = serving.runtime.principals.find(scope.accessKeyId) ?? null;
    log(serving, service, name, caller, fault?.kind ?? 'ok');
    if (broken !== 'never') send(response, serving, broken);
    return;
  }
  const request = { service, accessKeyId: scope.accessKeyId, ...sent };
  const { runtime } = serving;
  const handled = await handleRequest(
    service.global ? runtime : runtime.inRegion(scope.region),
    request,
    fault?.kind === 'access-denied',
  );
  log(serving, service, handled.operation, handled.caller, handled.outcome);
  send(response, serving, handled.answer);
}

function log(
  { calls, runtime }: Serving,
  service: Service,
  operation: string,
  caller: ReturnType<AccountRuntime['principals']['find']> | null,
  outcome: string,
): void {
  const name = caller?.kind === 'role' ? caller.roleArn : caller ? 'operator' : null;
  calls.push({ service: service.signingName, operation, caller: name, at: runtime.clock.now(), outcome });
}

/** The answer of a fault: null lets the call go on, `never` leaves the client waiting. */
async function brokenAnswer(service: Service, fault: Fault): Promise<Answer | 'never' | null> {
  const { code, status } = service.throttling;
  switch (fault.kind) {
    case 'throttle':
      return failure(service, new ServiceError(code, 'Rate exceeded', status), 'simulated-fault');
    case '500':
      return failure(service, new ServiceError('InternalFailure', 'The service is broken.', 500), 'simulated-fault');
    case 'malformed':
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: '<<< this is no response' };
    case 'timeout':
      return 'never';
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.latencyMs ?? 100));
      return null;
    case 'access-denied':
      return null;
  }
}

function send(response: ServerResponse, { runtime }: Serving, answer: Answer): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    // The SDK corrects its signing clock by this header.
    date: runtime.clock.now().toUTCString(),
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
