import * as fc from 'fast-check';
import type { PolicyDocument } from '../../functions/domain/decision.ts';
import type { Denial } from '../../functions/domain/denial.ts';
import type { ObservedInlinePolicy } from '../../functions/domain/observation.ts';
import { aCase, aContainer, anAttachedPolicy, anInlinePolicy, DENIED_AT, read, rules } from './builders.ts';
import { type World, withFittingSimulation } from './world.ts';

export function policyNameIn(world: World): string {
  return `ExecLogDelivery-${world.denial.region}`;
}

/** The role with this policy of our name, and our record of a write of the other document. */
export function withOwnPolicy(world: World, recorded: PolicyDocument, found: ObservedInlinePolicy): World {
  const { role } = world.observation;
  if (role.kind !== 'read') {
    return world;
  }
  return withFittingSimulation({
    ...world,
    observation: {
      ...world.observation,
      role: read({ ...role.value, inlinePolicies: [found] }),
      attachedPolicy: read(anAttachedPolicy(recorded, { policyName: policyNameIn(world) })),
    },
  });
}

export type Mutation = (world: World) => World;

const nasty = fc.constantFrom(
  '*',
  '',
  '/ecs/*',
  '/ecs/?',
  '/ecs/$.x',
  '/ecs/nginx:*',
  '/aws/lambda/f',
  '/aws/ecs/containerinsights/c/performance',
  'aws-cloudtrail-logs-1',
  '../x',
  '__proto__',
  'arn:aws:logs:eu-central-1:999999999999:log-group:/ecs/x:*',
  'arn:aws:s3:::*',
  'arn:aws-cn:kms:eu-central-1:111111111111:key/k',
  'arn:aws:kms:eu-central-1:999999999999:key/k',
  'arn:aws:kms:eu-central-1:111111111111:key/*',
  'alias/exec',
  'a/b',
  'bucket*',
  'x\n"',
);

const readings = [
  'session',
  'task',
  'cluster',
  'taskDefinition',
  'role',
  'stack',
  'logGroup',
  'sessionKey',
  'bucketEncryption',
  'bucketKey',
  'simulation',
  'attachedPolicy',
] as const;

export type ReadingName = (typeof readings)[number];

export const readingName: fc.Arbitrary<ReadingName> = fc.constantFrom(...readings);

const readingMutation: fc.Arbitrary<Mutation> = fc
  .tuple(readingName, fc.constantFrom({ kind: 'absent' } as const, { kind: 'unreadable', because: 'no' } as const))
  .map(([name, reading]) => (world) => ({ ...world, observation: { ...world.observation, [name]: reading } }));

const denialMutation: fc.Arbitrary<Mutation> = fc
  .record(
    {
      eventTime: fc.constantFrom(null, 'never', '2023-02-10T00:00:00Z', '2099-01-01T00:00:00Z'),
      account: fc.constantFrom(null, '999999999999', '__proto__'),
      partition: fc.constantFrom(null, 'aws-iso'),
      region: fc.constantFrom(null, 'us-east-1'),
      roleName: fc.option(nasty, { nil: null }),
      roleId: fc.constantFrom(null, 'AROAOTHER'),
      sessionName: fc.option(nasty, { nil: null }),
      logGroupName: fc.option(nasty, { nil: null }),
      logStreamName: fc.option(nasty, { nil: null }),
      resource: fc.constantFrom(null, 'arn:aws:logs:eu-central-1:999999999999:log-group:/ecs/x:log-stream:s'),
      policyType: fc.constantFrom(
        null,
        'scp',
        'rcp',
        'session',
        'permissions-boundary',
        'vpc-endpoint',
        'resource-based',
      ),
      denialKind: fc.constantFrom('explicit', 'unknown'),
      source: fc.constantFrom('firelens', 'awslogs-driver', 'other'),
      companion: fc.constantFrom('describe-log-groups', 'bucket-encryption', 'session-key', 'object'),
    },
    { requiredKeys: [] },
  )
  .map((fields) => (world) => ({ ...world, denial: { ...world.denial, ...fields } }));

function deniedOn(logGroupName: string, denial: Denial): Denial {
  const resource = denial.resource?.replace(denial.logGroupName ?? '', logGroupName) ?? null;
  return { ...denial, logGroupName, resource };
}

/** Names that whoever may change the cluster or the task definition could choose, with the denial following suit. */
const targetMutation: fc.Arbitrary<Mutation> = fc
  .tuple(fc.constantFrom('cloudWatchLogGroupName', 's3BucketName', 's3KeyPrefix', 'kmsKeyId', 'awslogs-group'), nasty)
  .map(([field, name]) => (world) => {
    const { cluster, taskDefinition, logGroup } = world.observation;
    if (cluster.kind !== 'read' || taskDefinition.kind !== 'read' || logGroup.kind !== 'read') {
      return world;
    }
    const isGroup = field === 'cloudWatchLogGroupName' || field === 'awslogs-group';
    const execConfiguration =
      field === 'awslogs-group' || cluster.value.execConfiguration === null
        ? cluster.value.execConfiguration
        : { ...cluster.value.execConfiguration, [field]: name };
    const containers = [aContainer({ logOptions: { 'awslogs-group': name } })];
    const observation = {
      ...world.observation,
      cluster: read({ ...cluster.value, execConfiguration }),
      taskDefinition: read({
        ...taskDefinition.value,
        ...(field === 'awslogs-group' ? { containers } : {}),
      }),
      logGroup: isGroup ? read({ ...logGroup.value, name }) : logGroup,
    };
    const denial = isGroup ? deniedOn(name, world.denial) : world.denial;
    return withFittingSimulation({ ...world, denial, observation });
  });

const hostileResource = fc.constantFrom(
  '*',
  'arn:aws:s3:::*',
  'arn:aws:logs:*:*:*',
  'arn:aws:iam::999999999999:role/x',
);

/** Policies of our name that say more than we would: some only found there, some vouched for by a forged record. */
const policyMutation: fc.Arbitrary<Mutation> = fc
  .record({
    sid: fc.constantFrom('ExecLogDeliveryStreams', 'ExecLogDeliverySessionKey', 'ExecLogDeliveryX', '__proto__'),
    action: fc.constantFrom(['*'], ['logs:*'], ['kms:Decrypt'], ['logs:CreateLogStream', 'logs:PutLogEvents']),
    resource: hostileResource,
    vouchedFor: fc.boolean(),
  })
  .map(({ sid, action, resource, vouchedFor }) => (world) => {
    const document: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Sid: sid, Effect: 'Allow', Action: action, Resource: [resource] }],
    };
    const found = anInlinePolicy(policyNameIn(world), document);
    return withOwnPolicy(world, vouchedFor ? document : { ...document, Statement: [] }, found);
  });

const roleMutation: fc.Arbitrary<Mutation> = fc
  .constantFrom(
    { trustPolicy: null },
    { trustPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] } },
    { instanceProfileNames: ['p'] },
    { path: '/exec-log/' },
    { roleArn: 'arn:aws:iam::999999999999:role/other' },
    { tags: { 'exec-log-remediation': 'off' } },
    { tags: { 'exec-log-remediation': 'observe' } },
    { tags: { 'exec-log-remediation': 'attach' } },
    { inlinePolicies: [anInlinePolicy('big', { filler: 'x'.repeat(10_000) })] },
  )
  .map((fields) => (world) => {
    const { role } = world.observation;
    return role.kind === 'read'
      ? { ...world, observation: { ...world.observation, role: read({ ...role.value, ...fields }) } }
      : world;
  });

const rulesMutation: fc.Arbitrary<Mutation> = fc
  .constantFrom(
    { defaultMode: 'observe' },
    { defaultMode: 'ticket' },
    { defaultMode: 'propose' },
    { roles: { deny: ['*'] } },
    { logGroups: { allow: ['*'] } },
    { buckets: { allow: ['*'] }, keys: { allow: ['*'] }, attachToManagedRoles: true, ownerTag: 'team' },
    { limits: { writesPerHour: 0 } },
  )
  .map((document) => (world) => ({ ...world, rules: rules(document) }));

const pastMutation: fc.Arbitrary<Mutation> = fc
  .constantFrom(null, '2023-02-11T06:34:00Z', '2023-01-01T00:00:00Z', 'never')
  .chain((repairedAt) =>
    fc
      .constantFrom(aCase({ repairedAt }), aCase({ repairedAt, sessionIds: [] }))
      .map((found) => (world: World) => ({ ...world, found })),
  );

const timeMutation: fc.Arbitrary<Mutation> = fc
  .integer({ min: -400, max: 400 })
  .map((hours) => (world) => ({ ...world, now: new Date(Date.parse(DENIED_AT) + hours * 3_600_000) }));

/** One thing that differs from the world in which all guardrails hold: mistakes of people, refusals of AWS, attacks. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  readingMutation,
  denialMutation,
  targetMutation,
  policyMutation,
  roleMutation,
  rulesMutation,
  pastMutation,
  timeMutation,
);
