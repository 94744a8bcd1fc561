import type { Case } from '../../functions/domain/case.ts';
import { afterOutcome, isToldOf, type Outcome, withNews, withRefresh } from '../../functions/domain/case-outcome.ts';
import type { Decision } from '../../functions/domain/decision.ts';
import { aCase, NOW } from '../support/builders.ts';

const REASON = { code: 'policy-removed', detail: 'somebody removed it' };
const NEWS = { state: 'ticketed', disposition: 'open-ticket', reasons: [REASON], ticketId: 'oi-9' } as const;
const REPAIRED_AT = '2023-02-11T06:35:30Z';

describe('withNews', () => {
  it('says what happened, and tells people', () => {
    const found = aCase({ state: 'repaired', repairedAt: REPAIRED_AT });
    expect(withNews(found, NEWS, NOW, 'v2')).toEqual({
      ...found,
      ...NEWS,
      decidedAt: NOW.toISOString(),
      settingsVersion: 'v2',
      outbox: [
        {
          noticeId: `${found.fingerprint}-2-ticketed`,
          state: 'ticketed',
          createdAt: NOW.toISOString(),
          announcedAt: NOW.toISOString(),
        },
      ],
    });
  });

  it('tells nobody of what is muted, and keeps the ticket that there was', () => {
    const found = aCase({ ticketId: 'oi-1' });
    const muted = withNews(found, { state: 'suppressed', disposition: 'suppress', reasons: [REASON] }, NOW, 'v2');
    expect(muted).toMatchObject({ state: 'suppressed', ticketId: 'oi-1', outbox: [] });
  });
});

describe('isToldOf', () => {
  it.each([
    ['the same state and reason', {}, true],
    ['another state', { state: 'repaired' as const }, false],
    ['another reason', { reasons: [{ code: 'policy-changed', detail: '' }] }, false],
    ['the reason behind another one', { reasons: [{ code: 'recurrence', detail: '' }, REASON] }, false],
  ])('of a case with %s is %s', (_, parts, expected) => {
    expect(isToldOf(aCase({ reasons: [REASON], ...parts }), NEWS)).toBe(expected);
  });
});

describe('a denial of a case that a transcript proved repaired', () => {
  const found = aCase({
    state: 'verified',
    repairedAt: REPAIRED_AT,
    reasons: [{ code: 'transcript-delivered', detail: '' }],
  });
  const decision: Decision = {
    disposition: 'open-ticket',
    mode: 'attach',
    reasons: [
      { code: 'first-time', detail: '' },
      { code: 'recurrence', detail: '' },
    ],
    guardrails: [],
    policy: null,
  };
  const afterDenial = (outcome: Outcome) => afterOutcome(found, false, decision, outcome, found, NOW, 'v2');

  it.each<[string, Outcome]>([
    ['of a session older than the repair', { kind: 'joined', repairedAt: REPAIRED_AT }],
    ['that the role may make by now', { kind: 'closed' }],
  ])('leaves it proved where it is %s', (_, outcome) => {
    expect(afterDenial(outcome)).toMatchObject({
      state: 'verified',
      reasons: [{ code: 'transcript-delivered' }],
      repairedAt: REPAIRED_AT,
      outbox: [],
    });
  });

  it('opens it again where it recurs, and tells people', () => {
    expect(afterDenial({ kind: 'ticketed', ticketId: 'oi-2', opened: true })).toMatchObject({
      state: 'ticketed',
      reasons: [{ code: 'first-time' }, { code: 'recurrence' }],
      ticketId: 'oi-2',
      outbox: [{ state: 'ticketed' }],
    });
  });
});

describe('a denial of a case whose message a bot shows', () => {
  const MINUTE = 60_000;
  const decision: Decision = {
    disposition: 'open-ticket',
    mode: 'ticket',
    reasons: [{ code: 'mode-allows-attach', detail: 'mode ticket' }],
    guardrails: [],
    policy: null,
  };
  const outcome: Outcome = { kind: 'ticketed', ticketId: 'oi-1', opened: false };
  const shown = (minutesAgo: number) => ({
    chat: { channel: 'C0', ts: '1.0', shownAt: new Date(NOW.getTime() - minutesAgo * MINUTE).toISOString() },
  });
  const waiting = [{ noticeId: 'n', state: 'observed' as const, createdAt: '', announcedAt: '' }];

  it.each<[string, Partial<Case>, boolean]>([
    ['nine minutes ago', shown(9), true],
    ['a moment ago', shown(8.9), false],
    ['with a notice that is due anyway', { ...shown(11), outbox: waiting }, false],
    ['never, because a webhook posts', {}, false],
  ])('brings it up to date where it was shown %s, quietly', (_, parts, isDue) => {
    const found = aCase(parts);
    const { outbox } = afterOutcome(found, false, decision, outcome, found, NOW, 'v1');
    expect(outbox.filter(({ quiet }) => quiet === true)).toHaveLength(isDue ? 1 : 0);
    expect(outbox.filter(({ quiet }) => quiet !== true)).toHaveLength(found.outbox.length);
  });

  it('leaves the message of a muted case as it is', () => {
    const found = aCase({ state: 'suppressed', ...shown(11) });
    expect(afterOutcome(found, false, decision, { kind: 'suppressed' }, found, NOW, 'v1').outbox).toEqual([]);
  });
});

describe('the message of a case', () => {
  const chat = { channel: 'C0ALERTS', ts: '1676097364.000001', shownAt: NOW.toISOString() };

  it('is brought up to date without news, once', () => {
    const found = aCase({ chat });
    const [notice, ...others] = withRefresh(found, NOW).outbox;
    expect([notice?.quiet, notice?.state, others]).toEqual([true, found.state, []]);
  });

  it('needs no notice of its own where one is due, or where there is none', () => {
    const due = withRefresh(aCase({ chat }), NOW);
    expect(withRefresh(due, NOW)).toBe(due);
    const silent = aCase({ chat: null });
    expect(withRefresh(silent, NOW)).toBe(silent);
  });
});
