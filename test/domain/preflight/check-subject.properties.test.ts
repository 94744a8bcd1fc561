import * as fc from 'fast-check';
import { preflightCalls } from '../../../functions/domain/preflight/calls.ts';
import { checkSubject } from '../../../functions/domain/preflight/check-subject.ts';
import { PREFLIGHT_CODES } from '../../../functions/domain/preflight/codes.ts';
import { STATUS_RANKS } from '../../../functions/domain/preflight/result-order.ts';
import type { PreflightSubject } from '../../../functions/domain/preflight/subject.ts';
import { answer, anySubject } from '../../support/arbitrary-preflight.ts';
import { read, unreadable } from '../../support/builders.ts';
import { anOverrideTarget, answersFor, aPreflightTask, aSubject } from '../../support/preflight.ts';

const RUNS = { numRuns: 300 };

describe('the preflight of any container', () => {
  it('always ends, with the worst status first, known codes and something to do for all but green', () => {
    fc.assert(
      fc.property(anySubject, (subject) => {
        const { status, checks } = checkSubject(subject);
        const ranks = checks.map((check) => STATUS_RANKS[check.status]);
        expect(ranks).toEqual([...ranks].sort());
        expect(checks[0]?.status).toBe(status);
        for (const check of checks) {
          expect(Object.hasOwn(PREFLIGHT_CODES, check.code)).toBe(true);
          expect(check.status === 'green').toBe(check.whatToDo === '');
          expect(check.detail).not.toBe('');
        }
      }),
      RUNS,
    );
  });

  it('never gets greener by a call that is denied', () => {
    fc.assert(
      fc.property(anySubject, fc.nat(), answer, (subject, at, more) => {
        const { calls } = subject;
        fc.pre(calls.kind === 'read' && calls.value.length > 0);
        const denied =
          calls.kind === 'read'
            ? calls.value.map((call, index) =>
                index === at % calls.value.length
                  ? { ...call, allowed: false, explicitDeny: more.explicitDeny === true }
                  : call,
              )
            : [];
        const before = checkSubject(subject);
        const after = checkSubject({ ...subject, calls: read(denied) });
        expect(STATUS_RANKS[after.status]).toBeLessThanOrEqual(STATUS_RANKS[before.status]);
      }),
      RUNS,
    );
  });

  const READINGS = [
    'cluster',
    'taskDefinition',
    'role',
    'logGroup',
    'sessionKey',
    'bucketEncryption',
    'bucketKey',
    'calls',
    'network',
    'trails',
  ] as const satisfies readonly (keyof PreflightSubject)[];

  it.each(READINGS)('is yellow, not green and not red, where of a green one the %s could not be read', (name) => {
    expect(checkSubject({ ...aSubject(), [name]: unreadable }).status).toBe('yellow');
  });

  it("is never green where the version of an instance's agent could not be read", () => {
    const tasks = [aPreflightTask({ platformVersion: null, containerAgentVersion: unreadable })];
    expect(checkSubject(aSubject({ launchType: 'EC2', tasks })).status).toBe('yellow');
  });

  it('is red only where a required call is denied, and yellow where only another is', () => {
    const target = anOverrideTarget({ encryptionRequired: false });
    fc.assert(
      fc.property(fc.nat(), (at) => {
        const asked = preflightCalls(target);
        const denied = asked[at % asked.length];
        const calls = answersFor(target).map((call, index) =>
          index === at % asked.length ? { ...call, allowed: false } : call,
        );
        const subject = aSubject({ target, calls: read(calls) });
        expect(checkSubject(subject).status).toBe(denied?.need === 'required' ? 'red' : 'yellow');
      }),
    );
  });
});
