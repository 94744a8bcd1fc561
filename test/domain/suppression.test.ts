import { isMuted, isSuppressionOver } from '../../functions/domain/mode.ts';
import { daysLeftOf, hasEnded, isMutedBySettings, reportedSuppressions } from '../../functions/domain/suppression.ts';
import { aSettled } from '../messages/audited-sessions.ts';
import { ACCOUNT, ROLE_ARN, rules } from '../support/builders.ts';

const suppression = { role: ROLE_ARN, until: '2027-01-31', reason: 'retired in January', owner: 'platform' };
const JUST_INSIDE = new Date('2027-01-31T23:59:59.999Z');
const JUST_OUTSIDE = new Date('2027-02-01T00:00:00.000Z');

describe('given a suppression until a day', () => {
  it('holds until the last millisecond of that day, UTC', () => {
    expect([hasEnded(suppression, JUST_INSIDE), hasEnded(suppression, JUST_OUTSIDE)]).toEqual([false, true]);
  });

  it('mutes the role until then, and is over from then on', () => {
    const inForce = rules({ suppressions: [suppression] });
    const found = { account: ACCOUNT, roleArn: ROLE_ARN };
    expect([isMuted(inForce, found, JUST_INSIDE), isMuted(inForce, found, JUST_OUTSIDE)]).toEqual([true, false]);
    const over = [JUST_INSIDE, JUST_OUTSIDE].map((now) => isSuppressionOver(inForce, ROLE_ARN, now));
    expect(over).toEqual([false, true]);
  });

  it('is over where it was taken out of the settings, and not where nobody knows the settings', () => {
    expect(isSuppressionOver(rules(), ROLE_ARN, JUST_INSIDE)).toBe(true);
    expect(isSuppressionOver({ ...rules(), settingsVersion: 'none' }, ROLE_ARN, JUST_INSIDE)).toBe(false);
  });

  it('is not over while another of the same role holds', () => {
    const both = rules({ suppressions: [suppression, { ...suppression, until: '2027-02-01' }] });
    expect(isSuppressionOver(both, ROLE_ARN, JUST_OUTSIDE)).toBe(false);
  });

  it.each([
    { now: JUST_INSIDE, days: 1 },
    { now: JUST_OUTSIDE, days: 0 },
    { now: new Date('2027-01-31T00:00:00.000Z'), days: 1 },
    { now: new Date('2027-01-30T23:59:59.999Z'), days: 2 },
    { now: new Date('2028-01-01T00:00:00.000Z'), days: 0 },
  ])('has $days days left at $now', ({ now, days }) => {
    expect(daysLeftOf(suppression, now)).toBe(days);
  });
});

describe('a case that the settings mute', () => {
  it.each([
    { name: 'suppressed', state: 'suppressed', codes: ['suppressed'], muted: true },
    { name: 'an incident that is', state: 'suppressed', codes: ['unrecorded-missing', 'suppressed'], muted: true },
    { name: 'muted by a tag', state: 'suppressed', codes: ['tag-off'], muted: false },
    { name: 'a ticket that was', state: 'ticketed', codes: ['suppressed'], muted: false },
  ] as const)('is $muted of one $name', ({ state, codes, muted }) => {
    expect(isMutedBySettings({ state, reasons: codes.map((code) => ({ code, detail: '' })) })).toBe(muted);
  });
});

describe('the suppressions of a report', () => {
  const proof = { transcript: null, fingerprint: 'f1', eventId: '1' };
  const gaps = [
    aSettled(1, '2027-01-30T08:00:00Z', { state: 'denied', taskRoleArn: ROLE_ARN, proof }),
    aSettled(2, '2027-01-31T08:00:00Z', { state: 'denied', taskRoleArn: ROLE_ARN, proof }),
    aSettled(3, '2027-01-31T09:00:00Z', { state: 'missing', taskRoleArn: `${ROLE_ARN}-2` }),
  ].map((verdict) => ({ verdict }));

  it('name the unrecorded sessions and cases of their role, the next to end first', () => {
    const other = { ...suppression, role: 'arn:aws:iam::111111111111:role/other', until: '2027-03-01' };
    expect(reportedSuppressions([other, suppression], gaps, [], JUST_INSIDE)).toEqual([
      {
        ...suppression,
        hasEnded: false,
        daysLeft: 1,
        sessionIds: [gaps[0]?.verdict.sessionId, gaps[1]?.verdict.sessionId],
        fingerprints: ['f1'],
      },
      { ...other, hasEnded: false, daysLeft: 30, sessionIds: [], fingerprints: [] },
    ]);
  });

  it('name whatever else of the role is muted, each case once', () => {
    const muted = ['f1', 'router'].map((fingerprint) => ({ roleArn: ROLE_ARN, fingerprint }));
    const others = { roleArn: `${ROLE_ARN}-2`, fingerprint: 'f3' };
    const [reported] = reportedSuppressions([suppression], gaps, [...muted, others], JUST_INSIDE);
    expect(reported?.fingerprints).toEqual(['f1', 'router']);
  });

  it('say of one that it has ended', () => {
    expect(reportedSuppressions([suppression], gaps, [], JUST_OUTSIDE)).toMatchObject([
      { hasEnded: true, daysLeft: 0 },
    ]);
  });
});
