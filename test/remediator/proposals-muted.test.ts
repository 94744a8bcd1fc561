import type { Case } from '../../functions/domain/case.ts';
import {
  click,
  type ProposedWorld,
  pass,
  proposedWorld,
  proposeRules,
  refusals,
  theCase,
} from '../support/approvals.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import type { RemediatorWorld } from '../support/remediator.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Whether the case's one message still asks somebody. */
const asks = ({ chat }: ProposedWorld) => JSON.stringify(chat.messages).includes('"type":"actions"');

async function mutedWhileAsking(mute: (world: RemediatorWorld, found: Case) => void): Promise<ProposedWorld> {
  const proposed = await proposedWorld();
  mute(proposed.world, theCase(proposed.world));
  return proposed;
}

const SUPPRESSED = (world: RemediatorWorld, { roleArn }: Case) => {
  const suppression = { role: roleArn, until: '2023-12-31', reason: 'retired this year', owner: 'platform' };
  world.rules = proposeRules({ suppressions: [suppression] });
};
const TAGGED_OFF = (world: RemediatorWorld) => {
  world.role.role = { ...world.role.role, tags: { 'exec-log-remediation': 'off' } };
};

const approved = async (world: RemediatorWorld) => {
  await click(world);
};
const deniedAgain = async (world: RemediatorWorld) => {
  pass(world, 11 * MINUTE);
  await world.deliver(delivered(aDenialRecord({ eventId: '00000000-0000-4000-8000-000000000002' })));
};
const lapsed = async (world: RemediatorWorld) => {
  pass(world, 72 * HOUR);
  await world.deliver({ kind: 'lapse', fingerprint: theCase(world).fingerprint });
};

describe.each([
  ['a suppression', SUPPRESSED],
  ['a tag `off`', TAGGED_OFF],
])('given %s that mutes a case about which people are asked', (_, mute) => {
  it.each([
    ['somebody approves', approved, 'approved'],
    ['the call is denied again', deniedAgain, 'replaced'],
    ['the time is over', lapsed, 'expired'],
  ])('takes the buttons off its message without news once %s', async (__, ends, answer) => {
    const proposed = await mutedWhileAsking(mute);
    const { world, chat } = proposed;
    expect(asks(proposed)).toBe(true);
    await ends(world);
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'suppressed', proposal: { state: answer }, outbox: [] });
    expect([asks(proposed), chat.messages.length, world.role.puts.length, world.tickets.opened]).toEqual([
      false,
      1,
      0,
      0,
    ]);
  });

  it('refuses who clicks all the same', async () => {
    const { world } = await mutedWhileAsking(mute);
    await deniedAgain(world);
    await click(world);
    expect(refusals(world)).toEqual(['proposal-replaced']);
  });
});
