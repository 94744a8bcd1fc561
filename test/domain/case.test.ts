import {
  type Case,
  isFoldable,
  isRecurrence,
  subjectOf,
  withAnnouncements,
  withSightings,
} from '../../functions/domain/case.ts';
import { afterOutcome, type CaseFacts, type Outcome, openCase } from '../../functions/domain/case-outcome.ts';
import type { Decision, GuardrailCode } from '../../functions/domain/decision.ts';
import {
  ACCOUNT,
  aCase,
  aDenial,
  CLUSTER_ARN,
  DENIED_AT,
  GROUP,
  NOW,
  REGION,
  ROLE_ARN,
  ROLE_ID,
  SESSION_ID,
} from '../support/builders.ts';
import { aWorld, decisionIn } from '../support/world.ts';

const FACTS: CaseFacts = {
  fingerprint: 'f'.repeat(32),
  account: ACCOUNT,
  region: REGION,
  roleArn: ROLE_ARN,
  roleId: ROLE_ID,
  logGroupName: GROUP,
  clusterArn: CLUSTER_ARN,
  decidedFor: subjectOf(aDenial()),
  sessionDependent: false,
};
const attach = decisionIn(aWorld());

const ticketFor = (...failed: readonly GuardrailCode[]): Decision => ({
  disposition: 'open-ticket',
  mode: 'attach',
  reasons: failed.map((code) => ({ code, detail: code })),
  guardrails: failed.map((code) => ({ code, holds: false, detail: code })),
  policy: null,
});

const carriedOut = (
  found: Case,
  outcome: Outcome,
  decision: Decision = ticketFor('role-allowed'),
  isNew = false,
): Case => afterOutcome(found, isNew, decision, outcome, FACTS, NOW, 'v2');

describe('a new case', () => {
  it('is counted and nothing else', () => {
    const sightings = [{ event: 'event-1', sessionId: SESSION_ID, seenAt: DENIED_AT }];
    expect(openCase(FACTS, sightings, attach, NOW, 'v1')).toEqual({
      ...FACTS,
      state: 'observed',
      disposition: 'attach-policy',
      reasons: [{ code: 'all-guardrails-hold', detail: 'every guardrail holds' }],
      count: 1,
      firstSeenAt: DENIED_AT,
      lastSeenAt: DENIED_AT,
      decidedAt: NOW.toISOString(),
      sessionIds: [SESSION_ID],
      ticketId: null,
      repairedAt: null,
      settingsVersion: 'v1',
      sessionDependent: false,
      recentEvents: ['event-1'],
      outbox: [],
      version: 0,
    });
  });
});

describe('withSightings', () => {
  it('leaves the case as it is for an event that was counted', () => {
    const found = aCase();
    expect(withSightings(found, [{ event: 'event-1', sessionId: 'other', seenAt: '2030-01-01T00:00:00Z' }])).toBe(
      found,
    );
    expect(withSightings(found, [])).toBe(found);
  });

  it('compares times and not texts', () => {
    const sightings = [{ event: 'event-2', sessionId: null, seenAt: '2023-02-11T06:35:04.500Z' }];
    expect(withSightings(aCase(), sightings)).toMatchObject({
      count: 2,
      firstSeenAt: DENIED_AT,
      lastSeenAt: '2023-02-11T06:35:04.500Z',
    });
  });
});

describe('isFoldable', () => {
  // aCase was decided at 06:36:04.
  it.each<{ name: string; found: Partial<Case>; at: string; foldable: boolean }>([
    { name: 'at once', found: {}, at: '2023-02-11T06:36:04Z', foldable: true },
    { name: 'after a proof', found: { state: 'verified' }, at: '2023-02-11T06:36:04Z', foldable: false },
    { name: 'just inside ten minutes', found: {}, at: '2023-02-11T06:46:03.999Z', foldable: true },
    { name: 'after ten minutes', found: {}, at: '2023-02-11T06:46:04Z', foldable: false },
    { name: 'decided in the future', found: {}, at: '2023-02-11T06:36:03Z', foldable: false },
    { name: 'decided at no readable time', found: { decidedAt: 'x' }, at: '2023-02-11T06:36:04Z', foldable: false },
    {
      name: 'a guardrail of the session failed',
      found: { sessionDependent: true },
      at: '2023-02-11T06:36:05Z',
      foldable: false,
    },
    {
      name: 'a guardrail of the session failed, and it is the same session again',
      found: { sessionDependent: true, decidedFor: subjectOf(aDenial()) },
      at: '2023-02-11T06:36:05Z',
      foldable: true,
    },
    {
      name: "a guardrail of the session failed for another task's denial of this session",
      found: { sessionDependent: true, decidedFor: subjectOf(aDenial({ sessionName: '0'.repeat(32) })) },
      at: '2023-02-11T06:36:05Z',
      foldable: false,
    },
    {
      name: 'repaired, a denial from before',
      found: { state: 'repaired', repairedAt: '2023-02-11T06:35:30Z' },
      at: '2023-02-11T06:36:05Z',
      foldable: true,
    },
    {
      name: 'repaired long ago, and another session is denied',
      found: { state: 'repaired', repairedAt: '2023-02-11T06:30:00Z', sessionIds: [] },
      at: '2023-02-11T06:36:05Z',
      foldable: false,
    },
    {
      name: 'the recurrence has its ticket',
      found: { state: 'ticketed', repairedAt: '2023-02-11T06:30:00Z', sessionIds: [] },
      at: '2023-02-11T06:36:05Z',
      foldable: true,
    },
  ])('$name: $foldable', ({ found, at, foldable }) => {
    expect(isFoldable(aCase(found), aDenial(), new Date(at))).toBe(foldable);
  });
});

describe('isRecurrence', () => {
  const REPAIRED_AT = '2023-02-11T06:33:04Z';

  it.each([
    {
      name: 'two minutes after the repair',
      repairedAt: REPAIRED_AT,
      eventTime: DENIED_AT,
      sessionIds: [],
      recurs: false,
    },
    { name: 'later', repairedAt: REPAIRED_AT, eventTime: '2023-02-11T06:35:05Z', sessionIds: [], recurs: true },
    {
      name: 'later, a session counted before',
      repairedAt: REPAIRED_AT,
      eventTime: '2023-02-11T06:35:05Z',
      sessionIds: [SESSION_ID],
      recurs: false,
    },
    {
      name: 'before the repair',
      repairedAt: REPAIRED_AT,
      eventTime: '2023-02-11T06:00:00Z',
      sessionIds: [],
      recurs: false,
    },
    { name: 'at no known time', repairedAt: REPAIRED_AT, eventTime: null, sessionIds: [], recurs: true },
    { name: 'after a repair at no readable time', repairedAt: 'x', eventTime: DENIED_AT, sessionIds: [], recurs: true },
  ])('$name: $recurs', ({ repairedAt, eventTime, sessionIds, recurs }) => {
    expect(isRecurrence(aDenial({ eventTime }), { sessionIds }, repairedAt)).toBe(recurs);
  });

  it('is judged by time alone where no case is known', () => {
    expect(isRecurrence(aDenial(), null, '2023-02-11T06:30:00Z')).toBe(true);
  });
});

describe('after an outcome', () => {
  it('a case is told of once for each state', () => {
    const ticketed = carriedOut(aCase({ state: 'observed' }), { kind: 'ticketed', ticketId: 'oi-1', opened: true });
    expect(ticketed).toEqual({
      ...aCase(),
      state: 'ticketed',
      reasons: [{ code: 'role-allowed', detail: 'role-allowed' }],
      ticketId: 'oi-1',
      settingsVersion: 'v2',
      decidedFor: FACTS.decidedFor,
      outbox: [
        {
          noticeId: `${FACTS.fingerprint}-2-ticketed`,
          state: 'ticketed',
          createdAt: NOW.toISOString(),
          announcedAt: NOW.toISOString(),
        },
      ],
    });
    expect(carriedOut(ticketed, { kind: 'ticketed', ticketId: 'oi-1', opened: false }).outbox).toHaveLength(1);
    // Somebody resolved the ticket, and the denial opened another.
    expect(carriedOut(ticketed, { kind: 'ticketed', ticketId: 'oi-2', opened: true }).outbox).toHaveLength(2);
  });

  it.each<{ outcome: Outcome; state: Case['state']; repairedAt: string | null; told: boolean }>([
    { outcome: { kind: 'attached', attachedAt: DENIED_AT }, state: 'repaired', repairedAt: DENIED_AT, told: true },
    { outcome: { kind: 'unverified', attachedAt: DENIED_AT }, state: 'unverified', repairedAt: DENIED_AT, told: true },
    { outcome: { kind: 'joined', repairedAt: DENIED_AT }, state: 'repaired', repairedAt: DENIED_AT, told: true },
    { outcome: { kind: 'observed' }, state: 'observed', repairedAt: null, told: true },
    { outcome: { kind: 'suppressed' }, state: 'suppressed', repairedAt: null, told: false },
    { outcome: { kind: 'closed' }, state: 'closed', repairedAt: null, told: false },
  ])('$outcome.kind makes a new case $state', ({ outcome, state, repairedAt, told }) => {
    const found = carriedOut(aCase({ state: 'observed' }), outcome, attach, true);
    expect([found.state, found.repairedAt, found.outbox.length]).toEqual([state, repairedAt, told ? 1 : 0]);
  });

  it('a known case is told of when its cause is gone', () => {
    expect(carriedOut(aCase(), { kind: 'closed' }).outbox).toHaveLength(1);
  });

  it('a repaired case keeps why it was repaired once the role may do it', () => {
    const reasons = [{ code: 'all-guardrails-hold', detail: 'as decided then' }];
    const found = aCase({ state: 'repaired', repairedAt: DENIED_AT, disposition: 'attach-policy', reasons });
    const kept = { state: 'repaired', disposition: 'attach-policy', reasons, outbox: [] };
    expect(carriedOut(found, { kind: 'closed' })).toMatchObject(kept);
  });

  it('the time of the repair stays when more denials join', () => {
    const found = aCase({ state: 'repaired', repairedAt: '2023-02-11T06:00:00Z' });
    expect(carriedOut(found, { kind: 'joined', repairedAt: DENIED_AT }).repairedAt).toBe('2023-02-11T06:00:00Z');
  });

  it('a recurrence stays a ticket with its reasons when a late denial of an older session joins', () => {
    const recurring = aCase({ state: 'ticketed', repairedAt: '2023-02-11T06:00:00Z', ticketId: 'oi-1' });
    expect(carriedOut(recurring, { kind: 'joined', repairedAt: DENIED_AT }, attach)).toEqual({
      ...recurring,
      decidedFor: FACTS.decidedFor,
      settingsVersion: 'v2',
    });
  });

  it('a case that was ticketed before its repair is repaired when the first denial joins', () => {
    expect(carriedOut(aCase({ repairedAt: null }), { kind: 'joined', repairedAt: DENIED_AT }).state).toBe('repaired');
  });

  it('the cluster stays known', () => {
    const found = afterOutcome(aCase(), false, attach, { kind: 'observed' }, { ...FACTS, clusterArn: null }, NOW, 'v2');
    expect(found.clusterArn).toBe(CLUSTER_ARN);
  });
});

describe('withAnnouncements', () => {
  const notice = {
    noticeId: 'n',
    state: 'ticketed',
    createdAt: DENIED_AT,
    announcedAt: '2023-02-11T06:34:04.000Z',
  } as const;

  it('leaves a notice alone whose message may still be under way', () => {
    const found = aCase({ outbox: [notice] });
    expect(withAnnouncements(found, NOW)).toBe(found);
  });

  it('announces it anew after two minutes, and only that', () => {
    const young = { ...notice, noticeId: 'young', announcedAt: NOW.toISOString() };
    const later = new Date(NOW.getTime() + 1);
    expect(withAnnouncements(aCase({ outbox: [notice, young] }), later).outbox).toEqual([
      { ...notice, announcedAt: later.toISOString() },
      young,
    ]);
  });
});
