import { rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { PacedChat, RemediatorTime } from '../support/remediator-time.ts';

const MINUTE = 60;
const SLACK = { secret: 'secretsmanager:exec-log/slack', channel: '#alerts' };

/** The denial of a cause of its own. */
function denialOf(index: number): string {
  const number = String(index).padStart(12, '0');
  return JSON.stringify(
    delivered(aDenialRecord({ eventId: `00000000-0000-4000-8000-${number}`, logGroupName: `/ecs/app-${number}` })),
  );
}

describe('given an opening that stands again because somebody lowered the limit, after people were told of its end', () => {
  it('shows the next cause in its digest, and tells its end again', async () => {
    const world = new RemediatorWorld();
    const chat = new PacedChat(world);
    world.chat = chat;
    const time = new RemediatorTime(world);
    const limited = (casesPerHour: number) => {
      world.rules = rules({ defaultMode: 'ticket', slack: SLACK, limits: { casesPerHour } });
    };
    const come = async (from: number, until: number) => {
      for (let index = from; index < until; index += 1) await time.deliver([denialOf(index)]);
    };
    const digests = () => chat.messages.filter(({ text }) => text.includes('Breaker')).map(({ text }) => text);

    // Somebody closed an earlier opening: that one's end is not this one's.
    const reclosed = { at: new Date(world.now.getTime() - 60_000).toISOString(), by: 'alice', reason: 'understood' };
    world.cases.breaker = { ...world.cases.breaker, reclosed };
    limited(20);
    await come(0, 20);
    await time.run(50 * MINUTE);
    await come(20, 50);
    limited(1000);
    await time.run(9 * MINUTE);
    // Its last turn is but seconds ago: nobody can take it for lost.
    for (let tries = 0; tries < 30 && !digests().join().includes('closed'); tries += 1) await time.run(10);
    expect(digests()).toEqual([expect.stringMatching(/^✅ Breaker closed: 49 /)]);
    limited(20);
    await come(50, 51);
    await time.run(5 * MINUTE);
    expect(digests()).toEqual([expect.stringMatching(/^⛔ Breaker open: 50 /)]);
    await time.runOut(180 * MINUTE);
    expect(digests()).toEqual([expect.stringMatching(/^✅ Breaker closed: 50 /)]);
    expect(JSON.stringify(chat.messages)).toContain('The hour is over');
    expect(JSON.stringify(chat.messages)).not.toContain('alice');
  });
});
