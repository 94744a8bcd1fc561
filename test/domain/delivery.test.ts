import type { Case } from '../../functions/domain/case.ts';
import { disproofOf } from '../../functions/domain/delivery.ts';
import { aCase, anExecSession, GROUP, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';

const line = aLedgerLine({ session: anExecSession({ startedAt: '2023-02-11T06:45:00Z' }) });
const OBJECT = { kind: 'exec-companion', companion: 'object' } as const;

/** Why a later session whose transcript lies in the group, and this besides, does not prove the case repaired. */
function disproof(found: Partial<Case>, causes: readonly string[] = ['transcript-found']): string | null {
  const verdict = aVerdict({
    state: 'recorded',
    causes: causes.map((code) => ({ code, detail: code })),
    proof: { transcript: `log-group:${GROUP}:${SESSION_ID}`, fingerprint: null, eventId: null },
  });
  return disproofOf(aCase({ repairedAt: '2023-02-11T06:40:00Z', ...found }), { line, verdict });
}

describe('a later session', () => {
  it.each([
    ['a denied delivery', {}, ['transcript-found'], null],
    ['a denied delivery, where the bucket holds nothing', {}, ['only-log-group'], null],
    ["a companion's denial", { signal: OBJECT }, ['transcript-found'], null],
    [
      "a companion's denial, where the bucket holds nothing",
      { signal: OBJECT },
      ['only-log-group'],
      'the bucket does not hold the transcript',
    ],
  ])('proves what it shows of %s', (_, found, causes, expected) => {
    expect(disproof(found, causes)).toBe(expected);
  });

  it.each([
    ['ticketed', null],
    ['proposed', null],
    ['repaired', null],
    ['unverified', null],
    ['verified', null],
    ['observed', 'the case waits for no transcript'],
    ['closed', 'the case waits for no transcript'],
  ] as const)('proves a case that is %s: %s', (state, expected) => {
    expect(disproof({ state })).toBe(expected);
  });

  it('proves nothing where no group is known', () => {
    expect(disproof({ signal: OBJECT, logGroupName: null })).toBe('the transcript lies elsewhere');
  });
});
