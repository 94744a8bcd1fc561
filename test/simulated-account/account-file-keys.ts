import { isObject } from './schema-check.ts';

/** A key of an account file that nothing reads: most often a slip of the pen, whose section then counts as empty. */
export interface UnknownKey {
  readonly path: string;
  /** What is read at that place. */
  readonly known: readonly string[];
}

/** What is read of each section; null where the keys are names of the account. */
const SECTIONS: Readonly<Record<string, readonly string[] | null>> = {
  account: null,
  partition: null,
  region: null,
  iam: ['RoleDetailList', 'Policies'],
  ecs: ['clusters', 'tasks', 'taskDefinitions', 'services', 'containerInstances'],
  logs: ['logGroups', 'logStreams'],
  s3: null,
  kms: null,
  ec2: ['subnets', 'vpcEndpoints', 'instances'],
  cloudformation: ['stackResources', 'StackResources'],
  cloudtrail: ['records', 'Records', 'Events'],
  organizations: ['serviceControlPolicies', 'units', 'accounts'],
  cases: null,
  attachedPolicies: null,
};

/** What the CLI prints beside the lists of a section that is one whole output. */
const PRINTED_BESIDE = new Set([
  'UserDetailList',
  'GroupDetailList',
  'IsTruncated',
  'Marker',
  'failures',
  'nextToken',
  'NextToken',
  'ResponseMetadata',
]);

/** The keys of an account file and of its sections that are not read. */
export function unknownKeysIn(file: unknown): readonly UnknownKey[] {
  if (!isObject(file)) return [];
  return Object.entries(file).flatMap(([name, value]): readonly UnknownKey[] => {
    const known = Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined;
    if (known === undefined) return [{ path: name, known: Object.keys(SECTIONS) }];
    if (known === null || !isObject(value)) return [];
    return Object.keys(value)
      .filter((key) => !known.includes(key) && !PRINTED_BESIDE.has(key))
      .map((key) => ({ path: `${name}.${key}`, known }));
  });
}
