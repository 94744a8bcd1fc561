import { absent, aCluster, anExecSession, aRole, read, rules, SESSION_ID, unreadable } from '../support/builders.ts';
import { FakeChat } from '../support/fakes/outside.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const CRITICAL = { clusterTag: { key: 'tier', value: 'critical' }, channel: '#on-call' };

/** A world that tells by a bot, whose ledger holds these sessions as lost. */
function worldWith(routes: readonly object[], ...sessionIds: readonly string[]) {
  const world = new RemediatorWorld();
  const chat = new FakeChat();
  world.chat = chat;
  const slack = { secret: 'secretsmanager:exec-log/slack', channel: '#alerts', routes };
  world.rules = rules({ defaultMode: 'ticket', slack });
  for (const sessionId of sessionIds) {
    world.audited.lines.set(sessionId, aLedgerLine({ session: anExecSession({ sessionId }) }));
    const causes = [{ code: 'no-script', detail: 'the image holds no script' }] as const;
    const settled = { state: 'missing', dueAt: null, settledAt: '2023-02-11T08:00:00Z', causes } as const;
    world.audited.verdicts.set(sessionId, aVerdict({ sessionId, ...settled }));
  }
  return { world, chat };
}

const report = (world: RemediatorWorld, sessionId = SESSION_ID) => world.deliver({ kind: 'incident', sessionId });

describe('given an incident and a route by a tag of the cluster', () => {
  it.each([
    ['the tag', read(aCluster({ tags: { tier: 'critical' } })), '#on-call'],
    ['another value', read(aCluster({ tags: { tier: 'low' } })), '#alerts'],
    ['no cluster any more', absent, '#alerts'],
    ['a cluster that may not be read', unreadable, '#alerts'],
  ])('posts by %s', async (_, cluster, channel) => {
    const { world, chat } = worldWith([CRITICAL], SESSION_ID);
    world.readings = { cluster };
    expect(await report(world)).toEqual([]);
    await world.deliverOwn();
    expect(chat.messages).toMatchObject([{ channel, text: expect.stringContaining('🕳️ Unrecorded session') }]);
  });

  it('keeps the channel that an earlier look at the tags gave, where they cannot be read now', async () => {
    const { world } = worldWith([CRITICAL], SESSION_ID, 'ecs-execute-command-second');
    world.readings = { cluster: read(aCluster({ tags: { tier: 'critical' } })) };
    await report(world);
    world.readings = { cluster: unreadable };
    await report(world, 'ecs-execute-command-second');
    expect([...world.cases.cases.values()]).toMatchObject([{ count: 2, chatChannel: '#on-call' }]);
  });

  it('never goes by the tags of a role', async () => {
    const { world } = worldWith([{ roleTag: { key: 'team', value: 'web' }, channel: '#web' }], SESSION_ID);
    world.role.role = aRole({ tags: { team: 'web' } });
    await report(world);
    expect([...world.cases.cases.values()]).toMatchObject([{ chatChannel: null }]);
  });
});
