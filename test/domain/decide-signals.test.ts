import { decide, dependsOnSession } from '../../functions/domain/decide.ts';
import type { Observation } from '../../functions/domain/observation.ts';
import {
  absent,
  aCase,
  aCluster,
  aDenial,
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  NOW,
  POLICY_NAME,
  ROLE_ARN,
  read,
  rules,
  simulatedCalls,
  unreadable,
} from '../support/builders.ts';
import {
  aCompanionDenial,
  aCompanionWorld,
  aKey,
  anEncryptedConfiguration,
  aRoutedContainer,
  aRouterDenial,
  aRouterTaskDefinition,
  aRouterWorld,
  BUCKET_ARN,
  delegatingTo,
  listingAll,
} from '../support/other-signals.ts';
import { decisionIn, findingOf, type World } from '../support/world.ts';

/** Disposition, mode and codes of a decision. */
function briefly(world: World): object {
  const { disposition, mode, reasons } = decisionIn(world);
  return { disposition, mode, codes: reasons.map(({ code }) => code) };
}

/** The same world, in which the role is allowed every call of the repair already. */
function allowedNow(world: World): World {
  const calls = simulatedCalls(findingOf(world).repair?.requiredCalls ?? []);
  return { ...world, observation: { ...world.observation, simulation: read({ now: calls, withPolicy: calls }) } };
}

describe("given a router's denial", () => {
  const inModes = (defaultMode: string, fireLens: object): World =>
    aRouterWorld({}, { rules: rules({ defaultMode, fireLens }) });

  it.each([
    { defaultMode: 'attach', fireLens: {}, disposition: 'open-ticket', mode: 'ticket', codes: ['mode-allows-attach'] },
    {
      defaultMode: 'ticket',
      fireLens: { mode: 'attach' },
      disposition: 'open-ticket',
      mode: 'ticket',
      codes: ['mode-allows-attach'],
    },
    {
      defaultMode: 'observe',
      fireLens: { mode: 'attach' },
      disposition: 'observe',
      mode: 'observe',
      codes: ['mode-allows-attach'],
    },
    {
      defaultMode: 'attach',
      fireLens: { mode: 'observe' },
      disposition: 'observe',
      mode: 'observe',
      codes: ['mode-allows-attach'],
    },
    {
      defaultMode: 'attach',
      fireLens: { mode: 'attach' },
      disposition: 'attach-policy',
      mode: 'attach',
      codes: ['all-guardrails-hold'],
    },
  ])('goes no further than both modes: $defaultMode and $fireLens.mode', ({ defaultMode, fireLens, ...expected }) => {
    expect(briefly(inModes(defaultMode, fireLens))).toEqual(expected);
  });

  it('says which of the modes it was', () => {
    expect(decisionIn(inModes('attach', {})).reasons).toEqual([
      {
        code: 'mode-allows-attach',
        detail: 'mode ticket: the settings say attach; the settings say ticket for log routers',
      },
    ]);
  });

  it('is not applicable where the role may do everything by now', () => {
    const { disposition, reasons } = decisionIn(allowedNow(aRouterWorld()));
    expect({ disposition, reasons }).toEqual({
      disposition: 'not-applicable',
      reasons: [
        {
          code: 'already-allowed',
          detail: 'the simulation allows every call that the log router needs: the permission was added since',
        },
      ],
    });
  });

  it.each([
    ['another group', aRouterWorld({}, { denial: aRouterDenial({ logGroupName: '/ecs/other' }) })],
    ['a group that does not exist', aRouterWorld({ logGroup: absent })],
    ['a call that a service control policy denied', aRouterWorld({}, { denial: aRouterDenial({ policyType: 'scp' }) })],
    [
      'a group that its configuration does not have it create',
      aRouterWorld({}, { denial: aRouterDenial({ action: 'logs:CreateLogGroup', logStreamName: null }) }),
    ],
  ])('is a ticket all the same for %s', (_, world) => {
    expect(decisionIn(allowedNow(world)).disposition).toBe('open-ticket');
  });

  it('is not applicable also where the router makes the group', () => {
    const taskDefinition = read(aRouterTaskDefinition([aRoutedContainer({ auto_create_group: 'true' })]));
    expect(decisionIn(allowedNow(aRouterWorld({ taskDefinition, logGroup: absent }))).disposition).toBe(
      'not-applicable',
    );
  });

  it('depends on no session, whatever failed', () => {
    const world = aRouterWorld({
      task: absent,
      cluster: read(aCluster({ tags: { 'exec-log-remediation': 'ticket' } })),
    });
    expect(dependsOnSession(decisionIn(world), findingOf(world), world.rules)).toBe(false);
  });
});

describe("given a router's denial of a group that we have granted", () => {
  const { fingerprint, repair } = findingOf(aRouterWorld());
  const document = repair?.policy.document ?? { Version: '2012-10-17', Statement: [] };

  function repaired(eventTime: string): World {
    const observed: Partial<Observation> = {
      role: read(aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, document)] })),
      attachedPolicy: read(anAttachedPolicy(document, { fingerprints: [fingerprint] })),
    };
    // The router writes to the same stream before and after.
    const found = aCase({ sessionIds: ['webapp'] });
    return allowedNow(aRouterWorld(observed, { denial: aRouterDenial({ eventTime }), found }));
  }

  it('joins the case within two minutes of the write', () => {
    expect(decisionIn(repaired('2023-02-11T06:36:00Z')).reasons).toEqual([
      {
        code: 'already-repaired',
        detail: 'the policy for this cause is attached; the call was denied before it took effect',
      },
    ]);
  });

  it('is a recurrence later than that', () => {
    expect(briefly(repaired('2023-02-11T06:36:01Z'))).toMatchObject({
      disposition: 'open-ticket',
      codes: ['grant-helps', 'first-time', 'recurrence'],
    });
  });
});

describe("given a denial of the awslogs driver's", () => {
  const denial = aDenial({ source: 'awslogs-driver', logStreamName: 'nginx/nginx/a9112a0a96ed445cbc93a90807e34e37' });
  const decided = (document: object) => {
    const { disposition, reasons, guardrails, policy } = decide(denial, null, rules(document), NOW);
    return { disposition, codes: reasons.map(({ code }) => code), guardrails, policy };
  };
  const end = (disposition: string, code: string) => ({ disposition, codes: [code], guardrails: [], policy: null });

  it.each([
    { document: {}, disposition: 'not-applicable', code: 'awslogs-driver' },
    { document: { awslogsDriver: 'ignore' }, disposition: 'not-applicable', code: 'awslogs-driver' },
    { document: { awslogsDriver: 'ticket' }, disposition: 'open-ticket', code: 'execution-role-denied' },
    {
      document: { awslogsDriver: 'ticket', defaultMode: 'ticket' },
      disposition: 'open-ticket',
      code: 'execution-role-denied',
    },
    {
      document: { awslogsDriver: 'ticket', defaultMode: 'observe' },
      disposition: 'observe',
      code: 'execution-role-denied',
    },
    {
      document: {
        awslogsDriver: 'ticket',
        suppressions: [{ role: ROLE_ARN, until: '2023-02-12', reason: 'known', owner: 'ada' }],
      },
      disposition: 'suppress',
      code: 'suppressed',
    },
  ])('repairs nothing: $document, $code', ({ document, disposition, code }) => {
    expect(decided(document)).toEqual(end(disposition, code));
  });
});

describe("given a companion's denial", () => {
  it.each(['describe-log-groups', 'bucket-encryption', 'session-key', 'object'] as const)(
    'is not applicable where the role may do everything by now: %s',
    (companion) => {
      expect(briefly(allowedNow(aCompanionWorld(companion)))).toMatchObject({
        disposition: 'not-applicable',
        codes: ['already-allowed'],
      });
    },
  );

  it.each([
    ['describe-log-groups', { cloudWatchEncryptionEnabled: false }],
    ['describe-log-groups', { logging: 'DEFAULT' }],
    ['bucket-encryption', { s3EncryptionEnabled: false }],
  ] as const)('is not applicable where the agent asked in vain: %s, %j', (companion, configuration) => {
    const execConfiguration = anEncryptedConfiguration(configuration);
    const world = aCompanionWorld(companion, { cluster: read(aCluster({ execConfiguration })) });
    for (const each of [world, { ...world, observation: { ...world.observation, session: absent } }]) {
      expect(briefly(each)).toEqual({ disposition: 'not-applicable', mode: 'attach', codes: ['call-not-needed'] });
    }
  });

  it('is a ticket where nobody may tell what the cluster asks for', () => {
    const world = aCompanionWorld('describe-log-groups', { cluster: unreadable });
    expect(briefly(world)).toMatchObject({ disposition: 'open-ticket' });
  });

  it.each([
    [
      'a key whose owner does not let the role use it',
      aCompanionWorld('session-key', { sessionKey: read(aKey({ policy: read(delegatingTo('222222222222')) })) }),
    ],
    [
      'another bucket',
      aCompanionWorld(
        'bucket-encryption',
        {},
        { denial: aCompanionDenial('bucket-encryption', { resource: `${BUCKET_ARN}2` }) },
      ),
    ],
    ['no session', aCompanionWorld('describe-log-groups', { session: absent })],
    [
      'a bucket of which nobody may tell whether it needs a key',
      aCompanionWorld('object', { bucketEncryption: unreadable, bucketKey: absent }),
    ],
  ])('is a ticket all the same for %s', (_, world) => {
    expect(decisionIn(allowedNow(world)).disposition).toBe('open-ticket');
  });

  it('depends on the session that was found', () => {
    const world = aCompanionWorld('session-key', { session: absent });
    expect(dependsOnSession(decisionIn(world), findingOf(world), world.rules)).toBe(true);
  });

  it('is a ticket where the target has a bucket only', () => {
    const execConfiguration = anEncryptedConfiguration({ cloudWatchLogGroupName: null });
    const world = aCompanionWorld('bucket-encryption', { cluster: read(aCluster({ execConfiguration })) });
    expect(decisionIn(world)).toMatchObject({ disposition: 'open-ticket', policy: null });
  });

  it('is not held to the mode of log routers', () => {
    const world = aCompanionWorld('object', {}, { rules: rules({ ...listingAll, fireLens: { mode: 'observe' } }) });
    expect(decisionIn(world).disposition).toBe('attach-policy');
  });
});
