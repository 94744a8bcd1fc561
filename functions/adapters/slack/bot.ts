import type { ChatChannel, ChatMessage, Clock, Shown } from '../../ports.ts';
import { exchange } from '../tickets/vendor-exchange.ts';
import { createChannelPace } from './channel-pace.ts';
import type { SlackSecrets } from './secrets.ts';
import { type SlackAnswer, slackAnswerOf } from './web-api-answer.ts';
import { isLoopback } from './webhook-url.ts';

const SLACK_API = new URL('https://slack.com/api/');
const DEFAULT_TIMEOUT_MILLISECONDS = 5000;
/** As Slack writes a person's id: whatever else stands there is told nothing. */
const USER_ID = /^[UW][A-Z0-9]{2,30}$/;

export interface SlackBotOptions {
  readonly secrets: SlackSecrets;
  readonly clock: Clock;
  /** In place of https://slack.com/api/: a local Slack on this machine itself, and nothing else. */
  readonly loopbackApi?: URL | null;
  /** For the whole exchange; 5 s where it is left out. */
  readonly timeoutMilliseconds?: number;
}

type Method = 'chat.postMessage' | 'chat.update' | 'chat.postEphemeral';
/**
 * The pace of whispers, apart from that of the channels: Slack takes about 100 a minute of them in all, and a crowd of clicks must
 * not keep a case's message waiting. No channel has such a name. https://docs.slack.dev/reference/methods/chat.postEphemeral
 */
const WHISPERS = 'chat.postEphemeral';

type Outcome = Shown | Extract<SlackAnswer, { kind: 'gone' }>;

/**
 * Slack by a bot's token, for the secret that the settings name; one pace for all of them. An update may be repeated; a post whose
 * answer got lost may stand twice, because `chat.postMessage` has no idempotency key.
 */
export function createSlackBot({
  secrets,
  clock,
  loopbackApi,
  timeoutMilliseconds,
}: SlackBotOptions): (secretId: string) => ChatChannel {
  const timeout = timeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS;
  const api = loopbackApi ?? SLACK_API;
  const pace = createChannelPace(clock);

  async function call(token: string, method: Method, body: object): Promise<SlackAnswer> {
    const headers = { authorization: `Bearer ${token}` };
    const sent = { method: 'POST', url: new URL(method, api), headers, text: JSON.stringify(body) };
    return slackAnswerOf(await exchange(sent, timeout));
  }

  async function send(secretId: string, token: string, method: Method, body: object): Promise<SlackAnswer> {
    const answer = await call(token, method, body);
    if (answer.kind !== 'bad-token') return answer;
    secrets.forget(secretId);
    const renewed = await secrets.find(secretId);
    return renewed.kind === 'bot' && renewed.botToken !== token ? call(renewed.botToken, method, body) : answer;
  }

  /** `turn` is whose pace the call keeps: a channel's, or that of all whispers. */
  async function ask(secretId: string, turn: string, method: Method, body: object): Promise<SlackAnswer> {
    // The token goes to Slack and to this machine, whatever an option says.
    if (api !== SLACK_API && !isLoopback(api)) return refused('the address of the local Slack is not on this machine');
    const credentials = await secrets.find(secretId);
    if (credentials.kind === 'unusable') return refused(credentials.because);
    if (credentials.kind === 'webhook') return refused('the Slack secret holds a webhookUrl and no botToken');
    const seconds = pace.takeTurn(turn);
    if (seconds > 0) return { kind: 'later', afterSeconds: seconds };
    const answer = await send(secretId, credentials.botToken, method, body);
    // Also where Slack is out of order: the channel's next message would fare no better.
    if (answer.kind === 'later') pace.holdBack(turn, answer.afterSeconds);
    // What showed nothing took no turn.
    if (answer.kind === 'gone') pace.giveBack(turn);
    return answer;
  }

  async function deliver(secretId: string, channel: string, method: Method, body: object): Promise<Outcome> {
    const answer = await ask(secretId, channel, method, body);
    switch (answer.kind) {
      case 'done':
        pace.isCalled(channel, answer.channel);
        return { kind: 'shown', at: { channel: answer.channel, ts: answer.ts } };
      case 'later':
      case 'gone':
        return answer;
      case 'whispered':
        return refused('Slack did not say where the message stands');
      default:
        return refused(answer.because);
    }
  }

  async function post(secretId: string, channel: string, body: object): Promise<Shown> {
    const outcome = await deliver(secretId, channel, 'chat.postMessage', { channel, ...body });
    return outcome.kind === 'gone' ? refused(outcome.because) : outcome;
  }

  return (secretId) => ({
    async show({ channel, ...message }, previous) {
      const content = contentOf(message);
      if (previous === null) return post(secretId, channel, content);
      const { channel: place, ts } = previous;
      const updated = await deliver(secretId, place, 'chat.update', { channel: place, ts, ...content });
      return updated.kind === 'gone' ? post(secretId, channel, content) : updated;
    },
    async whisper({ channel }, user, { text, blocks }) {
      if (!USER_ID.test(user)) return 'not-shown';
      const whispered = { channel, user, text, blocks, parse: 'none', link_names: false };
      // Whoever is told nothing clicks again: a whisper that fails must not hold up what was decided.
      const answer = await ask(secretId, WHISPERS, 'chat.postEphemeral', whispered).catch(() => null);
      return answer?.kind === 'whispered' ? 'shown' : 'not-shown';
    },
    reply: ({ channel, ts }, message) => post(secretId, channel, { thread_ts: ts, ...contentOf(message) }),
  });
}

/**
 * What Slack is sent of a message, beside its place. Slack makes no links, mentions or previews of its own from the text:
 * `chat.update` would by default. The blocks are always sent, because an update without them keeps the old ones.
 */
export function contentOf({ text, blocks }: ChatMessage) {
  return { text, blocks, parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false };
}

function refused(because: string): Extract<Shown, { kind: 'refused' }> {
  return { kind: 'refused', because };
}
