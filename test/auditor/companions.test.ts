import { fingerprintOf } from '../../functions/domain/fingerprint.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import { eventDigest } from '../../functions/flow/received-denial.ts';
import { AuditorWorld, anOpenCase, ENDED_AT } from '../support/auditor.ts';
import { aCase, anExecSession, SESSION_ID } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { BUCKET, KEY_ARN } from '../support/other-signals.ts';
import { aTarget } from '../support/session-evidence.ts';
import { aCompanionEvent, aCompanionRecord } from '../support/signal-records.ts';

const INCIDENT = { kind: 'incident', sessionId: SESSION_ID };
const withKey = aTarget({ logging: 'OVERRIDE', sessionKey: { kind: 'arn', arn: KEY_ARN } });
const inBoth = aTarget({
  logging: 'OVERRIDE',
  bucket: { name: BUCKET, keyPrefix: 'exec', encryptionRequired: false },
});

function fingerprintOfRecord(record: unknown): string {
  const parsed = parseDenial(record);
  if (parsed.kind !== 'denial') throw new Error(parsed.refusal.detail);
  return fingerprintOf(parsed.denial, digestOf);
}

/** A session that was refused by its agent, and the record of what the agent was denied. */
async function aRefusedSession(): Promise<AuditorWorld> {
  const world = new AuditorWorld();
  await world.open({ target: withKey });
  world.end();
  world.records.push({ ...aCompanionRecord('session-key') });
  return world;
}

describe('given a session that its agent refused, and a denial that nobody delivered', () => {
  it('hands the denial on, and makes no incident beside its case', async () => {
    const world = await aRefusedSession();
    await world.audit();
    expect(world.ordered()).toEqual(
      [aCompanionEvent('session-key', {})].map((event) =>
        expect.objectContaining({
          source: event['source'],
          detail: event['detail'],
        }),
      ),
    );
    expect(world.ledger.verdicts.get(SESSION_ID)).toMatchObject({
      state: 'refused',
      causes: [{ code: 'session-key-denied' }],
      proof: { fingerprint: fingerprintOfRecord(aCompanionRecord('session-key')) },
    });
    // Its rule is opt-in: nothing was to be delivered.
    expect(world.counted('UndeliveredEvents')).toBe(0);
  });

  it('hands on the denial of each of two sessions of a task', async () => {
    const world = await aRefusedSession();
    const session = anExecSession({
      sessionId: 'ecs-execute-command-0a11ce0f7ea75e551',
      startedAt: '2023-02-11T06:32:00Z',
    });
    await world.open({ session, target: withKey });
    world.end(session.sessionId);
    const eventId = '11111111-2222-3333-4444-555555555555';
    world.records.push({ ...aCompanionRecord('session-key', { eventId, eventTime: '2023-02-11T06:32:05Z' }) });
    await world.audit();
    const own = aCompanionRecord('session-key')['eventID'];
    expect(world.ledger.verdicts.get(SESSION_ID)?.proof.eventId).toBe(own);
    expect(world.ledger.verdicts.get(session.sessionId)?.proof.eventId).toBe(eventId);
    expect(world.ordered()).toHaveLength(2);
  });

  it('hands on none that its case has counted already', async () => {
    const world = await aRefusedSession();
    const record = aCompanionRecord('session-key');
    const fingerprint = fingerprintOfRecord(record);
    const event = eventDigest(String(record['eventID']), digestOf);
    world.cases.set(fingerprint, aCase({ fingerprint, recentEvents: [event] }));
    await world.audit();
    expect(world.ordered()).toEqual([]);
    expect(world.stateOf()).toBe('refused');
  });

  it('believes the note of its case, and asks for no history', async () => {
    const world = await aRefusedSession();
    await world.ledger.noteDeniedSession({
      sessionId: SESSION_ID,
      fingerprint: 'f1',
      eventId: 'event-1',
      companion: 'session-key',
    });
    await world.audit();
    expect(world.ordered()).toEqual([]);
    expect(world.ledger.verdicts.get(SESSION_ID)).toMatchObject({
      state: 'refused',
      proof: { transcript: null, fingerprint: 'f1', eventId: 'event-1' },
    });
  });

  it('is an incident of its own where nothing shows that the agent made the call', async () => {
    const world = new AuditorWorld();
    await world.open({ target: withKey });
    world.end();
    world.records.push({ ...aCompanionRecord('session-key'), userAgent: 'Boto3/1.34.0' });
    await world.audit();
    expect(world.ordered()).toEqual([INCIDENT]);
    expect(world.stateOf()).toBe('refused');
  });
});

describe('given a cluster that sends into a bucket alone', () => {
  it.each([
    ['without a group', anOpenCase({ logGroupName: null }), true],
    ['of another role', anOpenCase({ logGroupName: null, roleArn: 'arn:aws:iam::111111111111:role/other' }), false],
    ['of a group', anOpenCase(), false],
  ])('has a recorded session prove the open case %s', async (_, open, ordered) => {
    const world = new AuditorWorld();
    await world.open({ target: { ...inBoth, logGroupName: null } });
    world.objects.set(`exec/${SESSION_ID}.log`, { sizeBytes: 10, lastModifiedAt: ENDED_AT });
    world.openCases.push(open);
    await world.audit();
    expect(world.ordered()).toEqual(ordered ? [{ kind: 'delivered', fingerprint: 'f1', sessionId: SESSION_ID }] : []);
  });
});

describe('given a transcript in one of two places', () => {
  it('is recorded, and an incident', async () => {
    const world = new AuditorWorld();
    await world.open({ target: inBoth });
    world.deliverTranscript();
    await world.audit();
    expect(world.ordered()).toEqual([INCIDENT]);
    expect(world.ledger.verdicts.get(SESSION_ID)).toMatchObject({
      state: 'recorded',
      causes: [{ code: 'only-log-group' }],
    });
  });

  it('is no incident where the other place has the case of its denial', async () => {
    const world = new AuditorWorld();
    await world.open({ target: inBoth });
    world.deliverTranscript();
    const note = { sessionId: SESSION_ID, fingerprint: 'f1', eventId: 'event-1', companion: 'object' } as const;
    await world.ledger.noteDeniedSession(note);
    await world.audit();
    expect(world.ordered()).toEqual([]);
    expect(world.ledger.verdicts.get(SESSION_ID)).toMatchObject({ state: 'recorded', proof: { fingerprint: 'f1' } });
  });
});
