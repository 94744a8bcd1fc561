import type { Case } from '../../functions/domain/case.ts';
import type { LedgerLine, SessionVerdict } from '../../functions/domain/ledger.ts';
import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import { LOG_CODES } from '../../functions/telemetry/log-codes.ts';
import { METRICS } from '../../functions/telemetry/metric-names.ts';
import { aCase, anAttachedPolicy, anExecSession, GROUP, ROLE_ID, rules } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';
import { aFinding } from '../support/world.ts';

const LATER = 'ecs-execute-command-0a11ce0f7ea75e551';
const FINGERPRINT = 'f'.repeat(32);
const ORDER = { kind: 'delivered', fingerprint: FINGERPRINT, sessionId: LATER };
const REPAIRED_AT = '2023-02-11T06:35:30Z';

interface Parts {
  readonly found?: Partial<Case>;
  readonly line?: Partial<LedgerLine>;
  readonly session?: Partial<LedgerLine['session']>;
  readonly verdict?: Partial<SessionVerdict>;
}

/** A repaired case with a ticket, and a session of its role that was recorded ten minutes later. */
function worldWith({ found, line, session, verdict }: Parts = {}): RemediatorWorld {
  const world = new RemediatorWorld();
  world.cases.cases.set(
    FINGERPRINT,
    aCase({ state: 'repaired', repairedAt: REPAIRED_AT, ticketId: 'oi-7', outbox: [], ...found }),
  );
  const later = anExecSession({ sessionId: LATER, startedAt: '2023-02-11T06:45:00Z', ...session });
  world.audited.lines.set(LATER, aLedgerLine({ session: later, ...line }));
  world.audited.verdicts.set(
    LATER,
    aVerdict({
      sessionId: LATER,
      state: 'recorded',
      dueAt: null,
      settledAt: '2023-02-11T07:00:00Z',
      proof: { transcript: `log-group:${GROUP}:${LATER}`, fingerprint: null, eventId: null },
      ...verdict,
    }),
  );
  world.tickets.open.set('oi-7', { fingerprint: FINGERPRINT, title: '', body: '', severity: 'low', facts: {} });
  return world;
}

const theCase = (world: RemediatorWorld) => world.cases.cases.get(FINGERPRINT);

function attachedBy(world: RemediatorWorld, provedBy: string | null = null): void {
  const { target } = aFinding();
  const document = target?.kind === 'target' ? policyDocumentFor(target) : null;
  if (document === null) throw new Error('no document');
  world.cases.policies.set(ROLE_ID, anAttachedPolicy(document, { fingerprints: [FINGERPRINT], provedBy }));
}

describe('given a session that was recorded after the repair', () => {
  it('verifies the case, marks the policy proved, closes the ticket with the evidence and tells people', async () => {
    const world = worldWith();
    attachedBy(world);
    expect(await world.deliver(ORDER)).toEqual([]);
    expect(theCase(world)).toMatchObject({
      state: 'verified',
      reasons: [{ code: 'transcript-delivered' }],
      ticketId: 'oi-7',
      version: 2,
    });
    expect(world.cases.policies.get(ROLE_ID)).toMatchObject({ provedBy: LATER, version: 2 });
    expect([...world.tickets.closed]).toEqual([['oi-7', expect.stringContaining(`log-group:${GROUP}:${LATER}`)]]);
    await world.deliverOwn();
    expect(world.messenger.posted.map(({ text }) => text)).toEqual([
      '✅ Verified: a transcript of nginx-sample-task-nginx-role arrived',
    ]);
    expect(world.telemetry.counts).toEqual([{ metric: METRICS.ticketsClosed, value: 1, dimensions: {} }]);
  });

  it('verifies the case without a word where the settings mute the role', async () => {
    const world = worldWith();
    const role = theCase(world)?.roleArn ?? '';
    world.rules = rules({ suppressions: [{ role, until: '2099-01-01', reason: 'retired', owner: 'ops' }] });
    await world.deliver(ORDER);
    await world.deliverOwn();
    expect(world.messenger.posted).toEqual([]);
    expect(theCase(world)).toMatchObject({ state: 'verified' });
  });

  it('proves one that the settings mute, so that it is not raised afterwards', async () => {
    const world = worldWith({ found: { state: 'suppressed', reasons: [{ code: 'suppressed', detail: '' }] } });
    await world.deliver(ORDER);
    expect(theCase(world)).toMatchObject({ state: 'verified' });
  });

  it('doubles nothing when the order comes twice', async () => {
    const world = worldWith();
    attachedBy(world);
    await world.deliver(ORDER, ORDER);
    expect(theCase(world)).toMatchObject({ version: 2 });
    expect(world.cases.policies.get(ROLE_ID)).toMatchObject({ version: 2 });
    expect({ closed: world.tickets.closed.size, sent: world.queue.sent.length }).toEqual({ closed: 1, sent: 1 });
  });

  it('closes the ticket also where a Lambda died behind the case', async () => {
    const world = worldWith();
    world.failing = (call) => (call === 'closeTicket' ? new Error('killed') : null);
    expect(await world.deliver(ORDER)).toEqual(['m0']);
    world.failing = () => null;
    expect(await world.deliver(ORDER)).toEqual([]);
    expect({ closed: world.tickets.closed.size, sent: world.queue.sent.length }).toEqual({ closed: 1, sent: 1 });
  });

  it('leaves the first proof of a policy', async () => {
    const world = worldWith();
    attachedBy(world, 'ecs-execute-command-first');
    await world.deliver(ORDER);
    expect(world.cases.policies.get(ROLE_ID)).toMatchObject({ provedBy: 'ecs-execute-command-first', version: 1 });
  });

  it.each<[string, Parts]>([
    ['a case that somebody else repaired', { found: { state: 'ticketed', repairedAt: null } }],
    ['a repair that did not read back', { found: { state: 'unverified' } }],
    ['a case whose cluster could not be read', { found: { clusterArn: null } }],
    [
      'a target that was not resolved when the session began',
      { line: { target: { kind: 'unresolved', because: 'throttled' } } },
    ],
    [
      'a role that the auditor read later',
      { line: { taskRoleArn: null }, verdict: { taskRoleArn: aLedgerLine().taskRoleArn } },
    ],
    ['a session just after the last denial', { session: { startedAt: '2023-02-11T06:35:30.001Z' } }],
  ])('verifies %s', async (_, parts) => {
    const world = worldWith(parts);
    await world.deliver(ORDER);
    expect(theCase(world)?.state).toBe('verified');
  });

  it('decides a later denial anew: it recurred, and is a ticket again', async () => {
    const world = new RemediatorWorld();
    await world.deliver(delivered(aDenialRecord({})));
    const [found] = [...world.cases.cases.values()];
    if (found === undefined) throw new Error('no case');
    world.cases.cases.set(found.fingerprint, { ...found, state: 'verified' });
    const again = anExecSession({ sessionId: 'ecs-execute-command-0again', startedAt: '2023-02-11T06:50:00Z' });
    world.ledger.set(again.sessionId, again);
    world.now = new Date('2023-02-11T06:39:30Z');
    const eventId = '11111111-2222-3333-4444-555555555555';
    await world.deliver(
      delivered(aDenialRecord({ eventId, eventTime: '2023-02-11T06:39:00Z', logStreamName: again.sessionId })),
    );
    expect(world.cases.cases.get(found.fingerprint)).toMatchObject({ state: 'ticketed', count: 2 });
    expect(world.tickets.opened).toBe(1);
  });
});

describe('given an order that does not agree', () => {
  const otherCluster = 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/other';
  it.each<[string, Parts, object?]>([
    ['with any case', {}, { ...ORDER, fingerprint: '0'.repeat(32) }],
    ['with any session', {}, { ...ORDER, sessionId: 'ecs-execute-command-forged' }],
    ['because the session is open', { verdict: { state: 'open', settledAt: null } }],
    ['because the session is missing', { verdict: { state: 'missing' } }],
    ['because the role is another', { line: { taskRoleArn: 'arn:aws:iam::111111111111:role/other' } }],
    ['because the role is not known', { line: { taskRoleArn: null }, verdict: { taskRoleArn: null } }],
    ['because the cluster is another', { session: { clusterArn: otherCluster } }],
    ['because the account is another', { session: { account: '222222222222' } }],
    ['because the shell was opened past ECS Exec', { line: { kind: 'outside-exec' } }],
    [
      'because only the bucket got it',
      { verdict: { proof: { transcript: `s3://b/${LATER}.log`, fingerprint: null, eventId: null } } },
    ],
    [
      "because the stream is another session's",
      { verdict: { proof: { transcript: `log-group:${GROUP}:x`, fingerprint: null, eventId: null } } },
    ],
    [
      'because the group is another',
      { verdict: { proof: { transcript: `log-group:/ecs/other:${LATER}`, fingerprint: null, eventId: null } } },
    ],
    ['because it began with the repair', { session: { startedAt: REPAIRED_AT } }],
    ['because it began before the last denial', { found: { lastSeenAt: '2023-02-11T06:45:00Z' } }],
    ['because a tag mutes the case', { found: { state: 'suppressed' } }],
    ['because the case is closed', { found: { state: 'closed' } }],
    [
      'because an incident stays until a person accepts it',
      { found: { state: 'ticketed', reasons: [{ code: 'unrecorded-missing', detail: '' }] } },
    ],
  ])('changes nothing %s', async (_, parts, order = ORDER) => {
    const world = worldWith(parts);
    const before = theCase(world);
    expect(await world.deliver(order)).toEqual([]);
    expect({ found: theCase(world), closed: world.tickets.closed.size, sent: world.queue.sent }).toEqual({
      found: before,
      closed: 0,
      sent: [],
    });
    expect(world.telemetry.lines.at(-1)).toMatchObject({ code: LOG_CODES.orderCompleted, fields: { result: 'void' } });
  });
});
