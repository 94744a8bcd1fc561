import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { absent, POLICY_NAME, ROLE_ID, ROLE_NAME, read, rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const STACK = 'arn:aws:cloudformation:ap-northeast-1:111111111111:stack/shop/6d1f6a20';
const FAILED = read({ stackName: 'shop' });

/** What CloudFormation puts on the bus; with changes to its detail and envelope. */
const anEvent = (detail: object = {}, envelope: object = {}) => ({
  source: 'aws.cloudformation',
  'detail-type': 'CloudFormation Resource Status Change',
  account: '111111111111',
  region: 'ap-northeast-1',
  ...envelope,
  detail: {
    'stack-id': STACK,
    'logical-resource-id': 'TaskRole',
    'physical-resource-id': ROLE_NAME,
    'status-details': { status: 'DELETE_FAILED' },
    'resource-type': 'AWS::IAM::Role',
    ...detail,
  },
});

/** A role that we repaired an hour ago, its people told, which its stack could not delete just now. */
async function repairedWorld(): Promise<RemediatorWorld> {
  const world = new RemediatorWorld();
  await world.deliver(delivered(aDenialRecord({})));
  await world.deliverOwn();
  world.now = new Date(world.now.getTime() + 3_600_000);
  world.messenger.posted.splice(0);
  world.telemetry.counts.splice(0);
  world.telemetry.lines.splice(0);
  world.calls.splice(0);
  world.failedDeletion = FAILED;
  return world;
}

const policies = (world: RemediatorWorld) => world.role.role.inlinePolicies.map(({ name }) => name);
const theCase = (world: RemediatorWorld) => [...world.cases.cases.values()][0];
const ordersOf = (world: RemediatorWorld) =>
  world.telemetry.lines.filter(({ code }) => code === LOG_CODES.orderCompleted).map(({ fields }) => fields);

describe('given a role with our policy that its stack could not delete', () => {
  it('takes the policy off, closes the case and tells people to delete the stack again', async () => {
    const world = await repairedWorld();
    expect(await world.deliver(anEvent())).toEqual([]);
    expect(world.role.deletes).toEqual([POLICY_NAME]);
    expect(policies(world)).toEqual(['exec']);
    expect(world.cases.policies.get(ROLE_ID)).toMatchObject({ revertedAt: world.now.toISOString() });
    expect(theCase(world)).toMatchObject({ state: 'closed', reasons: [{ code: 'stack-deletion' }] });
    await world.deliverOwn();
    expect(world.messenger.posted.map(({ text }) => text)).toEqual([
      `✅ Out of the way: our policy is off ${ROLE_NAME}`,
    ]);
    expect(world.telemetry.counts).toEqual([{ metric: METRICS.policiesRemoved, value: 1, dimensions: {} }]);
    expect(ordersOf(world)).toMatchObject([
      {
        order: 'stack-deletion',
        roleName: ROLE_NAME,
        logicalId: 'TaskRole',
        result: 'removed',
        because:
          'stack shop could not delete the role while our policy stood on it, and ours was removed: delete the stack again',
      },
    ]);
  });

  it('does it once, however often CloudFormation says so', async () => {
    const world = await repairedWorld();
    await world.deliver(anEvent(), anEvent());
    await world.deliver(anEvent());
    await world.deliverOwn();
    expect({ deletes: world.role.deletes.length, posted: world.messenger.posted.length }).toEqual({
      deletes: 1,
      posted: 1,
    });
  });

  it('closes the ticket of a policy that stood for too long', async () => {
    const world = await repairedWorld();
    const found = theCase(world);
    if (found === undefined) throw new Error('no case');
    const draft = { fingerprint: found.fingerprint, title: '', body: '', severity: 'low', facts: {} } as const;
    const { ticketId } = await world.tickets.fileTicket(draft);
    const reasons = [{ code: 'policy-overdue', detail: '' }];
    world.cases.cases.set(found.fingerprint, { ...found, state: 'ticketed', reasons, ticketId });
    await world.deliver(anEvent());
    expect(theCase(world)?.state).toBe('closed');
    expect(world.tickets.closed.has(ticketId)).toBe(true);
  });

  it('ends alike, whichever call a Lambda dies in', async () => {
    const calls = await repairedWorld();
    await calls.deliver(anEvent());
    for (const [at] of calls.calls.entries()) {
      const world = await repairedWorld();
      let left = at;
      world.failing = () => {
        left -= 1;
        return left === -1 ? new Error('killed') : null;
      };
      await world.deliver(anEvent());
      world.now = new Date(world.now.getTime() + 182_000);
      await world.deliver(anEvent());
      await world.deliverOwn();
      expect({ policies: policies(world), told: world.messenger.posted.length, opened: world.tickets.opened }).toEqual({
        policies: ['exec'],
        told: 1,
        opened: 0,
      });
      expect(theCase(world)).toMatchObject({ state: 'closed', reasons: [{ code: 'stack-deletion' }] });
    }
  });

  it('files a ticket where the mode permits no write any more', async () => {
    const world = await repairedWorld();
    world.rules = rules({ defaultMode: 'ticket' });
    await world.deliver(anEvent());
    expect([world.role.deletes, theCase(world)]).toMatchObject([
      [],
      { state: 'ticketed', reasons: [{ code: 'policy-blocks-deletion' }] },
    ]);
  });

  it('files a ticket where IAM refuses', async () => {
    const world = await repairedWorld();
    world.role.deletePolicy = async () => ({ kind: 'refused', because: 'iam:DeleteRolePolicy was refused' });
    await world.deliver(anEvent());
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'removal-refused' }] });
  });
});

describe('given a hint that does not hold', () => {
  it.each<[string, (world: RemediatorWorld) => void, string]>([
    [
      'CloudFormation says otherwise by now',
      (world) => {
        world.failedDeletion = absent;
      },
      'no stack failed to delete this role',
    ],
    [
      'CloudFormation cannot be asked',
      (world) => {
        world.failedDeletion = { kind: 'unreadable', because: 'not permitted' };
      },
      'not permitted',
    ],
    [
      'nothing of ours was attached',
      (world) => world.cases.policies.clear(),
      'nothing of ours is attached to this role',
    ],
    [
      'somebody changed our policy',
      (world) => world.role.replace(POLICY_NAME, '{"Version":"2012-10-17","Statement":[]}'),
      'our policy does not stand there as we left it',
    ],
    [
      'somebody removed our policy',
      (world) => {
        const inlinePolicies = world.role.role.inlinePolicies.filter(({ name }) => name !== POLICY_NAME);
        world.role.role = { ...world.role.role, inlinePolicies };
      },
      'our policy does not stand there as we left it',
    ],
    [
      'the role was made again under its name',
      (world) => {
        world.role.role = { ...world.role.role, roleId: 'AROAANOTHERXXXXXXXXXX' };
      },
      'nothing of ours is attached to this role',
    ],
  ])('changes nothing where %s', async (_, given, because) => {
    const world = await repairedWorld();
    given(world);
    const before = { policies: policies(world), found: theCase(world) };
    expect(await world.deliver(anEvent())).toEqual([]);
    expect({ policies: policies(world), found: theCase(world) }).toEqual(before);
    expect(ordersOf(world)).toMatchObject([{ result: 'void', because }]);
    expect([world.role.deletes, world.messenger.posted]).toEqual([[], []]);
  });

  it('asks CloudFormation only about roles with a policy of ours', async () => {
    const world = await repairedWorld();
    world.cases.policies.clear();
    await world.deliver(anEvent());
    expect(world.calls).toEqual(['role', 'findAttachedPolicy']);
  });

  it('refuses one of another account or Region, without a call', async () => {
    const world = await repairedWorld();
    await world.deliver(anEvent({ 'stack-id': STACK.replace('111111111111', '222222222222') }));
    await world.deliver(anEvent({ 'stack-id': STACK.replace('ap-northeast-1', 'eu-west-1') }));
    expect(world.calls).toEqual([]);
    expect(world.telemetry.codes()).not.toContain(LOG_CODES.policyRemoved);
  });
});

describe('given a hub', () => {
  const aHub = async () => {
    const world = await repairedWorld();
    world.organizationId = 'o-exampleorg1';
    world.functionArn = 'arn:aws:lambda:eu-central-1:999999999999:function:remediator';
    world.places.length = 0;
    return { world, handler: world.coldStart() };
  };

  it('frees the role in the account and Region of its stack', async () => {
    const { world, handler } = await aHub();
    expect(await world.deliverTo(handler, anEvent())).toEqual([]);
    expect(world.role.deletes).toEqual([POLICY_NAME]);
    expect(world.places.at(-1)).toEqual({ partition: 'aws', account: '111111111111', region: 'ap-northeast-1' });
  });

  it.each([
    ['another account', { account: '222222222222' }],
    ['another Region', { region: 'eu-west-1' }],
    ['no account', { account: undefined }],
  ])('refuses what was forwarded from %s than the stack is of', async (_, envelope) => {
    const { world, handler } = await aHub();
    await world.deliverTo(handler, anEvent({}, envelope));
    expect([world.role.deletes, world.places]).toEqual([[], []]);
  });
});
