import type { Case, Notice } from '../domain/case.ts';
import { slackMessage } from '../messages/slack.ts';
import type { CaseStore, Clock, DelayQueue, Messenger } from '../ports.ts';
import { noticeMessage, type OwnMessage } from './own-messages.ts';
import { RetryLater } from './retry-later.ts';

export interface NotifyPorts {
  readonly cases: Pick<CaseStore, 'findCase' | 'saveCase'>;
  readonly messenger: Messenger;
  readonly queue: DelayQueue;
  readonly clock: Clock;
  readonly deploymentId: string;
}

export type NoticeMessage = Extract<OwnMessage, { kind: 'notice' }>;

/** What became of a notice. `gone`: it was delivered before, or announced anew since. */
export type Notified =
  | { readonly kind: 'delivered' | 'not-configured' | 'gone' }
  /** `overdue`: people should have known long ago, and an alarm should say that they do not. */
  | { readonly kind: 'later'; readonly afterSeconds: number; readonly overdue: boolean };

const MAX_SAVE_ATTEMPTS = 5;
const OVERDUE_MILLISECONDS = 15 * 60_000;

/** Puts the notices into the queue that a case announced at this moment. Repeating it is harmless: delivery asks the case again. */
export async function announce(found: Case, announcedAt: Date, queue: DelayQueue): Promise<void> {
  const moment = announcedAt.toISOString();
  const due = found.outbox.filter((notice) => notice.announcedAt === moment);
  await Promise.all(due.map(({ noticeId }) => queue.sendLater(noticeMessage(found.fingerprint, noticeId, moment), 0)));
}

/** Sends a notice's message again: the same one, so that no second grows beside it. */
export async function postpone(message: NoticeMessage, afterSeconds: number, queue: DelayQueue): Promise<void> {
  await queue.sendLater(noticeMessage(message.fingerprint, message.noticeId, message.announcedAt), afterSeconds);
}

/**
 * Delivers one notice of a case's outbox and takes it off. Its failure is retried by itself and never re-runs the act.
 * @throws RetryLater when the channel refuses, so that the message ends in the dead-letter queue and an alarm, not in silence.
 */
export async function deliverNotice(
  message: NoticeMessage,
  secretId: string | null,
  ports: NotifyPorts,
): Promise<Notified> {
  const { fingerprint, noticeId, announcedAt } = message;
  const found = await ports.cases.findCase(fingerprint);
  const notice = found?.outbox.find((due) => due.noticeId === noticeId && due.announcedAt === announcedAt);
  if (found === undefined || notice === undefined) {
    return { kind: 'gone' };
  }
  const delivery = await ports.messenger.post(slackMessage(found, notice, ports.deploymentId), secretId);
  switch (delivery.kind) {
    case 'later': {
      await postpone(message, delivery.afterSeconds, ports.queue);
      const ageMilliseconds = ports.clock().getTime() - Date.parse(notice.createdAt);
      return { ...delivery, overdue: ageMilliseconds > OVERDUE_MILLISECONDS };
    }
    case 'refused':
      throw new RetryLater(`the message was refused: ${delivery.because}`);
    case 'delivered':
    case 'not-configured':
      await takeOff(fingerprint, notice, ports);
      return { kind: delivery.kind };
  }
}

async function takeOff(fingerprint: string, notice: Notice, { cases }: NotifyPorts): Promise<void> {
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt += 1) {
    const found = await cases.findCase(fingerprint);
    if (found === undefined || !found.outbox.some((candidate) => candidate.noticeId === notice.noticeId)) {
      return;
    }
    const outbox = found.outbox.filter((candidate) => candidate.noticeId !== notice.noticeId);
    if ((await cases.saveCase({ ...found, outbox, version: found.version + 1 }, found.version)) === 'saved') {
      return;
    }
  }
  throw new RetryLater('other invocations kept changing the case');
}
