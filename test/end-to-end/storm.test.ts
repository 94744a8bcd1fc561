import { randomUUID } from 'node:crypto';
import { Play, repaired, ticketFor } from './whole-end.ts';

const COUNT = 1000;

describe('given a storm of a thousand denials of one cause in one batch', () => {
  let play: Play;
  afterEach(() => play.close());

  /** Opens a session whose denial is lost on its way, so that the storm brings the first that is seen. */
  async function storm(mode: 'attach' | 'ticket', eventId: () => string) {
    play = await Play.start({ mode });
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.logs';
    await play.session();
    const denials = Array.from({ length: COUNT }, () => play.lastDenial({ eventID: eventId() }));
    await play.system.deployment.deliver('remediator', denials);
    const { invocations } = play.system.deployment.fn('remediator');
    return invocations.length;
  }

  it('writes one policy and counts each of them', async () => {
    const invocations = await storm('attach', randomUUID);

    expect(await play.end()).toEqual(repaired(COUNT));
    // One for the batch, one for the notice.
    expect(invocations).toBe(2);
  });

  it('opens one ticket', async () => {
    await storm('ticket', randomUUID);

    expect(await play.end()).toEqual({
      ...ticketFor('mode-allows-attach'),
      cases: [{ state: 'ticketed', disposition: 'open-ticket', reasons: ['mode-allows-attach'], count: COUNT }],
    });
  });

  it('counts one and the same event once', async () => {
    const id = randomUUID();
    await storm('attach', () => id);

    expect(await play.end()).toEqual(repaired());
  });

  it('is not misled by events delivered three times, the last one first', async () => {
    play = await Play.start({ mode: 'attach' });
    Object.assign(play.system.deployment.bus.faults, { copies: 3, reversed: true });
    await play.session();

    expect(await play.end()).toEqual(repaired());
  });
});
