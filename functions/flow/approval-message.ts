import { memberOf } from '../domain/unread-json.ts';

/** A click on its way from the approver to the remediator, through the approvals queue: everything in it is verified again. */
export interface ApprovalMessage {
  readonly kind: 'approval';
  /** Base64 of the bytes that Slack sent. */
  readonly body: string;
  /** Slack's two headers. */
  readonly timestamp: string;
  readonly signature: string;
}

/** Base64 of the 64 KB that a request of Slack's may have. */
const MAX_BODY_LENGTH = Math.ceil((64 * 1024) / 3) * 4;
const MAX_HEADER_LENGTH = 100;

/** The message's text, as the approver sends it. */
export function approvalMessage(click: Omit<ApprovalMessage, 'kind'>): string {
  const { body, timestamp, signature } = click;
  const message: ApprovalMessage = { kind: 'approval', body, timestamp, signature };
  return JSON.stringify(message);
}

/** Whether a message says that it is one; whether it is, `readApprovalMessage` says. */
export function isApprovalMessage(value: unknown): boolean {
  return memberOf(value, 'kind') === 'approval';
}

/** Reads an approver's message; null for anything else. Whether a click is in it, its signature decides. */
export function readApprovalMessage(value: unknown): ApprovalMessage | null {
  const [body, timestamp, signature] = ['body', 'timestamp', 'signature'].map((name) => memberOf(value, name));
  return isApprovalMessage(value) &&
    isText(body, MAX_BODY_LENGTH) &&
    isText(timestamp, MAX_HEADER_LENGTH) &&
    isText(signature, MAX_HEADER_LENGTH)
    ? { kind: 'approval', body, timestamp, signature }
    : null;
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}
