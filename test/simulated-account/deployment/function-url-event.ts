import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '../account-state.ts';
import { type Caller, operatorId } from '../principals.ts';
import type { SimulatedAccount } from '../server.ts';
import { objectOf, textOf } from './template.ts';

/** What a function URL answers. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What Lambda hands over of a request; of the caller it says what IAM verified, and nothing where nobody was asked who calls. Bodies
 * of types that are not text are base64: so are forms, as Slack sends them.
 */
export function urlEventOf(
  incoming: IncomingMessage,
  body: Buffer,
  account: SimulatedAccount,
  caller: Caller | null,
  requestId: string,
): JsonObject {
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const now = account.clock.now();
  const isText = /^(text\/|application\/(json|javascript|xml))/.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: caller === null ? 'anonymous' : account.state.account,
      apiId: 'simulated',
      ...(caller === null ? {} : { authentication: null, authorizer: { iam: verifiedOf(caller, account) } }),
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

function verifiedOf(caller: Caller, account: SimulatedAccount): JsonObject {
  const callerId =
    caller.kind === 'operator'
      ? operatorId(caller.name)
      : `${account.runtime.principals.roleOf(caller)?.RoleId}:${caller.sessionName}`;
  return {
    accessKey: caller.accessKeyId,
    accountId: account.state.account,
    callerId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: caller.arn,
    userId: callerId,
  };
}

/** A result without a status is the body of a 200, as Lambda reads it. */
export function urlAnswerOf(result: unknown): HttpAnswer {
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
