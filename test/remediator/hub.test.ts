import { anExecSession, rules } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

/** Where the fakes' denial is made; the hub runs elsewhere. */
const MEMBER = { partition: 'aws', account: '111111111111', region: 'ap-northeast-1' };
const HOME = { partition: 'aws', account: '999999999999', region: 'eu-central-1' };

function aHub() {
  const world = new RemediatorWorld();
  world.organizationId = 'o-exampleorg1';
  world.functionArn = 'arn:aws:lambda:eu-central-1:999999999999:function:remediator';
  const handler = world.coldStart();
  return {
    world,
    deliver: (...bodies: readonly unknown[]) => world.deliverTo(handler, ...bodies),
    deliverOwn: () => world.deliverTo(handler, ...world.queue.drain()),
  };
}

const event = (envelope: object = {}, record: object = {}) => {
  const made = delivered(aDenialRecord());
  return { ...made, ...envelope, detail: { ...Object(made)['detail'], ...record } };
};

const refusals = ({ telemetry }: RemediatorWorld) =>
  telemetry.lines.filter(({ code }) => code === 'EXECLOG_REFUSED').map(({ fields }) => fields['refusal']);

describe('given a hub and a denial of a member', () => {
  it('decides and repairs it in the account and Region of the denial, and nowhere else', async () => {
    const { world, deliver } = aHub();
    expect(await deliver(event())).toEqual([]);
    expect(world.role.puts).toHaveLength(1);
    expect(world.role.writtenTo).toEqual([world.role.role.roleArn]);
    expect(world.places).toEqual([MEMBER]);
  });

  it('waits for its session, and goes on in the same place', async () => {
    const { world, deliver, deliverOwn } = aHub();
    world.ledger.clear();
    await deliver(event());
    world.ledger.set(anExecSession().sessionId, anExecSession());
    expect(await deliverOwn()).toEqual([]);
    expect(world.role.puts).toHaveLength(1);
    expect(world.places).toEqual([MEMBER, MEMBER]);
  });

  it('tells people of it by the place of its case', async () => {
    const { world, deliver, deliverOwn } = aHub();
    await deliver(event());
    world.places.length = 0;
    expect(await deliverOwn()).toEqual([]);
    expect(world.messenger.posted).toHaveLength(1);
    expect(world.places).toEqual([HOME, MEMBER]);
  });

  it('reviews a policy where the order says that its row is, and at home where it says nothing', async () => {
    const { world, deliver } = aHub();
    await deliver(event());
    world.places.length = 0;
    const [{ roleId } = { roleId: '' }] = [...world.cases.policies.values()];
    const { account, region } = MEMBER;
    await deliver({ kind: 'review', roleId, place: { account, region } });
    await deliver({ kind: 'review', roleId });
    await deliver({ kind: 'review', roleId, place: { account: 'nobody', region } });
    expect(world.places).toEqual([HOME, MEMBER, HOME, HOME, HOME, HOME]);
  });

  it('carries out the orders about a case in the place of the case', async () => {
    const { world, deliver } = aHub();
    await deliver(event());
    const [fingerprint = ''] = [...world.cases.cases.keys()];
    for (const kind of ['unmute', 'lapse']) {
      world.places.length = 0;
      await deliver({ kind, fingerprint });
      expect(world.places).toEqual([HOME, MEMBER]);
    }
    world.places.length = 0;
    await deliver({ kind: 'unmute', fingerprint: 'unknown' });
    expect(world.places).toEqual([HOME, HOME]);
  });
});

describe('given a hub and an event that one account tells of another', () => {
  it.each([
    ['the envelope is of another account', event({ account: '222222222222' })],
    ['the record is of another trail', event({}, { recipientAccountId: '222222222222' })],
    ['the envelope is of another Region', event({ region: 'eu-west-1' })],
    ['the record is of another Region', event({}, { awsRegion: 'eu-west-1' })],
    ['the envelope names no account', event({ account: undefined })],
    ['the record names no trail', event({}, { recipientAccountId: undefined })],
    ['the denial is of another partition', delivered(aDenialRecord({ partition: 'aws-cn' }))],
  ])('refuses it where %s', async (_, forged) => {
    const { world, deliver } = aHub();
    expect(await deliver(forged)).toEqual([]);
    expect(refusals(world)).toEqual([expect.objectContaining({ code: 'mismatch' })]);
    expect([world.calls, world.places]).toEqual([[], []]);
  });

  it('refuses one that is not forwarded from AWS itself', async () => {
    const { world, deliver } = aHub();
    await deliver(event({ source: 'my.logs' }));
    expect(refusals(world)).toEqual([expect.objectContaining({ code: 'foreign-event' })]);
  });
});

describe('given a deployment that is no hub', () => {
  it('refuses what is of elsewhere, whatever an order says of its place', async () => {
    const world = new RemediatorWorld();
    await world.deliver({
      kind: 'review',
      roleId: 'AROAUNKNOWN',
      place: { account: '222222222222', region: 'eu-west-1' },
    });
    expect(new Set(world.places.map(({ account }) => account))).toEqual(new Set(['111111111111']));
    world.functionArn = 'arn:aws:lambda:eu-central-1:999999999999:function:remediator';
    await world.deliver(delivered(aDenialRecord({ eventId: '00000000-0000-4000-8000-000000000001' })));
    expect(refusals(world)).toEqual([
      { code: 'mismatch', detail: 'the denial is of another account, Region or partition than this deployment' },
    ]);
  });
});

describe('given a member that does not let the hub in', () => {
  it('opens a ticket, and writes nothing', async () => {
    const { world, deliver } = aHub();
    const unreadable = { kind: 'unreadable', because: 'the role of the hub may not be assumed' } as const;
    world.rules = rules();
    world.readings = {
      task: unreadable,
      cluster: unreadable,
      taskDefinition: unreadable,
      stack: unreadable,
      logGroup: unreadable,
    };
    expect(await deliver(event())).toEqual([]);
    expect([world.role.puts, world.tickets.opened]).toEqual([[], 1]);
  });
});
