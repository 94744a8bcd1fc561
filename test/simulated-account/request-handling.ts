import { randomUUID } from 'node:crypto';
import type { AccountRuntime } from './account-runtime.ts';
import { denialSentence } from './denial-sentence.ts';
import { UndecidableError } from './principal-policies.ts';
import { type Caller, userIdentityOf } from './principals.ts';
import { operationName, requestMembers, type WireRequest } from './protocols/request.ts';
import { type Answer, failure, success } from './protocols/response.ts';
import { readShape, SchemaViolation } from './schema-check.ts';
import { type Call, type Operation, PassedAnswer, type Service, ServiceError } from './service.ts';
import { logsObjectsOf } from './stores.ts';

/** A request that has reached the account, with the service that its signature names. */
export interface Request extends WireRequest {
  readonly service: Service;
  readonly accessKeyId: string;
}

/** What became of a call, for the account's call log. */
export interface Handled {
  readonly answer: Answer;
  readonly operation: string;
  readonly caller: Caller | null;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
}

/** Refuses a call by IAM, in the service's own form. */
class DeniedError extends ServiceError {}

/**
 * Handles one request as AWS does: who calls, is the request well-formed, is it allowed, do it, record it.
 * Every outcome becomes an answer in the service's protocol.
 */
export async function handleRequest(
  runtime: AccountRuntime,
  request: Request,
  forcedDenial: boolean,
): Promise<Handled> {
  const { service, headers, body } = request;
  const requestId = randomUUID();
  const name = operationName(service, request);
  const operation = service.operations.find((candidate) => candidate.name === name);
  const caller = runtime.principals.find(request.accessKeyId) ?? null;
  const handled = (answer: Answer, outcome: string): Handled => ({ answer, operation: name, caller, outcome });
  const refused = (error: ServiceError) => handled(failure(service, error, requestId), error.code);

  if (caller === null || (caller.kind === 'role' && runtime.principals.roleOf(caller) === undefined)) {
    return refused(unknownCaller(service));
  }
  if (operation === undefined) return refused(unknownOperation(service, name));
  const call: Call = { runtime, caller, now: runtime.clock.now(), requestId, body, headers };
  try {
    const input = readShape<unknown>(operation.input, requestMembers(service, operation, request), name, 'request');
    return await performed(service, operation, input, call, forcedDenial, handled);
  } catch (error) {
    return refused(asServiceError(service, error));
  }
}

async function performed(
  service: Service,
  operation: Operation,
  input: unknown,
  call: Call,
  forcedDenial: boolean,
  handled: (answer: Answer, outcome: string) => Handled,
): Promise<Handled> {
  try {
    await authorise(service, operation, input, call, forcedDenial);
    const output = await operation.run(input, call);
    record(service, operation, input, call, operation.recordedRequest(input), operation.recordedResponse(output), null);
    if (output instanceof PassedAnswer) {
      const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': call.requestId };
      return handled(
        { status: output.status, headers, body: output.body },
        output.status < 300 ? 'ok' : errorCode(output.body),
      );
    }
    return handled(success(service, operation, output, call.requestId), 'ok');
  } catch (error) {
    const known = asServiceError(service, error);
    // Most services authorise before they look at the parameters, so that a denied call is recorded without them.
    const hidden = known instanceof DeniedError && !service.recordsDeniedRequests;
    const parameters = hidden ? null : operation.recordedRequest(input);
    record(service, operation, input, call, parameters, null, known);
    return handled(failure(service, known, call.requestId), known.code);
  }
}

async function authorise(
  service: Service,
  operation: Operation,
  input: unknown,
  { runtime, caller, ...call }: Call,
  forcedDenial: boolean,
): Promise<void> {
  const demands = operation.demands(input, { runtime, caller, ...call });
  for (const demand of demands) {
    const action = demand.action ?? `${service.iamPrefix}:${operation.name}`;
    const named = { principalArn: caller.arn, action, resource: demand.resource };
    if (forcedDenial) {
      throw denied(service, { ...named, policyType: 'identity-based', kind: 'implicit', policyArn: null });
    }
    if (caller.kind === 'operator') continue;
    const decision = await runtime.decide({
      principalRole: caller.roleArn,
      sessionName: caller.sessionName,
      action,
      resource: demand.resource,
      // A global service is asked in us-east-1, which decides conditions on the Region.
      ...(demand.resourcePolicy === undefined ? {} : { resourcePolicy: demand.resourcePolicy }),
      context: { ...(service.global ? { 'aws:RequestedRegion': 'us-east-1' } : {}), ...demand.context },
    });
    if (!decision.allowed) throw denied(service, { ...named, ...decision });
  }
}

function denied(service: Service, refusal: Parameters<typeof denialSentence>[0]): DeniedError {
  const xml = service.protocol === 'query' || service.protocol === 'rest-xml';
  if (service.protocol === 'ec2-query') return new DeniedError('UnauthorizedOperation', denialSentence(refusal), 403);
  return new DeniedError(xml ? 'AccessDenied' : 'AccessDeniedException', denialSentence(refusal), xml ? 403 : 400);
}

function record(
  service: Service,
  operation: Operation,
  input: unknown,
  { runtime, caller, requestId, headers }: Call,
  requestParameters: ReturnType<Operation['recordedRequest']>,
  responseElements: ReturnType<Operation['recordedResponse']>,
  error: ServiceError | null,
): void {
  if (operation.recording === 'never') return;
  const bucket = operation.recording === 'data' ? operation.bucketOf(input) : undefined;
  if (operation.recording === 'data' && !runtime.stores.trails.some((trail) => logsObjectsOf(trail, bucket))) return;
  const region = service.global ? 'us-east-1' : runtime.state.region;
  runtime.trail.write({
    userIdentity: userIdentityOf(caller, runtime.principals.roleOf(caller), runtime.state.account),
    eventSource: service.eventSource,
    eventName: operation.name,
    awsRegion: region,
    userAgent: headers['user-agent'] ?? '',
    host: `${service.signingName}.${region}.amazonaws.com`,
    requestId,
    readOnly: operation.recording === 'read',
    ...(operation.recording === 'data' ? { isDataEvent: true } : {}),
    requestParameters,
    responseElements,
    error: error === null ? null : { code: recordedCode(service, error), message: error.message },
  });
}

/** CloudTrail writes AccessDenied where the service's own answer says AccessDeniedException; EC2 has a code of its own. */
function recordedCode(service: Service, error: ServiceError): string {
  if (service.protocol === 'ec2-query') return `Client.${error.code}`;
  return error instanceof DeniedError ? 'AccessDenied' : error.code;
}

function unknownCaller(service: Service): ServiceError {
  if (service.protocol === 'rest-xml') {
    return new ServiceError(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      403,
    );
  }
  return service.protocol === 'query' || service.signingName === 'sqs'
    ? new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403)
    : new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
}

function unknownOperation(service: Service, name: string): ServiceError {
  if (service.protocol === 'rest-xml') {
    return new ServiceError(
      'NotImplemented',
      `The simulated account does not serve ${service.signingName}:${name}.`,
      501,
    );
  }
  return service.protocol === 'query' || service.protocol === 'ec2-query'
    ? new ServiceError('InvalidAction', `Could not find operation ${name}.`)
    : new ServiceError(
        'UnknownOperationException',
        `The simulated account does not serve ${service.signingName}:${name}.`,
      );
}

function asServiceError(service: Service, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof SchemaViolation) {
    if (service.protocol === 'query') return new ServiceError('ValidationError', error.message);
    return new ServiceError(
      error.value === undefined ? 'ValidationException' : 'SerializationException',
      error.message,
    );
  }
  // Neither allow nor denial: the caller must see that the simulation cannot tell.
  if (error instanceof UndecidableError) return new ServiceError('InternalFailure', error.message, 500);
  return new ServiceError(
    'InternalFailure',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    500,
  );
}

function errorCode(body: string): string {
  return /"__type":"(?:[^"]*#)?([^"#]+)"/.exec(body)?.[1] ?? 'unknown';
}
