import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { PacedChat, RemediatorTime } from '../support/remediator-time.ts';

const HOUR = 3600;
const SLACK = { secret: 'secretsmanager:exec-log/slack', channel: '#alerts' };

/** A breaker that is open already, and one new cause with its notice in the queue. */
async function aCause(slack: object = SLACK) {
  const world = new RemediatorWorld();
  const chat = new PacedChat(world);
  world.chat = chat;
  world.rules = rules({ defaultMode: 'ticket', slack });
  const at = world.now.toISOString();
  world.cases.breaker = { ...world.cases.breaker, opened: { at, because: 'cases' } };
  await world.deliver(delivered(aDenialRecord()));
  return { world, chat, time: new RemediatorTime(world) };
}

const theDigest = ({ digests }: RemediatorWorld) => [...digests.digests.values()][0];
const failures = (world: RemediatorWorld) =>
  world.telemetry.counts.filter(({ metric }) => metric === METRICS.notificationFailures).length;

describe('given a Lambda that is killed at any call on the way into the digest', () => {
  it('counts the cause once, and shows it once', async () => {
    const rehearsal = await aCause();
    const before = rehearsal.world.calls.length;
    await rehearsal.time.run(30);
    const calls = rehearsal.world.calls.length - before;
    expect(calls).toBeGreaterThan(6);
    for (let index = 0; index < calls; index += 1) {
      const { world, chat, time } = await aCause();
      let made = 0;
      world.failing = () => {
        made += 1;
        return made > index ? new Error('killed') : null;
      };
      await time.run(30);
      world.failing = () => null;
      await time.run(5 * 60);
      const [found] = world.cases.cases.values();
      expect([index, theDigest(world)?.causes, chat.messages.length, found?.outbox]).toEqual([index, 1, 1, []]);
    }
  });
});

describe('given a channel that a person has to mend', () => {
  it('alarms each minute in words that say why, and shows the digest once it is mended', async () => {
    const { world, chat, time } = await aCause({ ...SLACK, channel: null });
    await time.run(130);
    expect([failures(world), chat.messages]).toEqual([2, []]);
    expect(JSON.stringify(world.telemetry.lines.map(({ fields }) => String(fields['error'])))).toContain(
      'the settings name no channel (slack.channel)',
    );
    world.rules = rules({ defaultMode: 'ticket', slack: SLACK });
    await time.run(90);
    expect(chat.messages).toMatchObject([{ text: expect.stringContaining('1 new cause') }]);
  });

  it('gives up a day after the end of the storm', async () => {
    const { world, chat, time } = await aCause({ ...SLACK, channel: null });
    await time.runOut(27 * HOUR);
    expect([chat.messages, theDigest(world)?.closedAt]).toEqual([[], expect.any(String)]);
  });
});

describe('given a channel that asks to wait', () => {
  it('does not ask it again before', async () => {
    const { chat, time } = await aCause();
    chat.answers.push({ kind: 'later', afterSeconds: 1000 });
    const shown: number[] = [];
    const show = chat.show.bind(chat);
    chat.show = (...asked) => {
      shown.push(shown.length);
      return show(...asked);
    };
    await time.run(1000);
    expect([shown.length, chat.messages.length]).toEqual([1, 0]);
    await time.run(120);
    expect(chat.messages).toHaveLength(1);
  });
});
