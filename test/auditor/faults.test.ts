import { AuditorWorld, anExecRecord, anOpenCase } from '../support/auditor.ts';
import { anAttachedPolicy, anExecSession, ROLE_ID } from '../support/builders.ts';
import { aDenialRecord } from '../support/records.ts';

const RECORDED = 'ecs-execute-command-recorded';
const DENIED = 'ecs-execute-command-denied';
const MISSING = 'ecs-execute-command-missing';
const LOST = 'ecs-execute-command-lost';

/** One session of each kind, one of which the ledger has yet to hear of. */
async function aBusyWorld(): Promise<AuditorWorld> {
  const world = new AuditorWorld();
  for (const sessionId of [RECORDED, DENIED, MISSING]) {
    await world.open({ session: anExecSession({ sessionId }) });
    world.end(sessionId);
  }
  world.records.push(anExecRecord(anExecSession({ sessionId: LOST })), aDenialRecord({ logStreamName: DENIED }));
  world.deliverTranscript(RECORDED);
  world.end(LOST);
  world.openCases.push(anOpenCase());
  world.policies.set(ROLE_ID, anAttachedPolicy({ Version: '2012-10-17', Statement: [] }));
  return world;
}

const STATES = [
  [RECORDED, 'recorded'],
  [DENIED, 'denied'],
  [MISSING, 'missing'],
  [LOST, 'missing'],
];

/** Runs until the lost session is settled too. */
async function auditClean(world: AuditorWorld): Promise<void> {
  world.failing = () => null;
  await world.audit();
  await world.record();
  world.later(15);
  await world.audit();
}

function expectAllSettled(world: AuditorWorld): void {
  expect([...world.ledger.verdicts.values()].map(({ sessionId, state }) => [sessionId, state])).toEqual(STATES);
  expect(world.ordered()).toEqual(
    expect.arrayContaining([
      { kind: 'delivered', fingerprint: 'f1', sessionId: RECORDED },
      { kind: 'incident', sessionId: MISSING },
      { kind: 'incident', sessionId: LOST },
      { kind: 'review', roleId: ROLE_ID },
      expect.objectContaining({ source: 'aws.logs' }),
    ]),
  );
  // Each session is settled by exactly one write, whoever made it.
  expect([...world.ledger.verdicts.values()].map(({ version }) => version)).toEqual([2, 2, 2, 2]);
  expect(world.counted('SessionsSettled')).toBe(4);
}

const callsOfACleanRun = async (): Promise<number> => {
  const world = await aBusyWorld();
  await world.audit();
  return world.calls.length;
};

it('killed before any of its calls, loses and doubles nothing', async () => {
  const calls = await callsOfACleanRun();
  expect(calls).toBeGreaterThan(30);
  for (let killedAt = 0; killedAt < calls; killedAt += 1) {
    const world = await aBusyWorld();
    world.failing = (_, index) => (index >= killedAt ? new Error('killed') : null);
    await world.audit();
    expect(world.counted('AuditsFinished')).toBe(0);
    await auditClean(world);
    expectAllSettled(world);
  }
});

it('settles the other sessions where any single call fails, and tells that it did not finish', async () => {
  const calls = await callsOfACleanRun();
  for (let failed = 0; failed < calls; failed += 1) {
    const world = await aBusyWorld();
    world.failing = (_, index) => (index === failed ? new Error('TooManyRequests') : null);
    await world.audit();
    expect(world.counted('AuditsFinished')).toBe(0);
    expect(world.telemetry.codes().filter((code) => code === 'EXECLOG_FAILED')).toHaveLength(1);
    expect(world.telemetry.codes().at(-1)).toBe('EXECLOG_AUDIT_UNFINISHED');
    await auditClean(world);
    expectAllSettled(world);
  }
});

it('settles the other sessions where a verdict in the table is none, and tells which', async () => {
  const world = await aBusyWorld();
  world.malformed.add('ecs-execute-command-odd');
  await world.audit();
  expect(world.counted('SessionsSettled')).toBe(3);
  expect(world.telemetry.lines.filter(({ code }) => code === 'EXECLOG_FAILED')).toEqual([
    expect.objectContaining({ fields: expect.objectContaining({ sessionId: 'ecs-execute-command-odd' }) }),
  ]);
  expect(world.telemetry.codes().at(-1)).toBe('EXECLOG_AUDIT_UNFINISHED');
});

it('leaves everything due while the table is throttled', async () => {
  const world = await aBusyWorld();
  const table = /^(findLine|saveVerdict|isKnown|dueVerdicts|verdictsOfDay|attachedPolicies|readProgress)$/;
  world.failing = (call) => (table.test(call) ? new Error('ProvisionedThroughputExceeded') : null);
  await world.audit();
  expect([...world.ledger.verdicts.values()].map(({ state }) => state)).toEqual(['open', 'open', 'open']);
  await auditClean(world);
  expectAllSettled(world);
});

it('stands on its own feet beside another auditor, however their calls take turns', async () => {
  for (const step of [1, 2, 3, 5, 7]) {
    const world = await aBusyWorld();
    let calls = 0;
    world.turn = async () => {
      calls += 1;
      for (let pause = 0; pause < (calls * step) % 4; pause += 1) await Promise.resolve();
    };
    await Promise.all([world.audit(), world.audit()]);
    await auditClean(world);
    expectAllSettled(world);
  }
});

it.each([-4, 4])('settles alike with a clock that is %d minutes off', async (minutes) => {
  const world = await aBusyWorld();
  await world.audit({ ahead: minutes * 60_000 });
  await world.record();
  world.later(15);
  await world.audit();
  expectAllSettled(world);
});

it('goes on with the next session in the next run where time runs out', async () => {
  const world = new AuditorWorld();
  for (let index = 0; index < 12; index += 1) {
    const { session } = await world.open({ session: anExecSession({ sessionId: `ecs-execute-command-${index}` }) });
    world.deliverTranscript(session.sessionId);
  }
  const settled = () => [...world.ledger.verdicts.values()].filter(({ state }) => state === 'recorded').length;
  world.millisecondsLeft = () => (settled() < 5 ? 600_000 : 0);
  await world.audit();
  const first = settled();
  expect(first).toBeGreaterThanOrEqual(5);
  expect(first).toBeLessThan(12);
  expect(world.counted('AuditsFinished')).toBe(0);
  world.millisecondsLeft = () => 600_000;
  await world.audit();
  expect([settled(), world.counted('AuditsFinished')]).toEqual([12, 1]);
});

it('looks at no more than five sessions at once', async () => {
  const world = new AuditorWorld();
  for (let index = 0; index < 40; index += 1) {
    await world.open({ session: anExecSession({ sessionId: `ecs-execute-command-${index}` }) });
  }
  const started = () => world.calls.filter((call) => call === 'findLine').length;
  const ended = () => [...world.ledger.verdicts.values()].filter(({ version }) => version > 1).length;
  let most = 0;
  world.turn = async () => {
    await Promise.resolve();
    most = Math.max(most, started() - ended());
  };
  await world.audit();
  expect(ended()).toBe(40);
  expect(most).toBeLessThanOrEqual(5);
});

it.each([
  ['as many calls as are read', 500, 'UpdateCluster', 1],
  ['one more: the change may be among those that are not', 501, 'UpdateCluster', 0],
])(
  'with %s about clusters, settles the session and finishes the audit or not',
  async (_, calls, eventName, finished) => {
    const world = new AuditorWorld();
    await world.open();
    world.deliverTranscript();
    const { eventTime } = anExecRecord();
    const refused = { eventSource: 'ecs.amazonaws.com', eventName, eventTime, errorCode: 'AccessDenied' };
    for (let index = 0; index < calls; index += 1) world.records.push({ ...anExecRecord(), ...refused });
    await world.audit();
    expect([world.stateOf(), world.counted('AuditsFinished')]).toEqual(['recorded', finished]);
    expect(world.telemetry.codes().includes('EXECLOG_FAILED')).toBe(finished === 0);
  },
);
