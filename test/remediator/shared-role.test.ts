import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import {
  aContainer,
  aLogGroup,
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  aTaskDefinition,
  POLICY_NAME,
  ROLE_ID,
  read,
} from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aFinding } from '../support/world.ts';

const MINUTE = 60_000;

/** A role that carries our policy for an earlier cause. */
function aRepairedRole(): RemediatorWorld {
  const world = new RemediatorWorld();
  const { target } = aFinding();
  const document = target?.kind === 'target' ? policyDocumentFor({ ...target, logGroupName: '/ecs/earlier' }) : null;
  if (document === null) {
    throw new Error('the set-up has no target');
  }
  world.role.role = aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, document)] });
  const record = anAttachedPolicy(document, { fingerprints: ['earlier cause'] });
  world.cases.policies.set(ROLE_ID, record);
  // The fake's simulation knows no resources; here it denies until the new target stands in a document.
  world.role.simulate = async ({ pairs, additionalPolicy }) => ({
    kind: 'read',
    value: pairs.map(({ action, resource }) => ({
      action,
      resource,
      allowed: [additionalPolicy ?? '', ...world.role.role.inlinePolicies.map((policy) => policy.document)].some(
        (text) => text.includes(resource.replace(/ecs-execute-command-probe$/, 'ecs-execute-command-*')),
      ),
      explicitDeny: false,
      deniedByOrganization: false,
      deniedByBoundary: false,
      missingContextValues: [],
    })),
  });
  return world;
}

const denialOn = (logGroupName: string, eventId: string) => delivered(aDenialRecord({ logGroupName, eventId }));
const derive = (world: RemediatorWorld, group: string) => {
  world.readings = {
    taskDefinition: read(aTaskDefinition({ containers: [aContainer({ logOptions: { 'awslogs-group': group } })] })),
    logGroup: read(aLogGroup({ name: group })),
  };
};
const groupsOf = (world: RemediatorWorld) =>
  world.role.puts.at(-1)?.document.Statement[0]?.Resource.map((arn) => /log-group:([^:]*):/.exec(arn)?.[1]);

describe('given a role from which others took our policy', () => {
  it.each([
    ['before the auditor saw it', false],
    ['after it', true],
  ])('attaches nothing for another cause, %s', async (_, isReviewed) => {
    const world = aRepairedRole();
    world.role.role = aRole();
    world.now = new Date(world.now.getTime() + 60 * MINUTE);
    if (isReviewed) await world.deliver({ kind: 'review', roleId: ROLE_ID });
    derive(world, '/ecs/second');
    await world.deliver(denialOn('/ecs/second', '2'.repeat(36)));
    expect(world.role.puts).toEqual([]);
    expect([...world.cases.cases.values()].map(({ state, reasons }) => [state, reasons[0]?.code])).toEqual([
      ['ticketed', 'first-time'],
    ]);
  });
});

describe('given a role that carries our policy for an earlier cause', () => {
  it('adds the new target to it and remembers both causes, the new one last', async () => {
    const world = aRepairedRole();
    derive(world, '/ecs/a');
    await world.deliver(denialOn('/ecs/a', 'event-a'));
    const [found] = world.cases.cases.values();
    expect(groupsOf(world)).toEqual(['/ecs/a', '/ecs/earlier']);
    expect(world.cases.policies.get(ROLE_ID)?.fingerprints).toEqual(['earlier cause', found?.fingerprint]);
  });

  it('does not take a write for made that a killed Lambda only announced', async () => {
    const world = aRepairedRole();
    derive(world, '/ecs/a');
    let isDead = false;
    world.failing = (call) => {
      isDead ||= call === 'putPolicy';
      return isDead ? new Error('killed') : null;
    };
    expect(await world.deliver(denialOn('/ecs/a', 'event-a'))).toEqual(['m0']);
    world.failing = () => null;
    world.now = new Date(world.now.getTime() + 3 * MINUTE);
    derive(world, '/ecs/b');
    await world.deliver(denialOn('/ecs/b', 'event-b'));
    expect(groupsOf(world)).toEqual(['/ecs/b', '/ecs/earlier']);
    derive(world, '/ecs/a');
    await world.deliver(denialOn('/ecs/a', 'event-a'));
    expect(groupsOf(world)).toEqual(['/ecs/a', '/ecs/b', '/ecs/earlier']);
    expect(world.role.puts).toHaveLength(2);
    expect([...world.cases.cases.values()].map(({ state }) => state)).toEqual(['repaired', 'repaired']);
  });
});

describe('given a record without an event id', () => {
  it('is the same event on its second way through the queue', async () => {
    const world = new RemediatorWorld();
    world.ledger.clear();
    const event = delivered(aDenialRecord({}, { eventID: null }));
    await world.deliver(event);
    world.now = new Date(world.now.getTime() + 20 * MINUTE);
    await world.deliverOwn();
    await world.deliverTo(world.coldStart(), event);
    expect([...world.cases.cases.values()].map(({ count }) => count)).toEqual([1]);
  });
});
