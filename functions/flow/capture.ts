import { captureIam, captureOrganization, captureStacks, instanceRoleNames } from './capture-identities.ts';
import { captureRecords } from './capture-records.ts';
import { listAt, type PrintedEcs, referencesOf, taskDefinitionArnsOf, textsAt, unique } from './capture-references.ts';
import { withoutSecrets } from './capture-secrets.ts';
import { type CaptureSources, type Capturing, inParallel, newGaps, type Printed } from './capture-sources.ts';

/** What is captured: the account of the credentials, in one Region. */
export interface WantedAccount {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  /** Names or ARNs; null for every cluster. */
  readonly clusters: readonly string[] | null;
  /** The period of CloudTrail's records. */
  readonly from: Date;
  readonly to: Date;
}

/** An account file, and one line for each kind of thing that it lacks because AWS did not show it. */
export interface CapturedAccount {
  readonly file: Printed;
  readonly gaps: readonly string[];
}

/**
 * Reads the clusters and everything that they refer to, without a secret, into an account file. What AWS refuses to show is left
 * out and named; throttling that lasts, and failures, are thrown.
 */
export async function captureAccount(
  wanted: WantedAccount,
  sources: CaptureSources,
  step: () => void,
): Promise<CapturedAccount> {
  const capturing: Capturing = { sources, gaps: newGaps(), step };
  const ecs = await captureEcs(wanted, capturing);
  const taskDefinitions = await captureTaskDefinitions(ecs, capturing);
  const references = referencesOf(ecs, taskDefinitions);
  const logs = await captureLogs(references.logGroups, capturing);
  const s3 = await captureBuckets(references.buckets, capturing);
  const kms = await captureKeys(unique([...references.keys, ...keysOf(logs.logGroups, s3)]), capturing);
  const ec2 = await captureNetwork(references.subnets, references.instances, capturing);
  const instanceRoles = await instanceRoleNames(references.instances, capturing);
  const roleNames = unique([...references.roleNames, ...instanceRoles]);
  const iam = await captureIam(roleNames, capturing);
  const stackResources = await captureStacks(roleNames, capturing);
  const organizations = await captureOrganization(wanted.account, capturing);
  const clusterArns =
    wanted.clusters === null ? null : new Set(ecs.clusters.flatMap((one) => textsAt(one, 'clusterArn')));
  const about = {
    roleNames: new Set(roleNames),
    hasKey: references.keys.length > 0,
    hasBucket: references.buckets.length > 0,
  };
  const { records, problems } = await captureRecords({ ...wanted, clusterArns, ...about }, sources.history);
  for (const { eventName, because } of problems) {
    capturing.gaps.note(
      `CloudTrail records of ${eventName}`,
      because,
      'a session or denial that is not in the file never was',
    );
  }
  const { account, partition, region } = wanted;
  const printedEcs = withoutSecrets({ ...ecs, taskDefinitions });
  const file = {
    account,
    partition,
    region,
    iam,
    ecs: printedEcs,
    logs,
    s3,
    kms,
    ...ec2,
    cloudformation: { stackResources },
  };
  return { file: { ...file, cloudtrail: { records }, ...organizations }, gaps: capturing.gaps.lines() };
}

async function captureEcs({ clusters: names }: WantedAccount, { sources, gaps, step }: Capturing): Promise<PrintedEcs> {
  const unknown = 'counts as not being there, with all that is in it';
  const clusters = gaps.take(await sources.ecs.clusters(names), 'clusters', unknown) ?? [];
  const arns = clusters.flatMap((cluster) => textsAt(cluster, 'clusterArn'));
  for (const name of names ?? []) {
    if (!arns.some((arn) => arn === name || arn.endsWith(`:cluster/${name}`))) {
      gaps.note(`cluster ${name}`, 'ECS does not know it', unknown);
    }
  }
  const of = async (what: 'tasks' | 'services' | 'containerInstances', consequence: string) => {
    const lists = await inParallel(arns, async (arn) => {
      const list = gaps.take(await sources.ecs[what](arn), `${what} of a cluster`, consequence) ?? [];
      step();
      return list;
    });
    return lists.flat();
  };
  return {
    clusters,
    tasks: await of('tasks', 'its sessions have no target, so that each is a ticket'),
    services: await of('services', 'preflight does not know them'),
    containerInstances: await of('containerInstances', 'preflight does not know the role of their instances'),
  };
}

async function captureTaskDefinitions(
  ecs: PrintedEcs,
  { sources, gaps, step }: Capturing,
): Promise<readonly Printed[]> {
  const readings = await inParallel(taskDefinitionArnsOf(ecs), async (arn) => {
    const consequence = 'its tasks have neither target nor role, so that each session is a ticket';
    const definition = gaps.take(await sources.ecs.taskDefinition(arn), 'task definition', consequence);
    step();
    return definition;
  });
  return readings.filter((one) => one !== undefined);
}

async function captureLogs(names: readonly string[], { sources, gaps, step }: Capturing) {
  const logStreams: Record<string, readonly Printed[]> = {};
  const logGroups = await inParallel(names, async (name) => {
    const group = gaps.take(await sources.logs.logGroup(name), 'log group', 'counts as missing');
    step();
    if (group === undefined) return undefined;
    const found = gaps.take(await sources.logs.execStreams(name), 'log streams', 'no transcript counts as delivered');
    if (found?.complete === false) {
      gaps.note('log streams', 'a group has more than are read', 'their transcripts do not count as delivered');
    }
    if (found !== undefined && found.streams.length > 0) logStreams[name] = found.streams;
    return group;
  });
  return { logGroups: logGroups.filter((group) => group !== undefined), logStreams };
}

async function captureBuckets(names: readonly string[], { sources, gaps, step }: Capturing) {
  const buckets: Record<string, Printed> = {};
  for (const name of names) {
    const bucket = gaps.take(await sources.bucket(name), 'bucket', 'counts as missing');
    step();
    if (bucket !== undefined) buckets[name] = bucket;
  }
  return buckets;
}

/** The keys of encrypted groups and buckets, in whatever form they are configured. */
function keysOf(logGroups: readonly Printed[], buckets: Readonly<Record<string, Printed>>): readonly string[] {
  const rules = Object.values(buckets).flatMap((bucket) =>
    listAt(bucket, 'encryption', 'ServerSideEncryptionConfiguration', 'Rules'),
  );
  return [
    ...logGroups.flatMap((group) => textsAt(group, 'kmsKeyId')),
    ...rules.flatMap((rule) => textsAt(rule, 'ApplyServerSideEncryptionByDefault', 'KMSMasterKeyID')),
  ];
}

async function captureKeys(ids: readonly string[], { sources, gaps, step }: Capturing) {
  const keys: Record<string, Printed> = {};
  for (const id of ids) {
    const found = gaps.take(await sources.key(id), 'key', 'counts as missing, so that its target is a ticket');
    step();
    if (found === undefined) continue;
    keys[found.arn] = found.key;
    if (found.partial !== null) {
      gaps.note(
        'policy or aliases of a key',
        found.partial,
        'the policy counts as the default one, an alias as unknown',
      );
    }
  }
  return keys;
}

async function captureNetwork(
  subnetIds: readonly string[],
  instanceIds: readonly string[],
  { sources, gaps, step }: Capturing,
): Promise<{ readonly ec2?: Printed }> {
  if (subnetIds.length === 0 && instanceIds.length === 0) return {};
  const consequence = 'preflight does not know the network of its tasks';
  const found = gaps.take(await sources.network.instances(instanceIds), 'instances', consequence) ?? [];
  const instances = found.map((one) =>
    Object.fromEntries(['InstanceId', 'SubnetId', 'VpcId', 'IamInstanceProfile'].map((name) => [name, one[name]])),
  );
  const all = unique([...subnetIds, ...found.flatMap((one) => textsAt(one, 'SubnetId'))]);
  const subnets = gaps.take(await sources.network.subnets(all), 'subnets', consequence);
  if (subnets === undefined) return {};
  const vpcs = unique(subnets.flatMap((one) => textsAt(one, 'VpcId')));
  const vpcEndpoints = gaps.take(await sources.network.vpcEndpoints(vpcs), 'VPC endpoints', consequence);
  step();
  // Without the endpoints, the section would say that there are none.
  return vpcEndpoints === undefined ? {} : { ec2: { subnets, vpcEndpoints, instances } };
}
