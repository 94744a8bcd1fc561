import { isAccountId, isRegion, isRoleName } from '../domain/arn.ts';
import { isLogicalId } from '../domain/stack-deletion.ts';
import { memberOf } from '../domain/unread-json.ts';
import { type Folded, isMoment } from './received-denial.ts';

/**
 * What the auditor, or an event, asks of the remediator. Each only says where to look: what is done about it is derived again from the ledger,
 * the case and the role, so that a forged order changes nothing.
 */
export type Order = OrderKind & {
  /** Since when it waits for the ticket system; left out where it does not. */
  readonly waitingSince?: string;
};

/** Where an order of a hub's is carried out: rows of ours in other accounts bear their place in their keys. */
export interface OrderPlace {
  readonly account: string;
  readonly region: string;
}

/** Absent in a deployment that serves one place, and from orders of versions before hubs: that of the deployment. */
type Placed = { readonly place?: OrderPlace | undefined };

type OrderKind =
  /** A session is settled as unrecorded, or its cluster's logging was changed: people should know. */
  | { readonly kind: 'incident'; readonly sessionId: string }
  /** A session was recorded after the case's denial: the repair is proved. */
  | { readonly kind: 'delivered'; readonly fingerprint: string; readonly sessionId: string }
  /** The policy that we attached to this role wants attention: it is gone, changed, not needed any more, or too old. */
  | ({ readonly kind: 'review'; readonly roleId: string } & Placed)
  /** A stack could not delete this role, and our policy may stand in its way. */
  | ({ readonly kind: 'stack-deletion'; readonly roleName: string; readonly logicalId: string } & Placed)
  /** No suppression of the settings mutes this case's role any more. */
  | { readonly kind: 'unmute'; readonly fingerprint: string }
  /** This case's proposal is past its end, or its answer was not carried out. */
  | { readonly kind: 'lapse'; readonly fingerprint: string }
  /** A turn of the digest of this opening of the breaker is due. */
  | ({ readonly kind: 'digest'; readonly openedAt: string; readonly turn: number } & Placed);

/** What we send to our own queue: a denial that waits, a notice that is due, or an order. */
export type OwnMessage =
  | {
      readonly kind: 'deferred-denial';
      readonly attempt: number;
      readonly event: unknown;
      readonly folded: Folded | null;
    }
  | {
      readonly kind: 'notice';
      readonly fingerprint: string;
      readonly noticeId: string;
      readonly announcedAt: string;
      /** ISO 8601, UTC: it waits for longer than a queue holds a message. */
      readonly notBefore?: string | undefined;
    }
  | Order;

const FIRST_DELAY_SECONDS = 60;
const LONGEST_DELAY_SECONDS = 300;
/** 20 minutes of waiting take eight; whoever counts further is not us. */
export const MAX_ATTEMPTS = 30;
/** The counted denials travel with the one that waits: at 15 characters each, far below what SQS takes. */
export const MAX_FOLDED = 1000;

/** The message for a denial that waits, with a delay that grows: 60, 120, 240, then 300 seconds. */
export function deferralOf(
  event: unknown,
  attempt: number,
  folded: Folded | null,
): { readonly body: string; readonly delaySeconds: number } {
  const bounded = folded === null ? null : { ...folded, events: folded.events.slice(-MAX_FOLDED) };
  const message: OwnMessage = { kind: 'deferred-denial', attempt, event, folded: bounded };
  return {
    body: JSON.stringify(message),
    delaySeconds: Math.min(FIRST_DELAY_SECONDS * 2 ** Math.max(attempt - 1, 0), LONGEST_DELAY_SECONDS),
  };
}

export function noticeMessage(
  fingerprint: string,
  noticeId: string,
  announcedAt: string,
  notBefore: string | null = null,
): string {
  const wait = notBefore === null ? {} : { notBefore };
  const message: OwnMessage = { kind: 'notice', fingerprint, noticeId, announcedAt, ...wait };
  return JSON.stringify(message);
}

export function orderMessage(order: Order): string {
  return JSON.stringify(order);
}

/**
 * Reads a message of our own; null for anything else, above all for an EventBridge event. Whoever may send to the queue can
 * write one, so that it is held to what we write: it can cost a look, never a loop or a row that cannot be read.
 */
export function readOwnMessage(value: unknown): OwnMessage | null {
  switch (memberOf(value, 'kind')) {
    case 'notice':
      return readNotice(value);
    case 'deferred-denial':
      return readDeferral(value);
    case 'incident':
    case 'delivered':
    case 'review':
    case 'stack-deletion':
    case 'unmute':
    case 'lapse':
    case 'digest':
      return readWaitingOrder(value);
    default:
      return null;
  }
}

function readNotice(value: unknown): OwnMessage | null {
  const [fingerprint, noticeId, announcedAt] = ['fingerprint', 'noticeId', 'announcedAt'].map((name) =>
    memberOf(value, name),
  );
  if (!isShort(fingerprint) || !isShort(noticeId) || !isShort(announcedAt)) return null;
  const notBefore = memberOf(value, 'notBefore');
  const notice = { kind: 'notice', fingerprint, noticeId, announcedAt } as const;
  if (notBefore === undefined) return notice;
  return typeof notBefore === 'string' && isMoment(notBefore) ? { ...notice, notBefore } : null;
}

function readWaitingOrder(value: unknown): Order | null {
  const order = readOrder(value);
  const waitingSince = memberOf(value, 'waitingSince');
  const isWaiting = typeof waitingSince === 'string' && isMoment(waitingSince);
  return order === null || !isWaiting ? order : { ...order, waitingSince };
}

function readOrder(value: unknown): Order | null {
  const [kind, sessionId, fingerprint, roleId] = ['kind', 'sessionId', 'fingerprint', 'roleId'].map((name) =>
    memberOf(value, name),
  );
  if (kind === 'review') return isShort(roleId) ? { kind, roleId, ...readPlace(value) } : null;
  if (kind === 'unmute' || kind === 'lapse') return isShort(fingerprint) ? { kind, fingerprint } : null;
  if (kind === 'digest') return readDigestTurn(value);
  if (kind === 'stack-deletion') return readStackDeletion(value);
  if (!isShort(sessionId)) return null;
  if (kind === 'incident') return { kind, sessionId };
  return kind === 'delivered' && isShort(fingerprint) ? { kind, fingerprint, sessionId } : null;
}

function readDigestTurn(value: unknown): Order | null {
  const [openedAt, turn] = [memberOf(value, 'openedAt'), memberOf(value, 'turn')];
  return typeof openedAt === 'string' && isMoment(openedAt) && isShort(openedAt) && Number.isSafeInteger(turn)
    ? { kind: 'digest', openedAt, turn: Number(turn), ...readPlace(value) }
    : null;
}

function readStackDeletion(value: unknown): Order | null {
  const [roleName, logicalId] = [memberOf(value, 'roleName'), memberOf(value, 'logicalId')];
  return typeof roleName === 'string' && isRoleName(roleName) && isLogicalId(logicalId)
    ? { kind: 'stack-deletion', roleName, logicalId, ...readPlace(value) }
    : null;
}

/** A forged one finds no row: those of a place bear it in their keys. */
function readPlace(value: unknown): Placed {
  const place = memberOf(value, 'place');
  const [account, region] = [memberOf(place, 'account'), memberOf(place, 'region')];
  return typeof account === 'string' && isAccountId(account) && typeof region === 'string' && isRegion(region)
    ? { place: { account, region } }
    : {};
}

function readDeferral(value: unknown): OwnMessage | null {
  const attempt = memberOf(value, 'attempt');
  const folded = memberOf(value, 'folded');
  if (typeof attempt !== 'number' || !Number.isInteger(attempt) || attempt < 0 || attempt > MAX_ATTEMPTS) {
    return null;
  }
  return folded === null || isFolded(folded)
    ? { kind: 'deferred-denial', attempt, event: memberOf(value, 'event'), folded }
    : null;
}

function isFolded(value: unknown): value is Folded {
  const events = memberOf(value, 'events');
  const times = [memberOf(value, 'firstSeenAt'), memberOf(value, 'lastSeenAt')];
  return (
    Array.isArray(events) &&
    events.length <= MAX_FOLDED &&
    events.every((event) => typeof event === 'string' && /^[0-9a-f]{12}$/.test(event)) &&
    times.every((time) => typeof time === 'string' && isMoment(time))
  );
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200;
}
