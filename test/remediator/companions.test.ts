import type { CompanionCall } from '../../functions/domain/denial.ts';
import { aCluster, anExecSession, aRole, GROUP, read, rules, SESSION_ID } from '../support/builders.ts';
import {
  aKey,
  anEncryptedConfiguration,
  BUCKET_ARN,
  BUCKET_KEY_ARN,
  encryptedReadings,
  KEY_ARN,
  listingAll,
} from '../support/other-signals.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aCompanionEvent } from '../support/signal-records.ts';

const COMPANIONS: readonly CompanionCall[] = ['describe-log-groups', 'bucket-encryption', 'session-key', 'object'];

/** A cluster that sends everything encrypted, and rules that list every bucket and key. */
function anEncryptedWorld(): RemediatorWorld {
  const world = new RemediatorWorld();
  world.readings = encryptedReadings();
  world.keys.set(KEY_ARN, read(aKey()));
  world.keys.set(BUCKET_KEY_ARN, read(aKey({ keyArn: BUCKET_KEY_ARN })));
  world.rules = rules(listingAll);
  return world;
}

const theCase = (world: RemediatorWorld) => {
  const [found, ...others] = [...world.cases.cases.values()];
  expect(others).toEqual([]);
  if (found === undefined) throw new Error('no case was saved');
  return found;
};
const theBody = (world: RemediatorWorld) => [...world.tickets.open.values()][0]?.body ?? '';

describe("given a denied call of the agent's besides the delivery", () => {
  it.each(COMPANIONS)('attaches the policy of the whole target: %s', async (companion) => {
    const world = anEncryptedWorld();
    expect(await world.deliver(aCompanionEvent(companion))).toEqual([]);
    expect(world.role.puts.map(({ document }) => document.Statement.map(({ Sid }) => Sid.slice(15)))).toEqual([
      ['Streams', 'DescribeStreams', 'DescribeGroups', 'Objects', 'BucketEncryption', 'SessionKey', 'BucketKey'],
    ]);
    expect(theCase(world)).toMatchObject({
      state: 'repaired',
      signal: { kind: 'exec-companion', companion },
      logGroupName: GROUP,
      sessionIds: [SESSION_ID],
    });
    expect([...world.audited.denied.values()]).toEqual([
      { sessionId: SESSION_ID, fingerprint: theCase(world).fingerprint, eventId: expect.any(String), companion },
    ]);
  });

  it('searches the session of the task around the moment of the call, where the call names none', async () => {
    const world = anEncryptedWorld();
    await world.deliver(aCompanionEvent('session-key'));
    expect(world.calls.filter((call) => call === 'ledger' || call === 'session')).toEqual(['session']);
  });

  it('looks for the session of an object in the ledger first', async () => {
    const world = anEncryptedWorld();
    await world.deliver(aCompanionEvent('object'));
    expect(world.calls.filter((call) => call === 'ledger' || call === 'session')).toEqual(['ledger']);
  });

  it('waits for the record of its session, as the delivery does', async () => {
    const world = anEncryptedWorld();
    world.readings = { ...world.readings, session: { kind: 'absent' } };
    world.now = new Date('2023-02-11T06:31:00Z');
    await world.deliver(aCompanionEvent('session-key'));
    expect(world.cases.cases.size).toBe(0);
    expect(world.queue.sent.map(({ body }): unknown => JSON.parse(body))).toMatchObject([{ kind: 'deferred-denial' }]);
    world.readings = { ...world.readings, session: read(anExecSession()) };
    await world.deliverOwn();
    expect(theCase(world)).toMatchObject({ state: 'repaired', count: 1 });
  });

  it('counts a second call of the same minute into the case, without reads', async () => {
    const world = anEncryptedWorld();
    world.rules = rules({ ...listingAll, defaultMode: 'ticket' });
    await world.deliver(aCompanionEvent('session-key'));
    world.calls.length = 0;
    const eventId = '11111111-0000-4000-8000-000000000000';
    await world.deliver(aCompanionEvent('session-key', { eventId, eventTime: '2023-02-11T06:30:45Z' }));
    expect(world.calls.filter((call) => call !== 'sendLater')).toEqual(['findCase', 'saveCase']);
    expect(theCase(world).count).toBe(2);
  });

  it("is nobody's case where another program made the call", async () => {
    const world = anEncryptedWorld();
    await world.deliver(aCompanionEvent('session-key', { userAgent: 'Boto3/1.34.0' }));
    expect(world.calls).toEqual([]);
    expect(world.cases.cases.size).toBe(0);
  });
});

describe("given a denied session key that is not the cluster's", () => {
  it('attaches nothing, and tells the security team', async () => {
    const world = anEncryptedWorld();
    const other = KEY_ARN.replace('1234abcd', 'ffffffff');
    await world.deliver(aCompanionEvent('session-key', { resource: other }));
    expect(world.role.puts).toEqual([]);
    expect(theCase(world).reasons.map(({ code }) => code)).toContain('target-unexpected');
  });
});

describe('given a key that a grant alone does not open', () => {
  it.each([
    ['key-not-delegating', { policy: read({ Version: '2012-10-17', Statement: [] }) }],
    ['key-policy-unreadable', { policy: { kind: 'unreadable', because: 'AccessDenied' } as const }],
    ['key-disabled', { enabled: false }],
  ])("is a ticket to the key's owner: %s", async (code, key) => {
    const world = anEncryptedWorld();
    world.keys.set(KEY_ARN, read(aKey(key)));
    await world.deliver(aCompanionEvent('session-key'));
    expect(world.role.puts).toEqual([]);
    expect(theCase(world).reasons.map((reason) => reason.code)).toContain(code);
    expect(theBody(world)).toContain('**Owner: the owner of the KMS key.**');
  });
});

describe('given the ticket of a refused session', () => {
  it('says what the agent refuses, and carries the whole policy', async () => {
    const world = anEncryptedWorld();
    world.rules = rules({ ...listingAll, defaultMode: 'ticket' });
    world.readings = {
      ...world.readings,
      cluster: read(aCluster({ execConfiguration: anEncryptedConfiguration() })),
      stack: read({ stackName: 'shop' }),
    };
    await world.deliver(aCompanionEvent('session-key'));
    const [draft] = [...world.tickets.open.values()];
    expect(draft?.title).toBe(
      'ECS Exec sessions refused: nginx-sample-task-nginx-role is denied kms:Decrypt (111111111111 ap-northeast-1)',
    );
    expect(theBody(world)).toContain('The agent refuses the session: no shell opens');
    expect(theBody(world)).toContain('belongs to stack `shop`');
    expect(theBody(world)).toContain('ExecLogDeliveryBucketKey');
  });

  it('reads nothing more than before for a delivery without key and bucket', async () => {
    const world = new RemediatorWorld();
    world.role.role = aRole();
    await world.deliver(aCompanionEvent('describe-log-groups'));
    expect(world.calls.filter((call) => call.startsWith('key ') || call === 'bucketEncryption')).toEqual([]);
  });
});

describe('given a denied call that is not what loses the transcript', () => {
  it.each<[string, CompanionCall, string]>([
    ['an object beside the transcript', 'object', `${BUCKET_ARN}/elsewhere/${SESSION_ID}.log`],
    ['a key that is not the session key', 'session-key', BUCKET_KEY_ARN],
    ['a bucket that is not the target', 'bucket-encryption', `${BUCKET_ARN}2`],
  ])('leaves the note of the session to the one that is: %s', async (_, companion, resource) => {
    const world = anEncryptedWorld();
    await world.deliver(aCompanionEvent(companion, { resource, eventId: '11111111-0000-4000-8000-000000000000' }));
    expect([world.cases.cases.size, [...world.audited.denied.values()]]).toEqual([1, []]);
    await world.deliver(delivered(aDenialRecord()));
    expect([...world.audited.denied.values()]).toEqual([
      { sessionId: SESSION_ID, fingerprint: expect.any(String), eventId: expect.any(String) },
    ]);
  });
});
