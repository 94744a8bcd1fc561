import { fingerprintOf } from '../../functions/domain/fingerprint.ts';
import type { LedgerTarget } from '../../functions/domain/ledger.ts';
import { eventDigest } from '../../functions/flow/received-denial.ts';
import { AUDIT_AT, AuditorWorld, anExecRecord, anOpenCase, ENDED_AT } from '../support/auditor.ts';
import { aCase, aDenial, anExecSession, GROUP, SESSION_ID } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aDenialRecord } from '../support/records.ts';
import { aTarget } from '../support/session-evidence.ts';

const INCIDENT = { kind: 'incident', sessionId: SESSION_ID };
const LOOKS = ['findLine', 'findStream'];

/** The calls about the session alone, without those that a run makes anyway. */
function sessionCalls({ calls }: AuditorWorld): string[] {
  const made = calls.slice(calls.indexOf('dueVerdicts') + 1, calls.indexOf('attachedPolicies'));
  // Read once an audit, where no session asked for them: for those that are muted.
  return made.at(-1) === 'openCases' ? made.slice(0, -1) : made;
}

describe('given a session whose transcript lies where it should', () => {
  it('settles it as recorded with few calls, and tells so', async () => {
    const world = new AuditorWorld();
    await world.open();
    world.deliverTranscript();
    await world.audit();
    expect(world.ledger.verdicts.get(SESSION_ID)).toEqual(
      expect.objectContaining({
        state: 'recorded',
        dueAt: null,
        settledAt: AUDIT_AT.toISOString(),
        causes: [{ code: 'transcript-found', detail: 'The transcript lies where it should.' }],
        version: 2,
      }),
    );
    expect(world.orders.sent).toEqual([]);
    expect(sessionCalls(world)).toEqual([
      ...LOOKS,
      'findRecords UpdateCluster',
      'findRecords CreateCluster',
      'openCases',
      'saveVerdict',
    ]);
    expect(world.telemetry.codes()).toEqual([
      'EXECLOG_STARTED',
      'EXECLOG_SESSION_SETTLED',
      'EXECLOG_TRAIL_CHECKED',
      'EXECLOG_AUDIT_FINISHED',
    ]);
    expect(world.telemetry.counts).toEqual([
      { metric: 'SessionsSettled', value: 1, dimensions: { state: 'recorded' } },
      { metric: 'CoveragePercent', value: 100, dimensions: {} },
      { metric: 'AuditsFinished', value: 1, dimensions: {} },
    ]);
  });

  it('asks three questions for each further one of the day', async () => {
    const world = new AuditorWorld();
    for (const name of ['1', '2', '3', '4', '5', '6', '7']) {
      const { session } = await world.open({ session: anExecSession({ sessionId: `ecs-execute-command-${name}` }) });
      world.deliverTranscript(session.sessionId);
    }
    await world.audit();
    const perSession = ['findLine', 'findStream', 'saveVerdict'];
    const once = ['findRecords UpdateCluster', 'findRecords CreateCluster', 'openCases'];
    expect(sessionCalls(world).sort()).toEqual([...once, ...perSession.flatMap((call) => Array(7).fill(call))].sort());
  });

  it.each([
    ['of its role and group', anOpenCase(), true],
    ['of another role', anOpenCase({ roleArn: 'arn:aws:iam::111111111111:role/other' }), false],
    ['of another group', anOpenCase({ logGroupName: '/ecs/other' }), false],
  ])('orders the proof of an open case %s: %#', async (_, open, ordered) => {
    const world = new AuditorWorld();
    await world.open();
    world.deliverTranscript();
    world.openCases.push(open);
    await world.audit();
    expect(world.ordered()).toEqual(ordered ? [{ kind: 'delivered', fingerprint: 'f1', sessionId: SESSION_ID }] : []);
  });
});

describe('given a session without a transcript', () => {
  it('leaves it open while it runs, and asks for it no more than needed', async () => {
    const world = new AuditorWorld();
    await world.open();
    world.lifetimes.set(SESSION_ID, { kind: 'running' });
    await world.audit();
    expect(world.ledger.verdicts.get(SESSION_ID)).toEqual(
      expect.objectContaining({ state: 'open', dueAt: '2023-02-11T07:45:00.000Z', version: 2 }),
    );
    expect(sessionCalls(world)).toEqual([...LOOKS, 'findDeniedSession', 'findLifetime', 'saveVerdict']);
    world.later(10);
    await world.audit();
    expect(world.ledger.verdicts.get(SESSION_ID)?.version).toBe(2);
  });

  it('takes the case of a noted denial, and orders no second one', async () => {
    const world = new AuditorWorld();
    await world.open();
    await world.ledger.noteDeniedSession({ sessionId: SESSION_ID, fingerprint: 'f1', eventId: 'e1' });
    await world.audit();
    expect(world.ledger.verdicts.get(SESSION_ID)).toEqual(
      expect.objectContaining({
        state: 'denied',
        proof: { transcript: null, fingerprint: 'f1', eventId: 'e1' },
      }),
    );
    expect(world.orders.sent).toEqual([]);
    expect(world.counted('UnrecordedSessions')).toBe(1);
    expect(world.counted('UndeliveredEvents')).toBe(0);
  });

  it('hands on a denial that nobody delivered', async () => {
    const world = new AuditorWorld();
    await world.open();
    world.end();
    const record = aDenialRecord();
    world.records.push(record);
    await world.audit();
    expect(world.orders.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([0]);
    expect(world.ordered()).toEqual([expect.objectContaining({ source: 'aws.logs', detail: record })]);
    expect(world.ledger.verdicts.get(SESSION_ID)?.proof.fingerprint).toBe(fingerprintOf(aDenial(), digestOf));
    expect(world.counted('UndeliveredEvents')).toBe(1);
    expect(world.telemetry.codes()).toContain('EXECLOG_UNDELIVERED_FOUND');
  });

  it('hands on no denial that its case has counted already', async () => {
    const world = new AuditorWorld();
    await world.open();
    world.end();
    const record = aDenialRecord();
    world.records.push(record);
    const fingerprint = fingerprintOf(aDenial(), digestOf);
    const recentEvents = [eventDigest(String(record['eventID']), digestOf)];
    world.cases.set(fingerprint, aCase({ fingerprint, recentEvents }));
    await world.audit();
    expect([world.stateOf(), world.ledger.verdicts.get(SESSION_ID)?.proof.fingerprint]).toEqual([
      'denied',
      fingerprint,
    ]);
    expect([world.orders.sent, world.counted('UndeliveredEvents')]).toEqual([[], 0]);
  });

  it('is missing where nothing shows why, with the likeliest causes', async () => {
    const world = new AuditorWorld();
    await world.open();
    world.end();
    await world.audit();
    const verdict = world.ledger.verdicts.get(SESSION_ID);
    expect([verdict?.state, verdict?.endedAt]).toEqual(['missing', ENDED_AT]);
    expect(verdict?.causes.map(({ code }) => code)).toEqual([
      'script-missing',
      'container-stopped',
      'delivery-not-allowed',
    ]);
    expect(sessionCalls(world).length).toBeLessThanOrEqual(14);
  });

  it.each<[string, LedgerTarget]>([
    ['NONE', { kind: 'none', because: 'logging-off', otherContainerGroups: [] }],
    ['another group', aTarget({ logging: 'OVERRIDE', logGroupName: '/ecs/another' })],
  ])('is recorded where the cluster says so by now, and said %s when it was recorded', async (_, target) => {
    const world = new AuditorWorld();
    await world.open({ target });
    world.streamsOnlyIn = GROUP;
    world.deliverTranscript();
    world.end();
    await world.audit();
    expect(world.ledger.verdicts.get(SESSION_ID)?.state).toBe('recorded');
  });

  it('is missing where its line is gone: nobody can prove more', async () => {
    const world = new AuditorWorld();
    await world.open();
    world.ledger.lines.clear();
    await world.audit();
    const { state, causes = [] } = world.ledger.verdicts.get(SESSION_ID) ?? {};
    expect([state, causes.map(({ code }) => code)]).toEqual(['missing', ['line-gone']]);
    expect(world.telemetry.codes()).toContain('EXECLOG_AUDIT_FINISHED');
  });

  it('asks ECS again for a target that nobody could resolve, and takes a throttled answer for none', async () => {
    const world = new AuditorWorld();
    await world.open({ target: { kind: 'unresolved', because: 'throttled' }, taskRoleArn: null });
    world.deliverTranscript();
    world.failing = (call) => (call === 'findCluster' ? new Error('ThrottlingException') : null);
    await world.audit();
    expect([world.stateOf(), world.counted('AuditsFinished')]).toEqual(['open', 0]);
    world.failing = () => null;
    await world.audit();
    expect(world.ledger.verdicts.get(SESSION_ID)).toEqual(
      expect.objectContaining({
        state: 'recorded',
        taskRoleArn: 'arn:aws:iam::111111111111:role/nginx-sample-task-nginx-role',
      }),
    );
  });
});

describe('given a change of logging close to a session', () => {
  it.each<['recorded' | 'off', boolean]>([
    ['recorded', true],
    ['off', false],
  ])('orders an incident of a session that is %s', async (state, isRecorded) => {
    const world = new AuditorWorld();
    const { session } = await world.open(
      isRecorded ? {} : { target: { kind: 'none', because: 'logging-off', otherContainerGroups: [] } },
    );
    if (isRecorded) world.deliverTranscript();
    world.end();
    // The settings list the cluster: the change of its logging is an incident all the same.
    world.settings = { audit: { unloggedClusters: ['*'] } };
    world.records.push({
      ...anExecRecord(),
      eventName: 'UpdateCluster',
      eventTime: '2023-02-11T06:00:00Z',
      eventID: 'change-1',
      requestParameters: {
        cluster: session.clusterArn,
        configuration: { executeCommandConfiguration: { logging: 'NONE' } },
      },
      responseElements: { cluster: { clusterArn: session.clusterArn } },
    });
    await world.audit();
    expect(world.ledger.verdicts.get(SESSION_ID)).toEqual(
      expect.objectContaining({
        state,
        exempt: !isRecorded,
        loggingChange: {
          changedAt: '2023-02-11T06:00:00Z',
          changedBy: session.personArn,
          eventId: 'change-1',
          logging: 'NONE',
        },
      }),
    );
    expect(world.ordered()).toEqual([INCIDENT]);
  });
});

it('finds a change of logging that the history shows only after the transcript arrived', async () => {
  const world = new AuditorWorld();
  const { session } = await world.open();
  world.deliverTranscript(SESSION_ID, '2023-02-11T06:34:00Z');
  const configuration = { executeCommandConfiguration: { logging: 'NONE' } };
  world.now = new Date('2023-02-11T06:36:00Z');
  await world.audit();
  world.records.push({
    ...anExecRecord(),
    eventName: 'UpdateCluster',
    eventTime: '2023-02-11T06:29:00Z',
    requestParameters: { cluster: session.clusterArn, configuration },
    responseElements: { cluster: { clusterArn: session.clusterArn } },
  });
  world.later(15);
  await world.audit();
  expect([world.stateOf(), world.ordered()]).toEqual(['recorded', [INCIDENT]]);
});

describe('given the coverage of today and yesterday', () => {
  it.each([
    [50, 0],
    [50.1, 1],
  ])(
    'with every second session recorded and a minimum of %d percent, counts it as low %d times',
    async (minimum, times) => {
      const world = new AuditorWorld();
      world.settings = { audit: { minimumCoveragePercent: minimum } };
      await world.open();
      await world.open({
        session: anExecSession({ sessionId: 'ecs-execute-command-2', startedAt: '2023-02-10T23:59:59Z' }),
      });
      world.deliverTranscript();
      world.end('ecs-execute-command-2');
      await world.audit();
      expect([world.counted('CoverageLow'), world.counted('CoveragePercent')]).toEqual([times, 50]);
    },
  );

  it('is looked at once an hour', async () => {
    const world = new AuditorWorld();
    const looks = () => world.calls.filter((call) => call === 'verdictsOfDay').length;
    await world.audit();
    const first = looks();
    world.later(15);
    await world.audit();
    expect(looks()).toBe(first);
    world.later(45);
    await world.audit();
    expect(looks()).toBe(2 * first);
  });
});
