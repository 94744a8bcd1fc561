import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../simulated-account/index.ts';
import { type SlackServer, startSlackServer } from '../support/vendors/slack-server.ts';
import { DESKS, type Desk } from './ticket-desks.ts';
import { Play } from './whole-end.ts';

const MINUTE = 60_000;
const SECRET = { botToken: 'xoxb-0000-synthetic', signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' };
const ALERTS = 'C0ALERTS';
const GROUP = '/ecs/nginx-sample/nginx';

describe('given many causes at once, with tickets in Jira and messages in Slack', () => {
  let play: Play;
  let slack: SlackServer;
  let desk: Desk;

  beforeEach(async () => {
    desk = await DESKS.jira();
    slack = await startSlackServer({
      ...SECRET,
      channels: [{ id: ALERTS, name: 'alerts' }],
      clock: () => play.system.account.clock.now(),
    });
    const settings = {
      ticket: desk.settings,
      slack: { secret: 'secretsmanager:exec-log/slack', channel: '#alerts' },
    };
    play = await Play.start({ mode: 'ticket', slackBot: { api: slack.api, secret: SECRET }, settings });
    const { stores, runtime } = play.system.account;
    const arn = runtime.arn('secretsmanager', 'secret:exec-log/tickets-AbCdEf');
    stores.secrets.set('exec-log/tickets', { arn, value: JSON.stringify(desk.secret) });
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.logs';
    await play.session();
  });

  afterEach(async () => {
    await play.close();
    await slack.close();
    await desk.stop();
  });

  /** The denial of the session, as of other groups. */
  const denials = (count: number): readonly JsonObject[] =>
    Array.from({ length: count }, (_, index) =>
      JSON.parse(JSON.stringify(play.lastDenial({ eventID: randomUUID() })).replaceAll(GROUP, `/ecs/app-${index + 1}`)),
    );
  const shown = () => {
    const roots = slack.workspace.messages.filter(({ threadTs }) => threadTs === null);
    const digests = roots.filter(({ text }) => text.includes('Breaker'));
    return { singles: roots.length - digests.length, digests };
  };
  const digestedCount = (text = '') => Number(/\d+/.exec(text)?.[0]);
  /** Calls that showed nothing: Slack said that they came too fast. */
  const refusedCount = () => slack.workspace.messages.reduce((left, { edits }) => left - 1 - edits, slack.calls.length);

  it('opens 100 tickets, shows one digest and few messages, loses none and keeps the rate', async () => {
    await play.system.deployment.deliver('remediator', denials(100));
    await play.system.deployment.runFor(5 * MINUTE);

    const { singles, digests } = shown();
    expect(desk.tickets()).toEqual(Array.from({ length: 100 }, () => ({ isOpen: true, comments: 0 })));
    expect(digests).toMatchObject([{ channel: ALERTS, text: expect.stringContaining('Breaker open') }]);
    expect(singles).toBeLessThan(20);
    expect(singles + digestedCount(digests[0]?.text)).toBe(100);
    expect(refusedCount()).toBeLessThan(10);

    await play.system.deployment.runFor(66 * MINUTE);
    expect(shown()).toMatchObject({
      singles,
      digests: [{ text: `✅ Breaker closed: ${100 - singles} new causes meanwhile` }],
    });
    const { cases, deadLetters, refusedToUs } = await play.end();
    expect([cases.length, deadLetters, refusedToUs]).toEqual([100, 0, []]);
    expect(play.system.deployment.fn('remediator').metric('BreakerOpened')).toBe(1);
  }, 120_000);

  it('shows everything once where Slack was away for an hour', async () => {
    slack.fails({ status: 503 });
    await play.system.deployment.deliver('remediator', denials(30));
    await play.system.deployment.runFor(60 * MINUTE);
    expect(shown()).toEqual({ singles: 0, digests: [] });
    slack.recovers();
    await play.system.deployment.runFor(10 * MINUTE);

    const { singles, digests } = shown();
    expect(digests).toHaveLength(1);
    expect(singles + digestedCount(digests[0]?.text)).toBe(30);
    expect(desk.tickets()).toHaveLength(30);
    expect((await play.end()).deadLetters).toBe(0);
  }, 120_000);
});
