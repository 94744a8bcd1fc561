import * as fc from 'fast-check';
import type { Decision, PolicyDocument, PolicyStatement } from '../../functions/domain/decision.ts';
import type { LogTarget } from '../../functions/domain/log-target.ts';
import type { Observation, Reading } from '../../functions/domain/observation.ts';
import type { RouterTarget } from '../../functions/domain/router-target.ts';
import { anyWorld, validWorld } from '../support/arbitrary-world.ts';
import { absent, DENIED_AT, SESSION_ID, unreadable } from '../support/builders.ts';
import { decisionIn, findingOf, type World } from '../support/world.ts';
import { allowListsShortened, loweredRules } from '../support/world-lowerings.ts';
import { type ReadingName, readingName } from '../support/world-mutations.ts';

const RUNS = { numRuns: 1000 };

/** Action and resource of every grant. */
function grantsOf(document: PolicyDocument): readonly string[] {
  return document.Statement.flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => `${action} ${resource}`)),
  );
}

/** The rows of the policy table for a router, written down once more. */
function routerRows({ partition, region, account, logGroupName, createsGroup }: RouterTarget): readonly string[] {
  const actions = [
    'CreateLogStream',
    'DescribeLogStreams',
    'PutLogEvents',
    ...(createsGroup ? ['CreateLogGroup'] : []),
  ];
  return actions.map((name) => `logs:${name} arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}:*`);
}

/** The rows of the policy table for one target, written down once more. */
function rowsFor(target: LogTarget): readonly string[] {
  const logs = `arn:${target.partition}:logs:${target.region}:${target.account}:log-group`;
  const rows = [
    `logs:CreateLogStream ${logs}:${target.logGroupName}:log-stream:ecs-execute-command-*`,
    `logs:PutLogEvents ${logs}:${target.logGroupName}:log-stream:ecs-execute-command-*`,
    `logs:DescribeLogStreams ${logs}:${target.logGroupName}:*`,
    `logs:DescribeLogGroups ${logs}:*`,
  ];
  if (target.bucket !== null) {
    const bucket = `arn:${target.partition}:s3:::${target.bucket.name}`;
    const path = [bucket, target.bucket.keyPrefix, 'ecs-execute-command-*'].filter((part) => part !== '').join('/');
    rows.push(`s3:PutObject ${path}`, `s3:GetEncryptionConfiguration ${bucket}`);
  }
  if (target.sessionKey?.kind === 'arn') {
    rows.push(`kms:Decrypt ${target.sessionKey.arn}`);
  }
  if (target.bucket?.keyArn !== undefined) {
    rows.push(`kms:Decrypt ${target.bucket.keyArn}`, `kms:GenerateDataKey ${target.bucket.keyArn}`);
  }
  return rows;
}

/** S3's ARNs name no account, and a bucket's key is S3's to use: without their conditions both would be open. */
function isOpen({ Sid, Condition }: PolicyStatement): boolean {
  const wanted = /BucketKey$/.test(Sid)
    ? 'kms:ViaService'
    : /Objects$|BucketEncryption$/.test(Sid)
      ? 'aws:ResourceAccount'
      : undefined;
  return Object.keys(Condition?.StringEquals ?? {})[0] !== wanted;
}

/** Whether what the denial was about makes the reading one of those that the decision rests on. */
function isAsked(world: World, name: ReadingName): boolean {
  const { target, signal } = findingOf(world);
  const { bucketEncryption } = world.observation;
  const bucket = target?.kind === 'target' ? target.bucket : null;
  switch (name) {
    case 'session':
      return signal !== 'router';
    case 'sessionKey':
      return target?.kind === 'target' && target.sessionKey !== null;
    case 'bucketEncryption':
      return bucket !== null;
    case 'bucketKey':
      return bucket !== null && bucketEncryption.kind === 'read' && bucketEncryption.value.keyId !== null;
    default:
      return true;
  }
}

function ownEarlierRows({ observation: { role, attachedPolicy } }: World, policyName: string): readonly string[] {
  const own = role.kind === 'read' ? role.value.inlinePolicies.find(({ name }) => name === policyName) : undefined;
  const isVerified = attachedPolicy.kind === 'read' && attachedPolicy.value.documentHash === own?.hash;
  return own !== undefined && isVerified ? grantsOf(JSON.parse(own.document)) : [];
}

function only(name: ReadingName, reading: Exclude<Reading<never>, { kind: 'read' }>): Partial<Observation> {
  return { [name]: reading };
}

const WIDTH = ['not-applicable', 'suppress', 'observe', 'open-ticket', 'propose-policy', 'attach-policy'];
const widthOf = ({ disposition }: Decision): number => WIDTH.indexOf(disposition);

describe('given any world', () => {
  it('decides, with reasons, and with a policy only where it attaches or proposes one', () => {
    let attached = 0;
    let decided = 0;
    const signals = new Map<string, number>();
    fc.assert(
      fc.property(anyWorld, (world) => {
        const decision = decisionIn(world);
        decided += 1;
        attached += decision.disposition === 'attach-policy' ? 1 : 0;
        const { signal } = findingOf(world);
        signals.set(signal, (signals.get(signal) ?? 0) + (decision.disposition === 'attach-policy' ? 1 : 0));
        expect(decision.reasons.length).toBeGreaterThan(0);
        const hasPolicy = decision.disposition === 'attach-policy' || decision.disposition === 'propose-policy';
        expect(decision.policy !== null).toBe(hasPolicy);
      }),
      RUNS,
    );
    // Without many worlds that end in a policy, none of these properties says anything.
    expect(attached / decided).toBeGreaterThan(0.3);
    expect(attached / decided).toBeLessThan(0.9);
    for (const signal of ['exec-delivery', 'exec-companion', 'router']) {
      expect((signals.get(signal) ?? 0) / decided).toBeGreaterThan(0.05);
    }
  });

  it('attaches in every world in which nothing is wrong', () => {
    fc.assert(
      fc.property(validWorld, (world) => {
        expect(decisionIn(world).reasons).toEqual([{ code: 'all-guardrails-hold', detail: 'every guardrail holds' }]);
      }),
      RUNS,
    );
  });

  it('attaches only if every guardrail holds in mode attach', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const decision = decisionIn(world);
        const allHold = decision.guardrails.length === 18 && decision.guardrails.every(({ holds }) => holds === true);
        expect(decision.disposition === 'attach-policy').toBe(allHold && decision.mode === 'attach');
      }),
      RUNS,
    );
  });

  it('grants the rows of the derived target and of our own verified document, and nothing else', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { policy } = decisionIn(world);
        const { target, router } = findingOf(world);
        if (policy === null) {
          return;
        }
        const grants = grantsOf(policy.document);
        const rows =
          router?.kind === 'router-target' ? routerRows(router) : target?.kind === 'target' ? rowsFor(target) : [];
        expect(rows).not.toEqual([]);
        expect([...new Set(grants)].sort()).toEqual(
          [...new Set([...rows, ...ownEarlierRows(world, policy.policyName)])].sort(),
        );
        expect(policy.document.Statement.filter(isOpen)).toEqual([]);
        const { partition, region, account } = world.denial;
        for (const grant of grants) {
          expect(grant).toMatch(
            new RegExp(
              `^(logs:\\w+ arn:${partition}:logs:${region}:${account}:log-group:([^*?$:]+:(log-stream:ecs-execute-command-)?)?[*]` +
                `|s3:PutObject arn:${partition}:s3:::[^*?$:]+/ecs-execute-command-[*]` +
                `|s3:GetEncryptionConfiguration arn:${partition}:s3:::[^*?$:/]+` +
                `|kms:(Decrypt|GenerateDataKey) arn:${partition}:kms:${region}:${account}:key/[^*?$:/]+)$`,
            ),
          );
        }
      }),
      RUNS,
    );
  });

  it('lets nothing of the denial into the policy', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('*', '/ecs/*', '/ecs/other', 'ecs-execute-command-1', null));
    const forged = fc.record(
      {
        logGroupName: word,
        logStreamName: word,
        sessionName: word,
        resource: word,
        principalArn: word,
        rolePath: word,
        roleName: word,
        eventId: word,
        policyArn: word,
        source: fc.constantFrom('ecs-exec', 'firelens', 'awslogs-driver', 'other'),
        companion: fc.constantFrom('describe-log-groups', 'bucket-encryption', 'session-key', 'object'),
        objectKey: fc.constantFrom('ecs-execute-command-1.log', '*', `x/${SESSION_ID}.log`),
        action: fc.constantFrom('logs:DescribeLogGroups', 's3:PutObject', 'kms:Decrypt', 'logs:CreateLogGroup'),
        eventTime: fc.constantFrom(DENIED_AT, '2023-02-11T06:30:30Z', 'never'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(validWorld, forged, (world, fields) => {
        const honest = decisionIn(world);
        const { policy } = decisionIn({ ...world, denial: { ...world.denial, ...fields } });
        expect([null, honest.policy]).toContainEqual(policy);
      }),
      RUNS,
    );
  });
});

describe('given a world in which one thing less is known', () => {
  it('never attaches with an unreadable reading', () => {
    fc.assert(
      fc.property(anyWorld, readingName, (world, name) => {
        fc.pre(isAsked(world, name));
        const observation = { ...world.observation, ...only(name, unreadable) };
        expect(decisionIn({ ...world, observation }).disposition).not.toBe('attach-policy');
      }),
      RUNS,
    );
  });

  it('never goes further because of it, except from a mute tag that cannot be read to a ticket', () => {
    fc.assert(
      fc.property(anyWorld, readingName, fc.boolean(), (world, name, isAbsent) => {
        // That no stack owns the role, and that we never wrote to it, are answers and not gaps.
        const mayBeAbsent = name !== 'stack' && name !== 'attachedPolicy';
        const reading = isAbsent && mayBeAbsent ? absent : unreadable;
        const before = decisionIn(world);
        const after = decisionIn({ ...world, observation: { ...world.observation, ...only(name, reading) } });
        const ended = before.disposition === 'not-applicable' || before.disposition === 'suppress';
        const hidesTags = name === 'cluster' || name === 'role';
        const ticket = WIDTH.indexOf('open-ticket');
        expect(widthOf(after)).toBeLessThanOrEqual(
          ended || hidesTags ? Math.max(ticket, widthOf(before)) : widthOf(before),
        );
      }),
      RUNS,
    );
  });
});

describe('given rules that allow less', () => {
  it('never goes further in a lower mode, under a lower ceiling or with lower limits', () => {
    fc.assert(
      fc.property(anyWorld, loweredRules, (world, lower) => {
        const after = decisionIn({ ...world, rules: lower(world.rules) });
        expect(widthOf(after)).toBeLessThanOrEqual(widthOf(decisionIn(world)));
      }),
      RUNS,
    );
  });

  it('never goes further with an entry less on an allow-list or more on a deny-list', () => {
    fc.assert(
      fc.property(anyWorld, allowListsShortened, (world, shorten) => {
        const after = decisionIn({ ...world, rules: shorten(world.rules) });
        expect(widthOf(after)).toBeLessThanOrEqual(widthOf(decisionIn(world)));
      }),
      RUNS,
    );
  });
});
