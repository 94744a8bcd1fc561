import { ProposeWorld, type ShownMessage } from './propose-world.ts';
import { nothing, repaired, ticketFor } from './whole-end.ts';

const HOUR = 3_600_000;
const ASKS: ShownMessage = { word: 'Approval', buttons: ['Approve', 'Reject'] };
const proposed = (count = 1) => ({
  ...nothing,
  cases: [{ state: 'proposed', disposition: 'propose-policy', reasons: ['all-guardrails-hold'], count }],
});
/** The bot's messages are looked at apart. */
const approved = { ...repaired(), posts: [] };
const ticketed = (...reasons: readonly string[]) => ({ ...ticketFor(...reasons), posts: [] });

describe('given a repair that a person has to approve', () => {
  let world: ProposeWorld;

  beforeEach(async () => {
    world = await ProposeWorld.start();
    await world.proposed();
  });
  afterEach(() => world.close());

  it('writes nothing before somebody answers, and counts the next session into the same question', async () => {
    await world.play.session();
    await world.later(11 * 60_000);
    await world.play.session();
    await world.later(60_000);

    expect(await world.end()).toEqual(proposed(3));
    expect(world.shown()).toEqual([ASKS]);
  });

  it('repairs once it is approved, says who did, and the next session is recorded', async () => {
    const statuses = await world.click('U0MARA');
    const next = await world.play.session();

    expect([statuses, next.transcript]).toEqual([[200], 'recorded']);
    expect(await world.end()).toEqual(approved);
    expect(world.shown()).toEqual([{ word: 'Repaired', buttons: [] }]);
    expect(world.text()).toContain('<@U0MARA>');
    expect(world.logged('EXECLOG_PROPOSAL_APPROVED')).toHaveLength(1);
  });

  it('repairs also after the task is gone from ECS', async () => {
    world.play.system.account.state.ecs.tasks.splice(0);
    world.play.system.account.state.ecs.taskDefinitions.splice(0);
    await world.click('U0MARA');

    expect(await world.end()).toEqual(approved);
  });

  it('takes a click that waited in the queue for longer than a signature is good for', async () => {
    expect(await world.slack.send(world.approver, world.clickToCome('U0MARA'))).toBe(200);
    world.play.system.account.clock.advance(10 * 60_000);
    await world.later(60_000);

    expect(await world.end()).toEqual(approved);
  });

  it('makes one repair of a double click', async () => {
    expect(await world.click('U0MARA', 'approve', { times: 2 })).toEqual([200, 200]);

    expect(await world.end()).toEqual(approved);
  });

  it('makes one repair of the clicks of two people', async () => {
    const late = world.clickToCome('U0NOAH');
    await world.click('U0MARA');
    expect(await world.slack.send(world.approver, late)).toBe(200);
    await world.later(60_000);

    expect(await world.end()).toEqual(approved);
    expect(world.text()).toContain('<@U0MARA>');
    expect(world.text()).not.toContain('<@U0NOAH>');
  });

  it('lets the first answer stand: a rejection after an approval changes nothing', async () => {
    const late = world.clickToCome('U0NOAH', 'reject');
    await world.click('U0MARA');
    await world.slack.send(world.approver, late);
    await world.later(60_000);

    expect(await world.end()).toEqual(approved);
  });

  it('opens a ticket once it is rejected, and does not ask again', async () => {
    await world.click('U0MARA', 'reject');
    expect(await world.end()).toMatchObject({ ...nothing, tickets: 1, cases: [{ state: 'ticketed' }] });
    await world.later(11 * 60_000);
    await world.play.session();
    await world.later(60_000);

    const end = await world.end();
    expect(end).toMatchObject({ ...nothing, tickets: 1, cases: [{ state: 'ticketed', count: 2 }] });
    expect(end.cases[0]?.reasons).toContain('proposal-rejected');
    expect(world.shown()).toEqual([{ word: 'Ticket', buttons: [] }]);
    expect(world.logged('EXECLOG_PROPOSAL_REJECTED')).toHaveLength(1);
  });
});

describe('given a proposal that nobody answers', () => {
  let world: ProposeWorld;
  afterEach(() => world.close());

  const unanswered = async (hours: number, minutes: number) => {
    world = await ProposeWorld.start();
    await world.proposed();
    await world.later(hours * HOUR + minutes * 60_000);
    await world.play.system.deployment.runSchedule();
    await world.later(2 * 60_000);
  };

  it('waits for 72 hours', async () => {
    await unanswered(71, 50);

    expect(await world.end()).toEqual(proposed());
  });

  it('becomes a ticket after 72 hours, and can be answered no more', async () => {
    world = await ProposeWorld.start();
    await world.proposed();
    await world.later(72 * HOUR - 60_000);
    const late = world.clickToCome('U0MARA');
    await world.later(2 * 60_000);
    await world.play.system.deployment.runSchedule();
    await world.later(60_000);
    const statusAfterwards = await world.slack.send(world.approver, late);
    await world.later(60_000);

    expect(statusAfterwards).toBe(200);
    expect(await world.end()).toEqual(ticketed('proposal-expired'));
    expect(world.shown()).toEqual([{ word: 'Nobody', buttons: [] }]);
  });
});

describe('given a world that changed between the proposal and the click', () => {
  let world: ProposeWorld;
  afterEach(() => world.close());

  it('writes nothing where the role is another one of the same name', async () => {
    world = await ProposeWorld.start();
    await world.proposed();
    const [role] = world.play.system.account.state.iam.roles.filter(({ RoleName = '' }) =>
      RoleName.endsWith('task-nginx-role'),
    );
    if (role !== undefined) role.RoleId = 'AROAANOTHERROLEENTIRE';
    await world.click('U0MARA');

    const end = await world.end();
    expect(end).toMatchObject({ ...nothing, tickets: 1, cases: [{ state: 'ticketed', disposition: 'open-ticket' }] });
    expect(end.cases[0]?.reasons).toContain('role-confirmed');
  });

  it('writes nothing where the plan is another one now', async () => {
    const key = 'arn:aws:kms:ap-northeast-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    world = await ProposeWorld.start({ keys: { allow: [key] } });
    await world.proposed();
    const { account } = world.play.system;
    account.state.kms.set(key, { metadata: { KeyId: key, Arn: key, Enabled: true }, policy: null, aliases: [] });
    for (const { configuration } of account.state.ecs.clusters) {
      if (configuration?.executeCommandConfiguration !== undefined)
        configuration.executeCommandConfiguration.kmsKeyId = key;
    }
    await world.click('U0MARA');

    expect(await world.end()).toEqual(ticketed('plan-changed'));
  });
});
