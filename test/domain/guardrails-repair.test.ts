import type { PolicyDocument } from '../../functions/domain/decision.ts';
import type { AttachedPolicy, ObservedInlinePolicy, SimulatedCall } from '../../functions/domain/observation.ts';
import { mergedWithEarlier } from '../../functions/domain/remediation-policy.ts';
import {
  aCluster,
  aLogGroup,
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  GROUP,
  POLICY_NAME,
  read,
  rules,
  simulatedCalls,
} from '../support/builders.ts';
import { absentRow, itJudges, unreadableRow, withoutAccountRow } from '../support/guardrail-rows.ts';
import { aFinding, aWorld, type World } from '../support/world.ts';

function planned(): { calls: readonly { action: string; resource: string }[]; document: PolicyDocument } {
  const { repair } = aFinding();
  if (repair === null) {
    throw new Error('The default world plans a policy.');
  }
  return { calls: repair.requiredCalls, document: repair.policy.document };
}

const { calls, document } = planned();

describe('grant-helps', () => {
  const denied = simulatedCalls(calls, { allowed: false });
  const allowed = simulatedCalls(calls);
  const simulated = (now: readonly SimulatedCall[], withPolicy: readonly SimulatedCall[]): World =>
    aWorld({ simulation: read({ now, withPolicy }) });
  const still = (fields: Partial<SimulatedCall>): World =>
    simulated(denied, [...allowed.slice(0, 1), ...simulatedCalls(calls.slice(1), { allowed: false, ...fields })]);

  itJudges('grant-helps', [
    {
      name: 'denied now, allowed with the policy',
      world: aWorld(),
      holds: true,
      detail: 'the simulation denies a required call now, and allows all with the policy',
    },
    { name: 'one denied now', world: simulated([...allowed.slice(0, 1), ...denied.slice(1)], allowed), holds: true },
    { name: 'all allowed now', world: simulated(allowed, allowed), holds: false },
    {
      name: 'one still denied',
      world: still({}),
      holds: false,
      cause: 'simulated-deny',
      detail: 'logs:PutLogEvents would still be denied with the policy',
    },
    { name: 'denied explicitly', world: still({ explicitDeny: true }), holds: false, cause: 'simulated-deny' },
    {
      name: 'denied by the boundary',
      world: still({ deniedByBoundary: true }),
      holds: false,
      cause: 'simulated-boundary-deny',
    },
    {
      name: 'denied by the organisation',
      world: still({ deniedByOrganization: true, deniedByBoundary: true }),
      holds: false,
      cause: 'simulated-organization-deny',
    },
    {
      name: 'a context value that is missing now',
      world: simulated(simulatedCalls(calls, { allowed: false, missingContextValues: ['aws:SourceVpce'] }), allowed),
      holds: null,
      cause: 'simulation-incomplete',
      detail: 'policies of the role ask for aws:SourceVpce, which is not known',
    },
    {
      name: 'a context value that is missing with the policy',
      world: simulated(denied, simulatedCalls(calls, { missingContextValues: ['aws:SourceVpce'] })),
      holds: null,
      cause: 'simulation-incomplete',
    },
    { name: 'no answers', world: simulated([], []), holds: null, cause: 'simulation-incomplete' },
    {
      name: 'an answer less now',
      world: simulated(denied.slice(1), allowed),
      holds: null,
      cause: 'simulation-incomplete',
    },
    {
      name: 'an answer less with it',
      world: simulated(denied, allowed.slice(1)),
      holds: null,
      cause: 'simulation-incomplete',
    },
    {
      name: 'answers to other calls',
      world: simulated(
        denied,
        allowed.map((call) => ({ ...call, resource: `${call.resource}2` })),
      ),
      holds: null,
      cause: 'simulation-incomplete',
    },
    absentRow('simulation', null),
    unreadableRow('simulation'),
    absentRow('session', null),
    withoutAccountRow(),
  ]);
});

/** A role that carries this policy of our name, with our record of having written the other document. */
function owned(recorded: PolicyDocument, standing: ObservedInlinePolicy, record: Partial<AttachedPolicy> = {}): World {
  return aWorld({
    role: read(aRole({ inlinePolicies: [standing] })),
    attachedPolicy: read(anAttachedPolicy(recorded, record)),
  });
}

function forGroups(count: number): PolicyDocument {
  return Array.from({ length: count }, (_, at) => JSON.stringify(document).replaceAll(GROUP, `/ecs/earlier-${at}`))
    .map((text): PolicyDocument => JSON.parse(text))
    .reduce((sum, next) => mergedWithEarlier(JSON.stringify(sum), next) ?? next);
}

describe('fits', () => {
  const ours = JSON.stringify(document).length;
  const filled = (characters: number, spaces = 0): World => {
    const text = `"${'x'.repeat(characters - 2)}"`;
    const policy = { name: 'other', document: text + ' \n\t'.repeat(spaces), hash: '' };
    return aWorld({ role: read(aRole({ inlinePolicies: [policy] })) });
  };
  const withTargets = (count: number): World => owned(forGroups(count), anInlinePolicy(POLICY_NAME, forGroups(count)));

  itJudges('fits', [
    {
      name: 'exactly 10,240 characters',
      world: filled(10_240 - ours, 500),
      holds: true,
      detail: '10240 of 10240 characters, 1 of 5 targets',
    },
    {
      name: '10,241 characters',
      world: filled(10_241 - ours),
      holds: false,
      cause: 'policy-too-large',
    },
    { name: 'a fifth target', world: withTargets(4), holds: true },
    {
      name: 'a sixth target',
      world: withTargets(5),
      holds: false,
      cause: 'too-many-targets',
      detail: 'the policy would hold 6 targets, at most 5 are allowed',
    },
    unreadableRow('role'),
    absentRow('session', null),
    withoutAccountRow(),
  ]);
});

describe('name-free', () => {
  const earlier = forGroups(1);
  const standing = anInlinePolicy(POLICY_NAME, earlier);
  const changed = anInlinePolicy(POLICY_NAME, { Version: '2012-10-17', Statement: [] });
  const unfinished = { confirmedAt: null, previousHash: standing.hash };

  itJudges('name-free', [
    { name: 'no policy of our name', world: aWorld(), holds: true, detail: `the role has no policy ${POLICY_NAME}` },
    {
      name: "another Region's policy of ours",
      world: aWorld({
        role: read(aRole({ inlinePolicies: [anInlinePolicy('ExecLogDelivery-eu-central-1', earlier)] })),
      }),
      holds: true,
    },
    { name: 'as we left it', world: owned(earlier, standing), holds: true, detail: `${POLICY_NAME} is as we left it` },
    { name: 'as before an unfinished write', world: owned(document, standing, unfinished), holds: true },
    {
      name: 'as before a finished write',
      world: owned(document, standing, { previousHash: standing.hash }),
      holds: false,
      cause: 'policy-changed',
    },
    { name: 'changed since', world: owned(earlier, changed), holds: false, cause: 'policy-changed' },
    {
      name: 'not written by us',
      world: aWorld({ role: read(aRole({ inlinePolicies: [standing] })) }),
      holds: false,
      cause: 'policy-foreign',
    },
    {
      name: 'there again after we removed it',
      world: owned(earlier, standing, { revertedAt: '2023-02-11T06:34:30Z' }),
      holds: false,
      cause: 'policy-foreign',
    },
    {
      name: 'written for another role of that name',
      world: owned(earlier, standing, { roleId: 'AROAYYYYYYYYYYYYYYYYY' }),
      holds: false,
      cause: 'policy-foreign',
    },
    {
      name: 'recorded for another Region',
      world: owned(earlier, standing, { policyName: 'ExecLogDelivery-eu-central-1' }),
      holds: false,
      cause: 'policy-foreign',
    },
    unreadableRow('attachedPolicy'),
    unreadableRow('role'),
    absentRow('session', null),
    withoutAccountRow(),
  ]);
});

describe('same-owner', () => {
  const named = rules({ ownerTag: 'team' });
  const tagged = (role: object, cluster: object, group: object): World =>
    aWorld(
      {
        role: read(aRole({ tags: { ...role } })),
        cluster: read(aCluster({ tags: { ...cluster } })),
        logGroup: read(aLogGroup({ tags: { ...group } })),
      },
      { rules: named },
    );
  const a = { team: 'a' };

  itJudges('same-owner', [
    { name: 'no owner tag named', world: aWorld(), holds: true, detail: 'the settings name no owner tag' },
    { name: 'the same owner', world: tagged(a, a, a), holds: true },
    { name: 'a role of another', world: tagged({ team: 'b' }, a, a), holds: false },
    { name: 'a cluster of another', world: tagged(a, { team: 'b' }, a), holds: false },
    { name: 'a group of another', world: tagged(a, a, { team: 'A' }), holds: false },
    { name: 'a group of nobody', world: tagged(a, a, {}), holds: false },
    { name: 'nobody at all', world: tagged({}, {}, {}), holds: false },
    { name: 'empty owners', world: tagged({ team: '' }, { team: '' }, { team: '' }), holds: false },
    {
      name: 'a group that was not found',
      world: aWorld({ logGroup: { kind: 'absent' } }, { rules: named }),
      holds: null,
    },
    {
      name: 'a cluster that was not read',
      world: aWorld({ cluster: { kind: 'unreadable', because: 'no' } }, { rules: named }),
      holds: null,
    },
    withoutAccountRow(true),
    { name: 'an owner tag, without an account', world: aWorld({}, { rules: named }), holds: null, withAccount: false },
  ]);
});
