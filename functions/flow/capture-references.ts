import { logGroupNameOf, parseArn, parseRoleArn } from '../domain/arn.ts';

/** A member of something that AWS printed, whatever it is. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (parent, key) =>
      typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key)
        ? Reflect.get(parent, key)
        : undefined,
    value,
  );
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
}

export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  const text = at(value, ...path);
  return (Array.isArray(text) ? text : [text]).filter((one) => typeof one === 'string' && one !== '');
}

/** What ECS shows of the clusters. */
export interface PrintedEcs {
  readonly clusters: readonly unknown[];
  readonly tasks: readonly unknown[];
  readonly services: readonly unknown[];
  readonly containerInstances: readonly unknown[];
}

/** Every task definition that a task or a service names. */
export function taskDefinitionArnsOf({ tasks, services }: PrintedEcs): readonly string[] {
  return unique([
    ...tasks.flatMap((task) => textsAt(task, 'taskDefinitionArn')),
    ...services.flatMap((service) => textsAt(service, 'taskDefinition')),
  ]);
}

/** What clusters, tasks and definitions refer to; each name once. */
export interface References {
  readonly roleNames: readonly string[];
  readonly logGroups: readonly string[];
  readonly buckets: readonly string[];
  /** Ids, aliases or ARNs. */
  readonly keys: readonly string[];
  readonly subnets: readonly string[];
  readonly instances: readonly string[];
}

export function referencesOf(ecs: PrintedEcs, taskDefinitions: readonly unknown[]): References {
  const definitions = taskDefinitions.map((one) => at(one, 'taskDefinition'));
  const containers = definitions.flatMap((definition) => listAt(definition, 'containerDefinitions'));
  const execs = ecs.clusters.map((cluster) => at(cluster, 'configuration', 'executeCommandConfiguration'));
  return {
    roleNames: unique(
      [...definitions, ...ecs.tasks.map((task) => at(task, 'overrides'))]
        .flatMap((holder) => [...textsAt(holder, 'taskRoleArn'), ...textsAt(holder, 'executionRoleArn')])
        .flatMap((arn) => parseRoleArn(arn)?.roleName ?? []),
    ),
    logGroups: unique(
      [
        ...execs.flatMap((exec) => textsAt(exec, 'logConfiguration', 'cloudWatchLogGroupName')),
        ...containers.flatMap((container) => groupsOfOptions(at(container, 'logConfiguration', 'options'))),
      ].flatMap((group) => logGroupNameOf(group)?.name ?? []),
    ),
    buckets: unique(
      execs.flatMap((exec) => textsAt(exec, 'logConfiguration', 's3BucketName')).map((name) => bucketNameOf(name)),
    ),
    keys: unique(execs.flatMap((exec) => textsAt(exec, 'kmsKeyId'))),
    subnets: unique([
      ...ecs.services.flatMap((one) => textsAt(one, 'networkConfiguration', 'awsvpcConfiguration', 'subnets')),
      ...ecs.tasks
        .flatMap((task) => listAt(task, 'attachments'))
        .flatMap((attachment) => listAt(attachment, 'details'))
        .filter((detail) => at(detail, 'name') === 'subnetId')
        .flatMap((detail) => textsAt(detail, 'value')),
    ]),
    instances: unique(
      // An external instance is none of EC2's.
      ecs.containerInstances.flatMap((one) => textsAt(one, 'ec2InstanceId')).filter((id) => id.startsWith('i-')),
    ),
  };
}

/** The awslogs driver's group, and that of a FireLens output; options of Fluent Bit are spelled as one likes. */
function groupsOfOptions(options: unknown): readonly string[] {
  return Object.entries(Object(options)).flatMap(([name, value]: [string, unknown]) =>
    ['awslogs-group', 'log_group_name'].includes(name.toLowerCase()) && typeof value === 'string' ? [value] : [],
  );
}

function bucketNameOf(configured: string): string {
  const arn = parseArn(configured);
  return arn?.service === 's3' ? arn.resource : configured;
}

export function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
