import { BOB, CAROL, changed, click, proposedWorld, refusals, theCase } from '../support/approvals.ts';
import { ACCOUNT, anExecSession, SESSION_ID, unreadable } from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';
import { aDenialRecord, delivered } from '../support/records.ts';

const ssoUser = (set: string, name: string) =>
  `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_${set}_0123456789abcdef/${name}`;
const roleSession = (role: string, name: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`;
const iamUser = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;

describe('given people who opened sessions', () => {
  const opened = (personArn: string | null) => anExecSession({ personArn });

  /** A world whose denied session was opened by somebody, and whose settings map Bob to one principal. */
  async function worldOf(personArn: string | null, principal: string, sourceIdentity: string | null = null) {
    // Somebody else could answer: where nobody could, nobody is asked.
    const carol = { slack: CAROL, principals: [iamUser('carol')] };
    const { world, chat } = await proposedWorld({ people: [{ slack: BOB, principals: [principal] }, carol] });
    const [proposal] = world.proposals.proposals.values();
    if (proposal === undefined) throw new Error('nobody was asked');
    const evidence = { ...proposal.evidence, session: opened(personArn) };
    world.proposals.proposals.set(proposal.proposalId, { ...proposal, evidence });
    world.ledger.set(SESSION_ID, opened(personArn));
    world.audited.lines.set(SESSION_ID, aLedgerLine({ session: opened(personArn), sourceIdentity }));
    return { world, chat };
  }

  it.each([
    { name: 'by the same ARN', person: iamUser('bob'), principal: iamUser('bob') },
    {
      name: 'by SSO under another permission set',
      person: ssoUser('Admin', 'bob'),
      principal: ssoUser('ReadOnly', 'bob'),
    },
    { name: 'by SSO in other letters', person: ssoUser('Admin', 'Bob'), principal: ssoUser('Admin', 'bob') },
    { name: 'by a glob', person: ssoUser('Admin', 'bob'), principal: `arn:aws:sts::${ACCOUNT}:assumed-role/*/bob` },
    {
      name: 'by a role whose session names prove nothing',
      person: roleSession('Ops', 'x'),
      principal: roleSession('Ops', 'bob'),
    },
    { name: 'by a user of the same name', person: roleSession('Ops', 'bob'), principal: iamUser('bob') },
    { name: 'by a pattern that matches everybody', person: iamUser('alice'), principal: 'arn:aws:*' },
  ])('refuses their own session $name', async ({ person, principal }) => {
    const { world } = await worldOf(person, principal);
    await click(world);
    expect([refusals(world), world.role.puts]).toEqual([['own-session'], []]);
  });

  it('refuses whom the deployment does not let answer, though the settings list them', async () => {
    const { world } = await worldOf(iamUser('alice'), iamUser('bob'));
    const ceiling = (approvers: string[]) => ({ ...world.rules, ceiling: { ...world.rules.ceiling, approvers } });
    world.rules = ceiling([CAROL]);
    await click(world);
    expect([refusals(world), world.role.puts]).toEqual([['approver-unmapped'], []]);
    world.rules = ceiling([CAROL, BOB]);
    await click(world);
    expect(world.role.puts).toHaveLength(1);
  });

  it.each([
    { name: 'another user', person: iamUser('alice'), principal: iamUser('bob') },
    {
      name: 'another user of the same permission set',
      person: ssoUser('Admin', 'alice'),
      principal: ssoUser('Admin', 'bob'),
    },
    { name: 'another role', person: roleSession('Developer', 'x'), principal: roleSession('Ops', 'bob') },
    {
      name: 'a glob of other names',
      person: ssoUser('Admin', 'alice'),
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/*/bob`,
    },
  ])('takes the approval of $name', async ({ person, principal }) => {
    const { world } = await worldOf(person, principal);
    await click(world);
    expect([refusals(world), world.role.puts.length]).toEqual([[], 1]);
  });

  it('refuses by the source identity, which outlives role chaining', async () => {
    const { world } = await worldOf(roleSession('Developer', 'x'), iamUser('bob'), 'bob');
    await click(world);
    expect(refusals(world)).toEqual(['own-session']);
  });

  it('refuses where nobody knows who opened the session', async () => {
    const { world } = await worldOf(null, iamUser('bob'));
    await click(world);
    expect([refusals(world), world.role.puts]).toEqual([['person-unknown'], []]);
  });

  it('refuses where the ledger cannot say who opened a session', async () => {
    const { world } = await proposedWorld();
    world.audited.findLine = async () => unreadable;
    await click(world);
    expect([refusals(world), world.role.puts]).toEqual([['person-unknown'], []]);
  });

  it('says who is not mapped without a look at the ledger', async () => {
    const { world } = await proposedWorld();
    const asked: string[] = [];
    world.audited.findLine = async (sessionId) => {
      asked.push(sessionId);
      return unreadable;
    };
    await click(world, { userId: 'U0STRANGER' });
    expect([refusals(world), asked]).toEqual([['approver-unmapped'], []]);
  });

  it.each([
    { name: 'their own', person: iamUser('carol'), refused: ['own-session'] },
    { name: "somebody else's", person: iamUser('dora'), refused: [] },
  ])('looks at every session of the case: $name', async ({ person, refused }) => {
    const { world } = await proposedWorld();
    const sessionIds = Array.from({ length: 25 }, (_, index) => `ecs-execute-command-${index}`);
    changed(world, { sessionIds: [...theCase(world).sessionIds, ...sessionIds] });
    const session = anExecSession({ sessionId: 'ecs-execute-command-24', personArn: person });
    world.audited.lines.set(session.sessionId, aLedgerLine({ session }));
    await click(world, { userId: CAROL });
    expect(refusals(world)).toEqual(refused);
  });
});

describe('given a container that makes up sessions until the real ones are forgotten', () => {
  const OWN = 'ecs-execute-command-0c0ffee0000000001';

  /** Carol opened a session of the cause; then the container is denied for this many that nobody opened. */
  async function flooded(madeUp: number) {
    const { world, chat } = await proposedWorld();
    const session = anExecSession({ sessionId: OWN, personArn: iamUser('carol') });
    world.audited.lines.set(OWN, aLedgerLine({ session }));
    const streams = Array.from(
      { length: madeUp },
      (_, index) => `ecs-execute-command-${String(index).padStart(17, '0')}`,
    );
    await world.deliver(
      ...[OWN, ...streams].map((logStreamName, index) =>
        delivered(aDenialRecord({ logStreamName, eventId: `flood-${index}` })),
      ),
    );
    return { world, chat };
  }

  it.each([
    { madeUp: 47, refused: ['own-session'] },
    { madeUp: 48, refused: ['person-unknown'] },
    { madeUp: 60, refused: ['person-unknown'] },
  ])('lets nobody approve their own behind $madeUp of them', async ({ madeUp, refused }) => {
    const { world } = await flooded(madeUp);
    await click(world, { userId: CAROL });
    expect([refusals(world), world.role.puts]).toEqual([refused, []]);
  });

  it('takes an answer however many sessions there were, where the ledger knows them all', async () => {
    const { world } = await flooded(60);
    for (const sessionId of theCase(world).sessionIds) {
      const session = anExecSession({ sessionId, personArn: iamUser('dora') });
      world.audited.lines.set(sessionId, aLedgerLine({ session }));
    }
    await click(world);
    expect([refusals(world), world.role.puts.length]).toEqual([[], 1]);
  });
});
