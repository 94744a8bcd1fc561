import * as z from 'zod/mini';

/** The ids of the two buttons, as the message gives them and the click brings them back. */
export const SLACK_ACTION_IDS = { approve: 'exec-log-approve', reject: 'exec-log-reject' } as const;

/** A person's click on a button of a proposal. Who it was, Slack says; whether they may, the settings say. */
export interface SlackClick {
  readonly action: 'approve' | 'reject';
  /** The one-time opaque id, from the button's value: never anything of the message's text. */
  readonly proposalId: string;
  readonly slackUserId: string;
  readonly slackTeamId: string;
  /** The channel's id and the message's time stamp, by which Slack finds the message again. */
  readonly channel: string;
  readonly ts: string;
  /** ISO 8601, UTC, by Slack's clock. */
  readonly clickedAt: string;
}

type SlackClickRefusalCode =
  | 'too-large'
  | 'no-payload'
  | 'not-json'
  | 'not-a-click'
  | 'unknown-action'
  | 'bad-proposal-id'
  | 'contradiction';

/** Why a request is no click of ours: a machine code and one constant sentence, in which nothing of the request stands. */
export interface SlackClickRefusal {
  readonly kind: 'refused';
  readonly code: SlackClickRefusalCode;
  readonly detail: string;
}

const MAX_LENGTH = 64 * 1024;

/** 96 bits at least, of characters that need no escaping anywhere. */
const PROPOSAL_ID = /^[A-Za-z0-9_-]{16,128}$/;

/** Slack's time stamps: seconds and microseconds. */
const timestamp = z.string().check(z.regex(/^\d{10}\.\d{6}$/));
const channelId = z.string().check(z.regex(/^[CDG][A-Z0-9]{2,30}$/));
const teamId = z.string().check(z.regex(/^T[A-Z0-9]{2,30}$/));

const payloadSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().check(z.regex(/^[UW][A-Z0-9]{2,30}$/)), team_id: z.optional(teamId) }),
  // Null where a whole organisation installed the app; then the person's own workspace counts.
  team: z.nullish(z.object({ id: teamId })),
  container: z.object({ type: z.literal('message'), channel_id: channelId, message_ts: timestamp }),
  channel: z.nullish(z.object({ id: channelId })),
  message: z.nullish(z.object({ ts: timestamp })),
  actions: z
    .array(z.object({ type: z.literal('button'), action_id: z.string(), value: z.string(), action_ts: timestamp }))
    // Slack sends one click at a time; of two, nobody could say which one was meant.
    .check(z.length(1)),
});

/**
 * Reads the body of an interaction, form-encoded `payload=` JSON, after its signature was verified; total, bounded.
 * https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
 */
export function readSlackClick(
  body: string,
): { readonly kind: 'click'; readonly click: SlackClick } | SlackClickRefusal {
  if (body.length > MAX_LENGTH) return refused('too-large', 'The body is larger than any interaction of Slack.');
  const [text, ...others] = new URLSearchParams(body).getAll('payload');
  if (text === undefined || others.length > 0) return refused('no-payload', 'The body holds not exactly one payload.');
  const document = parsedJson(text);
  if (document === undefined) return refused('not-json', 'The payload is not JSON.');
  const parsed = z.safeParse(payloadSchema, document);
  if (!parsed.success) return refused('not-a-click', 'The payload is not one click on a button of a message.');
  return clickOf(parsed.data);
}

function clickOf(
  payload: z.infer<typeof payloadSchema>,
): { readonly kind: 'click'; readonly click: SlackClick } | SlackClickRefusal {
  const { user, team, container, channel, message, actions } = payload;
  const [button] = actions;
  const slackTeamId = team?.id ?? user.team_id;
  if (button === undefined || slackTeamId === undefined) {
    return refused('not-a-click', 'The payload is not one click on a button of a message.');
  }
  const action = actionOf(button.action_id);
  if (action === null) return refused('unknown-action', 'The button is none of ours.');
  if (!PROPOSAL_ID.test(button.value)) return refused('bad-proposal-id', "The button's value is no id of a proposal.");
  const { channel_id: place, message_ts: ts } = container;
  if ((channel ?? { id: place }).id !== place || (message ?? { ts }).ts !== ts) {
    return refused('contradiction', 'The payload names two different messages.');
  }
  const clickedAt = instantOf(button.action_ts);
  const click = { action, proposalId: button.value, slackUserId: user.id, slackTeamId, channel: place, ts, clickedAt };
  return { kind: 'click', click };
}

/** By its digits: a product of the whole number would lose a millisecond now and then. */
function instantOf(ts: string): string {
  const [seconds = '0', micros = '0'] = ts.split('.');
  return new Date(Number(seconds) * 1000 + Number(micros.slice(0, 3))).toISOString();
}

function actionOf(actionId: string): SlackClick['action'] | null {
  switch (actionId) {
    case SLACK_ACTION_IDS.approve:
      return 'approve';
    case SLACK_ACTION_IDS.reject:
      return 'reject';
    default:
      return null;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(code: SlackClickRefusalCode, detail: string): SlackClickRefusal {
  return { kind: 'refused', code, detail };
}
