import { decideApproved } from '../../functions/domain/decide-approved.ts';
import type { Decision } from '../../functions/domain/decision.ts';
import { planHashOf } from '../../functions/domain/proposal.ts';
import {
  aCase,
  aCluster,
  anAttachedPolicy,
  anExecConfiguration,
  anInlinePolicy,
  aRole,
  aTaskDefinition,
  NOW,
  POLICY_NAME,
  ROLE_ID,
  read,
  rules,
} from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aProposalOfCase } from '../support/proposals.ts';
import { aWorld, findingOf, type World } from '../support/world.ts';

const proposing = { rules: rules({ defaultMode: 'propose' }) };
const policy = findingOf(aWorld()).repair?.policy;
if (policy === undefined) throw new Error('the world of the test plans no policy');
const SHOWN = planHashOf(ROLE_ID, policy, digestOf);
const PROPOSAL = { proposedAt: NOW.toISOString(), expiresAt: '2023-02-14T06:36:04.000Z', planHash: SHOWN };

function decidedAt(world: World, now: Date = NOW, proposal = PROPOSAL): Decision {
  return decideApproved(world.denial, findingOf(world), world.rules, now, { proposal, digest: digestOf });
}

const codesOf = ({ disposition, reasons }: Decision) => [disposition, ...reasons.map(({ code }) => code)];

describe('an approved repair', () => {
  it('is attached as it was shown', () => {
    expect(decidedAt(aWorld({}, proposing))).toMatchObject({ disposition: 'attach-policy', mode: 'propose', policy });
  });

  it('is attached days after the denial, until the proposal ends', () => {
    expect(codesOf(decidedAt(aWorld({}, proposing), new Date('2023-02-14T06:36:03Z')))).toEqual([
      'attach-policy',
      'all-guardrails-hold',
    ]);
    expect(codesOf(decidedAt(aWorld({}, proposing), new Date(PROPOSAL.expiresAt)))).toEqual([
      'open-ticket',
      'fresh',
      'proposal-expired',
    ]);
  });

  it('is attached where the mode was raised meanwhile', () => {
    expect(decidedAt(aWorld()).disposition).toBe('attach-policy');
  });

  it.each([
    ['ticket', 'open-ticket'],
    ['observe', 'observe'],
  ])('is not attached in mode %s any more', (defaultMode, disposition) => {
    expect(decidedAt(aWorld({}, { rules: rules({ defaultMode }) }))).toMatchObject({ disposition, policy: null });
  });

  it('is a ticket where another plan was shown', () => {
    expect(codesOf(decidedAt(aWorld({}, proposing), NOW, { ...PROPOSAL, planHash: '0'.repeat(64) }))).toEqual([
      'open-ticket',
      'plan-changed',
    ]);
  });

  it('is a ticket where the cluster sends its logs elsewhere by now', () => {
    const execConfiguration = anExecConfiguration({ logging: 'OVERRIDE', cloudWatchLogGroupName: '/ecs/elsewhere' });
    const world = aWorld({ cluster: read(aCluster({ execConfiguration })) }, proposing);
    expect(decidedAt(world)).toMatchObject({ disposition: 'open-ticket', policy: null });
  });

  it('is a ticket where the policy would hold more by now', () => {
    const other = { ...policy.document, Statement: policy.document.Statement.slice(0, 1) };
    const role = read(aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, other)] }));
    const attachedPolicy = read(anAttachedPolicy(other, { fingerprints: ['another cause'] }));
    const world = aWorld({ role, attachedPolicy }, proposing);
    const shown = { ...PROPOSAL, planHash: planHashOf(ROLE_ID, { ...policy, document: other }, digestOf) };
    expect(codesOf(decidedAt(world, NOW, shown))).toEqual(['open-ticket', 'plan-changed']);
  });

  it('is a ticket where a role of the same name is another one', () => {
    expect(codesOf(decidedAt(aWorld({ role: read(aRole({ roleId: 'AROAANOTHERONE' })) }, proposing)))).toEqual(
      expect.arrayContaining(['open-ticket', 'role-confirmed']),
    );
  });

  it('is a ticket where the task has another role', () => {
    const taskDefinition = read(aTaskDefinition({ taskRoleArn: 'arn:aws:iam::111111111111:role/other' }));
    expect(decidedAt(aWorld({ taskDefinition }, proposing)).disposition).toBe('open-ticket');
  });

  it('is a ticket once somebody rejected it', () => {
    const found = aCase({ proposal: aProposalOfCase({ state: 'rejected' }) });
    expect(codesOf(decidedAt(aWorld({}, { ...proposing, found })))).toEqual([
      'open-ticket',
      'first-time',
      'proposal-rejected',
    ]);
  });
});

describe('planHashOf', () => {
  it('is the same for the same plan, whatever the order of its keys', () => {
    const { roleName, policyName, document } = policy;
    expect(planHashOf(ROLE_ID, { document, policyName, roleName }, digestOf)).toBe(SHOWN);
  });

  it.each([
    ['another role of the same name', planHashOf('AROAOTHER', policy, digestOf)],
    ['another role', planHashOf(ROLE_ID, { ...policy, roleName: 'other' }, digestOf)],
    ['another policy name', planHashOf(ROLE_ID, { ...policy, policyName: 'other' }, digestOf)],
    ['another document', planHashOf(ROLE_ID, { ...policy, document: { ...policy.document, Statement: [] } }, digestOf)],
  ])('is another one for %s', (_, hash) => {
    expect(hash).not.toBe(SHOWN);
  });
});
