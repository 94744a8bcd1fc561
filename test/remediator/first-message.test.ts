import fc from 'fast-check';
import type { ChatMessage, Shown } from '../../functions/ports.ts';
import { rules } from '../support/builders.ts';
import { FakeChat } from '../support/fakes/outside.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const SLACK = { secret: 'secretsmanager:exec-log/slack', channel: '#alerts' };
const MINUTE = 60_000;

const event = (parts: Parameters<typeof aDenialRecord>[0] = {}) => delivered(aDenialRecord(parts));

/** A chat whose posts take their turn among the calls of other workers. */
class SlowChat extends FakeChat {
  constructor(private readonly world: RemediatorWorld) {
    super();
  }

  override async show(...asked: Parameters<FakeChat['show']>): Promise<Shown> {
    await this.world.turn();
    return super.show(...asked);
  }

  override async reply(...asked: Parameters<FakeChat['reply']>): Promise<Shown> {
    await this.world.turn();
    return super.reply(...asked);
  }
}

function aWorld() {
  const world = new RemediatorWorld();
  const chat = new SlowChat(world);
  world.chat = chat;
  world.rules = rules({ defaultMode: 'ticket', slack: SLACK });
  return { world, chat };
}

const roots = ({ messages }: FakeChat) => messages.filter(({ thread }) => thread === null);
const theCase = ({ cases }: RemediatorWorld) => [...cases.cases.values()][0];
const later = (world: RemediatorWorld, milliseconds: number) => {
  world.now = new Date(world.now.getTime() + milliseconds);
};

/** A case with two notices that nobody delivered yet, and their messages. */
async function twoNotices(world: RemediatorWorld): Promise<readonly string[]> {
  await world.deliver(event());
  world.rules = rules({ defaultMode: 'attach', slack: SLACK });
  later(world, 11 * MINUTE);
  await world.deliver(event({ eventId: '00000000-0000-4000-8000-000000000002' }));
  expect(theCase(world)?.outbox).toHaveLength(2);
  return world.queue.drain().slice(-2);
}

describe('given two workers at the first message of a case, in any interleaving', () => {
  it.each([
    [
      'the same notice',
      async (world: RemediatorWorld) => {
        await world.deliver(event());
        const [body = ''] = world.queue.drain();
        return [body, body];
      },
    ],
    ['two notices', twoNotices],
  ])('posts one message for %s', async (_, prepare) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { world, chat } = aWorld();
        const bodies = await prepare(world);
        world.turn = () => scheduler.schedule(Promise.resolve());
        await scheduler.waitFor(Promise.all(bodies.map((body) => world.deliverTo(world.coldStart(), body))));
        world.turn = async () => undefined;
        for (let minute = 0; minute < 3; minute += 1) {
          later(world, MINUTE);
          await world.deliverOwn();
        }
        expect(roots(chat)).toHaveLength(1);
        expect(theCase(world)?.outbox).toEqual([]);
        expect(world.cases.breaker.cases).toHaveLength(1);
      }),
      { numRuns: 40 },
    );
  });
});

describe('given a worker that is killed with its claim', () => {
  it('makes another wait until the claim ends, which then takes over', async () => {
    const { world, chat } = aWorld();
    await world.deliver(event());
    const bodies = world.queue.drain();
    const show = chat.show.bind(chat);
    let isKilled = false;
    chat.show = async () => {
      isKilled = true;
      throw new Error('killed');
    };
    world.failing = () => (isKilled ? new Error('killed') : null);
    await world.deliver(...bodies);
    world.failing = () => null;
    chat.show = show;

    later(world, 29_000);
    expect(await world.deliver(...bodies)).toEqual([]);
    expect([chat.messages.length, world.queue.sent.map(({ delaySeconds }) => delaySeconds)]).toEqual([0, [1]]);
    later(world, 1000);
    await world.deliverOwn();
    expect([chat.messages.length, theCase(world)?.outbox]).toEqual([1, []]);
  });
});

describe('given a channel that takes the first message later', () => {
  it('gives the claim back, so that any worker may post it then', async () => {
    const { world, chat } = aWorld();
    await world.deliver(event());
    chat.answers.push({ kind: 'later', afterSeconds: 1 });
    await world.deliverOwn();
    expect(theCase(world)?.outbox).toMatchObject([{ claim: undefined }]);
    later(world, 1000);
    await world.deliverTo(world.coldStart(), ...world.queue.drain());
    expect(chat.messages).toHaveLength(1);
  });

  it('gives it back where a person has to mend something, too', async () => {
    const { world, chat } = aWorld();
    await world.deliver(event());
    const bodies = world.queue.drain();
    chat.answers.push({ kind: 'refused', because: 'channel_not_found' });
    expect(await world.deliver(...bodies)).toEqual(['m0']);
    expect(await world.deliver(...bodies)).toEqual([]);
    expect(chat.messages).toHaveLength(1);
  });
});

describe('given a proposal that nobody saw before the breaker opened', () => {
  it('is counted in the digest, and asked once the breaker is closed', async () => {
    const { world, chat } = aWorld();
    await world.deliver(event());
    const bodies = world.queue.drain();
    const found = theCase(world);
    if (found === undefined) throw new Error('no case was saved');
    world.cases.cases.set(found.fingerprint, { ...found, state: 'proposed' });
    const at = world.now.toISOString();
    world.cases.breaker = { ...world.cases.breaker, opened: { at, because: 'cases' } };

    expect(await world.deliver(...bodies)).toEqual([]);
    expect([...world.digests.digests.values()]).toMatchObject([{ causes: 1 }]);
    expect(theCase(world)).toMatchObject({ firstTold: 'digest', outbox: [{ claim: undefined }] });
    const texts = (): readonly string[] => chat.messages.map(({ text }: ChatMessage) => text);
    expect(texts()).toEqual([]);
    for (let quarter = 0; quarter < 6; quarter += 1) {
      await world.deliverOwn();
      later(world, 15 * MINUTE);
    }
    expect(texts()).toEqual([expect.stringContaining('Breaker'), expect.stringContaining('nginx-sample')]);
    expect([...world.digests.digests.values()]).toMatchObject([{ causes: 1 }]);
  });
});

describe('given a proposal that waits for the breaker', () => {
  it('is asked within five minutes after a person closed it', async () => {
    const { world, chat } = aWorld();
    await world.deliver(event());
    const found = theCase(world);
    if (found === undefined) throw new Error('no case was saved');
    world.cases.cases.set(found.fingerprint, { ...found, state: 'proposed' });
    const at = world.now.toISOString();
    world.cases.breaker = { ...world.cases.breaker, opened: { at, because: 'writes' } };
    await world.deliverOwn();
    expect(world.queue.sent.map(({ delaySeconds }) => delaySeconds).sort()).toEqual([10, 300]);
    later(world, MINUTE);
    const reclosed = { at: world.now.toISOString(), by: 'arn:aws:iam::111111111111:user/alice', reason: 'understood' };
    world.cases.breaker = { ...world.cases.breaker, reclosed };
    later(world, 4 * MINUTE);
    await world.deliverOwn();
    expect(chat.messages.map(({ text }) => text)).toContainEqual(expect.stringContaining('nginx-sample'));
  });
});
