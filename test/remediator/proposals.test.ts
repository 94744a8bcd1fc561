import type { Case } from '../../functions/domain/case.ts';
import { planHashOf } from '../../functions/domain/proposal.ts';
import { anExecSession, aRole, aTask, aTaskDefinition, NOW, ROLE_ID, read, rules } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { FakeChat } from '../support/fakes/outside.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aFinding } from '../support/world.ts';

const SETTINGS = {
  defaultMode: 'propose',
  slack: { secret: 'secretsmanager:exec-log/slack', channel: 'C0EXEC' },
  people: [{ slack: 'U0GRACE00', principals: ['arn:aws:iam::111111111111:user/grace'] }],
};
const END = '2023-02-14T06:36:04.000Z';
const MINUTE = 60_000;

const event = (parts: Parameters<typeof aDenialRecord>[0] = {}) => delivered(aDenialRecord(parts));
const later = (number: number) => event({ eventId: `${number}`.repeat(8).concat('-0000-4000-8000-000000000000') });

function proposingWorld(settings: object = {}): RemediatorWorld {
  const world = new RemediatorWorld();
  world.chat = new FakeChat();
  world.rules = rules({ ...SETTINGS, ...settings });
  return world;
}

function theCase({ cases }: RemediatorWorld): Case {
  const [found, ...others] = [...cases.cases.values()];
  expect(others).toEqual([]);
  if (found === undefined) throw new Error('no case was saved');
  return found;
}

const asked = ({ proposals }: RemediatorWorld) => [...proposals.proposals.values()];
const wait = (world: RemediatorWorld, milliseconds: number) => {
  world.now = new Date(world.now.getTime() + milliseconds);
};

describe('given mode propose and everything that speaks for the repair', () => {
  it('asks, with the evidence that will be gone, and writes nothing', async () => {
    const world = proposingWorld();
    const denied = event();
    expect(await world.deliver(denied)).toEqual([]);
    const policy = aFinding().repair?.policy;
    if (policy === undefined) throw new Error('no policy is planned');
    expect(asked(world)).toEqual([
      {
        proposalId: 'proposal-id-00000001',
        fingerprint: theCase(world).fingerprint,
        planHash: planHashOf(ROLE_ID, policy, digestOf),
        proposedAt: NOW.toISOString(),
        expiresAt: END,
        evidence: { event: denied, session: anExecSession(), task: aTask(), taskDefinition: aTaskDefinition() },
        answer: null,
        version: 1,
      },
    ]);
    expect(theCase(world)).toMatchObject({
      state: 'proposed',
      disposition: 'propose-policy',
      ticketId: null,
      proposal: {
        proposalId: 'proposal-id-00000001',
        state: 'open',
        expiresAt: END,
        statements: policy.document.Statement.map(({ Action, Resource }) => ({ actions: Action, resources: Resource })),
        answeredBy: null,
        answeredAt: null,
      },
      outbox: [{ state: 'proposed' }],
    });
    expect(world.role.puts).toEqual([]);
    expect(world.cases.policies.size).toBe(0);
    expect(world.tickets.opened).toBe(0);
  });

  it('asks once for as long as nobody answered, however often the call is denied', async () => {
    const world = proposingWorld();
    await world.deliver(event());
    for (const number of [1, 2, 3]) {
      wait(world, 11 * MINUTE);
      await world.deliver(later(number));
    }
    expect(asked(world)).toHaveLength(1);
    expect(theCase(world)).toMatchObject({ state: 'proposed', count: 4, proposal: { state: 'open' } });
  });

  it('asks once for two denials that are decided at the same time', async () => {
    const world = proposingWorld();
    const [one, other] = [world.coldStart(), world.coldStart()];
    const failed = await Promise.all([world.deliverTo(one, event()), world.deliverTo(other, later(1))]);
    // Whoever was slower decides again.
    if (failed.flat().length > 0) await world.deliver(event(), later(1));
    expect(theCase(world)).toMatchObject({ state: 'proposed', count: 2, outbox: [{ state: 'proposed' }] });
  });

  it('asks anew once the time is over, and not before', async () => {
    const world = proposingWorld({ limits: { proposalTtlHours: 1 } });
    await world.deliver(event());
    wait(world, 30 * MINUTE);
    world.role.role = aRole({ roleId: ROLE_ID });
    world.readings = { taskDefinition: read(aTaskDefinition()) };
    await world.deliver(later(1));
    expect(asked(world)).toHaveLength(1);
    wait(world, 30 * MINUTE);
    await world.deliver(later(2));
    expect(asked(world).map(({ proposalId }) => proposalId)).toEqual(['proposal-id-00000001', 'proposal-id-00000002']);
    expect(theCase(world)).toMatchObject({ state: 'proposed', proposal: { proposalId: 'proposal-id-00000002' } });
  });

  it('asks nobody behind the back of who answered already', async () => {
    const world = proposingWorld();
    await world.deliver(event());
    const [proposal] = asked(world);
    if (proposal === undefined) throw new Error('nobody was asked');
    const answer = { action: 'reject', slackUserId: 'U0GRACE00', clickedAt: NOW.toISOString() } as const;
    await world.proposals.saveProposal({ ...proposal, planHash: 'another', answer, version: 2 }, 1);
    wait(world, 11 * MINUTE);
    await world.deliver(later(1));
    expect(asked(world)).toHaveLength(1);
    expect(theCase(world).proposal?.proposalId).toBe(proposal.proposalId);
  });

  it('attaches nothing behind the back of who rejected it, where the mode was raised meanwhile', async () => {
    const world = proposingWorld();
    await world.deliver(event());
    const [proposal] = asked(world);
    if (proposal === undefined) throw new Error('nobody was asked');
    const answer = { action: 'reject', slackUserId: 'U0GRACE00', clickedAt: NOW.toISOString() } as const;
    await world.proposals.saveProposal({ ...proposal, answer, version: 2 }, 1);
    world.rules = rules({ ...SETTINGS, defaultMode: 'attach' });
    wait(world, 11 * MINUTE);
    await world.deliver(later(1));
    expect(world.role.puts).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'proposal-rejected' }] });
  });

  it('attaches what nobody answered once the mode is raised, and asks nobody any more', async () => {
    const world = proposingWorld();
    await world.deliver(event());
    world.rules = rules({ ...SETTINGS, defaultMode: 'attach' });
    wait(world, 11 * MINUTE);
    await world.deliver(later(1));
    expect(world.role.puts).toHaveLength(1);
    expect(theCase(world)).toMatchObject({ state: 'repaired', proposal: { state: 'replaced' } });
  });

  it('decides anew where somebody answers while it decides', async () => {
    const world = proposingWorld();
    await world.deliver(event());
    wait(world, 11 * MINUTE);
    world.failing = (call) => {
      if (call === 'findProposal') {
        const found = theCase(world);
        const proposal = found.proposal == null ? null : { ...found.proposal, state: 'rejected' as const };
        world.cases.cases.set(found.fingerprint, { ...found, state: 'ticketed', proposal, version: found.version + 1 });
        world.failing = () => null;
      }
      return null;
    };
    expect(await world.deliver(later(1))).toHaveLength(1);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', proposal: { state: 'rejected' } });
    wait(world, 11 * MINUTE);
    expect(await world.deliver(later(1))).toEqual([]);
    expect(theCase(world)).toMatchObject({
      state: 'ticketed',
      reasons: [{ code: 'first-time' }, { code: 'proposal-rejected' }],
      proposal: { state: 'rejected' },
    });
    expect(asked(world)).toHaveLength(1);
  });

  it('goes on asking where the task makes up the denial of a session that never was, which gets its ticket', async () => {
    const world = proposingWorld();
    await world.deliver(event());
    wait(world, 21 * MINUTE);
    await world.deliver(
      event({ eventId: 'f0f0f0f0-0000-4000-8000-000000000000', logStreamName: 'ecs-execute-command-0made0up' }),
    );
    expect(world.tickets.opened).toBe(1);
    expect(theCase(world)).toMatchObject({ state: 'proposed', ticketId: 'oi-1', proposal: { state: 'open' } });
    expect(asked(world)).toHaveLength(1);
  });

  it('asks nobody any more in a lower mode', async () => {
    const world = proposingWorld();
    await world.deliver(event());
    world.rules = rules({ ...SETTINGS, defaultMode: 'ticket' });
    wait(world, 11 * MINUTE);
    await world.deliver(later(1));
    expect(theCase(world)).toMatchObject({ state: 'ticketed', proposal: { state: 'replaced' } });
    expect(world.role.puts).toEqual([]);
  });
});

describe('given a secret that became a webhook before the question was posted', () => {
  it('posts no buttons that nobody can press, and alarms', async () => {
    const world = proposingWorld();
    await world.deliver(event());
    world.chat = null;
    expect(await world.deliverOwn()).toHaveLength(1);
    expect(world.messenger.posted).toEqual([]);
    expect(world.telemetry.counts.map(({ metric }) => metric)).toContain('NotificationFailures');
    expect(theCase(world)).toMatchObject({ state: 'proposed', outbox: [{ state: 'proposed' }] });
  });
});

describe('given nobody who could be asked', () => {
  it.each([
    ['no Slack', { slack: null }, 'the settings name no Slack'],
    [
      'no channel',
      { slack: { secret: 'secretsmanager:exec-log/slack' } },
      'the settings name no channel of Slack for this case',
    ],
    [
      'no people',
      { people: [] },
      'the settings list no people who could approve, or the deployment permits none of them',
    ],
    [
      'only people who may have opened the session',
      { people: [{ slack: 'U0GRACE00', principals: [anExecSession().personArn] }] },
      'each of the people in the settings may be the one who opened the session',
    ],
  ])('opens a ticket where there are %s', async (_, settings, detail) => {
    const world = proposingWorld(settings);
    expect(await world.deliver(event())).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'nobody-to-ask', detail }] });
    expect([world.tickets.opened, asked(world), world.role.puts]).toEqual([1, [], []]);
  });

  it('opens a ticket where Slack has but a webhook, which takes no answers', async () => {
    const world = proposingWorld();
    world.chat = null;
    await world.deliver(event());
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'nobody-to-ask' }] });
    expect(asked(world)).toEqual([]);
  });

  it('asks in the channel of a route where the settings have no other', async () => {
    const world = proposingWorld({
      slack: { ...SETTINGS.slack, channel: null, routes: [{ account: '111111111111', channel: 'C0TEAM' }] },
    });
    await world.deliver(event());
    expect(theCase(world).state).toBe('proposed');
  });

  it('opens a ticket where the deployment holds no IAM write', async () => {
    const world = proposingWorld();
    world.hasWriter = false;
    await world.deliverTo(world.coldStart(), event());
    expect(theCase(world)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'not-permitted-by-deployment' }] });
  });

  it('opens a ticket where the evidence is larger than a row may be', async () => {
    const sized = (kilobytes: number) => {
      const world = proposingWorld();
      return world.deliver({ ...event(), note: 'x'.repeat(kilobytes * 1024) }).then(() => theCase(world));
    };
    expect((await sized(190)).state).toBe('proposed');
    expect(await sized(200)).toMatchObject({ state: 'ticketed', reasons: [{ code: 'evidence-not-kept' }] });
  });
});
