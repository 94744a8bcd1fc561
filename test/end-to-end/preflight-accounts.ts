import * as fc from 'fast-check';

const CHANNELS = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];

/** Everything that a session may call; the last ones are advisory for most targets. */
export const ACTIONS = [
  ...CHANNELS.map((channel) => `ssmmessages:${channel}`),
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  's3:PutObject',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'logs:DescribeLogGroups',
  's3:GetEncryptionConfiguration',
  'logs:DescribeLogStreams',
];

/** Mostly the first: a world with one or two flaws says more than one in ruins. */
const mostly = <Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 14, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...others) });

const container = fc.record({
  driver: mostly<'awslogs' | 'awsfirelens' | 'json-file' | 'none'>('awslogs', 'awsfirelens', 'json-file', 'none'),
  groupIsNamed: mostly(true, false),
  groupExists: mostly(true, false),
  groupIsEncrypted: fc.boolean(),
  agent: mostly<string | null>('RUNNING', 'STOPPED', 'PENDING', null),
  readOnlyRoot: mostly(false, true),
  initProcess: mostly(true, false),
});

const key = fc.record({
  state: mostly<'Enabled' | 'Disabled' | 'PendingDeletion' | 'gone'>('Enabled', 'Disabled', 'PendingDeletion', 'gone'),
  policy: fc.constantFrom<'delegates' | 'names-role' | 'names-nobody'>(
    'delegates',
    'delegates',
    'delegates',
    'names-role',
    'names-nobody',
  ),
});

const permissions = fc.record({
  missing: fc.oneof(
    { weight: 7, arbitrary: fc.constant<string[]>([]) },
    { weight: 4, arbitrary: fc.subarray(ACTIONS, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.subarray(ACTIONS, { minLength: 3 }) },
  ),
  resources: fc.constantFrom<'all' | 'exact' | 'another-group' | 'without-streams'>(
    ...Array<'all'>(6).fill('all'),
    ...Array<'exact'>(6).fill('exact'),
    'another-group',
    'without-streams',
  ),
  condition: mostly<'none' | 'this-region' | 'other-region'>('none', 'this-region', 'other-region'),
  deny: mostly<string | null>(null, 'logs:PutLogEvents', 's3:PutObject', 'kms:*', 'ssmmessages:OpenDataChannel'),
  boundary: mostly<'none' | 'all' | 'no-logs' | 'no-s3' | 'no-channels'>(
    'none',
    'all',
    'no-logs',
    'no-s3',
    'no-channels',
  ),
});

/** What an account is made of: all that decides in the agent's order of calls whether a transcript arrives. */
export const accountParts = fc.record({
  logging: fc.constantFrom<'OVERRIDE' | 'DEFAULT' | null>('OVERRIDE', 'OVERRIDE', 'DEFAULT', null),
  isOff: mostly(false, true),
  override: fc.constantFrom<readonly ('group' | 'bucket')[]>(['group'], ['group'], ['bucket'], ['group', 'bucket']),
  hasTarget: mostly(true, false),
  groupExists: mostly(true, false),
  groupIsEncrypted: fc.boolean(),
  groupFlag: fc.boolean(),
  bucketExists: mostly(true, false),
  bucketKey: fc.constantFrom<'none' | 'own' | 'aws'>('none', 'none', 'own', 'aws'),
  bucketFlag: fc.boolean(),
  keyPrefix: fc.constantFrom('', 'exec', 'exec/'),
  sessionKey: fc.constantFrom<'none' | 'arn' | 'id' | 'alias'>('none', 'none', 'arn', 'id', 'alias'),
  keyOfSessions: key,
  keyOfBucket: key,
  containers: fc.array(container, { minLength: 1, maxLength: 3 }),
  role: permissions,
  overridingRole: fc.option(permissions, { freq: 6 }),
  roleExists: mostly(true, false),
  organization: mostly<'none' | 'all' | 'no-logs' | 'this-region' | 'other-region'>(
    'none',
    'all',
    'no-logs',
    'this-region',
    'other-region',
  ),
  execEnabled: mostly(true, false),
  platformVersion: mostly<string | null>('1.4.0', '1.3.0', null),
  machine: mostly<'fargate' | 'ec2' | 'ec2-without-task-role'>('fargate', 'ec2', 'ec2-without-task-role'),
});

export type AccountParts = typeof accountParts extends fc.Arbitrary<infer Value> ? Value : never;
