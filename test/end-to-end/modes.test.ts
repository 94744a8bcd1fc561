import { nothing, Play, repaired, ticketFor } from './whole-end.ts';

describe('given a session whose transcript is lost for want of a permission', () => {
  let play: Play;
  afterEach(() => play.close());

  it('attaches the one scoped policy, and the next session is recorded', async () => {
    play = await Play.start({ mode: 'attach' });
    const first = await play.session();
    const next = await play.session();

    expect([first.transcript, next.transcript, next.calls]).toEqual([
      'lost',
      'recorded',
      ['DescribeLogGroups', 'CreateLogStream', 'DescribeLogStreams', 'PutLogEvents'].map((name) => ({
        name,
        outcome: 'ok',
      })),
    ]);
    expect(await play.end()).toEqual(repaired());
  });

  it('opens one ticket in mode ticket, counts the next session into it, and leaves the role alone', async () => {
    play = await Play.start({ mode: 'ticket' });
    await play.session();
    const next = await play.session();

    expect(next.transcript).toBe('lost');
    expect(await play.end()).toEqual({
      ...ticketFor('mode-allows-attach'),
      cases: [{ state: 'ticketed', disposition: 'open-ticket', reasons: ['mode-allows-attach'], count: 2 }],
    });
  });

  it('writes nothing in mode observe', async () => {
    play = await Play.start({ mode: 'observe' });
    await play.session();

    expect(await play.end()).toEqual({
      ...nothing,
      cases: [{ state: 'observed', disposition: 'observe', reasons: ['mode-allows-attach'], count: 1 }],
      posts: ['Observed'],
    });
  });

  it('keeps a line in the ledger for each session, without its command', async () => {
    play = await Play.start({ mode: 'observe' });
    const { sessionId } = await play.session();
    const rows = await play.system.ledger.rows('session');

    expect(rows.map((row) => [row['sessionId'], row['personArn'], row['containerName']])).toEqual([
      [sessionId, 'arn:aws:iam::111111111111:user/alice', 'nginx'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('/bin/sh');
  });

  it('says nothing where no channel is configured, and repairs all the same', async () => {
    play = await Play.start({ withoutSlack: true });
    await play.session();

    expect(await play.end()).toEqual({ ...repaired(), posts: [] });
  });
});

describe('given settings that the deployment does not permit or that cannot be read', () => {
  let play: Play;
  afterEach(() => play.close());

  const alarmed = (metric: string) => play.system.deployment.fn('remediator').metric(metric) > 0;

  it('clips settings over the ceiling to a ticket, with an alarm', async () => {
    play = await Play.start({ mode: 'attach', ceiling: { mode: 'ticket' } });
    await play.session();

    expect(await play.end()).toEqual(ticketFor('mode-allows-attach', 'not-permitted-by-deployment'));
    expect(alarmed('SettingsClipped')).toBe(true);
  });

  it('refuses a role outside the ceiling, whatever the settings allow', async () => {
    play = await Play.start({ mode: 'attach', ceiling: { roles: ['arn:aws:iam::*:role/sandbox-*'] } });
    await play.session();

    expect(await play.end()).toEqual(ticketFor('role-allowed', 'not-permitted-by-deployment'));
  });

  it('observes, with an alarm, if the settings are not JSON', async () => {
    play = await Play.start({ mode: 'attach', settings: '{"defaultMode": "attach"' });
    await play.session();

    const { policies, tickets, cases } = await play.end();
    expect([policies, tickets, cases.map(({ state }) => state), alarmed('SettingsInvalid')]).toEqual([
      {},
      0,
      ['observed'],
      true,
    ]);
  });

  it('observes, with an alarm, if the settings may not be read', async () => {
    play = await Play.start({
      mode: 'attach',
      faults: [{ service: 'ssm', operation: 'GetParametersByPath', kind: 'access-denied' }],
    });
    await play.session();

    const { policies, tickets, cases } = await play.end();
    expect([policies, tickets, cases.map(({ state }) => state), alarmed('SettingsInvalid')]).toEqual([
      {},
      0,
      ['observed'],
      true,
    ]);
  });
});
