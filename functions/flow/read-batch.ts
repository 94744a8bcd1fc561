import { parseArn } from '../domain/arn.ts';
import { canonicalJson, type Digest } from '../domain/canonical.ts';
import { readJson, readRecord } from '../domain/cloudtrail-record.ts';
import type { Denial } from '../domain/denial.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import { type Delivered, type Jurisdiction, type Place, rulingOn } from '../domain/jurisdiction.ts';
import { parseDenial } from '../domain/parse-denial.ts';
import type { Refusal } from '../domain/refusal.ts';
import { signalOf } from '../domain/signal.ts';
import { type FailedDeletion, readFailedDeletion } from '../domain/stack-deletion.ts';
import type { ForwardedClick } from '../ports.ts';
import { isApprovalMessage, readApprovalMessage } from './approval-message.ts';
import type { NoticeMessage } from './notify.ts';
import { type Order, type OwnMessage, readOwnMessage } from './own-messages.ts';
import type { ReceivedDenial } from './received-denial.ts';

/** What of a queue's record is read. */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
  /** The queue, as Lambda names it: nobody who sends a message can set it. */
  readonly eventSourceARN: string;
  /** Milliseconds since 1970, by SQS's own clock. */
  readonly attributes: { readonly SentTimestamp: string };
}

/** What records are read by besides their own text. */
export interface BatchReading {
  /** A denial of elsewhere is none of its business (README "Security"). */
  readonly jurisdiction: Jurisdiction;
  readonly digest: Digest;
  /** The queue of the approver; null where there is none, and nobody can approve anything. */
  readonly approvalsQueueUrl: string | null;
}

/**
 * The place of a function by its own ARN, the only source that says where it runs and that nobody can set.
 * @throws Error when the text is no ARN.
 */
export function placeOfFunction(functionArn: string): Place {
  const arn = parseArn(functionArn);
  if (arn === null) {
    throw new Error(`not the ARN of a function: ${functionArn}`);
  }
  return { partition: arn.partition, account: arn.account, region: arn.region };
}

/** One record of a batch, read. */
export type BatchItem =
  | {
      readonly kind: 'denial';
      readonly messageId: string;
      /** Where it was made, and is decided and repaired. */
      readonly place: Place;
      readonly fingerprint: string;
      readonly received: ReceivedDenial;
    }
  /** A denied call that is no signal of a lost log. */
  | { readonly kind: 'not-applicable'; readonly messageId: string; readonly denial: Denial }
  | { readonly kind: 'notice'; readonly messageId: string; readonly message: NoticeMessage }
  | { readonly kind: 'order'; readonly messageId: string; readonly order: Order }
  /** A click, of which nothing is believed yet. */
  | { readonly kind: 'approval'; readonly messageId: string; readonly forwarded: ForwardedClick }
  | {
      readonly kind: 'refused';
      readonly messageId: string;
      readonly refusal: Refusal;
      readonly deniedCreateLogStream: boolean;
    };

/**
 * Reads one SQS record: an EventBridge event, a message that we sent to ourselves, or a click. Total; everything is checked again.
 * Clicks come from the approver's queue and from no other, and nothing else comes from there: who takes over the approver can send
 * no orders.
 */
export function readBatchItem(
  record: QueueRecord,
  { jurisdiction, digest, approvalsQueueUrl }: BatchReading,
): BatchItem {
  const { messageId, body } = record;
  const json = readJson(body);
  if (json.kind === 'refusal') {
    return { kind: 'refused', messageId, refusal: json.refusal, deniedCreateLogStream: false };
  }
  if (isFromApprover(record, approvalsQueueUrl)) {
    const forwarded = forwardedClick(record, json.value);
    return forwarded === null
      ? foreign(messageId, 'only clicks are taken from the queue of the approver')
      : { kind: 'approval', messageId, forwarded };
  }
  if (isApprovalMessage(json.value)) {
    return foreign(messageId, 'clicks are taken from the queue of the approver alone');
  }
  const own = readOwnMessage(json.value);
  if (own?.kind === 'notice') {
    return { kind: 'notice', messageId, message: own };
  }
  if (own !== null && isOrder(own)) {
    return { kind: 'order', messageId, order: own };
  }
  const deletion = own === null ? readFailedDeletion(json.value) : null;
  if (deletion !== null) {
    return deletionOrder(messageId, deletion, jurisdiction);
  }
  const event = own === null ? json.value : own.event;
  const parsed = parseDenial(event);
  if (parsed.kind === 'refusal') {
    return { kind: 'refused', messageId, refusal: parsed.refusal, deniedCreateLogStream: parsed.deniedCreateLogStream };
  }
  const { denial } = parsed;
  if (signalOf(denial) === null) {
    return { kind: 'not-applicable', messageId, denial };
  }
  if (!isDelivered(event)) {
    return foreign(messageId, 'only events that EventBridge delivered are acted upon');
  }
  const ruling = rulingOn(jurisdiction, denial, deliveredBy(event));
  if (ruling.kind === 'mismatch') {
    const refusal: Refusal = { code: 'mismatch', detail: `the denial ${ruling.detail}` };
    return { kind: 'refused', messageId, refusal, deniedCreateLogStream: true };
  }
  const fingerprint = fingerprintOf(denial, digest);
  // CloudTrail gives every record an id; one without is still worth a decision, and the same event is the same, also on its second
  // way through the queue in a message of ours.
  const eventId = denial.eventId ?? digest(canonicalJson(event)).slice(0, 36);
  return {
    kind: 'denial',
    messageId,
    place: ruling.place,
    fingerprint,
    received: { denial, eventId, event, attempt: own?.attempt ?? 0, folded: own?.folded ?? null },
  };
}

function deletionOrder(messageId: string, deletion: FailedDeletion, jurisdiction: Jurisdiction): BatchItem {
  const { roleName, logicalId, claimed, delivered } = deletion;
  const ruling = rulingOn(jurisdiction, claimed, delivered);
  if (ruling.kind === 'mismatch') {
    const refusal: Refusal = { code: 'mismatch', detail: `the stack ${ruling.detail}` };
    return { kind: 'refused', messageId, refusal, deniedCreateLogStream: false };
  }
  const { account, region } = ruling.place;
  const place = jurisdiction.kind === 'hub' ? { place: { account, region } } : {};
  return { kind: 'order', messageId, order: { kind: 'stack-deletion', roleName, logicalId, ...place } };
}

/** What EventBridge and CloudTrail say of an event, whatever the event says of itself. */
export function deliveredBy(event: unknown): Delivered {
  const reading = readRecord(event);
  const { record, envelope } = reading.kind === 'record' ? reading : { record: null, envelope: null };
  return {
    envelopeAccount: envelope?.account ?? null,
    envelopeRegion: envelope?.region ?? null,
    recipientAccount: record?.recipientAccount ?? null,
  };
}

function foreign(messageId: string, detail: string): BatchItem {
  return { kind: 'refused', messageId, refusal: { code: 'foreign-event', detail }, deniedCreateLogStream: false };
}

/** By the queue's name: account and Region of a function's source are its own. */
function isFromApprover({ eventSourceARN }: QueueRecord, approvalsQueueUrl: string | null): boolean {
  return approvalsQueueUrl !== null && eventSourceARN.split(':').at(-1) === approvalsQueueUrl.split('/').at(-1);
}

/** null where the message holds no click, or nobody can say when it was sent. */
function forwardedClick({ attributes }: QueueRecord, value: unknown): ForwardedClick | null {
  const message = readApprovalMessage(value);
  const sentAt = Number(attributes.SentTimestamp);
  if (message === null || !Number.isSafeInteger(sentAt) || sentAt <= 0) return null;
  const { body, timestamp, signature } = message;
  return { body, timestamp, signature, forwardedAt: new Date(sentAt) };
}

function isOrder(own: OwnMessage): own is Order {
  return own.kind !== 'notice' && own.kind !== 'deferred-denial';
}

/** A bare record carries no proof that the service wrote it: `source` is what nobody but AWS can set. */
export function isDelivered(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'source' in event && 'detail' in event;
}
