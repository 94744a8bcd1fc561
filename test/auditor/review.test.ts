import { AuditorWorld } from '../support/auditor.ts';
import { absent, anAttachedPolicy, anInlinePolicy, aRole, POLICY_NAME, ROLE_ID, read } from '../support/builders.ts';

const DOCUMENT = { Version: '2012-10-17', Statement: [] } as const;
const asWritten = read(aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, DOCUMENT)] }));

function aWorldWith(overrides: Parameters<typeof anAttachedPolicy>[1] = {}): AuditorWorld {
  const world = new AuditorWorld();
  world.role = asWritten;
  world.policies.set(ROLE_ID, anAttachedPolicy(DOCUMENT, { attachedAt: '2023-02-11T06:34:00Z', ...overrides }));
  // A moment ago: the daily reviews are done.
  world.ledger.progress = { sweptUntil: null, reviewedRoleId: null, finishedAt: '2023-02-11T07:29:59Z', version: 1 };
  return world;
}

const REVIEW = [{ kind: 'review', roleId: ROLE_ID }];

it.each<[string, AuditorWorld['role'], Parameters<typeof anAttachedPolicy>[1], boolean]>([
  ['stands as it was written', asWritten, {}, false],
  ['was removed by somebody else', read(aRole()), {}, true],
  ['was changed', read(aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, { Version: '2008-10-17' })] })), {}, true],
  ['stood on a role that is gone', absent, {}, true],
  ['stood on a role that was made again', read(aRole({ roleId: 'AROANEW' })), {}, true],
  ['cannot be seen', { kind: 'unreadable', because: 'AccessDenied' }, {}, false],
  ['is 30 days old', asWritten, { attachedAt: '2023-01-12T07:30:00Z' }, false],
  ['is older', asWritten, { attachedAt: '2023-01-12T07:29:59Z' }, true],
  [
    'is older, as people were told',
    asWritten,
    { attachedAt: '2023-01-01T00:00:00Z', warnedAt: '2023-02-01T00:00:00Z' },
    false,
  ],
  ['is unconfirmed for 10 minutes', asWritten, { confirmedAt: null, attachedAt: '2023-02-11T07:20:00Z' }, false],
  ['is unconfirmed for longer', asWritten, { confirmedAt: null, attachedAt: '2023-02-11T07:19:59Z' }, true],
  ['was written 5 minutes ago, a first time', asWritten, { attachedAt: '2023-02-11T07:25:00Z' }, true],
  ['was written less than that ago', asWritten, { attachedAt: '2023-02-11T07:25:01Z' }, false],
  ['was written earlier, as the last run saw', asWritten, { attachedAt: '2023-02-11T07:24:59Z' }, false],
  ['was reverted', read(aRole()), { revertedAt: '2023-02-11T07:00:00Z' }, false],
])('a policy that %s', async (_, role, overrides, ordered) => {
  const world = aWorldWith(overrides);
  world.role = role;
  await world.audit();
  expect(world.ordered()).toEqual(ordered ? REVIEW : []);
});

it('is reviewed exactly once a day, each at its own moment', async () => {
  const world = aWorldWith();
  world.policies.set('AROASECOND', anAttachedPolicy(DOCUMENT, { roleId: 'AROASECOND' }));
  world.role = { kind: 'unreadable', because: 'AccessDenied' };
  const moments = new Set<string>();
  for (let run = 0; run < 96; run += 1) {
    world.later(15);
    await world.audit();
    for (const order of world.orders.drain()) moments.add(`${run} ${order}`);
  }
  expect([...moments].map((moment) => JSON.parse(moment.slice(moment.indexOf('{'))).roleId).sort()).toEqual([
    'AROASECOND',
    ROLE_ID,
  ]);
});

it('goes past a policy that cannot be looked at, and tells of it', async () => {
  const world = aWorldWith();
  world.role = read(aRole());
  world.policies.set('AROAZLAST', anAttachedPolicy(DOCUMENT, { roleId: 'AROAZLAST' }));
  let looks = 0;
  world.failing = (call) => {
    if (call === 'findAttachedPolicy') looks += 1;
    return call === 'findAttachedPolicy' && looks === 1 ? new Error('malformed') : null;
  };
  await world.audit();
  expect(world.ordered()).toEqual([{ kind: 'review', roleId: 'AROAZLAST' }]);
  expect(world.telemetry.codes()).toEqual([
    'EXECLOG_STARTED',
    'EXECLOG_FAILED',
    'EXECLOG_TRAIL_CHECKED',
    'EXECLOG_AUDIT_UNFINISHED',
  ]);
});

it('looks at 50 policies in a run, and at the next ones in the next', async () => {
  const world = aWorldWith();
  world.policies.clear();
  for (let index = 0; index < 70; index += 1) {
    const roleId = `AROA${String(index).padStart(3, '0')}`;
    world.policies.set(roleId, anAttachedPolicy(DOCUMENT, { roleId }));
  }
  const looked = async () => {
    world.calls.length = 0;
    await world.audit();
    return [world.calls.filter((call) => call === 'findRole').length, world.ledger.progress?.reviewedRoleId];
  };
  expect([await looked(), await looked(), await looked()]).toEqual([
    [50, 'AROA049'],
    [20, null],
    [50, 'AROA049'],
  ]);
});
