import * as fc from 'fast-check';
import type { PolicyDocument } from '../../functions/domain/decision.ts';
import type { CompanionCall } from '../../functions/domain/denial.ts';
import type { ExecConfiguration } from '../../functions/domain/observation.ts';
import { mergedWithEarlier } from '../../functions/domain/remediation-policy.ts';
import {
  absent,
  aCluster,
  aContainer,
  aDenial,
  aLogGroup,
  anExecConfiguration,
  anExecSession,
  anInlinePolicy,
  aRole,
  aTask,
  aTaskDefinition,
  NOW,
  ROLE_NAME,
  read,
  rules,
  SESSION_ID,
  TASK_ID,
} from './builders.ts';
import {
  aCompanionDenial,
  aKey,
  aRoutedContainer,
  aRouterDenial,
  delegatingTo,
  LOG_ROUTER,
  listingAll,
} from './other-signals.ts';
import { aWorld, findingOf, type World, withFittingSimulation } from './world.ts';
import { mutation, policyNameIn, withOwnPolicy } from './world-mutations.ts';

const letters = (alphabet: string, size: { minLength: number; maxLength: number }): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), ...size });

const place = fc.record({
  partitionAndRegion: fc.constantFrom(
    ['aws', 'eu-central-1'] as const,
    ['aws', 'ap-northeast-1'] as const,
    ['aws-cn', 'cn-north-1'] as const,
    ['aws-us-gov', 'us-gov-west-1'] as const,
  ),
  account: letters('0123456789', { minLength: 12, maxLength: 12 }),
});

const COMPANIONS: readonly CompanionCall[] = ['describe-log-groups', 'bucket-encryption', 'session-key', 'object'];

const bucket = fc.record({
  name: letters('abcdefghij0123456789', { minLength: 3, maxLength: 20 }),
  prefix: fc.constantFrom(null, '', 'exec', 'exec/', 'team-a/exec.log'),
  encrypted: fc.boolean(),
  /** The customer's own key of the bucket. */
  keyId: fc.option(letters('abcdef0123456789-', { minLength: 8, maxLength: 36 }), { nil: null }),
});

/** Sessions of set-ups in which every guardrail holds: DEFAULT or OVERRIDE, with or without bucket, keys, encryption and earlier targets. */
const validSessionWorld: fc.Arbitrary<World> = fc
  .record({
    place,
    group: letters('abcABC09._/#-', { minLength: 1, maxLength: 30 }).map((name) => `/ecs/${name}`),
    logging: fc.constantFrom(null, 'DEFAULT', 'OVERRIDE'),
    encryption: fc.boolean(),
    bucket: fc.option(bucket, { nil: null }),
    keyId: fc.option(letters('abcdef0123456789-', { minLength: 8, maxLength: 36 }), { nil: null }),
    isAlias: fc.boolean(),
    companion: fc.constantFrom(null, ...COMPANIONS),
    earlier: fc.uniqueArray(letters('abcdef', { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
    overridden: fc.boolean(),
  })
  .map(({ place: { partitionAndRegion, account }, group, logging, keyId, ...given }) => {
    const [partition, region] = partitionAndRegion;
    const arn = (service: string, resource: string): string =>
      `arn:${partition}:${service}:${service === 'iam' ? '' : region}:${account}:${resource}`;
    const roleArn = arn('iam', `role/${ROLE_NAME}`);
    const clusterArn = arn('ecs', 'cluster/c');
    const taskArn = arn('ecs', `task/c/${TASK_ID}`);
    const taskDefinitionArn = arn('ecs', 'task-definition/d:1');
    const execConfiguration: ExecConfiguration = anExecConfiguration({
      logging,
      cloudWatchLogGroupName: group,
      cloudWatchEncryptionEnabled: given.encryption,
      s3BucketName: given.bucket?.name ?? null,
      s3KeyPrefix: given.bucket?.prefix ?? null,
      s3EncryptionEnabled: given.bucket?.encrypted ?? false,
      kmsKeyId: keyId === null ? null : given.isAlias ? 'alias/exec' : arn('kms', `key/${keyId}`),
    });
    const policy = read(delegatingTo(account, partition));
    const keyNamed = (id: string | null | undefined) =>
      id == null ? absent : read(aKey({ keyArn: arn('kms', `key/${id}`), policy }));
    const bucketKeyId = given.bucket?.keyId ?? null;
    const bare = aWorld(
      {
        session: read(anExecSession({ partition, region, account, clusterArn, taskArn })),
        task: read(
          aTask({ taskArn, clusterArn, taskDefinitionArn, taskRoleArnOverride: given.overridden ? roleArn : null }),
        ),
        cluster: read(aCluster({ clusterArn, execConfiguration })),
        taskDefinition: read(
          aTaskDefinition({
            taskDefinitionArn,
            taskRoleArn: given.overridden ? null : roleArn,
            executionRoleArn: arn('iam', 'role/execution'),
            containers: [aContainer({ logOptions: { 'awslogs-group': group } })],
          }),
        ),
        role: read(aRole({ roleArn })),
        logGroup: read(aLogGroup({ name: group })),
        sessionKey: keyNamed(keyId),
        bucketEncryption:
          given.bucket === null
            ? absent
            : read({ algorithm: bucketKeyId === null ? 'AES256' : 'aws:kms', keyId: bucketKeyId }),
        bucketKey: keyNamed(bucketKeyId),
      },
      {
        denial: aDenial({ partition, region, account, logGroupName: group }),
        rules: rules({ buckets: { allow: ['*'] }, keys: { allow: ['*'] }, fireLens: { mode: 'attach' } }),
      },
    );
    const world = given.earlier.length === 0 ? bare : withEarlierTargets(bare, given.earlier);
    return given.companion === null ? world : asCompanion(world, given.companion);
  });

/** The same world, in which the agent was denied another call on the same target, or the delivery where the target needs no such call. */
function asCompanion(world: World, companion: CompanionCall): World {
  const { target } = findingOf(world);
  const { partition, region, account } = world.denial;
  if (target?.kind !== 'target') {
    return world;
  }
  const bucket = target.bucket === null ? null : `arn:${partition}:s3:::${target.bucket.name}`;
  const resources: Readonly<Record<CompanionCall, string | null>> = {
    'describe-log-groups': target.encryptionRequired
      ? `arn:${partition}:logs:${region}:${account}:log-group::log-stream:`
      : null,
    'bucket-encryption': target.bucket?.encryptionRequired === true ? bucket : null,
    'session-key': target.sessionKey?.kind === 'arn' ? target.sessionKey.arn : null,
    object: bucket === null ? null : `${bucket}/x/${SESSION_ID}.log`,
  };
  const resource = resources[companion];
  return resource === null
    ? world
    : { ...world, denial: aCompanionDenial(companion, { partition, region, account, resource }) };
}

/** Log routers of set-ups in which every guardrail holds: by the task definition or the settings, with or without the group's creation. */
const validRouterWorld: fc.Arbitrary<World> = fc
  .record({
    world: validSessionWorld,
    group: letters('abcABC09._/#-', { minLength: 1, maxLength: 30 }).map((name) => `/ecs/${name}`),
    plugin: fc.constantFrom('cloudwatch', 'cloudwatch_logs', 'CloudWatch_Logs'),
    creates: fc.boolean(),
    exists: fc.boolean(),
    isDeclared: fc.boolean(),
    asked: fc.constantFrom('logs:CreateLogStream', 'logs:CreateLogGroup', 'logs:DescribeLogStreams'),
  })
  .map(({ world, group, plugin, creates, exists, isDeclared, asked }) => {
    const action = creates ? asked : asked.replace('LogGroup', 'LogStream');
    const { partition, region, account } = world.denial;
    const { taskDefinition, role } = world.observation;
    if (taskDefinition.kind !== 'read' || role.kind !== 'read' || region === null) {
      return world;
    }
    const options = { Name: plugin, region, log_group_name: group, auto_create_group: creates ? 'True' : 'false' };
    const webapp = aRoutedContainer({}, { logOptions: isDeclared ? {} : options });
    const other = aRoutedContainer({ region, log_group_name: `${group}-2` }, { name: 'other' });
    const declared = { role: role.value.roleArn, logGroup: group, createsGroup: creates };
    return withFittingSimulation({
      ...world,
      denial: aRouterDenial({ partition, region, account, logGroupName: group, action }),
      observation: {
        ...world.observation,
        session: absent,
        taskDefinition: read({ ...taskDefinition.value, containers: [LOG_ROUTER, other, webapp] }),
        logGroup: exists || !creates ? read(aLogGroup({ name: group })) : absent,
      },
      rules: rules({ ...listingAll, fireLens: { mode: 'attach', targets: isDeclared ? [declared] : [] } }),
    });
  });

/** Set-ups in which every guardrail of the signal holds. */
export const validWorld: fc.Arbitrary<World> = fc.oneof(
  { arbitrary: validSessionWorld, weight: 2 },
  { arbitrary: validRouterWorld, weight: 1 },
);

/** The same world after we have repaired other groups of the same role. */
function withEarlierTargets(world: World, groups: readonly string[]): World {
  const document = findingOf(world).repair?.policy.document;
  const own = world.denial.logGroupName ?? '';
  const documents = groups.map((name) => JSON.parse(JSON.stringify(document).replaceAll(own, `/ecs/earlier-${name}`)));
  const merged = documents.reduce<PolicyDocument | null>(
    (sum, next) => (sum === null ? next : mergedWithEarlier(JSON.stringify(sum), next)),
    null,
  );
  return merged === null ? world : withOwnPolicy(world, merged, anInlinePolicy(policyNameIn(world), merged));
}

/** Any world: a valid one with up to three things wrong with it, half of them with nothing wrong. */
export const anyWorld: fc.Arbitrary<World> = fc
  .tuple(validWorld, fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 3 })))
  .map(([world, mutations]) => mutations.reduce((changed, mutate) => mutate(changed), { ...world, now: NOW }));
