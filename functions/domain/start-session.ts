import { parseArn, parseRoleArn } from './arn.ts';
import { type CloudTrailRecord, type Envelope, readRecord, type UserIdentity } from './cloudtrail-record.ts';
import type { ExecSession } from './exec-session.ts';
import type { Refusal } from './refusal.ts';
import { parseExecTarget } from './task.ts';

/** What one `StartSession` record on an ECS target says: a session past ECS Exec, or why it is none, or why it cannot be read. */
export type ParsedStartSession =
  | { readonly kind: 'session'; readonly session: ExecSession; readonly sourceIdentity: string | null }
  /** ECS opened it for an `ExecuteCommand`, whose own record names the person. */
  | { readonly kind: 'by-ecs'; readonly eventId: string | null }
  /** AWS refused the call: there is no session. */
  | { readonly kind: 'refused-call'; readonly eventId: string | null; readonly errorCode: string }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

type Fields = Readonly<Record<string, unknown>>;

/** The caller's session name, a hyphen and letters and digits, by custom; the API's limit is 96 characters. */
const SESSION_ID = /^[\w+=,.@-]{1,96}$/;

/** Where only AWS itself can make a role, which only ECS can assume. */
const ECS_ROLE_PATH = '/aws-service-role/ecs.amazonaws.com/';

/**
 * Reads an EventBridge event or a bare CloudTrail record of `StartSession`; total, never throws. Cluster and task come from the
 * target, account and Region from the record: Systems Manager opens no session in another place.
 */
export function parseStartSession(input: unknown): ParsedStartSession {
  const reading = readRecord(input);
  if (reading.kind === 'refusal') return reading;
  const { record, envelope } = reading;
  const outer = envelope === null ? {} : fieldsOf(input);
  if (envelope !== null && outer['source'] !== 'aws.ssm') {
    return refuse('foreign-event', "The event's source is not aws.ssm.");
  }
  if (record.eventSource !== 'ssm.amazonaws.com' || record.eventName !== 'StartSession') {
    return refuse('foreign-event', 'The record is not of StartSession.');
  }
  if (record.errorCode !== null) {
    return { kind: 'refused-call', eventId: record.eventId, errorCode: record.errorCode };
  }
  if (isEcs(record.identity)) return { kind: 'by-ecs', eventId: record.eventId };
  return readSession(record, envelope, fieldsOf(envelope === null ? input : outer['detail']));
}

/** By the role's path and nothing that a caller chooses: a session's name is free, the issuer is AWS's own word. */
function isEcs({ issuer }: UserIdentity): boolean {
  return parseRoleArn(issuer?.arn ?? '')?.path === ECS_ROLE_PATH;
}

function readSession(record: CloudTrailRecord, envelope: Envelope | null, detail: Fields): ParsedStartSession {
  const { eventId, eventTime, region, recipientAccount: account, identity } = record;
  if (eventId === null || eventTime === null) return refuse('not-an-event', 'The record has no readable id or time.');
  if (region === null || account === null) {
    return refuse('not-an-event', 'The record has no readable account or Region.');
  }
  if (envelope !== null && (envelope.account !== account || envelope.region !== region)) {
    return refuse('mismatch', 'The event and its record name different accounts or Regions.');
  }
  const request = fieldsOf(detail['requestParameters']);
  // CloudTrail replaces a field that is too large by {omitted: true, originalSize, reason}.
  if (request['omitted'] === true)
    return refuse('truncated', 'CloudTrail left the request out: it may have named an ECS target.');
  const { target } = request;
  const place = typeof target === 'string' ? parseExecTarget(target) : null;
  if (place === null) return refuse('not-an-event', 'The request names no readable ECS target.');
  const response = fieldsOf(detail['responseElements']);
  if (response['omitted'] === true) return refuse('truncated', 'CloudTrail left the response out.');
  const { sessionId } = response;
  if (typeof sessionId !== 'string' || !SESSION_ID.test(sessionId)) {
    return refuse('not-an-event', 'The response names no readable session.');
  }
  const partition = parseArn(identity.arn ?? identity.issuer?.arn ?? '')?.partition ?? partitionOf(region);
  const { clusterName, taskId, runtimeId } = place;
  return {
    kind: 'session',
    session: {
      sessionId,
      account,
      partition,
      region,
      clusterArn: `arn:${partition}:ecs:${region}:${account}:cluster/${clusterName}`,
      taskArn: `arn:${partition}:ecs:${region}:${account}:task/${clusterName}/${taskId}`,
      taskId,
      containerName: runtimeId,
      personArn: identity.arn,
      startedAt: eventTime,
      eventId,
    },
    sourceIdentity: identity.sourceIdentity,
  };
}

/** For the rare caller without an ARN: losing the session would be worse than a partition by the Region's name. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

const refuse = (code: Refusal['code'], detail: string): ParsedStartSession => ({
  kind: 'refusal',
  refusal: { code, detail },
});

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
