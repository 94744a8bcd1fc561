import type { ExecRequest } from '../simulated-account/agent/exec-session.ts';
import type { AccountRole, AccountState, JsonObject } from '../simulated-account/index.ts';
import { ledgerAccount } from '../simulated-account/scenarios/ledger.ts';

const BUCKET = 'exec-transcripts';
const MODEL = { task: '3f0e9a0a96ed445cbc93a90807e34e03', family: 'api', cluster: 'nginx-sample-cluster' };

/** One more way in which a session can go, with the task in which it does. */
interface Way {
  readonly family: string;
  readonly task: string;
  readonly cluster: string;
  readonly actions: readonly string[];
}

const ways = {
  /** The cluster names a bucket and no log group, and the role may write there. */
  'in the bucket': {
    family: 'archived',
    task: '4f0e9a0a96ed445cbc93a90807e34e04',
    cluster: 'archive',
    actions: ['s3:PutObject', 's3:GetEncryptionConfiguration'],
  },
  /** The stream is made, and the role may not write into it, of which no record tells. */
  'an empty stream': {
    family: 'silent',
    task: '5f0e9a0a96ed445cbc93a90807e34e05',
    cluster: MODEL.cluster,
    actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:DescribeLogGroups'],
  },
} as const satisfies Readonly<Record<string, Way>>;

export type MoreWays = keyof typeof ways;

/** The request that opens a session of this way; null where it is none of them. */
export function requestOfWay(name: string): ExecRequest | null {
  const way: Way | undefined = Object.hasOwn(ways, name) ? ways[name as MoreWays] : undefined;
  return way === undefined
    ? null
    : { cluster: way.cluster, task: way.task, container: MODEL.family, person: 'frank', minutes: 2 };
}

/** The scenario's account with a task for each of these ways, made after the model of the one that is recorded. */
export function accountOfMoreWays(): AccountState {
  const account = ledgerAccount();
  const { ecs, iam, s3, partition, region } = account;
  const arn = (rest: string) => `arn:${partition}:ecs:${region}:${account.account}:${rest}`;
  s3.set(BUCKET, { objects: [] });
  ecs.clusters.push({
    clusterArn: arn('cluster/archive'),
    clusterName: 'archive',
    status: 'ACTIVE',
    configuration: {
      executeCommandConfiguration: {
        logging: 'OVERRIDE',
        logConfiguration: { s3BucketName: BUCKET, s3KeyPrefix: 'exec' },
      },
    },
  });
  const model = {
    task: ecs.tasks.find(({ taskArn }) => taskArn?.endsWith(MODEL.task)),
    definition: ecs.taskDefinitions.find(({ taskDefinition }) => taskDefinition.family === MODEL.family),
    role: iam.roles.find(({ RoleName }) => RoleName === `${MODEL.family}-task-role`),
  };
  const { task, definition, role } = model;
  if (task === undefined || definition === undefined || role === undefined) throw new Error('the model is gone');
  for (const way of Object.values<Way>(ways)) {
    const made = roleOf(role, way);
    const taskDefinitionArn = arn(`task-definition/${way.family}:1`);
    iam.roles.push(made);
    ecs.taskDefinitions.push({
      ...definition,
      taskDefinition: { ...definition.taskDefinition, taskDefinitionArn, family: way.family, taskRoleArn: made.Arn },
    });
    ecs.tasks.push({
      ...task,
      taskDefinitionArn,
      taskArn: arn(`task/${way.cluster}/${way.task}`),
      clusterArn: arn(`cluster/${way.cluster}`),
      containers: (task.containers ?? []).map((container) => ({ ...container, runtimeId: `${way.task}-1234567890` })),
    });
  }
  return account;
}

function roleOf(model: AccountRole, { family, actions }: Way): AccountRole {
  const RoleName = `${family}-task-role`;
  const document: JsonObject = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['ssmmessages:*', ...actions], Resource: '*' }],
  };
  return {
    ...model,
    RoleName,
    RoleId: `AROA${family.toUpperCase()}`.padEnd(21, 'X'),
    Arn: model.Arn.replace(model.RoleName, RoleName),
    RolePolicyList: [{ PolicyName: 'exec', PolicyDocument: JSON.stringify(document) }],
  };
}
