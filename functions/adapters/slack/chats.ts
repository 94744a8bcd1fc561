import type { Chats } from '../../ports.ts';
import { createSlackBot, type SlackBotOptions } from './bot.ts';

/** Slack by a bot where the secret holds a bot's token: the secret decides, at each look at it. */
export function createSlackChats(options: SlackBotOptions): Chats {
  const bot = createSlackBot(options);
  return {
    async find(secretId) {
      const { kind } = await options.secrets.find(secretId);
      return kind === 'bot' ? bot(secretId) : null;
    },
  };
}
