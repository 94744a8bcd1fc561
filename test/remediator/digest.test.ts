import type { Case } from '../../functions/domain/case.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { PacedChat, RemediatorTime } from '../support/remediator-time.ts';

const HOUR = 3600;
const SLACK = { secret: 'secretsmanager:exec-log/slack', channel: '#alerts' };

/** Denials of as many causes, each of a role of its own, counted from a number. */
const storm = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => {
    const number = String(from + index).padStart(12, '0');
    return JSON.stringify(
      delivered(aDenialRecord({ eventId: `00000000-0000-4000-8000-${number}`, logGroupName: `/ecs/app-${number}` })),
    );
  });

function aStorm(document: object = {}) {
  const world = new RemediatorWorld();
  const chat = new PacedChat(world);
  world.chat = chat;
  world.rules = rules({ defaultMode: 'ticket', slack: SLACK, ...document });
  const time = new RemediatorTime(world);
  const come = async (bodies: readonly string[]) => {
    for (let first = 0; first < bodies.length; first += 10) await time.deliver(bodies.slice(first, first + 10));
  };
  return { world, chat, time, come };
}

const casesOf = ({ cases }: RemediatorWorld): readonly Case[] => [...cases.cases.values()];
const digestsOf = (chat: PacedChat) => chat.messages.filter(({ text }) => /Breaker/.test(text));
const isIn = (chat: PacedChat) => (found: Case) =>
  [chat.messages.some(({ ts }) => ts === found.chat?.ts), found.firstTold === 'digest'].filter(Boolean).length;
const count = (world: RemediatorWorld, metric: string) =>
  world.telemetry.counts.filter((each) => each.metric === metric).length;

describe('given new causes', () => {
  it.each([
    [19, 0],
    [20, 1],
  ])('shows %i of them with %i digests', async (causes, digests) => {
    const { world, chat, time, come } = aStorm();
    await come(storm(causes));
    await time.run(120);
    expect(digestsOf(chat)).toHaveLength(digests);
    expect(casesOf(world).map(isIn(chat))).toEqual(Array.from({ length: causes }, () => 1));
  });

  it.each([
    [19, 'attach-policy'],
    [20, 'open-ticket'],
  ])('after %i of them, the next denial ends as %s', async (causes, disposition) => {
    const { world, time, come } = aStorm();
    await come(storm(causes));
    await time.run(30);
    world.rules = rules({ defaultMode: 'attach', slack: SLACK });
    await world.deliver(delivered(aDenialRecord()));
    expect(casesOf(world).at(-1)).toMatchObject({
      disposition,
      ...(disposition === 'open-ticket' && { reasons: [{ code: 'breaker-closed' }] }),
    });
  });
});

describe('given 100 causes at once', () => {
  it('files 100 tickets and shows one digest, with right counts and within the rate', async () => {
    const { world, chat, time, come } = aStorm();
    await come(storm(100));
    await time.run(5 * 60);

    expect(world.tickets.opened).toBe(100);
    expect(casesOf(world).map(isIn(chat))).toEqual(Array.from({ length: 100 }, () => 1));
    const digested = casesOf(world).filter(({ firstTold }) => firstTold === 'digest').length;
    expect(100 - digested).toBeLessThan(20);
    expect(digestsOf(chat)).toMatchObject([
      { text: `⛔ Breaker open: ${digested} new causes, nothing is written`, channel: '#alerts', thread: null },
    ]);
    const shown = JSON.stringify(digestsOf(chat)[0]?.blocks);
    expect(shown.match(/• /g)).toHaveLength(10);
    expect(shown).toContain(`and ${digested - 10} more`);
    expect(shown).toContain('oi-');
    expect([time.failed, count(world, METRICS.breakerOpened)]).toEqual([0, 1]);
  });

  it('brings the digest up to date at most once a minute, and tells once that the breaker is closed', async () => {
    const { world, chat, time, come } = aStorm();
    await come(storm(40));
    await time.run(60);
    for (let next = 40; next < 60; next += 1) {
      await come(storm(1, next));
      await time.run(6);
    }
    expect(digestsOf(chat)).toMatchObject([{ edits: 2 }]);
    await time.runOut(3 * HOUR);
    expect(digestsOf(chat)).toMatchObject([{ text: expect.stringContaining('Breaker closed'), edits: 4 }]);
    expect(JSON.stringify(digestsOf(chat)[0]?.blocks)).toContain('The hour is over');
    expect([...world.digests.digests.values()]).toMatchObject([{ closedAt: expect.any(String) }]);
  });

  it('shows a case of the digest by itself once it has news after the storm', async () => {
    const { world, chat, time, come } = aStorm();
    await come(storm(30));
    await time.runOut(3 * HOUR);
    const before = chat.messages.length;
    world.tickets.open.clear();
    await come(storm(1, 29).map((body) => body.replace('0000-4000', '1111-4000')));
    await time.run(60);
    expect(chat.messages.slice(before)).toMatchObject([{ thread: null, text: expect.stringContaining('Ticket') }]);
    expect(world.cases.breaker.cases).toHaveLength(30);
  });

  it('tells of its news during another storm by the digest of that one', async () => {
    const { world, chat, time, come } = aStorm();
    await come(storm(30));
    await time.runOut(3 * HOUR);
    await come(storm(30, 100));
    await time.run(120);
    const before = [...world.digests.digests.values()].map(({ causes }) => causes);
    world.tickets.open.clear();
    await come(storm(1, 29).map((body) => body.replace('0000-4000', '1111-4000')));
    await time.run(120);
    const [first = 0, second = 0] = before;
    expect([...world.digests.digests.values()].map(({ causes }) => causes)).toEqual([first, second + 1]);
    expect(digestsOf(chat).at(-1)?.text).toContain(`${second + 1} new causes`);
  });

  it('shows one digest for a container that makes up 500 names', async () => {
    const { world, chat, time, come } = aStorm();
    await come(storm(500));
    await time.run(10 * 60);
    expect(world.tickets.opened).toBe(500);
    expect(digestsOf(chat)).toHaveLength(1);
    expect(casesOf(world).map(isIn(chat))).toEqual(Array.from({ length: 500 }, () => 1));
  });
});

describe('given a Slack that is away for an hour', () => {
  it('shows everything once afterwards', async () => {
    const { world, chat, time, come } = aStorm();
    chat.isAway = true;
    await come(storm(60));
    await time.run(HOUR);
    expect(chat.messages).toEqual([]);
    chat.isAway = false;
    await time.runOut(4 * HOUR);
    expect(casesOf(world).map(isIn(chat))).toEqual(Array.from({ length: 60 }, () => 1));
    expect(digestsOf(chat)).toHaveLength(1);
    expect(world.tickets.opened).toBe(60);
    expect(casesOf(world).flatMap(({ outbox }) => outbox)).toEqual([]);
  });
});

describe('given a webhook', () => {
  it('posts once when the breaker opens and once when it closes', async () => {
    const { world, time, come } = aStorm();
    world.chat = null;
    await come(storm(50));
    await time.run(5 * 60);
    await come(storm(10, 50));
    await time.runOut(3 * HOUR);
    const posts = world.messenger.posted.map(({ text }) => text).filter((text) => text.includes('Breaker'));
    expect(posts).toEqual([
      expect.stringMatching(/^⛔ Breaker open: \d+ new causes, nothing is written$/),
      expect.stringMatching(/^✅ Breaker closed: \d+ new causes meanwhile$/),
    ]);
    expect(world.messenger.posted.length - 2 + Number(/\d+/.exec(posts[1] ?? '')?.[0])).toBe(60);
  });
});

describe('given nobody to tell', () => {
  it('counts all the same, and leaves nothing in the queue', async () => {
    const { world, time, come } = aStorm({ slack: null });
    world.chat = null;
    await come(storm(30));
    await time.runOut(3 * HOUR);
    expect([world.cases.breaker.cases.length, count(world, METRICS.breakerOpened)]).toEqual([30, 1]);
  });
});

describe('given a person who closes the breaker', () => {
  it('says so in the digest, and gives new causes messages of their own', async () => {
    const { world, chat, time, come } = aStorm();
    await come(storm(30));
    await time.run(120);
    const by = 'arn:aws:sts::111111111111:assumed-role/ops/alice';
    const reclosed = { at: world.now.toISOString(), by, reason: 'one broken boundary, <!here>' };
    world.cases.breaker = { ...world.cases.breaker, reclosed };
    await time.run(90);
    const [digest] = digestsOf(chat);
    expect(digest?.text).toContain('Breaker closed');
    expect(JSON.stringify(digest?.blocks)).toContain(
      `closed the breaker at ${reclosed.at}: one broken boundary, &lt;!here&gt;`,
    );
    const before = chat.messages.length;
    await come(storm(3, 30));
    await time.run(30);
    expect(chat.messages).toHaveLength(before + 3);
  });
});

describe('given a breaker that opens again within the minute', () => {
  it('closes the first digest and opens a second', async () => {
    const { world, chat, time, come } = aStorm();
    await come(storm(30));
    await time.run(30);
    const reclosed = {
      at: world.now.toISOString(),
      by: 'arn:aws:iam::111111111111:user/alice',
      reason: 'one boundary',
    };
    world.cases.breaker = { ...world.cases.breaker, reclosed };
    await time.run(1);
    await come(storm(30, 30));
    await time.run(120);
    expect(digestsOf(chat).map(({ text }) => text.split(':')[0])).toEqual(['✅ Breaker closed', '⛔ Breaker open']);
    expect(casesOf(world).map(isIn(chat))).toEqual(Array.from({ length: 60 }, () => 1));
  });
});

describe('given orders that nobody of us sent', () => {
  const forged = (openedAt: string, turn: number) => JSON.stringify({ kind: 'digest', openedAt, turn });
  const many = (order: string) => Array.from({ length: 20 }, () => order);

  it.each([
    ['an opening that never was', () => '2026-03-01T10:00:00Z', 1],
    ['a turn that is none', (world: RemediatorWorld) => [...world.digests.digests.keys()][0] ?? '', 99],
  ])('drops those of %s', async (_, openedAt, turn) => {
    const { world, chat, time, come } = aStorm();
    await come(storm(30));
    await time.run(1);
    time.lose();
    await come(many(forged(openedAt(world), turn)));
    expect([time.waitingCount, digestsOf(chat)]).toEqual([0, []]);
  });

  it('shows nothing before its turn for them, and begins no second loop', async () => {
    const { world, chat, time, come } = aStorm();
    await come(storm(30));
    await time.run(1);
    const [openedAt = ''] = world.digests.digests.keys();
    await come(many(forged(openedAt, 1)));
    await time.run(5);
    expect(digestsOf(chat)).toEqual([]);
    await time.run(180);
    expect([time.waitingCount, digestsOf(chat).map(({ edits }) => edits)]).toEqual([1, [0]]);
  });
});

describe('given an order that is lost', () => {
  it('shows the digest with the next cause', async () => {
    const { chat, time, come } = aStorm();
    await come(storm(30));
    await time.run(1);
    time.lose();
    await time.run(180);
    expect(digestsOf(chat)).toEqual([]);
    await come(storm(1, 30));
    await time.run(30);
    expect(digestsOf(chat)).toHaveLength(1);
  });
});
