import { nothing, Play, repaired, ticketFor } from './whole-end.ts';

const MINUTE = 60_000;

describe('given trouble on the way to a repair', () => {
  let play: Play;
  afterEach(() => play.close());

  it('is repaired through the queue after ECS throttled it', async () => {
    play = await Play.start();
    // The recorder asks once and writes its line all the same; the remediator's client asks three times.
    play.system.account.faults.add({ service: 'ecs', operation: 'DescribeTasks', kind: 'throttle', times: 4 });
    await play.session();
    const before = await play.end();
    await play.system.deployment.runFor(4 * MINUTE);

    expect([before, await play.end()]).toEqual([nothing, repaired()]);
  });

  it('is repaired through the queue after IAM was broken', async () => {
    play = await Play.start();
    play.system.account.faults.add({ service: 'iam', operation: 'PutRolePolicy', kind: '500', times: 3 });
    await play.session();
    await play.system.deployment.runFor(4 * MINUTE);

    expect(await play.end()).toEqual(repaired());
  });

  it('ends in the dead-letter queue, unwritten and not lost, if IAM stays broken', async () => {
    play = await Play.start();
    play.system.account.faults.add({ service: 'iam', operation: 'GetRole', kind: '500' });
    await play.session();
    await play.system.deployment.runFor(30 * MINUTE);

    expect(await play.end()).toEqual({ ...nothing, deadLetters: 1 });
    expect(play.system.deployment.fn('remediator').invocations).toHaveLength(8);
  });

  it('waits for a session that neither the ledger nor Event history knows yet, then repairs', async () => {
    play = await Play.start({ lookupLagMs: 5 * MINUTE });
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.ecs';
    await play.session();
    const before = await play.end();
    await play.system.deployment.runFor(10 * MINUTE);

    expect([before, await play.end()]).toEqual([nothing, repaired()]);
  });

  it('gives a session up that nobody knows after 20 minutes: a ticket', async () => {
    play = await Play.start({ lookupLagMs: 24 * 60 * MINUTE });
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.ecs';
    await play.session();
    await play.system.deployment.runFor(19 * MINUTE);
    const before = await play.end();
    await play.system.deployment.runFor(8 * MINUTE);

    expect(before).toEqual(nothing);
    expect(await play.end()).toEqual(
      ticketFor(
        'real-session',
        'session-not-found',
        // Without a session nothing says where its transcript should have gone, so nothing about that place can be confirmed.
        'target-confirmed',
        'group-allowed',
        'bucket-allowed',
        'key-allowed',
        'names-safe',
        'grant-helps',
        'fits',
        'name-free',
      ),
    );
  });

  it("reads its policy back until IAM's other places show it", async () => {
    play = await Play.start({ iamPropagationMs: 700 });
    await play.session();

    expect(await play.end()).toEqual(repaired());
  });

  it('writes once if it is killed between the write and its record', async () => {
    play = await Play.start();
    const stop = play.system.account.on('record', ({ eventName }) => {
      if (eventName === 'PutRolePolicy') void play.system.deployment.fn('remediator').kill();
    });
    await play.session();
    stop();
    const { policyWrites, cases } = await play.end();
    await play.system.deployment.runFor(10 * MINUTE);

    expect({ policyWrites, cases }).toEqual({ policyWrites: 1, cases: [] });
    expect(await play.end()).toEqual({
      ...repaired(),
      cases: [{ state: 'repaired', disposition: 'not-applicable', reasons: ['already-repaired'], count: 1 }],
    });
  });

  it('tells Slack later if Slack says so, once, and never repairs again for it', async () => {
    play = await Play.start();
    play.system.slack.answerNext({ status: 429, retryAfterSeconds: 30 }, { status: 503 });
    await play.session();
    const before = play.system.slack.posts.length;
    await play.system.deployment.runFor(5 * MINUTE);

    expect(before).toBe(0);
    expect(await play.end()).toEqual(repaired());
  });

  it('has room for a ticket if the budget of writes is used up', async () => {
    play = await Play.start({ settings: { limits: { writesPerHour: 0 } } });
    await play.session();

    expect(await play.end()).toEqual(ticketFor('breaker-closed'));
  });
});
