import { type CloudTrailRecord, type Envelope, readRecord } from './cloudtrail-record.ts';
import { findMismatch } from './cross-check.ts';
import type { CompanionCall, Denial } from './denial.ts';
import { type DenialSentence, readSentence } from './denial-sentence.ts';
import { denialSource } from './log-stream.ts';
import { readPrincipal } from './principal.ts';
import type { Refusal } from './refusal.ts';

/** A denial, or why there is none; every input gives exactly one of the two. */
export type ParsedDenial =
  | { readonly kind: 'denial'; readonly denial: Denial }
  | {
      readonly kind: 'refusal';
      readonly refusal: Refusal;
      /** AWS did deny a CreateLogStream, although its record cannot be read: a person has to look. */
      readonly deniedCreateLogStream: boolean;
    };

/** Services spell it differently, EC2 with a prefix; `AccessDenied` is what CloudTrail writes for CloudWatch Logs. */
const ACCESS_DENIED =
  /^(?:Client\.|AWS\.)?(?:AccessDenied(?:Exception|Error|Fault)?|Unauthorized(?:Operation|Access|Exception)|AuthorizationError(?:Exception)?|NotAuthorized(?:Exception)?|KMS\.AccessDeniedException|KMSAccessDeniedException)$/;

const isCreateLogStream = (record: CloudTrailRecord): boolean =>
  record.eventSource === 'logs.amazonaws.com' && record.eventName === 'CreateLogStream';

/** Spelled as `eventName` where the two are equal but for case; else as the sentence has it, which then names another permission. */
function spelledAction(sentence: DenialSentence, record: CloudTrailRecord): string {
  const ownService = record.eventSource.split('.')[0] ?? '';
  const [service = '', name] = sentence.action.includes(':')
    ? sentence.action.split(':')
    : [ownService, sentence.action];
  if (name?.toLowerCase() !== record.eventName.toLowerCase()) return `${service}:${name ?? ''}`;
  return `${service.toLowerCase()}:${record.eventName}`;
}

/** A denied CreateLogStream whose group is not certain is refused: a person has to look, and nothing may be derived from half a name. */
function refusalOfGroup(sentence: DenialSentence, record: CloudTrailRecord): Refusal | null {
  const { resource, endsBeforeResource, action } = sentence;
  const isCut = endsBeforeResource || resource.mayLackStream;
  const own = record.eventName.toLowerCase();
  const name = (action.split(':')[1] ?? '').toLowerCase();
  if (endsBeforeResource && name !== own && own.startsWith(name) && action.toLowerCase().startsWith('logs:')) {
    return { code: 'truncated', detail: 'The error message is cut within the action.' };
  }
  if (action.toLowerCase() !== 'logs:createlogstream') return null;
  if (isCut) return { code: 'truncated', detail: 'The error message ends before the log stream.' };
  if (resource.isLogGroup) return null;
  return { code: 'unreadable-sentence', detail: 'The error message does not name a log group that can be read.' };
}

/** The SSM agent's other calls in a session, by the permission that was missing and the call; an upload may lack its bucket's key. */
const COMPANIONS: Readonly<Record<string, CompanionCall>> = {
  'logs:DescribeLogGroups DescribeLogGroups': 'describe-log-groups',
  's3:GetEncryptionConfiguration GetBucketEncryption': 'bucket-encryption',
  'kms:Decrypt Decrypt': 'session-key',
  's3:PutObject PutObject': 'object',
  'kms:GenerateDataKey PutObject': 'object',
  'kms:Decrypt PutObject': 'object',
  // More than 5 MiB of transcript go in parts.
  's3:PutObject CreateMultipartUpload': 'object',
  'kms:GenerateDataKey CreateMultipartUpload': 'object',
  'kms:Decrypt CreateMultipartUpload': 'object',
  's3:PutObject UploadPart': 'object',
  'kms:GenerateDataKey UploadPart': 'object',
  'kms:Decrypt UploadPart': 'object',
};

function companionOf(action: string, record: CloudTrailRecord): Pick<Denial, 'companion' | 'objectKey'> {
  const call = `${action} ${record.eventName}`;
  const companion = Object.hasOwn(COMPANIONS, call) ? COMPANIONS[call] : undefined;
  // Anywhere: the SDK's own name and AWS_EXECUTION_ENV, which the container sets, stand before it.
  if (companion === undefined || !record.userAgent.includes('amazon-ssm-agent/')) return {};
  return companion === 'object' && record.objectKey !== null
    ? { companion, objectKey: record.objectKey }
    : { companion };
}

function toDenial(sentence: DenialSentence, record: CloudTrailRecord): Denial {
  const { resource, reason } = sentence;
  const principal = readPrincipal(sentence.principal, record.identity);
  const action = spelledAction(sentence, record);
  return {
    eventId: record.eventId,
    eventTime: record.eventTime,
    account: principal.account,
    partition: principal.partition ?? resource.partition,
    region: resource.region ?? record.region,
    action,
    resource: resource.text,
    principalArn: principal.arn,
    roleName: principal.roleName,
    rolePath: principal.rolePath,
    roleId: principal.roleId,
    sessionName: principal.sessionName,
    logGroupName: resource.logGroupName,
    logStreamName: resource.logStreamName,
    policyType: reason.policyType,
    denialKind: reason.denialKind,
    policyArn: reason.policyArn,
    source: denialSource(record.userAgent, resource.logStreamName),
    ...(record.errorMessage === null ? {} : { sentence: record.errorMessage }),
    ...companionOf(action, record),
  };
}

function readDenied(record: CloudTrailRecord, envelope: Envelope | null): Denial | Refusal {
  if (record.errorMessage === null) {
    if (record.messageOmitted)
      return { code: 'truncated', detail: 'CloudTrail left the error message out of the record.' };
    return { code: 'unreadable-sentence', detail: 'The record has no errorMessage.' };
  }
  const reading = readSentence(record.errorMessage);
  if (reading.kind === 'refusal') return reading.refusal;
  const refusal = refusalOfGroup(reading.sentence, record) ?? findMismatch(reading.sentence, record, envelope);
  return refusal ?? toDenial(reading.sentence, record);
}

/**
 * Reads what AWS denied out of an EventBridge event or a bare CloudTrail record. Total: it never throws, looks at 4 KB of text at
 * most, and gives null or a refusal where it is not certain, because a wrong group or a too favourable reason could become a grant.
 */
export function parseDenial(input: unknown): ParsedDenial {
  const reading = readRecord(input);
  if (reading.kind === 'refusal') return { ...reading, deniedCreateLogStream: false };
  const { record, envelope } = reading;
  if (record.errorCode === null || !ACCESS_DENIED.test(record.errorCode)) {
    const refusal = { code: 'not-a-denial', detail: 'The record has no access-denied error code.' } as const;
    return { kind: 'refusal', refusal, deniedCreateLogStream: false };
  }
  const denied = readDenied(record, envelope);
  if (!('code' in denied)) return { kind: 'denial', denial: denied };
  return { kind: 'refusal', refusal: denied, deniedCreateLogStream: isCreateLogStream(record) };
}
