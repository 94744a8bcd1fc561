import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { absent, aCluster, aRole, read, rules } from '../support/builders.ts';
import { FakeChat } from '../support/fakes/outside.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const SECRET = 'secretsmanager:exec-log/slack';
const MINUTE = 60_000;

let events = 0;
const event = (parts: Parameters<typeof aDenialRecord>[0] = {}) => {
  events += 1;
  const eventId = `00000000-0000-4000-8000-${String(events).padStart(12, '0')}`;
  return delivered(aDenialRecord({ eventId, ...parts }));
};

const slackRules = (slack: object = {}, document: object = {}) =>
  rules({ defaultMode: 'ticket', ...document, slack: { secret: SECRET, channel: '#alerts', ...slack } });

/** A remediator that tells people by a bot. */
function worldWith(slack: object = {}) {
  const world = new RemediatorWorld();
  const chat = new FakeChat();
  world.chat = chat;
  world.rules = slackRules(slack);
  return { world, chat };
}

const theCase = (world: RemediatorWorld) => {
  const [found] = [...world.cases.cases.values()];
  if (found === undefined) throw new Error('no case was saved');
  return found;
};
const later = (world: RemediatorWorld, milliseconds: number) => {
  world.now = new Date(world.now.getTime() + milliseconds);
};
const blocksOf = (chat: FakeChat, index = 0) => JSON.stringify(chat.messages[index]?.blocks);
const failures = (world: RemediatorWorld) =>
  world.telemetry.counts.filter(({ metric }) => metric === METRICS.notificationFailures).length;

describe('given a bot', () => {
  it('posts one message for a cause, and remembers where it stands', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    expect(await world.deliverOwn()).toEqual([]);
    expect(chat.messages).toMatchObject([{ channel: '#alerts', thread: null, edits: 0 }]);
    expect(theCase(world)).toMatchObject({
      chatChannel: null,
      chat: { channel: '#alerts', ts: '1.0', shownAt: world.now.toISOString() },
      outbox: [],
    });
    expect(world.messenger.posted).toEqual([]);
  });

  it('brings the message up to date when the count is decided again, without a notification', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    await world.deliverOwn();
    later(world, 5 * MINUTE);
    await world.deliver(event());
    expect(world.queue.sent).toEqual([]);
    later(world, 6 * MINUTE);
    await world.deliver(event({ eventTime: '2023-02-11T06:45:00Z' }));
    await world.deliverOwn();
    expect(chat.messages).toMatchObject([{ thread: null, edits: 1 }]);
    expect(blocksOf(chat)).toContain('*Denials*\\n3 in');
    expect(blocksOf(chat)).toContain('2023-02-11T06:45:00Z');
    expect(theCase(world)).toMatchObject({ count: 3, outbox: [] });
  });

  it('shows a change in the message, and tells of it in its thread', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    await world.deliverOwn();
    world.rules = slackRules({}, { defaultMode: 'attach' });
    later(world, 11 * MINUTE);
    await world.deliver(event());
    await world.deliverOwn();
    expect(chat.messages).toMatchObject([
      { text: expect.stringContaining('Repaired'), thread: null, edits: 1 },
      { text: expect.stringContaining('Repaired'), thread: '1.0', edits: 0 },
    ]);
    expect(theCase(world).outbox).toEqual([]);
    expect(world.role.puts).toHaveLength(1);
  });

  it('goes on with the thread where the channel took the update and nothing more yet', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    await world.deliverOwn();
    world.rules = slackRules({}, { defaultMode: 'attach' });
    later(world, 11 * MINUTE);
    await world.deliver(event());
    const reply = chat.reply.bind(chat);
    chat.reply = async () => ({ kind: 'later', afterSeconds: 1 });
    await world.deliverOwn();
    chat.reply = reply;
    expect(world.queue.sent).toMatchObject([{ delaySeconds: 1 }]);
    expect(chat.messages).toHaveLength(1);
    await world.deliverOwn();
    expect(chat.messages).toMatchObject([{ edits: 1 }, { thread: '1.0' }]);
    expect(theCase(world).outbox).toEqual([]);
    expect(world.role.puts).toHaveLength(1);
  });

  it('posts a deleted message anew, which is notification enough', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    await world.deliverOwn();
    chat.delete('1.0');
    world.rules = slackRules({}, { defaultMode: 'attach' });
    later(world, 11 * MINUTE);
    await world.deliver(event());
    await world.deliverOwn();
    expect(chat.messages).toMatchObject([{ ts: '2.0', thread: null, text: expect.stringContaining('Repaired') }]);
    expect(theCase(world)).toMatchObject({ chat: { ts: '2.0' }, outbox: [] });
  });

  it("tells news of our policy in the thread of its case's message", async () => {
    const { world, chat } = worldWith();
    world.rules = slackRules({}, { defaultMode: 'attach' });
    await world.deliver(event());
    await world.deliverOwn();
    world.role.role = { ...world.role.role, inlinePolicies: [] };
    later(world, 60 * MINUTE);
    expect(await world.deliver({ kind: 'review', roleId: theCase(world).roleId })).toEqual([]);
    await world.deliverOwn();
    const text = expect.stringContaining('Somebody removed our policy');
    expect(chat.messages).toMatchObject([
      { text, edits: 1 },
      { text, thread: '1.0' },
    ]);
  });

  it('shows the message anew where its thread is gone', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    await world.deliverOwn();
    world.rules = slackRules({}, { defaultMode: 'attach' });
    later(world, 11 * MINUTE);
    await world.deliver(event());
    const reply = chat.reply.bind(chat);
    chat.reply = async () => {
      chat.delete('1.0');
      return { kind: 'refused', because: 'thread_not_found' };
    };
    const bodies = world.queue.drain();
    expect(await world.deliver(...bodies)).toEqual(['m0']);
    chat.reply = reply;
    expect(await world.deliver(...bodies)).toEqual([]);
    expect(chat.messages).toMatchObject([{ ts: '2.0', thread: null }]);
    expect(theCase(world).outbox).toEqual([]);
  });
});

describe('given a channel that has to wait', () => {
  it('carries a wait on that is longer than the queue holds a message, and loses nothing', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    chat.answers.push({ kind: 'later', afterSeconds: 3600 });
    for (const delay of [900, 900, 900, 900]) {
      await world.deliverOwn();
      expect(world.queue.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([delay]);
      later(world, delay * 1000);
    }
    expect(chat.messages).toEqual([]);
    await world.deliverOwn();
    expect(chat.messages).toHaveLength(1);
    expect(world.queue.sent).toEqual([]);
  });

  it('asks after a day at the latest, whatever the channel said', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    chat.answers.push({ kind: 'later', afterSeconds: 999_999_999 });
    await world.deliverOwn();
    const [body = ''] = world.queue.drain();
    expect(Date.parse(JSON.parse(body).notBefore) - world.now.getTime()).toBe(86_400_000);
    await world.deliver({ ...JSON.parse(body), notBefore: '2999-01-01T00:00:00Z' });
    expect(chat.messages).toHaveLength(1);
  });

  it('lets other channels go ahead, and lines up those that wait', async () => {
    const { world, chat } = worldWith();
    const denied = [
      '',
      ' with an explicit deny in an identity-based policy',
      ' with an explicit deny in a service control policy',
    ];
    await world.deliver(...denied.map((reason) => event({ reason })));
    const wait = { kind: 'later', afterSeconds: 1 } as const;
    chat.answers.push(wait, wait);
    await world.deliverOwn();
    expect(world.queue.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([1, 2]);
    expect(chat.messages).toHaveLength(1);
  });

  it('alarms after a quarter of an hour', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    chat.answers.push({ kind: 'later', afterSeconds: 3600 });
    await world.deliverOwn();
    expect(failures(world)).toBe(0);
    later(world, 16 * MINUTE);
    await world.deliverOwn();
    expect(failures(world)).toBe(1);
  });
});

describe('given what a person has to mend', () => {
  it('returns the notice to the queue with an alarm, and never repeats the act', async () => {
    const { world, chat } = worldWith();
    world.rules = slackRules({}, { defaultMode: 'attach' });
    await world.deliver(event());
    const bodies = world.queue.drain();
    chat.answers.push({ kind: 'refused', because: 'channel_not_found' });
    expect(await world.deliver(...bodies)).toEqual(['m0']);
    expect(failures(world)).toBe(1);
    expect(await world.deliver(...bodies)).toEqual([]);
    expect(chat.messages).toHaveLength(1);
    expect(world.role.puts).toHaveLength(1);
  });

  it('refuses without a channel in the settings, in words that say so', async () => {
    const { world, chat } = worldWith({ channel: null });
    await world.deliver(event());
    expect(await world.deliverOwn()).toEqual(['m0']);
    expect(failures(world)).toBe(1);
    expect(JSON.stringify(world.telemetry.lines.map(({ fields }) => String(fields['error'])))).toContain(
      'the settings name no channel (slack.channel)',
    );
    expect(chat.messages).toEqual([]);
  });
});

describe('given routes', () => {
  const routes = [
    { account: '222222222222', channel: 'account' },
    { clusterTag: { key: 'tier', value: 'critical' }, channel: 'cluster' },
    { roleTag: { key: 'team', value: 'web' }, channel: 'role' },
  ];

  it.each([
    ["the cluster's tag", { tier: 'critical' }, { team: 'web' }, 'cluster'],
    ["the role's tag", {}, { team: 'web' }, 'role'],
    ['nothing', {}, {}, '#alerts'],
  ])('posts by %s', async (_, clusterTags, roleTags, channel) => {
    const { world, chat } = worldWith({ routes });
    world.readings = { cluster: read(aCluster({ tags: clusterTags })) };
    world.role.role = aRole({ tags: roleTags });
    await world.deliver(event());
    await world.deliverOwn();
    expect(chat.messages).toMatchObject([{ channel }]);
  });

  it('posts by the account', async () => {
    const { world, chat } = worldWith({ routes: [{ account: '111111111111', channel: 'ours' }] });
    await world.deliver(event());
    await world.deliverOwn();
    expect(chat.messages).toMatchObject([{ channel: 'ours' }]);
  });

  it('keeps the channel of a case whose cluster is gone by now', async () => {
    const { world } = worldWith({ routes });
    world.readings = { cluster: read(aCluster({ tags: { tier: 'critical' } })) };
    await world.deliver(event());
    expect(theCase(world).chatChannel).toBe('cluster');
    world.readings = { cluster: absent };
    later(world, 11 * MINUTE);
    await world.deliver(event());
    expect(theCase(world).chatChannel).toBe('cluster');
  });
});

describe('given a webhook', () => {
  it('posts a message for each change, as ever, and drops what only a bot can show', async () => {
    const { world, chat } = worldWith();
    await world.deliver(event());
    await world.deliverOwn();
    world.chat = null;
    later(world, 11 * MINUTE);
    await world.deliver(event());
    await world.deliverOwn();
    expect(theCase(world).outbox).toEqual([]);
    expect(world.messenger.posted).toEqual([]);
    world.rules = slackRules({}, { defaultMode: 'attach' });
    later(world, 11 * MINUTE);
    await world.deliver(event());
    await world.deliverOwn();
    expect(world.messenger.posted).toHaveLength(1);
    expect(chat.messages).toHaveLength(1);
  });
});
