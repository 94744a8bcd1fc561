import type { Case, Notice } from '../domain/case.ts';
import type { SlackSettings } from '../domain/slack-settings.ts';
import { slackMessage } from '../messages/slack.ts';
import type { CaseStore, ChatChannel, Chats, Clock, DelayQueue, Messenger } from '../ports.ts';
import { noticeMessage, type OwnMessage } from './own-messages.ts';
import { RetryLater } from './retry-later.ts';
import { type NoticeShown, showNotice } from './show-notice.ts';

export interface NotifyPorts {
  readonly cases: Pick<CaseStore, 'findCase' | 'saveCase'>;
  /** By a webhook: a post for each change. */
  readonly messenger: Messenger;
  /** By a bot: one message for each case. */
  readonly chats: Chats;
  readonly queue: DelayQueue;
  readonly clock: Clock;
  readonly deploymentId: string;
}

export type NoticeMessage = Extract<OwnMessage, { kind: 'notice' }>;

/** What became of a notice. `gone`: it was delivered before, or announced anew since. */
export type Notified =
  | { readonly kind: 'delivered' | 'not-configured' | 'gone' }
  | {
      readonly kind: 'later';
      readonly afterSeconds: number;
      /** People should have known long ago, and an alarm should say that they do not. */
      readonly overdue: boolean;
      /** Nothing else can be delivered before, either. */
      readonly holdsAll: boolean;
    };

/** A conflict after a post costs a second post, so that it is fought longer than others. */
const MAX_SAVE_ATTEMPTS = 20;
const OVERDUE_MILLISECONDS = 15 * 60_000;
/** The longest delay of our queue. */
const MAX_DELAY_SECONDS = 900;
/** Whatever a channel says, and whatever a message of ours claims: it is asked again after a day. */
const MAX_WAIT_SECONDS = 86_400;

/** Puts the notices into the queue that a case announced at this moment. Repeating it is harmless: delivery asks the case again. */
export async function announce(found: Case, announcedAt: Date, queue: DelayQueue): Promise<void> {
  const moment = announcedAt.toISOString();
  const due = found.outbox.filter((notice) => notice.announcedAt === moment);
  await Promise.all(due.map(({ noticeId }) => queue.sendLater(noticeMessage(found.fingerprint, noticeId, moment), 0)));
}

/** Sends a notice's message again: the same one, so that no second grows beside it. A wait longer than the queue's goes with it. */
export async function postpone(
  { fingerprint, noticeId, announcedAt }: NoticeMessage,
  afterSeconds: number,
  { queue, clock }: Pick<NotifyPorts, 'queue' | 'clock'>,
): Promise<void> {
  const seconds = Math.min(afterSeconds, MAX_WAIT_SECONDS);
  const notBefore = seconds > MAX_DELAY_SECONDS ? new Date(clock().getTime() + seconds * 1000).toISOString() : null;
  await queue.sendLater(
    noticeMessage(fingerprint, noticeId, announcedAt, notBefore),
    Math.min(seconds, MAX_DELAY_SECONDS),
  );
}

/**
 * Delivers one notice of a case's outbox and takes it off. Its failure is retried by itself and never re-runs the act. `ahead` is
 * how many notices wait for a channel before this one: they are put off by a second each, because a channel takes no more.
 * @throws RetryLater when the channel refuses, so that the message ends in the dead-letter queue and an alarm, not in silence.
 */
export async function deliverNotice(
  message: NoticeMessage,
  slack: SlackSettings | null,
  ports: NotifyPorts,
  ahead = 0,
): Promise<Notified> {
  const { fingerprint, noticeId, announcedAt } = message;
  const found = await ports.cases.findCase(fingerprint);
  const notice = found?.outbox.find((due) => due.noticeId === noticeId && due.announcedAt === announcedAt);
  if (found === undefined || notice === undefined) {
    return { kind: 'gone' };
  }
  const later = async (afterSeconds: number, holdsAll: boolean): Promise<Notified> => {
    await postpone(message, afterSeconds, ports);
    const ageMilliseconds = ports.clock().getTime() - Date.parse(notice.createdAt);
    return { kind: 'later', afterSeconds, holdsAll, overdue: ageMilliseconds > OVERDUE_MILLISECONDS };
  };
  const waiting = secondsUntil(message.notBefore, ports.clock());
  if (waiting > 0) {
    return later(waiting, false);
  }
  const chat = slack === null ? null : await ports.chats.find(slack.secret);
  if (slack !== null && chat !== null) {
    const seconds = await deliverTo(chat, found, notice, slack, ports);
    return seconds === null ? { kind: 'delivered' } : later(seconds + ahead, false);
  }
  if (notice.quiet === true) {
    // Nothing that was posted by a webhook can be brought up to date.
    await takeOff(fingerprint, notice, ports);
    return { kind: 'delivered' };
  }
  const delivery = await ports.messenger.post(slackMessage(found, notice, ports.deploymentId), slack?.secret ?? null);
  switch (delivery.kind) {
    case 'later':
      return later(delivery.afterSeconds, true);
    case 'refused':
      throw refusal(delivery.because);
    case 'delivered':
    case 'not-configured':
      await takeOff(fingerprint, notice, ports);
      return { kind: delivery.kind };
  }
}

/** Both steps of a notice by a bot, each saved before the next; the seconds until the next one can be made, or null. */
async function deliverTo(
  chat: ChatChannel,
  found: Case,
  notice: Notice,
  slack: SlackSettings,
  ports: NotifyPorts,
): Promise<number | null> {
  const { fingerprint } = found;
  const shown = await showNotice(found, notice, chat, { slack, deploymentId: ports.deploymentId });
  switch (shown.kind) {
    case 'later':
      return shown.afterSeconds;
    case 'refused':
      throw refusal(shown.because);
    case 'thread-gone':
      await change(fingerprint, notice, (now) => replaced(now, { ...notice, shown: undefined }), ports);
      throw refusal(shown.because);
    case 'thread-due': {
      const due: Notice = { ...notice, shown: true };
      const saved = await change(fingerprint, notice, (now) => replaced(withMessage(now, shown, ports), due), ports);
      return saved === null ? null : deliverTo(chat, saved, due, slack, ports);
    }
    case 'done':
      await change(fingerprint, notice, (now) => without(withMessage(now, shown, ports), notice), ports);
      return null;
  }
}

function refusal(because: string): RetryLater {
  return new RetryLater(`the message was refused: ${because}`);
}

/** 0 where there is nothing to wait for, or longer than we ever write. */
function secondsUntil(notBefore: string | undefined, now: Date): number {
  const seconds = notBefore === undefined ? 0 : Math.ceil((Date.parse(notBefore) - now.getTime()) / 1000);
  return seconds > MAX_WAIT_SECONDS ? 0 : Math.max(0, seconds);
}

function withMessage(
  found: Case,
  { place }: Extract<NoticeShown, { kind: 'done' | 'thread-due' }>,
  { clock }: NotifyPorts,
): Case {
  return { ...found, chat: { ...place, shownAt: clock().toISOString() } };
}

function replaced(found: Case, notice: Notice): Case {
  const isIt = ({ noticeId }: Notice) => noticeId === notice.noticeId;
  return { ...found, outbox: found.outbox.map((due) => (isIt(due) ? { ...due, shown: notice.shown } : due)) };
}

function without(found: Case, notice: Notice): Case {
  return { ...found, outbox: found.outbox.filter(({ noticeId }) => noticeId !== notice.noticeId) };
}

async function takeOff(fingerprint: string, notice: Notice, ports: NotifyPorts): Promise<void> {
  await change(fingerprint, notice, (found) => without(found, notice), ports);
}

/** Saves a change of a case whose outbox still holds the notice; null where it does not. */
async function change(
  fingerprint: string,
  { noticeId }: Notice,
  changed: (found: Case) => Case,
  { cases }: NotifyPorts,
): Promise<Case | null> {
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt += 1) {
    const found = await cases.findCase(fingerprint);
    if (found === undefined || !found.outbox.some((candidate) => candidate.noticeId === noticeId)) {
      return null;
    }
    const next = { ...changed(found), version: found.version + 1 };
    if ((await cases.saveCase(next, found.version)) === 'saved') {
      return next;
    }
  }
  throw new RetryLater('other invocations kept changing the case');
}
