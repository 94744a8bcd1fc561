import type { Denial } from '../../functions/domain/denial.ts';
import type { AttachedPolicy } from '../../functions/domain/observation.ts';
import {
  aCase,
  aDenial,
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  POLICY_NAME,
  read,
  rules,
  SESSION_ID,
  simulatedCalls,
  unreadable,
} from '../support/builders.ts';
import { aFinding, aWorld, decisionIn, findingOf, type World, withFittingSimulation } from '../support/world.ts';

const { fingerprint, repair } = aFinding();
const document = repair?.policy.document ?? { Version: '2012-10-17', Statement: [] };
const calls = repair?.requiredCalls ?? [];
const allowedNow = read({ now: simulatedCalls(calls), withPolicy: simulatedCalls(calls) });
// The policy was announced at 06:34:00; the denial's own time is set by each test.
const NEW_SESSION = 'ecs-execute-command-1aaaaaaaaaaaaaaaa';

/** Our policy for this cause stands, and the simulation allows what it grants. */
function repaired(
  deniedAt: string | null,
  found = aCase({ sessionIds: [] }),
  record: Partial<AttachedPolicy> = {},
): World {
  return aWorld(
    {
      role: read(aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, document)] })),
      attachedPolicy: read(anAttachedPolicy(document, { fingerprints: [fingerprint], ...record })),
      simulation: allowedNow,
    },
    { denial: aDenial({ eventTime: deniedAt }), found },
  );
}

const codesIn = (world: World): readonly string[] => {
  const { disposition, reasons } = decisionIn(world);
  return [disposition, ...reasons.map(({ code }) => code)];
};
const ALREADY_REPAIRED = ['not-applicable', 'already-repaired'];
const RECURRENCE = ['open-ticket', 'grant-helps', 'first-time', 'recurrence'];

describe('given a denial of a cause that we have repaired', () => {
  it.each([
    { name: 'before the write', at: '2023-02-11T06:33:00Z' },
    { name: 'two minutes after the write', at: '2023-02-11T06:36:00Z' },
  ])('joins the case when it was denied $name', ({ at }) => {
    expect(codesIn(repaired(at))).toEqual(ALREADY_REPAIRED);
  });

  it('opens a ticket for a new session later than that, although the simulation allows everything', () => {
    expect(codesIn(repaired('2023-02-11T06:36:01Z'))).toEqual(RECURRENCE);
  });

  it('joins the case later than that, if the session was counted before', () => {
    expect(codesIn(repaired('2023-02-11T06:36:01Z', aCase({ sessionIds: [SESSION_ID] })))).toEqual(ALREADY_REPAIRED);
  });

  it('counts the two minutes from the repair of this cause, not from a later write for another', () => {
    const found = aCase({ sessionIds: [], repairedAt: '2023-02-11T06:00:00Z' });
    expect(codesIn(repaired('2023-02-11T06:33:00Z', found))).toEqual(RECURRENCE);
  });

  it('opens a ticket when the record gives no time', () => {
    expect(codesIn(repaired(null))).toEqual(['open-ticket', 'grant-helps', 'fresh', 'first-time', 'recurrence']);
  });

  it('joins a write that was never confirmed but stands', () => {
    const record = { confirmedAt: null };
    expect(codesIn(repaired('2023-02-11T06:33:00Z', aCase(), record))).toEqual(ALREADY_REPAIRED);
    expect(codesIn(repaired('2023-02-11T06:36:01Z', aCase({ sessionIds: [] }), record))).toEqual(RECURRENCE);
  });

  it('does not join on the record of another cause', () => {
    const other = repaired('2023-02-11T06:33:00Z', aCase(), { fingerprints: ['other'] });
    expect(codesIn(other)).toEqual(['not-applicable', 'already-allowed']);
  });

  it('opens a ticket when somebody removed our policy', () => {
    const { observation, ...world } = repaired('2023-02-11T06:35:04Z');
    const removed = withFittingSimulation({ ...world, observation: { ...observation, role: read(aRole()) } });
    expect(codesIn(removed)).toEqual(['open-ticket', 'first-time', 'policy-removed']);
  });

  it('opens a ticket when somebody changed our policy', () => {
    const { observation, ...world } = repaired('2023-02-11T06:35:04Z');
    const changed = aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, { ...document, Id: 'x' })] });
    expect(codesIn(withFittingSimulation({ ...world, observation: { ...observation, role: read(changed) } }))).toEqual([
      'open-ticket',
      'name-free',
      'policy-changed',
      'first-time',
      'recurrence',
    ]);
  });

  it.each(['role', 'attachedPolicy'] as const)('does not join when %s cannot be read', (name) => {
    const { observation, ...world } = repaired('2023-02-11T06:33:00Z');
    expect(decisionIn({ ...world, observation: { ...observation, [name]: unreadable } }).disposition).not.toBe(
      'attach-policy',
    );
    expect(codesIn({ ...world, observation: { ...observation, [name]: unreadable } })).not.toEqual(ALREADY_REPAIRED);
  });
});

describe('given a role that may do it by now', () => {
  const allowed = (denial: Partial<Denial> = {}): World =>
    aWorld({ simulation: allowedNow }, { denial: aDenial(denial) });
  const ALREADY_ALLOWED = ['not-applicable', 'already-allowed'];

  it.each<{ name: string; denial: Partial<Denial> }>([
    { name: 'nothing allowed it', denial: {} },
    { name: 'an identity-based policy denied it explicitly', denial: { denialKind: 'explicit' } },
    { name: 'the boundary did not allow it', denial: { policyType: 'permissions-boundary' } },
    { name: 'the record gives no reason', denial: { policyType: null, denialKind: 'unknown' } },
  ])('ends when $name', ({ denial }) => {
    expect(codesIn(allowed(denial))).toEqual(ALREADY_ALLOWED);
  });

  it('opens a ticket when the log group is missing: nothing can be delivered there', () => {
    const world = aWorld({ simulation: allowedNow, logGroup: { kind: 'absent' } });
    expect(codesIn(world).slice(0, 3)).toEqual(['open-ticket', 'target-confirmed', 'log-group-missing']);
  });

  it.each<{ name: string; denial: Partial<Denial> }>([
    { name: 'an SCP denied it', denial: { policyType: 'scp' } },
    { name: 'an RCP denied it', denial: { policyType: 'rcp' } },
    { name: 'a session policy denied it', denial: { policyType: 'session' } },
    { name: 'an endpoint policy denied it', denial: { policyType: 'vpc-endpoint' } },
    { name: 'a resource policy denied it', denial: { policyType: 'resource-based' } },
    { name: 'something unnamed denied it explicitly', denial: { policyType: null, denialKind: 'explicit' } },
    { name: 'another group was denied', denial: { logGroupName: '/ecs/other' } },
    {
      name: 'the group of another account was denied',
      denial: { resource: `${aDenial().resource}`.replace(':111111111111:', ':222222222222:') },
    },
    { name: 'no session of this id is known', denial: { logStreamName: NEW_SESSION } },
    { name: 'the role was made again since', denial: { roleId: 'AROAYYYYYYYYYYYYYYYYY' } },
  ])('opens a ticket when $name: the simulation is no evidence', ({ denial }) => {
    expect(decisionIn(allowed(denial)).disposition).toBe('open-ticket');
  });

  it('opens a ticket when the simulation lacks a context value or an answer', () => {
    const lacking = simulatedCalls(calls, { missingContextValues: ['aws:SourceIp'] });
    for (const now of [lacking, simulatedCalls(calls.slice(1)), []]) {
      expect(decisionIn(aWorld({ simulation: read({ now, withPolicy: now }) })).disposition).toBe('open-ticket');
    }
  });

  it('ends in any mode', () => {
    expect(decisionIn({ ...allowed(), rules: rules({ defaultMode: 'observe' }) }).disposition).toBe('not-applicable');
  });
});

describe('given a second group of a role that we have repaired', () => {
  it('attaches both targets in one document', () => {
    const earlier = JSON.parse(JSON.stringify(document).replaceAll('/ecs/nginx-sample/nginx', '/ecs/earlier'));
    const world = aWorld({
      role: read(aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, earlier)] })),
      attachedPolicy: read(anAttachedPolicy(earlier, { fingerprints: ['other'] })),
    });
    const { disposition, policy } = decisionIn(world);
    expect(disposition).toBe('attach-policy');
    expect(policy?.document.Statement[0]?.Resource).toEqual(
      ['/ecs/earlier', '/ecs/nginx-sample/nginx'].map(
        (group) => `arn:aws:logs:ap-northeast-1:111111111111:log-group:${group}:log-stream:ecs-execute-command-*`,
      ),
    );
    expect(findingOf(world).fingerprint).toBe(fingerprint);
  });
});
