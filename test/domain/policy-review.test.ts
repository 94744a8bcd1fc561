import type { AttachedPolicy, ObservedInlinePolicy, ObservedRole } from '../../functions/domain/observation.ts';
import {
  callsOf,
  isRemovable,
  type ReviewedPolicy,
  reviewPolicy,
  withdrawn,
} from '../../functions/domain/policy-review.ts';
import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import {
  absent,
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  POLICY_NAME,
  ROLE_NAME,
  read,
  simulatedCalls,
  unreadable,
} from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';

const LOGS = 'arn:aws:logs:ap-northeast-1:111111111111:log-group:';
const DAY = 24 * 3_600_000;
const ATTACHED_AT = '2023-01-01T00:00:00.000Z';
const sinceAttached = (milliseconds: number) => new Date(Date.parse(ATTACHED_AT) + milliseconds);

function ourDocument(bucketAndKey = false) {
  const { target } = aLedgerLine();
  if (target.kind !== 'target') throw new Error('no target');
  const document = policyDocumentFor(
    bucketAndKey
      ? {
          ...target,
          bucket: { name: 'transcripts', keyPrefix: 'exec', encryptionRequired: true },
          sessionKey: { kind: 'arn', arn: 'arn:aws:kms:ap-northeast-1:111111111111:key/k' },
        }
      : target,
  );
  if (document === null) throw new Error('no document');
  return document;
}

const DOCUMENT = ourDocument();
const POLICY = anInlinePolicy(POLICY_NAME, DOCUMENT);
const CALLS = callsOf(POLICY);
const ours = `role_${ROLE_NAME}_${POLICY_NAME}`;
const simulated = (...matchedPolicies: readonly string[]) => read(simulatedCalls(CALLS, { matchedPolicies }));

function reviewed(parts: {
  record?: Partial<AttachedPolicy>;
  policies?: readonly ObservedInlinePolicy[];
  role?: Partial<ObservedRole>;
  simulation?: ReviewedPolicy['simulation'];
  now?: Date;
}): ReviewedPolicy {
  return {
    record: anAttachedPolicy(DOCUMENT, { attachedAt: ATTACHED_AT, confirmedAt: ATTACHED_AT, ...parts.record }),
    role: read(aRole({ inlinePolicies: parts.policies ?? [POLICY], ...parts.role })),
    simulation: parts.simulation ?? simulated(ours),
    policyTtlDays: 30,
    now: parts.now ?? sinceAttached(DAY),
  };
}

const changedByOne = anInlinePolicy(POLICY_NAME, { ...DOCUMENT, Statement: DOCUMENT.Statement.slice(1) });

describe('reviewPolicy', () => {
  it.each<{ name: string; parts: Parameters<typeof reviewed>[0]; kind: string }>([
    { name: 'one that the role needs', parts: {}, kind: 'keep' },
    { name: 'one that was reverted', parts: { record: { revertedAt: ATTACHED_AT }, policies: [] }, kind: 'keep' },
    { name: 'one that is gone', parts: { policies: [] }, kind: 'removed-by-others' },
    { name: 'one that is gone, just fresh', parts: { policies: [], now: sinceAttached(299_999) }, kind: 'keep' },
    {
      name: 'one that is gone, just not fresh',
      parts: { policies: [], now: sinceAttached(300_000) },
      kind: 'removed-by-others',
    },
    {
      name: 'one that we were removing',
      parts: { policies: [], record: { removalAt: ATTACHED_AT } },
      kind: 'removed-by-us',
    },
    { name: 'one that stands though we were removing it', parts: { record: { removalAt: ATTACHED_AT } }, kind: 'keep' },
    { name: 'one with a statement less', parts: { policies: [changedByOne] }, kind: 'changed' },
    { name: 'one of a role that was made anew', parts: { role: { roleId: 'AROANEW' } }, kind: 'role-gone' },
    { name: 'one that was never confirmed', parts: { record: { confirmedAt: null } }, kind: 'confirm' },
    {
      name: 'an announced write that may still be made',
      parts: { record: { confirmedAt: null }, policies: [], now: sinceAttached(3_599_999) },
      kind: 'keep',
    },
    {
      name: 'an announced write that was never made',
      parts: { record: { confirmedAt: null }, policies: [], now: sinceAttached(3_600_000) },
      kind: 'withdraw',
    },
    {
      name: 'an announced change that was never made',
      parts: { record: { confirmedAt: null, previousHash: changedByOne.hash }, policies: [changedByOne] },
      kind: 'withdraw',
    },
    { name: 'one that is younger than its time', parts: { now: sinceAttached(30 * DAY - 1) }, kind: 'keep' },
    { name: 'one that is as old as its time', parts: { now: sinceAttached(30 * DAY) }, kind: 'old' },
    {
      name: 'one that people were told of',
      parts: { record: { warnedAt: sinceAttached(30 * DAY).toISOString() }, now: sinceAttached(37 * DAY - 1) },
      kind: 'keep',
    },
    {
      name: 'one that people were told of a week ago',
      parts: { record: { warnedAt: sinceAttached(30 * DAY).toISOString() }, now: sinceAttached(37 * DAY) },
      kind: 'overdue',
    },
    { name: 'one of no readable time', parts: { record: { attachedAt: 'x' } }, kind: 'keep' },
  ])('says $kind of $name', ({ parts, kind }) => {
    expect(reviewPolicy(reviewed(parts)).kind).toBe(kind);
  });

  it('keeps it where the role cannot be read, and lets go where the role is gone', () => {
    expect(reviewPolicy({ ...reviewed({}), role: unreadable })).toMatchObject({ kind: 'keep' });
    expect(reviewPolicy({ ...reviewed({}), role: absent })).toMatchObject({ kind: 'role-gone' });
  });
});

describe('a policy that the role may do without', () => {
  const boundary = { permissionsBoundaryArn: 'arn:aws:iam::111111111111:policy/team/Limits' };
  const [first, ...others] = simulatedCalls(CALLS, { matchedPolicies: ['role_x_team'] });
  const except = (call: object) => read(first === undefined ? others : [{ ...first, ...call }, ...others]);

  it.each<{ name: string; simulation: ReviewedPolicy['simulation']; role?: Partial<ObservedRole>; needed: boolean }>([
    {
      name: 'another policy of the role allows every call',
      simulation: simulated(`role_${ROLE_NAME}_team`),
      needed: false,
    },
    { name: 'another one besides ours', simulation: simulated(ours, 'TeamLogs'), needed: false },
    { name: 'ours alone', simulation: simulated(ours), needed: true },
    { name: 'ours in other letters', simulation: simulated(ours.toUpperCase()), needed: true },
    { name: 'ours by its bare name', simulation: simulated(POLICY_NAME), needed: true },
    { name: 'nobody by name', simulation: read(simulatedCalls(CALLS)), needed: true },
    { name: 'the boundary alone', simulation: simulated(ours, 'Limits'), role: boundary, needed: true },
    {
      name: 'another one under a boundary',
      simulation: simulated('Limits', 'TeamLogs'),
      role: boundary,
      needed: false,
    },
    { name: 'all but one call', simulation: except({ matchedPolicies: [ours] }), needed: true },
    { name: 'one call denied', simulation: except({ allowed: false }), needed: true },
    { name: 'a context key unknown', simulation: except({ missingContextValues: ['aws:SourceVpc'] }), needed: true },
    { name: 'another call in its place', simulation: except({ action: 'logs:PutLogEvents' }), needed: true },
    { name: 'a call too few', simulation: read(others), needed: true },
    { name: 'no simulation', simulation: unreadable, needed: true },
  ])('allowed by $name: needed $needed', ({ simulation, role = {}, needed }) => {
    const judgement = reviewPolicy(reviewed({ simulation, role }));
    expect(judgement).toEqual(
      needed ? { kind: 'keep', because: 'the role needs it' } : { kind: 'not-needed', policy: POLICY },
    );
  });

  it('is let go of also when it is old', () => {
    const judgement = reviewPolicy(reviewed({ simulation: simulated('TeamLogs'), now: sinceAttached(100 * DAY) }));
    expect(judgement.kind).toBe('not-needed');
  });

  it('is let go of only once it is confirmed', () => {
    const judgement = reviewPolicy(reviewed({ simulation: simulated('TeamLogs'), record: { confirmedAt: null } }));
    expect(judgement.kind).toBe('confirm');
  });
});

describe('callsOf', () => {
  it('derives every call from the document itself', () => {
    expect(callsOf(anInlinePolicy(POLICY_NAME, ourDocument(true)))).toEqual([
      {
        action: 'logs:CreateLogStream',
        resource: `${LOGS}/ecs/nginx-sample/nginx:log-stream:ecs-execute-command-probe`,
      },
      { action: 'logs:PutLogEvents', resource: `${LOGS}/ecs/nginx-sample/nginx:log-stream:ecs-execute-command-probe` },
      { action: 'logs:DescribeLogGroups', resource: `${LOGS}:log-stream:` },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::transcripts/exec/ecs-execute-command-probe.log' },
      { action: 's3:GetEncryptionConfiguration', resource: 'arn:aws:s3:::transcripts' },
      { action: 'kms:Decrypt', resource: 'arn:aws:kms:ap-northeast-1:111111111111:key/k' },
    ]);
  });

  it('gives none for a document that is not of our form', () => {
    expect(callsOf(anInlinePolicy(POLICY_NAME, { Version: '2012-10-17', Statement: [] }))).toEqual([]);
    expect(callsOf({ name: POLICY_NAME, document: 'x', hash: 'x' })).toEqual([]);
  });
});

describe('isRemovable', () => {
  it.each([
    ['our own', POLICY, true],
    ['our text under a foreign name', { ...POLICY, name: 'TeamLogs' }, false],
    ["our text under another Region's name", { ...POLICY, name: 'ExecLogDelivery-eu-west-1' }, false],
    ['a foreign text under our name', anInlinePolicy(POLICY_NAME, { Version: '2012-10-17', Statement: [] }), false],
  ])('of %s policy is %s', (_, policy, expected) => {
    expect(isRemovable(policy)).toBe(expected);
  });
});

describe('withdrawn', () => {
  const record = anAttachedPolicy(DOCUMENT, { confirmedAt: null, fingerprints: ['a', 'b'] });
  const now = sinceAttached(DAY);

  it('says that nothing is attached where nothing stood before', () => {
    expect(withdrawn(record, null, now)).toEqual({ ...record, fingerprints: [], revertedAt: now.toISOString() });
  });

  it('goes back to what stood before, without the cause that the write was for', () => {
    expect(withdrawn(record, 'earlier', now)).toEqual({
      ...record,
      documentHash: 'earlier',
      confirmedAt: now.toISOString(),
      fingerprints: ['a'],
    });
  });
});
