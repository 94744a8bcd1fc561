import type { Operation, Service, ServiceError } from '../service.ts';
import { toEc2Xml } from './ec2-query.ts';
import { toJson } from './json.ts';
import { escapeXml, toXml } from './query.ts';
import { restFailure, restSuccess } from './rest-xml.ts';

/** An answer as it goes over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Renders an operation's output in the service's protocol, by the schema of the output. */
export function success(service: Service, operation: Operation, output: unknown, requestId: string): Answer {
  if (service.protocol === 'rest-xml') return restSuccess(service, operation, output, requestId);
  if (service.protocol === 'ec2-query') {
    const members = `<requestId>${requestId}</requestId>${toEc2Xml(operation.output, output)}`;
    const body = `<${operation.name}Response xmlns="${service.namespace}">${members}</${operation.name}Response>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  }
  if (service.protocol !== 'query') {
    const body = JSON.stringify(toJson(operation.output, output) ?? {});
    return { status: 200, headers: jsonHeaders(service, requestId), body };
  }
  const { name } = operation;
  const result = operation.output === 'unit' ? '' : `<${name}Result>${toXml(operation.output, output)}</${name}Result>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${name}Response xmlns="${service.namespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
  };
}

/** Renders an error in the service's protocol, under the code that the service's clients know. */
export function failure(service: Service, error: ServiceError, requestId: string): Answer {
  const { code, message, status, fields } = error;
  const fault = status < 500 ? 'Sender' : 'Receiver';
  if (service.protocol === 'query') {
    return {
      status,
      headers: { 'content-type': 'text/xml' },
      body: `<ErrorResponse xmlns="${service.namespace}"><Error><Type>${fault}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    };
  }
  if (service.protocol === 'ec2-query') {
    return {
      status,
      headers: { 'content-type': 'text/xml' },
      body: `<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    };
  }
  if (service.protocol === 'rest-xml') return restFailure(error, requestId);
  const queryCode = queryCodes[code];
  return {
    status,
    headers: {
      ...jsonHeaders(service, requestId),
      ...(service.signingName === 'sqs' ? { 'x-amzn-query-error': `${queryCode ?? code};${fault}` } : {}),
    },
    body: JSON.stringify({ __type: `${service.namespace}#${code}`, message, ...fields }),
  };
}

// SQS clients before the JSON protocol knew these codes; its JSON answers carry them in a header.
const queryCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
};

function jsonHeaders(service: Service, requestId: string): Record<string, string> {
  return { 'content-type': `application/x-amz-${service.protocol}`, 'x-amzn-requestid': requestId };
}
