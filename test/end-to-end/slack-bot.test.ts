import { randomUUID } from 'node:crypto';
import { type SlackServer, startSlackServer } from '../support/vendors/slack-server.ts';
import { Play } from './whole-end.ts';

const MINUTE = 60_000;
const SECRET = { botToken: 'xoxb-0000-synthetic', signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' };
const ALERTS = 'C0ALERTS';

describe('given a Slack with a bot', () => {
  let play: Play;
  let slack: SlackServer;

  beforeEach(async () => {
    slack = await startSlackServer({
      ...SECRET,
      channels: [
        { id: ALERTS, name: 'alerts' },
        { id: 'C0WEB', name: 'web' },
      ],
      clock: () => play.system.account.clock.now(),
    });
  });

  afterEach(async () => {
    await play.close();
    await slack.close();
  });

  const start = async (mode: 'attach' | 'ticket', routes: readonly object[] = [], channel = '#alerts') => {
    const settings = { slack: { secret: 'secretsmanager:exec-log/slack', channel, routes } };
    play = await Play.start({ mode, slackBot: { api: slack.api, secret: SECRET }, settings });
  };
  const holds = (botToken: string) => {
    const stored = play.system.account.stores.secrets.get('exec-log/slack');
    if (stored !== undefined) stored.value = JSON.stringify({ ...SECRET, botToken });
  };
  const messages = () =>
    slack.workspace.messages.map(({ channel, threadTs, text, edits }) => ({
      channel,
      isReply: threadTs !== null,
      word: /\p{Letter}+/u.exec(text)?.[0],
      edits,
    }));
  const shownCount = () => /\*Denials\*\\n(\d+)/.exec(JSON.stringify(slack.workspace.messages[0]?.blocks))?.[1];
  const repeated = (count: number) =>
    play.system.deployment.deliver(
      'remediator',
      Array.from({ length: count }, () => play.lastDenial({ eventID: randomUUID() })),
    );
  /** The last denial as another cause's. */
  const deniedBy = (policy: string) => {
    const sentence = String(Object(play.lastDenial()['detail']).errorMessage).replace(/ because .*/, '');
    return play.lastDenial({
      eventID: randomUUID(),
      errorMessage: `${sentence} with an explicit deny in ${policy}`,
    });
  };
  const theMessage = { channel: ALERTS, isReply: false, word: 'Ticket', edits: 0 };

  it('shows 10,000 denials of one cause as one message and one ticket with the right count', async () => {
    await start('ticket');
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.logs';
    await play.session();
    await repeated(9_999);
    await play.system.deployment.runFor(11 * MINUTE);
    await repeated(1);
    await play.system.deployment.runFor(MINUTE);

    expect(messages()).toEqual([{ ...theMessage, edits: 1 }]);
    expect(shownCount()).toBe('10000');
    expect(await play.end()).toMatchObject({ tickets: 1, cases: [{ count: 10_000 }], deadLetters: 0 });
  });

  it('loses nothing where Slack says 3,600 seconds, and writes its policy once', async () => {
    await start('attach');
    slack.fails({ status: 429, headers: { 'retry-after': '3600' } }, 1);
    await play.session();
    await play.system.deployment.runFor(59 * MINUTE);
    const before = { calls: slack.calls.length, messages: messages() };
    await play.system.deployment.runFor(2 * MINUTE);

    expect(before).toEqual({ calls: 1, messages: [] });
    expect(messages()).toEqual([{ ...theMessage, word: 'Repaired' }]);
    expect(await play.end()).toMatchObject({ policyWrites: 1, deadLetters: 0, posts: [], refusedToUs: [] });
  });

  it('shows each message once after an outage of an hour', async () => {
    await start('ticket');
    slack.fails({ status: 503 });
    await play.session();
    await play.system.deployment.runFor(60 * MINUTE);
    slack.recovers();
    await play.system.deployment.runFor(2 * MINUTE);

    expect(messages()).toEqual([theMessage]);
    expect((await play.end()).deadLetters).toBe(0);
  });

  it('shows several causes at once, as fast as the channel takes them', async () => {
    await start('ticket');
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.logs';
    await play.session();
    const causes = [
      'an identity-based policy',
      'a permissions boundary',
      'a service control policy',
      'a session policy',
    ];
    await play.system.deployment.deliver('remediator', causes.map(deniedBy));
    await play.system.deployment.runFor(MINUTE);

    expect(messages()).toEqual(causes.map(() => theMessage));
  });

  it('reads a token anew that was rotated a moment ago', async () => {
    await start('ticket');
    await play.session();
    slack.rotatesToken('xoxb-1111-synthetic');
    holds('xoxb-1111-synthetic');
    await play.system.deployment.runFor(2000);
    await play.system.deployment.deliver('remediator', [deniedBy('a service control policy')]);
    await play.system.deployment.runFor(MINUTE);

    expect(messages()).toEqual([theMessage, theMessage]);
    expect((await play.end()).deadLetters).toBe(0);
  });

  it('posts a deleted message anew', async () => {
    await start('ticket');
    await play.session();
    slack.workspace.deleteMessage(slack.workspace.messages[0]?.ts ?? '');
    await play.system.deployment.runFor(11 * MINUTE);
    await repeated(1);
    await play.system.deployment.runFor(MINUTE);

    expect(messages()).toEqual([theMessage]);
    expect(shownCount()).toBe('2');
  });

  it('keeps the message of an unknown channel as a dead letter with an alarm, and the ticket stands', async () => {
    await start('ticket', [], '#nowhere');
    await play.session();
    await play.system.deployment.runFor(30 * MINUTE);

    expect(messages()).toEqual([]);
    expect(await play.end()).toMatchObject({ tickets: 1, deadLetters: 1 });
    expect(play.system.deployment.fn('remediator').metric('NotificationFailures')).toBeGreaterThan(0);
    const [line] = play.system.deployment.fn('remediator').linesWithCode('EXECLOG_NOTIFICATION_FAILED');
    expect(JSON.stringify(line)).toContain('channel_not_found');
  });

  it('posts by the route of the account', async () => {
    await start('ticket', [{ account: '111111111111', channel: '#web' }]);
    await play.session();

    expect(messages()).toEqual([{ ...theMessage, channel: 'C0WEB' }]);
  });

  it.each(['cluster', 'role'] as const)('posts by the tag of the %s', async (tagged) => {
    await start('ticket', [{ [`${tagged}Tag`]: { key: 'team', value: 'web' }, channel: 'web' }]);
    const { clusters } = play.system.account.state.ecs;
    const { roles } = play.system.account.state.iam;
    if (tagged === 'cluster') for (const cluster of clusters) cluster.tags = [{ key: 'team', value: 'web' }];
    else for (const role of roles) role.Tags = [{ Key: 'team', Value: 'web' }];
    await play.session();

    expect(messages()).toEqual([{ ...theMessage, channel: 'C0WEB' }]);
  });
});
