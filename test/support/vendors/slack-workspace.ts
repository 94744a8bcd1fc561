import { blocksProblem } from './slack-blocks.ts';
import { slackTs } from './slack-click.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage (longer text is cut there; here it is an error, so that tests see it) */
const MAX_POSTED_TEXT = 40_000;
/** `msg_too_long`: https://docs.slack.dev/reference/methods/chat.update */
const MAX_UPDATED_TEXT = 4000;
/** https://docs.slack.dev/apis/web-api/rate-limits */
const BETWEEN_POSTS_MILLISECONDS = 1000;

export interface WorkspaceChannel {
  readonly id: string;
  /** Without `#`. */
  readonly name: string;
  /** Whether the app was invited; it was where that is left out. */
  readonly isMember?: boolean;
  readonly isArchived?: boolean;
  /** The people in it; everybody where that is left out. */
  readonly members?: readonly string[];
}

/** What one person was shown, and nobody else. */
interface KeptWhisper {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
}

interface KeptMessage {
  readonly channel: string;
  readonly ts: string;
  /** The message above, for a reply in a thread. */
  readonly threadTs: string | null;
  readonly text: string;
  readonly blocks: readonly unknown[];
  /** How often it was updated. */
  readonly edits: number;
}

/** What Slack answers: its JSON, and the seconds of a 429. */
export type WorkspaceAnswer =
  | { readonly kind: 'json'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'too-fast'; readonly retryAfterSeconds: number };

/** What a workspace knows: its channels and messages, by the rules of `chat.postMessage`, `chat.update` and `chat.postEphemeral`. */
export interface Workspace {
  /** Whether a second message within a second is refused; it is at first. */
  limitsPace: boolean;
  /** In the order in which they were posted. */
  readonly messages: readonly KeptMessage[];
  readonly whispers: readonly KeptWhisper[];
  /** As a person deletes it. */
  deleteMessage(ts: string): void;
  setChannel(channel: WorkspaceChannel): void;
  call(method: string, body: Readonly<Record<string, unknown>>): WorkspaceAnswer;
}

export function createWorkspace(given: readonly WorkspaceChannel[], clock: () => Date): Workspace {
  const channels = new Map(given.map((channel) => [channel.id, channel]));
  const messages = new Map<string, KeptMessage>();
  const postedAt = new Map<string, number>();
  const whispers: KeptWhisper[] = [];
  let posts = 0;

  function channelOf(body: Readonly<Record<string, unknown>>): WorkspaceChannel | WorkspaceAnswer {
    const channel = [...channels.values()].find(({ id, name }) =>
      [id, name, `#${name}`].includes(String(body['channel'])),
    );
    if (channel === undefined) return failure('channel_not_found');
    if (channel.isArchived === true) return failure('is_archived');
    return channel.isMember === false ? failure('not_in_channel') : channel;
  }

  /** https://docs.slack.dev/reference/methods/chat.postEphemeral */
  function whisper(body: Readonly<Record<string, unknown>>): WorkspaceAnswer {
    const channel = channelOf(body);
    if ('kind' in channel) return channel;
    const user = body['user'];
    if (typeof user !== 'string') return failure('invalid_arguments');
    if (channel.members?.includes(user) === false) return failure('user_not_in_channel');
    const problem = contentProblem(body, MAX_POSTED_TEXT);
    if (problem !== null) return problem;
    whispers.push({ channel: channel.id, user, ...contentIn(body) });
    posts += 1;
    return { kind: 'json', body: { ok: true, message_ts: slackTs(clock(), posts) } };
  }

  function post(body: Readonly<Record<string, unknown>>): WorkspaceAnswer {
    const channel = channelOf(body);
    if ('kind' in channel) return channel;
    const now = clock().getTime();
    const waiting = (postedAt.get(channel.id) ?? Number.NEGATIVE_INFINITY) + BETWEEN_POSTS_MILLISECONDS - now;
    if (workspace.limitsPace && waiting > 0) {
      return { kind: 'too-fast', retryAfterSeconds: Math.ceil(waiting / 1000) };
    }
    const problem = contentProblem(body, MAX_POSTED_TEXT);
    if (problem !== null) return problem;
    const threadTs = typeof body['thread_ts'] === 'string' ? body['thread_ts'] : null;
    // Slack's documentation names no error for it.
    if (threadTs !== null && messages.get(threadTs)?.channel !== channel.id) return failure('thread_not_found');
    postedAt.set(channel.id, now);
    posts += 1;
    return kept({ channel: channel.id, ts: slackTs(clock(), posts), threadTs, ...contentIn(body), edits: 0 });
  }

  function update(body: Readonly<Record<string, unknown>>): WorkspaceAnswer {
    const channel = channels.get(String(body['channel']));
    if (channel === undefined) return failure('channel_not_found');
    const message = messages.get(String(body['ts']));
    if (message === undefined || message.channel !== channel.id) return failure('message_not_found');
    if (channel.isArchived === true) return failure('is_archived');
    const problem = contentProblem(body, MAX_UPDATED_TEXT);
    if (problem !== null) return problem;
    const blocks = body['blocks'] === undefined ? { blocks: message.blocks } : {};
    return kept({ ...message, ...contentIn(body), ...blocks, edits: message.edits + 1 });
  }

  function kept(message: KeptMessage): WorkspaceAnswer {
    messages.set(message.ts, message);
    const { channel, ts, text, blocks } = message;
    return { kind: 'json', body: { ok: true, channel, ts, message: { type: 'message', text, ts, blocks } } };
  }

  const workspace: Workspace = {
    limitsPace: true,
    get messages() {
      return [...messages.values()];
    },
    whispers,
    deleteMessage(ts) {
      messages.delete(ts);
    },
    setChannel(channel) {
      channels.set(channel.id, channel);
    },
    call(method, body) {
      switch (method) {
        case 'chat.postMessage':
          return post(body);
        case 'chat.update':
          return update(body);
        case 'chat.postEphemeral':
          return whisper(body);
        default:
          return failure('unknown_method');
      }
    },
  };
  return workspace;
}

function contentProblem({ text, blocks }: Readonly<Record<string, unknown>>, maxText: number): WorkspaceAnswer | null {
  if (typeof text !== 'string' || (text === '' && blocks === undefined)) return failure('no_text');
  if (text.length > maxText) return failure('msg_too_long');
  const problem = blocks === undefined ? null : blocksProblem(blocks);
  return problem === null
    ? null
    : failure('invalid_blocks', { response_metadata: { messages: [`[ERROR] ${problem}`] } });
}

function contentIn({ text, blocks }: Readonly<Record<string, unknown>>) {
  return { text: String(text), blocks: Array.isArray(blocks) ? (blocks as readonly unknown[]) : [] };
}

/** Slack's errors come with status 200. */
export function failure(error: string, more: Readonly<Record<string, unknown>> = {}): WorkspaceAnswer {
  return { kind: 'json', body: { ok: false, error, ...more } };
}
