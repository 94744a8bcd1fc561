import { NO_CEILING } from '../../functions/domain/settings.ts';
import {
  aCluster,
  anAttachedPolicy,
  anExecConfiguration,
  anInlinePolicy,
  aRole,
  GROUP,
  POLICY_NAME,
  read,
  rules,
} from '../support/builders.ts';
import { itJudges } from '../support/guardrail-rows.ts';
import { PREPARED_NAME, preparedOf, somePrepared } from '../support/prepared.ts';
import { aWorld, decisionIn, findingOf, type World } from '../support/world.ts';

const managed = (preparedGroups: readonly string[] = [GROUP]) =>
  rules({}, { ceiling: { ...NO_CEILING, repair: 'managed-policy', preparedGroups: [...preparedGroups] } });

/** A world whose deployment repairs by prepared policies. */
function aManagedWorld(
  prepared = somePrepared(),
  { observed = {}, preparedGroups }: { observed?: Parameters<typeof aWorld>[0]; preparedGroups?: string[] } = {},
): World {
  return aWorld({ role: read(aRole({ prepared })), ...observed }, { rules: managed(preparedGroups) });
}

const record = (group: string, changes: Parameters<typeof anAttachedPolicy>[1] = {}) =>
  read(anAttachedPolicy(preparedOf(group).document, { policyName: PREPARED_NAME, ...changes }));

describe('group-allowed, by prepared policies', () => {
  const cause = 'group-not-prepared';

  itJudges('group-allowed', [
    { name: 'a prepared group', world: aManagedWorld(), holds: true, detail: `the settings allow ${GROUP}` },
    {
      name: 'another group',
      world: aManagedWorld(somePrepared([], { groups: [`${GROUP}2`] }), { preparedGroups: [`${GROUP}2`] }),
      holds: false,
      cause,
      detail: `the deployment prepared no policy for ${GROUP}`,
    },
    {
      name: 'a prepared group beside a bucket',
      world: aManagedWorld(somePrepared([], { groups: ['/ecs-exec/x', GROUP] }), {
        observed: {
          cluster: read(
            aCluster({
              execConfiguration: anExecConfiguration({
                logging: 'OVERRIDE',
                cloudWatchLogGroupName: GROUP,
                s3BucketName: 'transcripts',
              }),
            }),
          ),
        },
      }),
      holds: false,
      cause,
      detail: `the policy prepared for ${GROUP} does not grant all that the logs need`,
    },
    {
      name: 'a role whose attached policies were not looked for',
      world: aWorld({}, { rules: managed() }),
      holds: false,
      cause,
    },
    {
      name: 'an earlier group that is prepared no more',
      world: aManagedWorld(somePrepared(['/ecs/earlier']), { observed: { attachedPolicy: record('/ecs/earlier') } }),
      holds: false,
      cause,
    },
  ]);
});

describe('fits, by prepared policies', () => {
  itJudges('fits', [
    {
      name: 'a tenth managed policy',
      world: aManagedWorld(somePrepared([], { others: 9 })),
      holds: true,
      detail: '10 of 10 managed policies, 1 of 5 targets',
    },
    {
      name: 'an eleventh managed policy',
      world: aManagedWorld(somePrepared([], { others: 10 })),
      holds: false,
      cause: 'too-many-attached',
      detail: 'the role would have 11 managed policies attached, IAM allows 10',
    },
    {
      name: 'one that is attached already',
      world: aManagedWorld(somePrepared([GROUP], { others: 9 })),
      holds: true,
    },
    {
      name: 'inline policies up to their limit',
      world: aManagedWorld(somePrepared(), {
        observed: {
          role: read(
            aRole({
              inlinePolicies: [{ name: 'other', document: 'x'.repeat(10_240), hash: '' }],
              prepared: somePrepared(),
            }),
          ),
        },
      }),
      holds: true,
    },
  ]);
});

describe('name-free, by prepared policies', () => {
  const edited = { ...somePrepared(['/ecs/earlier']), policy: anInlinePolicy(PREPARED_NAME, { Statement: [] }) };
  const earlier = somePrepared(['/ecs/earlier']);

  itJudges('name-free', [
    {
      name: 'none attached',
      world: aManagedWorld(),
      holds: true,
      detail: `the role has no policy ${PREPARED_NAME}`,
    },
    {
      name: 'one as we left it',
      world: aManagedWorld(earlier, { observed: { attachedPolicy: record('/ecs/earlier') } }),
      holds: true,
    },
    {
      name: 'one that somebody edited',
      world: aManagedWorld(edited, { observed: { attachedPolicy: record('/ecs/earlier') } }),
      holds: false,
      cause: 'policy-changed',
    },
    { name: 'one that others attached', world: aManagedWorld(earlier), holds: false, cause: 'policy-foreign' },
    {
      name: 'a second one that others attached beside ours',
      world: aManagedWorld(somePrepared(['/ecs/a', '/ecs/b']), { observed: { attachedPolicy: record('/ecs/a') } }),
      holds: false,
      cause: 'policy-changed',
    },
    {
      name: 'an inline policy of ours that stands',
      world: aManagedWorld(somePrepared(), { observed: { attachedPolicy: record('/a', { policyName: POLICY_NAME }) } }),
      holds: false,
      cause: 'other-way-stands',
      detail: `${POLICY_NAME} still stands, of the other way to repair`,
    },
    {
      name: 'an inline policy of ours that was reverted',
      world: aManagedWorld(somePrepared(), {
        observed: { attachedPolicy: record('/a', { policyName: POLICY_NAME, revertedAt: '2023-02-11T06:34:30Z' }) },
      }),
      holds: true,
    },
    {
      name: 'a prepared policy of ours that stands, in a deployment that repairs inline',
      world: aWorld({ attachedPolicy: record(GROUP) }),
      holds: false,
      cause: 'other-way-stands',
    },
  ]);
});

describe('given a denial in a deployment that repairs by prepared policies', () => {
  it('is repaired by attaching the policy of its group', () => {
    const { disposition, policy } = decisionIn(aManagedWorld());
    expect([disposition, policy?.prepared]).toEqual(['attach-policy', preparedOf()]);
  });

  it('is a ticket where somebody detached what we attached', () => {
    const { disposition, reasons } = decisionIn(
      aManagedWorld(somePrepared(), { observed: { attachedPolicy: record(GROUP) } }),
    );
    expect([disposition, reasons.map(({ code }) => code)]).toEqual(['open-ticket', ['first-time', 'policy-removed']]);
  });

  it('joins its case where the policy stands for it', () => {
    const world = aManagedWorld(somePrepared([GROUP]));
    const { fingerprint } = findingOf(world);
    const repaired = { ...world.observation, attachedPolicy: record(GROUP, { fingerprints: [fingerprint] }) };
    const denial = { ...world.denial, eventTime: '2023-02-11T06:34:30Z' };
    expect(decisionIn({ ...world, denial, observation: repaired }).reasons.map(({ code }) => code)).toEqual([
      'already-repaired',
    ]);
  });
});
