import type { Clock } from '../../ports.ts';

/** `chat.postMessage` takes about one message a second and channel: https://docs.slack.dev/apis/web-api/rate-limits */
const BETWEEN_MILLISECONDS = 1000;

/** When the next message may go to a channel, as this process knows it. */
export interface ChannelPace {
  /** Takes the channel's next turn and returns 0, or returns the seconds that are left until there is one. */
  takeTurn(channel: string): number;
  /** The turn was not used. */
  giveBack(channel: string): void;
  /** Slack wants nothing for that channel for so many seconds. */
  holdBack(channel: string, seconds: number): void;
  /** Slack calls the channel `id`: a channel that is given by name and by id has one pace. */
  isCalled(channel: string, id: string): void;
}

/**
 * One message a second and channel, and none before Slack's Retry-After is over; nobody sleeps here, because a sleeping Lambda is
 * paid for. Other processes have a pace of their own: what they send too fast, Slack answers with 429.
 */
export function createChannelPace(clock: Clock): ChannelPace {
  const freeAt = new Map<string, number>();
  const ids = new Map<string, string>();
  const idOf = (channel: string) => ids.get(channel) ?? channel;
  return {
    takeTurn(channel) {
      const now = clock().getTime();
      const waiting = (freeAt.get(idOf(channel)) ?? 0) - now;
      if (waiting > 0) return Math.ceil(waiting / 1000);
      freeAt.set(idOf(channel), now + BETWEEN_MILLISECONDS);
      return 0;
    },
    giveBack(channel) {
      freeAt.delete(idOf(channel));
    },
    holdBack(channel, seconds) {
      const until = clock().getTime() + seconds * 1000;
      freeAt.set(idOf(channel), Math.max(freeAt.get(idOf(channel)) ?? 0, until));
    },
    isCalled(channel, id) {
      const until = Math.max(freeAt.get(idOf(channel)) ?? 0, freeAt.get(id) ?? 0);
      ids.set(channel, id);
      freeAt.set(id, until);
    },
  };
}
