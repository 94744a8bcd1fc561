import type { Case, Notice } from '../domain/case.ts';
import { slackMessage } from '../messages/slack.ts';
import type { CaseStore, Clock, DelayQueue, Messenger } from '../ports.ts';
import { noticeMessage } from './own-messages.ts';
import { RetryLater } from './retry-later.ts';

export interface NotifyPorts {
  readonly cases: Pick<CaseStore, 'findCase' | 'saveCase'>;
  readonly messenger: Messenger;
  readonly queue: DelayQueue;
  readonly clock: Clock;
}

/** What became of a notice. `gone`: it was delivered before, or its case was. */
export type Notified =
  | { readonly kind: 'delivered' | 'not-configured' | 'gone' }
  /** `overdue`: people should have known long ago, and an alarm should say that they do not. */
  | { readonly kind: 'later'; readonly afterSeconds: number; readonly overdue: boolean };

const MAX_SAVE_ATTEMPTS = 5;
const OVERDUE_MILLISECONDS = 15 * 60_000;

/** Puts every notice that a case still owes into the queue. Repeating it is harmless: delivery asks the case again. */
export async function announce(found: Case, queue: DelayQueue): Promise<void> {
  await Promise.all(
    found.outbox.map((notice) => queue.sendLater(noticeMessage(found.fingerprint, notice.noticeId), 0)),
  );
}

/**
 * Delivers one notice of a case's outbox and takes it off. Its failure is retried by itself and never re-runs the act.
 * @throws RetryLater when the channel refuses, so that the message ends in the dead-letter queue and an alarm, not in silence.
 */
export async function deliverNotice(
  fingerprint: string,
  noticeId: string,
  secretId: string | null,
  ports: NotifyPorts,
): Promise<Notified> {
  const now = ports.clock();
  const found = await ports.cases.findCase(fingerprint);
  const notice = found?.outbox.find((candidate) => candidate.noticeId === noticeId);
  if (found === undefined || notice === undefined) {
    return { kind: 'gone' };
  }
  const delivery = await ports.messenger.post(slackMessage(found, notice), secretId);
  switch (delivery.kind) {
    case 'later':
      await ports.queue.sendLater(noticeMessage(fingerprint, noticeId), delivery.afterSeconds);
      return { ...delivery, overdue: now.getTime() - Date.parse(notice.createdAt) > OVERDUE_MILLISECONDS };
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
