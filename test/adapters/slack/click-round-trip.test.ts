import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rawBodyOf, slackHeadersOf, verifySlackRequest } from '../../../functions/adapters/slack/signature.ts';
import { readSlackClick, SLACK_ACTION_IDS } from '../../../functions/domain/slack-click.ts';
import { type SlackServer, startSlackServer } from '../../support/vendors/slack-server.ts';

const BOT_TOKEN = 'xoxb-0000-synthetic';
const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const AT = new Date('2026-11-21T07:00:00Z');
const APPROVE = {
  type: 'button',
  text: { type: 'plain_text', text: 'Approve' },
  action_id: SLACK_ACTION_IDS.approve,
  value: 'p_0123456789-abcdefghij',
};

let slack: SlackServer;
let app: Server;
let appUrl: URL;
/** What the app made of each click. */
let seen: unknown[];
let messageTs: string;

beforeEach(async () => {
  seen = [];
  slack = await startSlackServer({
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    channels: [{ id: 'C0ALERTS', name: 'alerts' }],
    clock: () => AT,
  });
  const blocks = [{ type: 'actions', elements: [APPROVE] }];
  slack.workspace.call('chat.postMessage', { channel: 'C0ALERTS', text: 'A proposal', blocks });
  messageTs = slack.workspace.messages[0]?.ts ?? '';
  app = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      // As a function URL hands over a body that it takes for bytes.
      const raw = { body: Buffer.concat(chunks).toString('base64'), isBase64: true };
      const signed = { ...raw, ...slackHeadersOf(headers), signingSecret: SIGNING_SECRET, now: AT };
      const verdict = verifySlackRequest(signed);
      seen.push(verdict === 'genuine' ? readSlackClick(rawBodyOf(raw).toString('utf8')) : verdict);
      response.writeHead(verdict === 'genuine' ? 200 : 401).end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  appUrl = new URL(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`);
});

afterEach(async () => {
  await slack.close();
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

const clicks = (manner = {}) => slack.click(appUrl, messageTs, SLACK_ACTION_IDS.approve, 'U0ADA', manner);
const CLICK = {
  kind: 'click',
  click: {
    action: 'approve',
    proposalId: 'p_0123456789-abcdefghij',
    slackUserId: 'U0ADA',
    slackTeamId: 'T0SYNTHETIC',
    channel: 'C0ALERTS',
    ts: expect.any(String),
    clickedAt: '2026-11-21T07:00:00.000Z',
  },
};

describe('given a click that a local Slack sends', () => {
  it('is verified and read', async () => {
    await expect(clicks()).resolves.toEqual([200]);
    expect(seen).toEqual([CLICK]);
  });

  it('is genuine twice: the one-time id of the proposal has to refuse the second', async () => {
    await expect(clicks({ times: 2 })).resolves.toEqual([200, 200]);
    expect(seen).toEqual([CLICK, CLICK]);
  });

  it.each([
    ['signed wrongly', { wrongly: true }, 'forged'],
    ['late', { secondsAgo: 301 }, 'too-old'],
    ['early', { secondsAgo: -301 }, 'from-the-future'],
  ])('is refused where it comes %s', async (_, manner, verdict) => {
    await expect(clicks(manner)).resolves.toEqual([401]);
    expect(seen).toEqual([verdict]);
  });

  it('is not to be had from a button that the message does not show', () => {
    expect(() => slack.clickRequest(messageTs, SLACK_ACTION_IDS.reject, 'U0ADA')).toThrow('shows no button');
  });
});
