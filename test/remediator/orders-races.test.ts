import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import { anAttachedPolicy, anExecSession, anInlinePolicy, POLICY_NAME, ROLE_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const REVIEW = { kind: 'review', roleId: ROLE_ID };

async function repairedWorld(): Promise<RemediatorWorld> {
  const world = new RemediatorWorld();
  await world.deliver(delivered(aDenialRecord({})));
  await world.deliverOwn();
  world.now = new Date(world.now.getTime() + 3_600_000);
  return world;
}

const record = (world: RemediatorWorld) => {
  const found = world.cases.policies.get(ROLE_ID);
  if (found === undefined) throw new Error('nothing attached');
  return found;
};
const theCase = (world: RemediatorWorld) => {
  const [found] = [...world.cases.cases.values()];
  if (found === undefined) throw new Error('no case');
  return found;
};

describe('given a write to the role at the same time', () => {
  it('removes nothing that another invocation announced since', async () => {
    const world = await repairedWorld();
    const policy = world.role.role.inlinePolicies.find(({ name }) => name === POLICY_NAME);
    world.role.replace('team', policy?.document ?? '');
    world.role.beforeSnapshot = () => {
      const known = record(world);
      world.cases.policies.set(ROLE_ID, { ...known, version: known.version + 1 });
    };
    expect(await world.deliver(REVIEW)).toEqual(['m0']);
    expect(world.role.deletes).toEqual([]);
  });

  it("removes nothing once the team's own policy is gone again", async () => {
    const world = await repairedWorld();
    const policy = world.role.role.inlinePolicies.find(({ name }) => name === POLICY_NAME);
    world.role.replace('team', policy?.document ?? '');
    world.role.beforeSnapshot = () => {
      const inlinePolicies = world.role.role.inlinePolicies.filter(({ name }) => name !== 'team');
      world.role.role = { ...world.role.role, inlinePolicies };
    };
    expect(await world.deliver(REVIEW)).toEqual(['m0']);
    expect(world.role.deletes).toEqual([]);
  });

  it('judges nothing by a record that is older than the role', async () => {
    const world = await repairedWorld();
    world.role.findRole = async () => {
      const known = record(world);
      world.cases.policies.set(ROLE_ID, { ...known, version: known.version + 1 });
      return { kind: 'read', value: { ...world.role.role, inlinePolicies: [] } };
    };
    expect(await world.deliver(REVIEW)).toEqual([]);
    expect({ state: theCase(world).state, opened: world.tickets.opened }).toEqual({ state: 'repaired', opened: 0 });
  });
});

describe('given a denial that is counted while its case is verified', () => {
  it('leaves the case as it is: the evidence is older than the denial', async () => {
    const world = await repairedWorld();
    const { fingerprint, roleArn, logGroupName } = theCase(world);
    const session = anExecSession({ sessionId: 'ecs-execute-command-later', startedAt: '2023-02-11T06:50:00Z' });
    world.audited.lines.set(session.sessionId, aLedgerLine({ session, taskRoleArn: roleArn }));
    const transcript = `log-group:${logGroupName}:${session.sessionId}`;
    world.audited.verdicts.set(
      session.sessionId,
      aVerdict({
        sessionId: session.sessionId,
        state: 'recorded',
        settledAt: '2023-02-11T07:00:00Z',
        proof: { transcript, fingerprint: null, eventId: null },
      }),
    );
    const saveCase = world.cases.saveCase.bind(world.cases);
    world.cases.saveCase = async (next, expected) => {
      const current = theCase(world);
      world.cases.cases.set(fingerprint, {
        ...current,
        lastSeenAt: '2023-02-11T06:55:00Z',
        version: current.version + 1,
      });
      world.cases.saveCase = saveCase;
      return saveCase(next, expected);
    };
    await world.deliver({ kind: 'delivered', fingerprint, sessionId: session.sessionId });
    expect(theCase(world)).toMatchObject({ state: 'repaired', lastSeenAt: '2023-02-11T06:55:00Z' });
    expect(record(world).provedBy).toBeNull();
  });
});

describe('given a write that a killed Lambda left behind', () => {
  it('makes a repair of what did not read back in time, and tells people', async () => {
    const world = await repairedWorld();
    const found = theCase(world);
    world.cases.cases.set(found.fingerprint, { ...found, state: 'unverified' });
    world.cases.policies.set(ROLE_ID, { ...record(world), confirmedAt: null });
    await world.deliver(REVIEW);
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'repaired', reasons: found.reasons });
    expect(world.messenger.posted).toHaveLength(2);
  });

  it('lets go of one that was announced and never made', async () => {
    const world = await repairedWorld();
    const inlinePolicies = world.role.role.inlinePolicies.filter(({ name }) => name !== POLICY_NAME);
    world.role.role = { ...world.role.role, inlinePolicies };
    world.cases.policies.set(ROLE_ID, { ...record(world), confirmedAt: null });
    await world.deliver(REVIEW);
    expect(record(world)).toMatchObject({ revertedAt: world.now.toISOString(), fingerprints: [] });
    expect(world.tickets.opened).toBe(0);
  });
});

describe('given a policy that is gone', () => {
  it('puts the patch together from the targets that the ledger resolved', async () => {
    const world = await repairedWorld();
    const line = aLedgerLine();
    if (line.target.kind !== 'target') throw new Error('no target');
    const target = { ...line.target, bucket: { name: 'transcripts', keyPrefix: '', encryptionRequired: true } };
    world.audited.lines.set(line.session.sessionId, { ...line, target });
    const document = policyDocumentFor(target);
    if (document === null) throw new Error('no document');
    const written = anAttachedPolicy(document, { fingerprints: [theCase(world).fingerprint] });
    world.cases.policies.set(ROLE_ID, written);
    world.role.role = { ...world.role.role, inlinePolicies: [anInlinePolicy('exec', {})] };
    await world.deliver(REVIEW);
    const [ticket] = [...world.tickets.open.values()];
    expect(ticket?.body).toContain('arn:aws:s3:::transcripts/ecs-execute-command-*');
  });
});
