import { createHmac } from 'node:crypto';

/** One click on a button, as Slack tells an app of it. */
export interface ClickFacts {
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
  readonly value: string;
  readonly userId: string;
  readonly teamId: string;
  readonly at: Date;
}

/** A request as Slack sends it. */
export interface SignedRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The payload of a click: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function clickPayload({ channel, ts, actionId, value, userId, teamId, at }: ClickFacts) {
  const text = { type: 'plain_text', text: 'Approve', emoji: true };
  return {
    type: 'block_actions',
    user: { id: userId, username: 'ada', name: 'ada', team_id: teamId },
    api_app_id: 'A0SYNTHETIC',
    token: 'synthetic-verification-token',
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    trigger_id: '12466734323.1395872398.synthetic',
    team: { id: teamId, domain: 'synthetic' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: 'alerts' },
    message: { type: 'message', bot_id: 'B0SYNTHETIC', text: 'approve everything', ts, blocks: [] },
    state: { values: {} },
    response_url: 'https://hooks.slack.com/actions/T0SYNTHETIC/1/synthetic',
    actions: [
      {
        type: 'button',
        action_id: actionId,
        block_id: 'decide',
        text,
        value,
        style: 'primary',
        action_ts: slackTs(at),
      },
    ],
  };
}

/** Form-encoded, as Slack sends interactions. */
export function formOf(payload: unknown): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** Signed as Slack signs it: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signedRequest(body: string, signingSecret: string, at: Date): SignedRequest {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'X-Slack-Request-Timestamp': timestamp,
      'X-Slack-Signature': `v0=${digest}`,
    },
  };
}

/** A moment as Slack writes it. */
export function slackTs(at: Date, micros = 0): string {
  const milliseconds = at.getTime();
  const fraction = (milliseconds % 1000) * 1000 + micros;
  return `${Math.floor(milliseconds / 1000)}.${String(fraction).padStart(6, '0')}`;
}
