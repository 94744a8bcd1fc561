import type { BreakerLimits } from '../domain/breaker.ts';
import type { Case, Notice } from '../domain/case.ts';
import type { SlackSettings } from '../domain/slack-settings.ts';
import { slackMessage } from '../messages/slack.ts';
import type { CaseStore, CauseDigests, ChatChannel, Chats, Clock, DelayQueue, Messenger } from '../ports.ts';
import { changeNotice, withNotice, withoutNotice } from './change-notice.ts';
import { beforeFirstMessage, withoutClaim } from './first-message.ts';
import { noticeMessage, type OwnMessage } from './own-messages.ts';
import { RetryLater } from './retry-later.ts';
import { type NoticeShown, showNotice } from './show-notice.ts';

export interface NotifyPorts {
  readonly cases: Pick<CaseStore, 'findCase' | 'saveCase' | 'readBreaker' | 'countCase'>;
  /** In place of first messages while the breaker is open. */
  readonly digests: CauseDigests;
  /** By a webhook: a post for each change. */
  readonly messenger: Messenger;
  /** By a bot: one message for each case. */
  readonly chats: Chats;
  readonly queue: DelayQueue;
  readonly clock: Clock;
  readonly deploymentId: string;
}

export type NoticeMessage = Extract<OwnMessage, { kind: 'notice' }>;

/** With what a notice is delivered. */
export interface NoticeContext {
  readonly slack: SlackSettings | null;
  readonly limits: BreakerLimits;
  /** Names this invocation. */
  readonly owner: string;
  /** How many notices wait for a channel before this one: they are put off by a second each, because it takes no more. */
  readonly ahead: number;
}

/** What became of a notice. `gone`: it was delivered before, or announced anew since. */
export type Notified =
  | { readonly kind: 'delivered' | 'not-configured' | 'gone' }
  /** The breaker is open, and the case is in its digest; `isFirst`: nobody knew of this opening before. */
  | { readonly kind: 'digested'; readonly isFirst: boolean }
  | {
      readonly kind: 'later';
      readonly afterSeconds: number;
      /** People should have known long ago, and an alarm should say that they do not. */
      readonly overdue: boolean;
      /** Nothing else can be delivered before, either. */
      readonly holdsAll: boolean;
    };

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
 * Delivers one notice of a case's outbox and takes it off. Its failure is retried by itself and never re-runs the act. A case of
 * which people know nothing yet is counted, and goes into the digest where the breaker is open.
 * @throws RetryLater when the channel refuses, so that the message ends in the dead-letter queue and an alarm, not in silence.
 */
export async function deliverNotice(
  message: NoticeMessage,
  context: NoticeContext,
  ports: NotifyPorts,
): Promise<Notified> {
  const { slack, ahead } = context;
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
  const first = await beforeFirstMessage(found, notice, context, ports);
  switch (first.kind) {
    case 'digested':
      return { kind: 'digested', isFirst: first.isFirst };
    case 'gone':
      return { kind: 'gone' };
    case 'waits':
      await postpone(message, first.afterSeconds, ports);
      return { kind: 'later', afterSeconds: first.afterSeconds, holdsAll: false, overdue: false };
    case 'go-on':
  }
  try {
    const told = await tell(first.found, notice, slack, ports);
    if (told.kind !== 'later') return told;
    if (first.isClaimed) await withoutClaim(found, notice, ports);
    return await later(told.afterSeconds + (told.holdsAll ? 0 : ahead), told.holdsAll);
  } catch (error) {
    // The claim would end by itself; the error that brought us here is the one to report.
    if (first.isClaimed) await withoutClaim(found, notice, ports).catch(() => undefined);
    throw error;
  }
}

type Told =
  | { readonly kind: 'delivered' | 'not-configured' }
  | { readonly kind: 'later'; readonly afterSeconds: number; readonly holdsAll: boolean };

/** By the bot where the secret is a bot's, else by the webhook. */
async function tell(found: Case, notice: Notice, slack: SlackSettings | null, ports: NotifyPorts): Promise<Told> {
  const { fingerprint } = found;
  const chat = slack === null ? null : await ports.chats.find(slack.secret);
  if (slack !== null && chat !== null) {
    const afterSeconds = await deliverTo(chat, found, notice, slack, ports);
    return afterSeconds === null ? { kind: 'delivered' } : { kind: 'later', afterSeconds, holdsAll: false };
  }
  if (notice.quiet === true) {
    // Nothing that was posted by a webhook can be brought up to date.
    await changeNotice(fingerprint, notice, (now) => withoutNotice(now, notice), ports.cases);
    return { kind: 'delivered' };
  }
  if (slack !== null && found.state === 'proposed' && found.proposal?.state === 'open') {
    // The secret was exchanged since the question was put. Buttons that nobody can press would look like an answer in hand.
    throw refusal("the message asks for an answer, and the secret of Slack holds no bot's token any more");
  }
  const delivery = await ports.messenger.post(slackMessage(found, notice, ports.deploymentId), slack?.secret ?? null);
  switch (delivery.kind) {
    case 'later':
      return { kind: 'later', afterSeconds: delivery.afterSeconds, holdsAll: true };
    case 'refused':
      throw refusal(delivery.because);
    case 'delivered':
    case 'not-configured': {
      const told = delivery.kind === 'delivered' ? ({ firstTold: 'webhook' } as const) : {};
      await changeNotice(fingerprint, notice, (now) => ({ ...withoutNotice(now, notice), ...told }), ports.cases);
      return { kind: delivery.kind };
    }
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
      await changeNotice(fingerprint, notice, (now) => withNotice(now, { ...notice, shown: undefined }), ports.cases);
      throw refusal(shown.because);
    case 'thread-due': {
      const due: Notice = { ...notice, shown: true };
      const changed = (now: Case) => withNotice(withMessage(now, shown, ports), due);
      const saved = await changeNotice(fingerprint, notice, changed, ports.cases);
      return saved === null ? null : deliverTo(chat, saved, due, slack, ports);
    }
    case 'done':
      await changeNotice(
        fingerprint,
        notice,
        (now) => withoutNotice(withMessage(now, shown, ports), notice),
        ports.cases,
      );
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
