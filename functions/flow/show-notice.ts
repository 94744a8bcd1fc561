import type { Case, ChatPlace, Notice } from '../domain/case.ts';
import type { SlackSettings } from '../domain/slack-settings.ts';
import { slackMessage, slackNews } from '../messages/slack.ts';
import type { ChatChannel, Shown } from '../ports.ts';

/** What became of showing a notice; the caller writes it into the case. */
export type NoticeShown =
  /** Done whole. `place` is where the case's message stands now. */
  | { readonly kind: 'done'; readonly place: ChatPlace }
  /** The message is up to date; its thread still lacks the news. */
  | { readonly kind: 'thread-due'; readonly place: ChatPlace }
  /** There is nothing to reply to any more: the message has to be shown anew. */
  | { readonly kind: 'thread-gone'; readonly because: string }
  | Exclude<Shown, { kind: 'shown' }>;

/**
 * One step of a notice in a channel: the case's one message is posted or brought up to date, with what is true of the case now;
 * then, if it stood there before, the news goes into its thread. A message that was posted is a notification by itself.
 */
export async function showNotice(
  found: Case,
  notice: Notice,
  chat: ChatChannel,
  { slack, deploymentId }: { readonly slack: SlackSettings; readonly deploymentId: string },
): Promise<NoticeShown> {
  const previous = placeOf(found);
  if (notice.shown === true && previous !== null) {
    const reply = await chat.reply(previous, slackNews(found, notice, deploymentId));
    if (reply.kind === 'refused') return { kind: 'thread-gone', because: reply.because };
    return reply.kind === 'shown' ? { kind: 'done', place: previous } : reply;
  }
  const channel = found.chatChannel ?? slack.channel;
  if (channel === null) {
    return {
      kind: 'refused',
      because: 'the Slack secret is of a bot, and the settings name no channel (slack.channel)',
    };
  }
  const message = slackMessage(found, { ...notice, state: found.state }, deploymentId);
  const shown = await chat.show({ ...message, channel }, previous);
  if (shown.kind !== 'shown') return shown;
  const isUpdate = shown.at.channel === previous?.channel && shown.at.ts === previous.ts;
  return { kind: isUpdate && notice.quiet !== true ? 'thread-due' : 'done', place: shown.at };
}

function placeOf({ chat }: Case): ChatPlace | null {
  return chat == null ? null : { channel: chat.channel, ts: chat.ts };
}
