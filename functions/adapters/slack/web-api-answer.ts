import * as z from 'zod/mini';
import type { HttpAnswer } from '../tickets/vendor-exchange.ts';

const AFTER_FAILURE_SECONDS = 60;
/** Where a 429 does not say how long. */
const AFTER_THROTTLING_SECONDS = 30;

/** What Slack made of one call. */
export type SlackAnswer =
  | { readonly kind: 'done'; readonly channel: string; readonly ts: string }
  /** Told to one person only; such a message cannot be found again. */
  | { readonly kind: 'whispered' }
  | { readonly kind: 'later'; readonly afterSeconds: number }
  /** The message or its channel is not there any more, or not ours: a new post may mend what was to be an update. */
  | { readonly kind: 'gone'; readonly because: string }
  /** The token; the secret may have been rotated since it was read. */
  | { readonly kind: 'bad-token'; readonly because: string }
  | { readonly kind: 'refused'; readonly because: string };

const THROTTLING: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited']);

/** Slack's own trouble, and a workspace that is being moved: it passes. */
const PASSING: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'org_login_required',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

const NEW_TOKEN = "put the bot token of the installed app into the secret (the app's page, OAuth & Permissions)";
const BAD_TOKEN: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
]);

const NO_CHANNEL = 'the channel is not there, or is private: give its id in the settings, and invite the app';
const MAY_NOT_POST = "a preference of the workspace or the channel keeps apps from posting: ask the workspace's owner";

/** What a person has to do, by Slack's word. */
const REMEDIES: Readonly<Record<string, string>> = {
  channel_not_found: NO_CHANNEL,
  not_in_channel: 'the app is not in the channel: invite it there, or grant it chat:write.public',
  is_archived: 'the channel is archived: bring it back, or name another one in the settings',
  not_allowed_token_type: NEW_TOKEN,
  no_permission: 'the app is not in the channel: invite it there, or grant it chat:write.public',
  restricted_action: MAY_NOT_POST,
  restricted_action_read_only_channel: MAY_NOT_POST,
  restricted_action_thread_only_channel: MAY_NOT_POST,
  restricted_action_non_threadable_channel: MAY_NOT_POST,
  restricted_action_thread_locked: 'the thread is locked: unlock it',
  ekm_access_denied: MAY_NOT_POST,
  team_access_not_granted: 'the app is not installed in this workspace: install it there',
  accesslimited: 'the workspace admits only some networks: admit the one that this system calls from',
  invalid_blocks: 'the message breaks a limit of Block Kit: report it as a fault of this system',
  msg_too_long: 'the text is too long: report it as a fault of this system',
};

/** What a post to the channel that the settings name may mend, after an update. */
const GONE: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  // The channel of the message was deleted or archived; whether today's channel is, the post will say.
  'channel_not_found',
  'is_archived',
]);

const document = z.object({
  ok: z.boolean(),
  error: z.optional(z.string()),
  needed: z.optional(z.string()),
  channel: z.optional(z.string()),
  ts: z.optional(z.string()),
  message_ts: z.optional(z.string()),
});

/**
 * Reads the answer of `chat.postMessage`, `chat.update` or `chat.postEphemeral`; null where none came. Slack's words reach the reason, its texts do not.
 * https://docs.slack.dev/reference/methods/chat.postMessage https://docs.slack.dev/reference/methods/chat.update
 */
export function slackAnswerOf(answer: HttpAnswer | null): SlackAnswer {
  if (answer === null || answer.status >= 500 || answer.status === 408) return later(AFTER_FAILURE_SECONDS);
  const { status, headers, text } = answer;
  if (status === 429) return throttled(headers['retry-after']);
  const parsed = z.safeParse(document, parsedJson(text ?? ''));
  if (!parsed.success) {
    // Somebody else answered in Slack's place, a proxy perhaps.
    return status >= 300 ? refused(`Slack answered ${status}`) : later(AFTER_FAILURE_SECONDS);
  }
  const { ok, error, needed, channel, ts, message_ts: whisperTs } = parsed.data;
  if (ok) {
    if (whisperTs !== undefined) return { kind: 'whispered' };
    return channel === undefined || ts === undefined
      ? refused('Slack did not say where the message stands')
      : { kind: 'done', channel, ts };
  }
  const word = /^[a-z_]{1,80}$/.test(error ?? '') ? (error ?? '') : 'an error without a name';
  if (THROTTLING.has(word)) return throttled(headers['retry-after']);
  if (PASSING.has(word)) return later(AFTER_FAILURE_SECONDS);
  if (BAD_TOKEN.has(word)) return { kind: 'bad-token', because: `Slack answered ${word}: ${NEW_TOKEN}` };
  const remedy = word === 'missing_scope' ? scopeRemedy(needed) : REMEDIES[word];
  const because = `Slack answered ${word}${remedy === undefined ? '' : `: ${remedy}`}`;
  return GONE.has(word) ? { kind: 'gone', because } : refused(because);
}

function scopeRemedy(needed: string | undefined): string {
  const scope = /^[a-z:._,]{1,100}$/.test(needed ?? '') ? needed : 'chat:write';
  return `grant the app the scope ${scope} and install it again`;
}

/** As long as Slack says, however long that is: whoever waits carries on what its queue cannot hold at once. */
function throttled(retryAfter: string | undefined): SlackAnswer {
  const seconds = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) : AFTER_THROTTLING_SECONDS;
  return { kind: 'later', afterSeconds: Math.max(1, seconds) };
}

function later(afterSeconds: number): SlackAnswer {
  return { kind: 'later', afterSeconds };
}

function refused(because: string): SlackAnswer {
  return { kind: 'refused', because };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
