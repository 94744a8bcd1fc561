import fc from 'fast-check';
import {
  type BreakerRecord,
  breakerAt,
  breakerLimits,
  NOTHING_COUNTED,
  withCase,
  withReclosing,
  withWrite,
  writesUntil,
} from '../../functions/domain/breaker.ts';
import { NO_CEILING } from '../../functions/domain/settings.ts';
import { rules } from '../support/builders.ts';

const START = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIMITS = { writesPerHour: 20, casesPerHour: 20 };

const at = (milliseconds: number) => new Date(START + milliseconds);
const iso = (milliseconds: number) => at(milliseconds).toISOString();
const cases = (count: number, from = 0, record = NOTHING_COUNTED) =>
  Array.from({ length: count }, (_, index) => index).reduce(
    (before, index) => withCase(before, `c${index}-${from}`, LIMITS, at(from + index)),
    record,
  );
const writes = (count: number, record = NOTHING_COUNTED) =>
  Array.from({ length: count }, (_, index) => index).reduce(
    (before, index) => withWrite(before, `event-${index}`, LIMITS, at(index)),
    record,
  );
const reclosing = (milliseconds: number) => ({
  at: iso(milliseconds),
  by: 'arn:aws:iam::111111111111:user/alice',
  reason: 'one broken boundary',
});

describe('given new causes', () => {
  it('is closed one below the limit and open at it, for an hour', () => {
    expect(breakerAt(cases(19), LIMITS, at(MINUTE))).toEqual({ kind: 'closed', writes: 0, cases: 19 });
    expect(breakerAt(cases(20), LIMITS, at(MINUTE))).toEqual({
      kind: 'open',
      writes: 0,
      cases: 20,
      because: 'cases',
      since: iso(19),
      until: iso(19 + HOUR),
    });
  });

  it('counts each cause once', () => {
    const once = cases(19);
    expect(withCase(once, 'c3-0', LIMITS, at(MINUTE))).toBe(once);
  });

  it('is open until the hour after its opening, and closed from then on', () => {
    expect(breakerAt(cases(20), LIMITS, at(19 + HOUR - 1)).kind).toBe('open');
    expect(breakerAt(cases(20), LIMITS, at(19 + HOUR))).toEqual({ kind: 'closed', writes: 0, cases: 1 });
  });

  it('stays open for as long as causes keep coming, under the name of its opening', () => {
    const kept = cases(20, 50 * MINUTE, cases(20));
    expect(breakerAt(kept, LIMITS, at(100 * MINUTE))).toEqual({
      kind: 'open',
      writes: 0,
      cases: 20,
      because: 'cases',
      since: iso(19),
      until: iso(110 * MINUTE + 1),
    });
  });

  it('opens anew after it was closed by time', () => {
    const again = cases(20, 3 * HOUR, cases(20));
    expect(breakerAt(again, LIMITS, at(3 * HOUR + MINUTE))).toMatchObject({ since: iso(3 * HOUR + 19) });
  });

  it('forgets an opening that is over, so that a lower limit opens none by its name', () => {
    const later = cases(10, 20 * HOUR, cases(20));
    expect(breakerAt(later, { ...LIMITS, casesPerHour: 10 }, at(20 * HOUR + MINUTE))).toMatchObject({
      kind: 'open',
      since: iso(20 * HOUR + 9),
    });
  });

  it('keeps a bounded number of them', () => {
    const storm = cases(2000);
    expect([storm.cases.length, breakerAt(storm, LIMITS, at(2000)).kind]).toEqual([120, 'open']);
    const long = 'f'.repeat(1000);
    expect(withCase(NOTHING_COUNTED, long, LIMITS, at(0)).cases).toEqual([{ id: long.slice(0, 16), at: iso(0) }]);
  });

  it('opens at the one that reached the limit, in whatever order the clocks of the workers wrote them', () => {
    const record = { ...cases(20), opened: null };
    const mixed = { ...record, cases: [...record.cases].reverse() };
    expect(breakerAt(mixed, LIMITS, at(MINUTE))).toEqual(breakerAt(record, LIMITS, at(MINUTE)));
  });
});

describe('given writes', () => {
  it('is closed one below the limit and open at it, for an hour', () => {
    expect(breakerAt(writes(19), LIMITS, at(MINUTE))).toEqual({ kind: 'closed', writes: 19, cases: 0 });
    expect(breakerAt(writes(20), LIMITS, at(MINUTE))).toMatchObject({
      kind: 'open',
      because: 'writes',
      since: iso(19),
    });
    expect(breakerAt(writes(20), LIMITS, at(19 + HOUR)).kind).toBe('closed');
  });

  it('is open at the limit of a row that does not know when it opened', () => {
    const old: BreakerRecord = { ...writes(20), opened: null };
    expect(breakerAt(old, LIMITS, at(MINUTE))).toMatchObject({ kind: 'open', because: 'writes', since: iso(19) });
    expect(breakerAt(old, LIMITS, at(HOUR)).kind).toBe('open');
    expect(breakerAt(old, LIMITS, at(HOUR + 1)).kind).toBe('closed');
  });

  it('is opened once, by what came first', () => {
    const both = cases(20, MINUTE, writes(20));
    expect(breakerAt(both, LIMITS, at(2 * MINUTE))).toMatchObject({ because: 'writes', since: iso(19) });
    expect(breakerAt({ ...both, opened: null }, LIMITS, at(2 * MINUTE))).toMatchObject({ since: iso(19) });
    const again = cases(20, 3 * HOUR, writes(20));
    expect(breakerAt(again, LIMITS, at(3 * HOUR + MINUTE))).toMatchObject({ because: 'cases' });
    const atOnce = withCase(writes(20), 'c', { ...LIMITS, casesPerHour: 1 }, at(3 * HOUR));
    expect(atOnce.opened).toEqual({ at: iso(3 * HOUR), because: 'cases' });
  });

  it('notes the opening at the next one, where the row did not know of it', () => {
    const old: BreakerRecord = { ...writes(20), opened: null };
    expect(withWrite(old, 'event-20', LIMITS, at(MINUTE)).opened).toEqual({ at: iso(MINUTE), because: 'writes' });
  });

  it('is opened by no limit of none: that is a rule, not a storm', () => {
    expect(breakerAt(NOTHING_COUNTED, { writesPerHour: 0, casesPerHour: 1 }, at(0)).kind).toBe('closed');
  });

  it('are counted for an hour, each to the millisecond', () => {
    expect([writesUntil(writes(3), at(HOUR)), writesUntil(writes(3), at(HOUR + 1))]).toEqual([3, 2]);
  });

  it('are not counted where they lie ahead of every clock', () => {
    expect([writesUntil(writes(1), at(-MINUTE)), writesUntil(writes(1), at(-MINUTE - 1))]).toEqual([1, 0]);
  });
});

describe('given a person who closes it', () => {
  const closed = withReclosing(cases(20, 0, writes(20)), reclosing(MINUTE));

  it('is closed at once, and counts from zero', () => {
    expect(breakerAt(closed, LIMITS, at(MINUTE))).toEqual({ kind: 'closed', writes: 0, cases: 0 });
    expect(writesUntil(closed, at(MINUTE))).toBe(0);
    expect(breakerAt(cases(19, 2 * MINUTE, closed), LIMITS, at(3 * MINUTE)).kind).toBe('closed');
    expect(breakerAt(cases(20, 2 * MINUTE, closed), LIMITS, at(3 * MINUTE))).toMatchObject({
      kind: 'open',
      since: iso(2 * MINUTE + 19),
    });
  });

  it('still knows the causes that were counted, so that one that is delivered again is not new', () => {
    expect(withCase(closed, 'c3-0', LIMITS, at(2 * MINUTE))).toBe(closed);
  });
});

describe('given a person whose clock is ahead', () => {
  it.each([
    [MINUTE, 'closed'],
    [MINUTE + 1, 'open'],
  ])('by %i ms: what is counted at our clock leaves the breaker %s', (ahead, kind) => {
    expect(breakerAt(withReclosing(writes(20), reclosing(19 + ahead)), LIMITS, at(19)).kind).toBe(kind);
  });

  it('counts all the same until then, and opens', () => {
    const ahead = withReclosing({ ...cases(0) }, reclosing(3 * HOUR));
    expect(breakerAt(writes(20, ahead), LIMITS, at(MINUTE))).toMatchObject({ kind: 'open', writes: 20 });
  });
});

describe('breakerLimits', () => {
  it('takes the writes of the settings under the ceiling, and the causes of the settings', () => {
    const given = (writesPerHour: number, ceiling: number) =>
      breakerLimits(
        rules({ limits: { writesPerHour, casesPerHour: 7 } }, { ceiling: { ...NO_CEILING, writesPerHour: ceiling } }),
      );
    expect([given(5, 20), given(50, 20)]).toEqual([
      { writesPerHour: 5, casesPerHour: 7 },
      { writesPerHour: 20, casesPerHour: 7 },
    ]);
  });
});

describe('given any history', () => {
  const limits = { writesPerHour: 3, casesPerHour: 4 };
  const history = fc.array(
    fc.record({ kind: fc.constantFrom('write', 'case', 'reclose'), minutes: fc.integer({ min: 0, max: 45 }) }),
    { maxLength: 40 },
  );

  it('never opens below both limits, and closes within the hour after an opening by a person alone', () => {
    fc.assert(
      fc.property(history, (steps) => {
        let record = NOTHING_COUNTED;
        let now = 0;
        let openedAt: number | null = null;
        let counted: { readonly kind: string; readonly at: number }[] = [];
        const isOpen = () => {
          const recent = counted.filter((each) => each.at >= now - HOUR);
          return (
            recent.filter((each) => each.kind === 'write').length >= limits.writesPerHour ||
            recent.filter((each) => each.kind === 'case').length >= limits.casesPerHour ||
            (openedAt !== null && now < openedAt + HOUR)
          );
        };
        for (const [index, { kind, minutes }] of steps.entries()) {
          now += minutes * MINUTE + 1;
          // It may have closed since the last step, so that this one opens it anew.
          if (!isOpen()) openedAt = null;
          if (kind === 'reclose') {
            record = withReclosing(record, reclosing(now));
            [openedAt, counted] = [null, []];
          } else {
            record =
              kind === 'write'
                ? withWrite(record, `w${index}`, limits, at(now))
                : withCase(record, `c${index}`, limits, at(now));
            counted.push({ kind, at: now });
          }
          const { kind: state } = breakerAt(record, limits, at(now));
          expect(state).toBe(isOpen() ? 'open' : 'closed');
          if (state === 'closed') openedAt = null;
          else openedAt ??= now;
        }
      }),
      { numRuns: 300 },
    );
  });
});
