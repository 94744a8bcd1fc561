import { createClickReader } from '../../../functions/adapters/slack/click-reader.ts';
import type { SlackCredentials } from '../../../functions/adapters/slack/secrets.ts';
import { SLACK_ACTION_IDS } from '../../../functions/domain/slack-click.ts';
import type { ForwardedClick } from '../../../functions/ports.ts';
import { clickPayload, formOf, signedRequest } from '../../support/vendors/slack-click.ts';

const SECRET_ID = 'secretsmanager:exec-log/slack';
const SIGNING_SECRET = '0123456789abcdef0123456789abcdef';
const ROTATED = 'fedcba9876543210fedcba9876543210';
const CLICKED_AT = new Date('2023-02-11T07:00:00.000Z');
const PROPOSAL_ID = 'p'.repeat(24);
const PLACE = { channel: 'C0ALERTS', ts: '1676097364.000100' };

const bot = (signingSecret: string): SlackCredentials => ({ kind: 'bot', botToken: 'xoxb-synthetic', signingSecret });

/** Secrets Manager as the adapter of the secrets shows it: what was forgotten is read anew. */
class Secrets {
  reads = 0;
  private kept: SlackCredentials | null = null;
  stored: SlackCredentials;

  constructor(stored: SlackCredentials) {
    this.stored = stored;
  }

  async find(): Promise<SlackCredentials> {
    if (this.kept !== null) return this.kept;
    this.reads += 1;
    this.kept = this.stored;
    return this.kept;
  }

  forget(): void {
    this.kept = null;
  }
}

function world(stored: SlackCredentials = bot(SIGNING_SECRET)) {
  const secrets = new Secrets(stored);
  const clock = { now: CLICKED_AT };
  const reader = createClickReader({ secrets, clock: () => clock.now });
  return { secrets, clock, read: (forwarded: ForwardedClick) => reader.readClick(forwarded, SECRET_ID), reader };
}

function forwardedClick(over: Partial<ForwardedClick> = {}, secret = SIGNING_SECRET, body = aBody()): ForwardedClick {
  const { headers } = signedRequest(body, secret, CLICKED_AT);
  return {
    body: Buffer.from(body).toString('base64'),
    timestamp: headers['X-Slack-Request-Timestamp'] ?? '',
    signature: headers['X-Slack-Signature'] ?? '',
    forwardedAt: CLICKED_AT,
    ...over,
  };
}

function aBody(): string {
  const facts = { ...PLACE, actionId: SLACK_ACTION_IDS.approve, value: PROPOSAL_ID };
  return formOf(clickPayload({ ...facts, userId: 'U0BOB', teamId: 'T0SYNTHETIC', at: CLICKED_AT }));
}

describe('given a click that the approver handed on', () => {
  it('reads who clicked what', async () => {
    expect(await world().read(forwardedClick())).toEqual({
      kind: 'click',
      click: {
        ...PLACE,
        action: 'approve',
        proposalId: PROPOSAL_ID,
        slackUserId: 'U0BOB',
        slackTeamId: 'T0SYNTHETIC',
        clickedAt: CLICKED_AT.toISOString(),
      },
    });
  });

  it.each([
    { seconds: 300, answer: 'click' },
    { seconds: 301, answer: 'refused' },
    { seconds: -300, answer: 'click' },
    { seconds: -301, answer: 'refused' },
  ])('takes one that was handed on within five minutes: $seconds s', async ({ seconds, answer }) => {
    const forwardedAt = new Date(CLICKED_AT.getTime() + seconds * 1000);
    expect((await world().read(forwardedClick({ forwardedAt }))).kind).toBe(answer);
  });

  it('does not mind how long it waited in the queue', async () => {
    const { clock, read } = world();
    clock.now = new Date(CLICKED_AT.getTime() + 3 * 86_400_000);
    expect((await read(forwardedClick())).kind).toBe('click');
  });

  it.each([
    { name: 'a body of other bytes', over: { body: Buffer.from(`${aBody()}&x=1`).toString('base64') }, code: 'forged' },
    { name: 'the signature of another request', over: { signature: `v0=${'0'.repeat(64)}` }, code: 'forged' },
    { name: 'another time', over: { timestamp: '1676098801' }, code: 'forged' },
    { name: 'no signature', over: { signature: '' }, code: 'header-malformed' },
    {
      name: 'a body of 64 KB and a byte',
      over: { body: Buffer.alloc(65_537).toString('base64') },
      code: 'body-too-large',
    },
  ])('refuses $name', async ({ over, code }) => {
    expect(await world().read(forwardedClick(over))).toMatchObject({ kind: 'refused', code });
  });

  it('refuses what Slack signed and is no click of ours', async () => {
    expect(await world().read(forwardedClick({}, SIGNING_SECRET, 'payload=%7B%7D'))).toMatchObject({
      kind: 'refused',
      code: 'not-a-click',
    });
  });
});

describe('given a secret that was rotated', () => {
  it('reads it anew and takes the click', async () => {
    const { secrets, read } = world();
    await read(forwardedClick());
    secrets.stored = bot(ROTATED);
    expect((await read(forwardedClick({}, ROTATED))).kind).toBe('click');
    expect((await read(forwardedClick())).kind).toBe('refused');
  });

  it.each([
    { after: 59_999, reads: 2 },
    { after: 60_000, reads: 3 },
  ])('reads it once a minute, however many are forged: after $after ms', async ({ after, reads }) => {
    const { secrets, clock, read } = world();
    const forged = forwardedClick({}, ROTATED);
    for (let count = 0; count < 20; count += 1) await read(forged);
    expect(secrets.reads).toBe(2);
    clock.now = new Date(clock.now.getTime() + after);
    await read(forged);
    expect(secrets.reads).toBe(reads);
  });
});

describe('given no usable secret', () => {
  it.each([
    {
      name: 'one that cannot be read',
      stored: { kind: 'unusable', because: 'the Slack secret exec-log/slack is empty' },
    },
    { name: 'a webhook', stored: { kind: 'webhook', url: new URL('https://hooks.slack.com/services/synthetic') } },
    { name: 'an empty signing secret', stored: bot(' ') },
  ] as const)('throws, so that the click comes again: $name', async ({ stored }) => {
    await expect(world(stored).read(forwardedClick())).rejects.toThrow(/Slack secret/);
  });

  it('throws where the settings name none', async () => {
    await expect(world().reader.readClick(forwardedClick(), null)).rejects.toThrow('the settings name no Slack secret');
  });
});
