import { type Case, isFoldable, isRecurrence, subjectOf } from '../../functions/domain/case.ts';
import { afterOutcome, type CaseFacts } from '../../functions/domain/case-outcome.ts';
import { aCase, GROUP, NOW, SESSION_ID } from '../support/builders.ts';
import { aCompanionDenial, aRouterDenial, BUCKET_ARN } from '../support/other-signals.ts';

const atTime = (eventTime: string | null) => aCompanionDenial('session-key', { eventTime });

describe("the subject of a companion's denial", () => {
  it('is its minute, where the call names no session', () => {
    expect(subjectOf(atTime('2023-02-11T06:30:59Z'))).toBe(subjectOf(atTime('2023-02-11T06:30:00.500Z')));
    expect(subjectOf(atTime('2023-02-11T06:31:00Z'))).not.toBe(subjectOf(atTime('2023-02-11T06:30:59Z')));
    expect(subjectOf(atTime(null))).not.toBe(subjectOf(atTime('2023-02-11T06:30:59Z')));
  });

  it('is its task', () => {
    const other = aCompanionDenial('session-key', { sessionName: 'b9112a0a96ed445cbc93a90807e34e37' });
    expect(subjectOf(other)).not.toBe(subjectOf(aCompanionDenial('session-key')));
  });

  it('is the session that an upload names, whenever it was', () => {
    const upload = aCompanionDenial('object', { eventTime: '2023-02-11T09:00:00Z' });
    expect(subjectOf(upload)).toBe(subjectOf(aCompanionDenial('object')));
    const resource = `${BUCKET_ARN}/ecs-execute-command-other.log`;
    expect(subjectOf(aCompanionDenial('object', { resource }))).not.toBe(subjectOf(upload));
  });
});

describe('a case that the session decides', () => {
  const eventTime = '2023-02-11T06:30:30Z';
  const found = aCase({ sessionDependent: true, decidedFor: subjectOf(atTime(eventTime)) });

  it('folds the denials of the same minute only', () => {
    expect(isFoldable(found, atTime('2023-02-11T06:30:31Z'), NOW)).toBe(true);
    expect(isFoldable(found, atTime('2023-02-11T06:31:30Z'), NOW)).toBe(false);
  });
});

describe('a denial after the repair', () => {
  const REPAIRED_AT = '2023-02-11T06:34:00Z';
  const found = aCase({ sessionIds: [SESSION_ID, 'webapp'] });

  it.each([
    ['2023-02-11T06:36:00Z', false],
    ['2023-02-11T06:36:01Z', true],
  ])('is a recurrence by its time, where it names no session: %s, %s', (eventTime, expected) => {
    expect(isRecurrence(atTime(eventTime), found, REPAIRED_AT)).toBe(expected);
    expect(isRecurrence(aRouterDenial({ eventTime }), found, REPAIRED_AT)).toBe(expected);
  });

  it('is none where it is an upload of a session that was counted', () => {
    const late = '2023-02-11T07:00:00Z';
    expect(isRecurrence(aCompanionDenial('object', { eventTime: late }), found, REPAIRED_AT)).toBe(false);
    const other = aCompanionDenial('object', { eventTime: late, resource: `${BUCKET_ARN}/ecs-execute-command-2.log` });
    expect(isRecurrence(other, found, REPAIRED_AT)).toBe(true);
  });
});

describe('a case whose task is gone at a later look', () => {
  const decision = { disposition: 'open-ticket', mode: 'ticket', reasons: [], guardrails: [], policy: null } as const;
  const lookAgain = (found: Case, shown: Pick<CaseFacts, 'logGroupName' | 'signal'>) => {
    const { fingerprint, account, region, roleArn, roleId, clusterArn, decidedFor, sessionDependent } = found;
    const facts = { fingerprint, account, region, roleArn, roleId, clusterArn, decidedFor, sessionDependent, ...shown };
    const { logGroupName, signal } = afterOutcome(found, false, decision, { kind: 'observed' }, facts, NOW, 'v1');
    return { logGroupName, signal };
  };
  const router = { kind: 'router', routerName: 'log_router', createsGroup: true } as const;
  const gone = { kind: 'router', routerName: null, createsGroup: false } as const;
  const companion = { kind: 'exec-companion', companion: 'session-key' } as const;
  const intoBucket = { ...companion, bucketName: 'transcripts-1' };

  it('still knows its router, and that it creates the group', () => {
    expect(lookAgain(aCase({ signal: router }), { logGroupName: GROUP, signal: gone }).signal).toEqual(router);
    expect(lookAgain(aCase({ signal: gone }), { logGroupName: GROUP, signal: router }).signal).toEqual(router);
  });

  it.each([
    ['a group', { logGroupName: GROUP, signal: companion }],
    ['a bucket', { logGroupName: null, signal: intoBucket }],
  ])("still knows where its sessions' transcripts go: %s", (_, known) => {
    expect(lookAgain(aCase(known), { logGroupName: null, signal: companion })).toEqual(known);
  });

  it('takes what the last look shows', () => {
    const before = aCase({ logGroupName: GROUP, signal: companion });
    expect(lookAgain(before, { logGroupName: null, signal: intoBucket })).toEqual({
      logGroupName: null,
      signal: intoBucket,
    });
  });
});
