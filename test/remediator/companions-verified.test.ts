import type { CompanionCall } from '../../functions/domain/denial.ts';
import type { ExecConfiguration } from '../../functions/domain/observation.ts';
import { anExecSession, GROUP, read, rules } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aKey, BUCKET, BUCKET_KEY_ARN, encryptedReadings, KEY_ARN, listingAll } from '../support/other-signals.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aTarget } from '../support/session-evidence.ts';
import { aCompanionEvent } from '../support/signal-records.ts';

const LATER = 'ecs-execute-command-0a11ce0f7ea75e551';
const IN_GROUP = `log-group:${GROUP}:${LATER}`;
const IN_BUCKET = `s3://${BUCKET}/exec/${LATER}.log`;
const bucket = { name: BUCKET, keyPrefix: 'exec', encryptionRequired: true };

/** A ticket of a denied call of the agent's, and a later session of the same role. */
async function aTicket(
  companion: CompanionCall,
  configuration: Partial<ExecConfiguration> = {},
  parts: Parameters<typeof aCompanionEvent>[1] = {},
): Promise<RemediatorWorld> {
  const world = new RemediatorWorld();
  world.readings = encryptedReadings(configuration);
  world.keys.set(KEY_ARN, read(aKey()));
  world.keys.set(BUCKET_KEY_ARN, read(aKey({ keyArn: BUCKET_KEY_ARN })));
  world.rules = rules({ ...listingAll, defaultMode: 'ticket' });
  await world.deliver(aCompanionEvent(companion, parts));
  return world;
}

const theCase = (world: RemediatorWorld) => {
  const [found, ...others] = [...world.cases.cases.values()];
  expect(others).toEqual([]);
  if (found === undefined) throw new Error('no case was saved');
  return found;
};

/** The auditor recorded the later session, and sends its order. */
async function record(world: RemediatorWorld, transcript: string, logGroupName: string | null = GROUP): Promise<void> {
  const session = anExecSession({ sessionId: LATER, startedAt: '2023-02-11T06:45:00Z' });
  const target = aTarget({ logging: 'OVERRIDE', logGroupName, bucket });
  world.audited.lines.set(LATER, aLedgerLine({ session, target }));
  const verdict = aVerdict({
    sessionId: LATER,
    state: 'recorded',
    dueAt: null,
    settledAt: '2023-02-11T07:00:00Z',
    causes: [{ code: 'transcript-found', detail: '' }],
    proof: { transcript, fingerprint: null, eventId: null },
  });
  world.audited.verdicts.set(LATER, verdict);
  await world.deliver({ kind: 'delivered', fingerprint: theCase(world).fingerprint, sessionId: LATER });
}

const COMPANIONS: readonly CompanionCall[] = ['describe-log-groups', 'bucket-encryption', 'session-key', 'object'];
const BUCKET_ONLY = { cloudWatchLogGroupName: null };

describe("given the ticket of a companion's denial, and a later session that was recorded", () => {
  it.each(COMPANIONS)('verifies the case and closes the ticket: %s', async (companion) => {
    const world = await aTicket(companion);
    await record(world, IN_GROUP);
    expect(theCase(world)).toMatchObject({ state: 'verified', logGroupName: GROUP });
    expect(world.tickets.closed.size).toBe(1);
  });

  it.each<CompanionCall>(['bucket-encryption', 'session-key', 'object'])(
    'verifies it by the object where the cluster sends into a bucket alone: %s',
    async (companion) => {
      const world = await aTicket(companion, BUCKET_ONLY);
      expect(theCase(world)).toMatchObject({ state: 'ticketed', logGroupName: null });
      await record(world, IN_BUCKET, null);
      expect(theCase(world)).toMatchObject({
        state: 'verified',
        reasons: [{ detail: expect.stringMatching(/arrived in the bucket$/) }],
      });
      expect(world.tickets.closed.size).toBe(1);
    },
  );

  it.each([
    ['of another bucket', `s3://other/exec/${LATER}.log`, null],
    ["of another session's", `s3://${BUCKET}/exec/ecs-execute-command-other.log`, null],
    ['beside a group', IN_BUCKET, GROUP],
  ])('does not believe an object %s', async (_, transcript, group) => {
    const world = await aTicket('session-key', BUCKET_ONLY);
    await record(world, transcript, group);
    expect(theCase(world).state).toBe('ticketed');
  });

  it('still knows the group after a denial whose task is gone', async () => {
    const world = await aTicket('session-key');
    world.readings = { ...world.readings, task: { kind: 'absent' } };
    world.now = new Date('2023-02-11T06:50:00Z');
    const eventId = '11111111-2222-3333-4444-555555555555';
    await world.deliver(aCompanionEvent('session-key', { eventId, eventTime: '2023-02-11T06:32:30Z' }));
    expect(theCase(world)).toMatchObject({ count: 2, logGroupName: GROUP });
    await record(world, IN_GROUP);
    expect(theCase(world).state).toBe('verified');
  });

  it.each([
    ['another key', 'session-key', KEY_ARN.replace('1234abcd', 'ffffffff')],
    ['another bucket', 'bucket-encryption', 'arn:aws:s3:::elsewhere-1'],
  ] as const)('leaves the ticket of the security team open, where %s was denied', async (_, companion, resource) => {
    const world = await aTicket(companion, {}, { resource });
    await record(world, IN_GROUP);
    expect(theCase(world).state).toBe('ticketed');
    expect(world.tickets.closed.size).toBe(0);
  });
});

describe('given a cluster that sends into a bucket alone', () => {
  it.each<CompanionCall>(['bucket-encryption', 'session-key', 'object'])(
    'accuses nobody, attaches nothing, and shows what the role lacks: %s',
    async (companion) => {
      const world = await aTicket(companion, BUCKET_ONLY);
      world.rules = rules(listingAll);
      world.now = new Date('2023-02-11T06:50:00Z');
      const eventId = '11111111-2222-3333-4444-555555555555';
      await world.deliver(aCompanionEvent(companion, { eventId, eventTime: '2023-02-11T06:32:00Z' }));
      expect(world.role.puts).toEqual([]);
      expect(theCase(world).reasons.map(({ code }) => code)).toEqual(['group-allowed']);
      const [draft] = [...world.tickets.open.values()];
      expect(draft?.severity).toBe('medium');
      expect(draft?.body).toContain('ExecLogDeliveryObjects');
      expect(draft?.body).toContain('ExecLogDeliverySessionKey');
      expect(draft?.body).toContain('`s3:PutObject` is not allowed now, with the policy allowed');
      expect(draft?.body).not.toContain('logs:');
    },
  );
});
