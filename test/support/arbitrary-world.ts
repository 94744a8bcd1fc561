import * as fc from 'fast-check';
import type { PolicyDocument } from '../../functions/domain/decision.ts';
import type { ExecConfiguration } from '../../functions/domain/observation.ts';
import { mergedWithEarlier } from '../../functions/domain/remediation-policy.ts';
import {
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
  TASK_ID,
} from './builders.ts';
import { aWorld, findingOf, type World } from './world.ts';
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

const bucket = fc.record({
  name: letters('abcdefghij0123456789', { minLength: 3, maxLength: 20 }),
  prefix: fc.constantFrom(null, '', 'exec', 'exec/', 'team-a/exec.log'),
  encrypted: fc.boolean(),
});

/** Set-ups in which every guardrail holds: DEFAULT or OVERRIDE, with or without bucket, key, encryption and earlier targets. */
export const validWorld: fc.Arbitrary<World> = fc
  .record({
    place,
    group: letters('abcABC09._/#-', { minLength: 1, maxLength: 30 }).map((name) => `/ecs/${name}`),
    logging: fc.constantFrom(null, 'DEFAULT', 'OVERRIDE'),
    encryption: fc.boolean(),
    bucket: fc.option(bucket, { nil: null }),
    keyId: fc.option(letters('abcdef0123456789-', { minLength: 8, maxLength: 36 }), { nil: null }),
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
      kmsKeyId: keyId === null ? null : arn('kms', `key/${keyId}`),
    });
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
      },
      {
        denial: aDenial({ partition, region, account, logGroupName: group }),
        rules: rules({ buckets: { allow: ['*'] }, keys: { allow: ['*'] } }),
      },
    );
    return given.earlier.length === 0 ? bare : withEarlierTargets(bare, given.earlier);
  });

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
