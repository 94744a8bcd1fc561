import { AuditorWorld, anExecRecord } from '../support/auditor.ts';
import { anExecSession, SESSION_ID, TASK_ID } from '../support/builders.ts';

/** A world whose ledger was begun before its sessions: the sweep before this one ended at 07:00. */
function aSweptWorld(): AuditorWorld {
  const world = new AuditorWorld();
  world.ledger.progress = {
    sweptUntil: '2023-02-11T07:00:00Z',
    reviewedRoleId: null,
    finishedAt: '2023-02-11T07:15:00Z',
    version: 1,
  };
  return world;
}

const recordAt = (startedAt: string, sessionId = SESSION_ID) => anExecRecord(anExecSession({ startedAt, sessionId }));

describe('given a session that EventBridge never delivered', () => {
  it('sends it to the recorder as if it had arrived, counts it, and settles it later', async () => {
    const world = aSweptWorld();
    const record = anExecRecord();
    world.records.push(record);
    await world.audit();
    expect(world.sessions.sent).toEqual([{ body: expect.any(String), delaySeconds: 0 }]);
    expect(JSON.parse(world.sessions.sent[0]?.body ?? '')).toEqual(
      expect.objectContaining({ source: 'aws.ecs', 'detail-type': 'AWS API Call via CloudTrail', detail: record }),
    );
    expect(world.counted('UndeliveredEvents')).toBe(1);
    expect(world.telemetry.codes()).toContain('EXECLOG_UNDELIVERED_FOUND');
    await world.record();
    world.deliverTranscript();
    world.later(15);
    await world.audit();
    expect([world.stateOf(), world.counted('UndeliveredEvents')]).toEqual(['recorded', 1]);
  });

  it.each([
    ['15 minutes old', '2023-02-11T07:15:00Z', 1],
    ['younger: it may still be on its way', '2023-02-11T07:15:01Z', 0],
    ['as old as the overlap', '2023-02-11T06:30:00Z', 1],
    ['older, and seen by an earlier sweep', '2023-02-11T06:29:59Z', 0],
  ])('%s', async (_, startedAt, found) => {
    const world = aSweptWorld();
    world.records.push(recordAt(startedAt));
    await world.audit();
    expect(world.sessions.sent).toHaveLength(found);
  });

  it('finds a session past ECS Exec, and none that ECS itself or nobody opened', async () => {
    const world = aSweptWorld();
    const start = (sessionId: string, more: object) => ({
      ...anExecRecord(),
      eventSource: 'ssm.amazonaws.com',
      eventName: 'StartSession',
      requestParameters: { target: `ecs:nginx-sample-cluster_${TASK_ID}_${TASK_ID}-1527056392` },
      responseElements: { sessionId },
      ...more,
    });
    world.records.push(
      start('ada-1', {}),
      start('ada-2', { requestParameters: { target: 'i-0123456789abcdef0' } }),
      start('ada-3', { errorCode: 'AccessDenied' }),
    );
    await world.audit();
    await world.record();
    expect([...world.ledger.lines.values()].map(({ kind, session }) => [kind, session.sessionId])).toEqual([
      ['outside-exec', 'ada-1'],
    ]);
    world.later(1);
    await world.audit();
    expect(world.stateOf('ada-1')).toBe('outside-exec');
  });
});

it('sends a session once that the history shows twice', async () => {
  const world = aSweptWorld();
  world.records.push(anExecRecord(), { ...anExecRecord(), eventID: 'another' });
  await world.audit();
  expect(world.sessions.sent).toHaveLength(1);
});

it('keeps the first line of a session that comes twice', async () => {
  const world = aSweptWorld();
  await world.open();
  world.sessions.sent.push({ body: JSON.stringify({ ...anExecRecord(), eventID: 'another' }), delaySeconds: 0 });
  await world.record();
  expect([...world.ledger.lines.values()].map(({ session }) => session.eventId)).toEqual([anExecSession().eventId]);
});

it('knows sessions that the ledger has, and does not send them', async () => {
  const world = aSweptWorld();
  await world.open();
  await world.audit();
  expect(world.sessions.sent).toEqual([]);
});

it('goes past a session whose verdict cannot be read', async () => {
  const world = aSweptWorld();
  world.malformed.add(SESSION_ID);
  world.records.push(anExecRecord(), recordAt('2023-02-11T07:00:00Z', 'ecs-execute-command-2'));
  await world.audit();
  await world.record();
  expect([...world.ledger.lines.keys()]).toEqual(['ecs-execute-command-2']);
  expect(world.ledger.progress?.sweptUntil).toBe('2023-02-11T07:15:00.000Z');
});

it('records sessions that are older than the ledger, as far as a day, and blames nobody for them', async () => {
  const world = new AuditorWorld();
  world.records.push(recordAt('2023-02-10T07:30:00Z', 'ecs-execute-command-1'));
  world.records.push(recordAt('2023-02-10T07:29:59Z', 'ecs-execute-command-2'));
  await world.audit();
  await world.record();
  expect([...world.ledger.lines.keys()]).toEqual(['ecs-execute-command-1']);
  expect(world.counted('UndeliveredEvents')).toBe(0);
});

it('finds every session of a storm that no single answer can hold', async () => {
  const world = aSweptWorld();
  const start = Date.parse('2023-02-11T06:45:00Z');
  for (let index = 0; index < 2500; index += 1) {
    world.records.push(recordAt(new Date(start + index * 400).toISOString(), `ecs-execute-command-${index}`));
  }
  await world.audit();
  const sent = world.sessions.sent.map(({ body }) => JSON.parse(body).detail.responseElements.session.sessionId);
  expect(new Set(sent).size).toBe(2500);
});

it('goes on in the next run where time runs out', async () => {
  const world = aSweptWorld();
  world.ledger.progress = { sweptUntil: '2023-02-11T02:00:00Z', reviewedRoleId: null, finishedAt: null, version: 1 };
  world.records.push(recordAt('2023-02-11T02:10:00Z', 'ecs-execute-command-1'));
  world.records.push(recordAt('2023-02-11T06:30:00Z', 'ecs-execute-command-2'));
  let slices = 2;
  world.millisecondsLeft = () => {
    slices -= 1;
    return slices >= 0 ? 600_000 : 0;
  };
  await world.audit();
  await world.record();
  expect([...world.ledger.lines.keys()]).toEqual(['ecs-execute-command-1']);
  expect(world.telemetry.codes()).toContain('EXECLOG_AUDIT_UNFINISHED');
  expect(world.ledger.progress?.sweptUntil).toBe('2023-02-11T03:30:00.000Z');
  world.millisecondsLeft = () => 600_000;
  await world.audit();
  await world.record();
  expect([...world.ledger.lines.keys()]).toEqual(['ecs-execute-command-1', 'ecs-execute-command-2']);
});

it('does not finish where the history may not be read, and settles all the same', async () => {
  const world = aSweptWorld();
  world.historyReadable = false;
  await world.open();
  world.deliverTranscript();
  await world.audit();
  expect(world.stateOf()).toBe('recorded');
  expect(world.counted('AuditsFinished')).toBe(0);
  expect(world.ledger.progress?.sweptUntil).toBe('2023-02-11T07:00:00Z');
});

it('keeps how far it came at once: an auditor that is always killed later does not sweep ever more', async () => {
  const world = new AuditorWorld();
  let sweptOnce = false;
  world.failing = (call) => {
    if (sweptOnce) return new Error('killed');
    sweptOnce = call === 'saveProgress';
    return null;
  };
  await world.audit();
  expect(world.ledger.progress).toEqual(
    expect.objectContaining({ sweptUntil: '2023-02-11T07:15:00.000Z', finishedAt: null }),
  );
});
