import { isAccountId, isRegion } from './arn.ts';
import type { Refusal } from './refusal.ts';

interface SessionIssuer {
  readonly type: string | null;
  readonly principalId: string | null;
  readonly arn: string | null;
  readonly accountId: string | null;
  readonly userName: string | null;
}

/** Who called: AssumedRole has an issuer; IAMUser, Root and FederatedUser may have none; AWSService has neither ARN nor account. */
export interface UserIdentity {
  readonly type: string | null;
  readonly principalId: string | null;
  readonly arn: string | null;
  readonly accountId: string | null;
  readonly issuer: SessionIssuer | null;
  /** Set when the role was first assumed; it outlives role chaining. */
  readonly sourceIdentity: string | null;
}

/** The fields of a CloudTrail record that a denial is read from; what is absent, of another type or too long is null. */
export interface CloudTrailRecord {
  readonly eventId: string | null;
  readonly eventTime: string | null;
  readonly eventSource: string;
  readonly eventName: string;
  readonly region: string | null;
  readonly recipientAccount: string | null;
  readonly userAgent: string;
  readonly errorCode: string | null;
  /** Unbounded: its reader has the limit. */
  readonly errorMessage: string | null;
  readonly messageOmitted: boolean;
  /** Of a call about an S3 object, which keeps its request where it is denied. */
  readonly objectKey: string | null;
  readonly identity: UserIdentity;
}

/** What EventBridge says of the record it delivers. */
export interface Envelope {
  readonly account: string | null;
  readonly region: string | null;
}

/** A record, with its envelope if it came in one, or why the input is none. */
export type RecordReading =
  | { readonly kind: 'record'; readonly record: CloudTrailRecord; readonly envelope: Envelope | null }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

export type JsonReading =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

/** EventBridge delivers at most 256 KB; longer text was never an event. */
const MAX_EVENT_LENGTH = 262_144;

const MAX_FIELD_LENGTH = 2048;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

function textOf(value: unknown, accepts: (text: string) => boolean = () => true): string | null {
  if (typeof value !== 'string' || value === '' || value.length > MAX_FIELD_LENGTH) return null;
  return accepts(value) ? value : null;
}

/** A time that is written as ISO 8601 in UTC and exists in the calendar: not `2023-02-30`, not a time with an offset. */
function isInstant(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19);
}

function readIssuer(value: unknown): SessionIssuer | null {
  if (!isFields(value)) return null;
  return {
    type: textOf(value['type']),
    principalId: textOf(value['principalId']),
    arn: textOf(value['arn']),
    accountId: textOf(value['accountId'], isAccountId),
    userName: textOf(value['userName']),
  };
}

function readIdentity(value: unknown): UserIdentity {
  const identity = fieldsOf(value);
  const context = fieldsOf(identity['sessionContext']);
  return {
    type: textOf(identity['type']),
    principalId: textOf(identity['principalId']),
    arn: textOf(identity['arn']),
    accountId: textOf(identity['accountId'], isAccountId),
    issuer: readIssuer(context['sessionIssuer']),
    sourceIdentity: textOf(context['sourceIdentity']),
  };
}

function readFields(value: unknown): CloudTrailRecord | null {
  const fields = fieldsOf(value);
  const eventSource = textOf(fields['eventSource']);
  const eventName = textOf(fields['eventName']);
  if (eventSource === null || eventName === null) return null;
  const message = fields['errorMessage'];
  return {
    eventId: textOf(fields['eventID'], (text) => /^[A-Za-z0-9-]{1,128}$/.test(text)),
    eventTime: textOf(fields['eventTime'], isInstant),
    eventSource,
    eventName,
    region: textOf(fields['awsRegion'], isRegion),
    recipientAccount: textOf(fields['recipientAccountId'], isAccountId),
    userAgent: textOf(fields['userAgent']) ?? '',
    errorCode: textOf(fields['errorCode']),
    errorMessage: typeof message === 'string' && message !== '' ? message : null,
    // CloudTrail replaces a field that is too large by {omitted: true, originalSize, reason}.
    messageOmitted: fieldsOf(message)['omitted'] === true,
    objectKey: textOf(fieldsOf(fields['requestParameters'])['key']),
    identity: readIdentity(fields['userIdentity']),
  };
}

const refuse = (code: Refusal['code'], detail: string): { kind: 'refusal'; refusal: Refusal } => ({
  kind: 'refusal',
  refusal: { code, detail },
});

/** Reads an EventBridge event or a bare CloudTrail record; never throws, and refuses events that CloudTrail did not make. */
export function readRecord(input: unknown): RecordReading {
  if (!isFields(input)) return refuse('not-an-event', 'The input is not a JSON object.');
  const isEnvelope = 'detail-type' in input || ('detail' in input && 'source' in input);
  const record = readFields(isEnvelope ? input['detail'] : input);
  if (!isEnvelope) {
    if (record === null) return refuse('not-an-event', 'Neither an EventBridge event nor a CloudTrail record.');
    return { kind: 'record', record, envelope: null };
  }
  // PutEvents refuses sources that begin with `aws.`, so any other source is somebody's own event.
  const source = textOf(input['source']);
  if (source === null || !source.startsWith('aws.')) {
    return refuse('foreign-event', "The event's source is not an AWS service.");
  }
  if (input['detail-type'] !== 'AWS API Call via CloudTrail') {
    return refuse('foreign-event', "The event's detail-type is not 'AWS API Call via CloudTrail'.");
  }
  if (record === null) return refuse('not-an-event', "The event's detail is not a CloudTrail record.");
  // Elsewhere the two names differ (aws.monitoring, aws.tag, ...); for CloudWatch Logs they never do.
  if ((source === 'aws.logs') !== (record.eventSource === 'logs.amazonaws.com')) {
    return refuse('foreign-event', "The event's source and the record's eventSource name different services.");
  }
  const account = textOf(input['account'], isAccountId);
  return { kind: 'record', record, envelope: { account, region: textOf(input['region'], isRegion) } };
}

/** Reads JSON text of at most an event's size; never throws. */
export function readJson(text: string): JsonReading {
  if (text.length > MAX_EVENT_LENGTH) {
    return refuse('over-limit', `The text is longer than the ${MAX_EVENT_LENGTH} characters of the largest event.`);
  }
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return refuse('not-json', 'The text is not JSON.');
  }
}
