import { breakerLimits } from '../domain/breaker.ts';
import type { Jurisdiction, Place } from '../domain/jurisdiction.ts';
import { signalOf } from '../domain/signal.ts';
import { type ApprovePorts, answerClick, type ClickEnd } from './approve.ts';
import { carryOutOrder, type OrderPorts } from './carry-out-order.ts';
import { deliverNotice, type NoticeMessage, type Notified, type NotifyPorts, postpone } from './notify.ts';
import type { OrderEnd } from './order-end.ts';
import type { Order } from './own-messages.ts';
import { placeOfClick, placeOfMessage } from './place-of-work.ts';
import type { BatchItem } from './read-batch.ts';
import type { ReceivedDenial } from './received-denial.ts';
import { type Ended, type Invocation, type RemediatePorts, remediateCause } from './remediate.ts';
import { RetryLater } from './retry-later.ts';

export type BatchPorts = RemediatePorts & NotifyPorts & OrderPorts & ApprovePorts;

/** Whose work a batch may hold, and what the work of one place is done with. */
export interface BatchWorld {
  readonly jurisdiction: Jurisdiction;
  readonly portsOf: (place: Place) => BatchPorts;
}

/** Event ids that this process has ended: a duplicate of them costs no call. */
export interface EndedEvents {
  has(eventId: string): boolean;
  add(eventId: string): void;
}

/** How one record of a batch ended. */
export type ItemEnd =
  | Exclude<BatchItem, { kind: 'denial' | 'notice' | 'order' | 'approval' }>
  | { readonly kind: 'denial'; readonly fingerprint: string; readonly received: ReceivedDenial; readonly ended: Ended }
  | { readonly kind: 'notice'; readonly message: NoticeMessage; readonly notified: Notified | Failed }
  | { readonly kind: 'order'; readonly order: Order; readonly orderEnd: OrderEnd | Failed }
  | { readonly kind: 'approval'; readonly clickEnd: ClickEnd | Failed };

interface Failed {
  readonly kind: 'failed';
  readonly error: unknown;
}

type DenialItem = Extract<BatchItem, { kind: 'denial' }>;
type NoticeItem = Extract<BatchItem, { kind: 'notice' }>;
type OrderItem = Extract<BatchItem, { kind: 'order' }>;
type ApprovalItem = Extract<BatchItem, { kind: 'approval' }>;

/** Causes worked on at the same time: bounded, so that a storm of causes does not meet ECS's and IAM's request limits. */
const CONCURRENT_CAUSES = 4;
/** Slack may take its whole time-out to answer. */
const MILLISECONDS_FOR_A_NOTICE = 8_000;
const POSTPONED_SECONDS = 60;
/** The reads of a decision and of the case's sessions, and the read-back's 10 seconds. */
const MILLISECONDS_FOR_A_CLICK = 20_000;

/** Works off a batch: causes side by side, notices, orders and clicks one by one. Every record gets its end, by message id; nothing is thrown. */
export async function remediateBatch(
  items: readonly BatchItem[],
  invocation: Invocation,
  endedEvents: EndedEvents,
  world: BatchWorld,
): Promise<ReadonlyMap<string, ItemEnd>> {
  const ends = new Map<string, ItemEnd>();
  const denials: DenialItem[] = [];
  const notices: NoticeItem[] = [];
  const orders: OrderItem[] = [];
  const approvals: ApprovalItem[] = [];
  for (const item of items) {
    if (item.kind === 'notice') {
      notices.push(item);
    } else if (item.kind === 'order') {
      orders.push(item);
    } else if (item.kind === 'approval') {
      approvals.push(item);
    } else if (item.kind !== 'denial') {
      ends.set(item.messageId, item);
    } else if (isIgnored(item, invocation)) {
      ends.set(item.messageId, { kind: 'not-applicable', messageId: item.messageId, denial: item.received.denial });
    } else if (endedEvents.has(item.received.eventId)) {
      ends.set(item.messageId, { ...item, ended: { kind: 'duplicate' } });
    } else {
      denials.push(item);
    }
  }
  const causes = [...byFingerprint(denials)];
  await Promise.all([
    inLanes(causes, CONCURRENT_CAUSES, async ([fingerprint, group]) => {
      const received = group.map((item) => item.received);
      // One cause is of one account and Region: its fingerprint says so.
      const place = group[0]?.place ?? world.jurisdiction.home;
      const answers = await remediateCause(fingerprint, received, invocation, world.portsOf(place));
      group.forEach((item, index) => {
        const ended: Ended = answers[index] ?? { kind: 'failed', error: new RetryLater('no answer') };
        ends.set(item.messageId, { ...item, ended });
        if (ended.kind !== 'failed' && ended.kind !== 'deferred') {
          endedEvents.add(item.received.eventId);
        }
      });
    }),
    deliverNotices(notices, invocation, world, ends),
    carryOutOrders(orders, invocation, world, ends),
    answerClicks(approvals, invocation, world, ends),
  ]);
  return ends;
}

/** The execution role's denials are nobody's case unless the settings ask for a ticket: not even a read. */
function isIgnored({ received }: DenialItem, { rules }: Invocation): boolean {
  return signalOf(received.denial) === 'awslogs-driver' && rules.settings.awslogsDriver === 'ignore';
}

/**
 * One after the other. A webhook that asks to wait is not asked again in this invocation, nor waited for past its time; a bot asks
 * for one channel, so that the others go ahead, and those that wait line up.
 */
async function deliverNotices(
  notices: readonly NoticeItem[],
  invocation: Invocation,
  world: BatchWorld,
  ends: Map<string, ItemEnd>,
): Promise<void> {
  const { rules, owner } = invocation;
  const context = { slack: rules.settings.slack, limits: breakerLimits(rules), owner };
  let waitSeconds: number | null = null;
  let ahead = 0;
  for (const { messageId, message } of notices) {
    let notified: Notified | Failed;
    try {
      if (waitSeconds === null && invocation.hasTime(MILLISECONDS_FOR_A_NOTICE)) {
        const ports = await portsOfMessage(message, world);
        notified = await deliverNotice(message, { ...context, ahead }, ports);
      } else {
        const afterSeconds: number = waitSeconds ?? POSTPONED_SECONDS;
        await postpone(message, afterSeconds, world.portsOf(world.jurisdiction.home));
        notified = { kind: 'later', afterSeconds, overdue: false, holdsAll: false };
      }
    } catch (error) {
      notified = { kind: 'failed', error };
    }
    if (notified.kind === 'later') {
      ahead += 1;
      waitSeconds = notified.holdsAll ? notified.afterSeconds : waitSeconds;
    }
    ends.set(messageId, { kind: 'notice', message, notified });
  }
}

async function carryOutOrders(
  orders: readonly OrderItem[],
  invocation: Invocation,
  world: BatchWorld,
  ends: Map<string, ItemEnd>,
): Promise<void> {
  for (const { messageId, order } of orders) {
    let orderEnd: OrderEnd | Failed;
    try {
      orderEnd = await carryOutOrder(order, invocation, await portsOfMessage(order, world));
    } catch (error) {
      orderEnd = { kind: 'failed', error };
    }
    ends.set(messageId, { kind: 'order', order, orderEnd });
  }
}

/** One after the other: two people who answer the same proposal do so in the order of their messages. */
async function answerClicks(
  approvals: readonly ApprovalItem[],
  invocation: Invocation,
  world: BatchWorld,
  ends: Map<string, ItemEnd>,
): Promise<void> {
  for (const { messageId, forwarded } of approvals) {
    let clickEnd: ClickEnd | Failed;
    try {
      // Nobody but the approver can send to its queue, so that a click that has no time left waits where it is.
      if (!invocation.hasTime(MILLISECONDS_FOR_A_CLICK)) throw new RetryLater('no time left in this invocation');
      const { jurisdiction, portsOf } = world;
      const secretId = invocation.rules.settings.slack?.secret ?? null;
      const place = await placeOfClick(forwarded, jurisdiction, secretId, portsOf(jurisdiction.home));
      clickEnd = await answerClick(forwarded, invocation, portsOf(place));
    } catch (error) {
      clickEnd = { kind: 'failed', error };
    }
    ends.set(messageId, { kind: 'approval', clickEnd });
  }
}

async function portsOfMessage(message: Order | NoticeMessage, { jurisdiction, portsOf }: BatchWorld) {
  return portsOf(await placeOfMessage(message, jurisdiction, portsOf(jurisdiction.home)));
}

function byFingerprint(items: readonly DenialItem[]): ReadonlyMap<string, readonly DenialItem[]> {
  const groups = new Map<string, DenialItem[]>();
  for (const item of items) {
    const group = groups.get(item.fingerprint);
    if (group === undefined) {
      groups.set(item.fingerprint, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async () => {
    for (const item of waiting) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
