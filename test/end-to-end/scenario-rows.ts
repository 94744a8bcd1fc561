import { type AccountRole, type AccountState, type JsonObject, readAccountFile } from '../simulated-account/index.ts';

/** One thing that a role must be allowed to do, in the scenario's own words, and the statement that allows exactly it. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  /** A second action that AWS documents with it. */
  readonly also?: string;
}

/** A set-up of its own in the account: cluster, task, definition and role, copied from the scenario's. */
export interface Row {
  /** What is removed: `logs:CreateLogStream + s3:PutObject`. */
  readonly name: string;
  readonly removed: readonly Permission[];
  readonly roleName: string;
  readonly clusterName: string;
  readonly taskId: string;
}

/** Each permission removed alone, then each pair. */
export function aloneAndInPairs(permissions: readonly Permission[]): readonly (readonly Permission[])[] {
  return [
    ...permissions.map((one) => [one]),
    ...permissions.flatMap((one, at) => permissions.slice(at + 1).map((other) => [one, other])),
  ];
}

/** Every action of these, sorted. */
export const actionsOf = (removed: readonly Permission[]) =>
  removed.flatMap(({ action, also }) => (also === undefined ? [action] : [action, also])).sort();

/** Names of what is removed, as a row's name. */
export const nameOf = (removed: readonly Permission[]) => removed.map(({ action }) => action).join(' + ');

/** The account file of a scenario with one set-up for each row, whose role lacks what the row removes of all that is needed. */
export function accountOfRows(
  file: unknown,
  needed: readonly Permission[],
  removals: readonly (readonly Permission[])[],
  change: (account: AccountState) => void = () => {},
): { readonly account: AccountState; readonly rows: readonly Row[] } {
  const account = readAccountFile(structuredClone(file));
  change(account);
  const rows = removals.map((removed, at) => {
    const suffix = String(at + 1).padStart(2, '0');
    const granted = needed.filter((permission) => !removed.includes(permission));
    return addSetUp(account, suffix, removed, granted);
  });
  return { account, rows };
}

function addSetUp(
  account: AccountState,
  suffix: string,
  removed: readonly Permission[],
  granted: readonly Permission[],
): Row {
  const { ecs, iam, cloudformation } = account;
  const model = modelOf(account);
  const roleName = `${model.role.RoleName}-${suffix}`;
  const clusterName = `${model.clusterName}-${suffix}`;
  const taskId = `${suffix}${model.taskId.slice(2)}`;
  const arn = (rest: string) => `arn:${account.partition}:ecs:${account.region}:${account.account}:${rest}`;
  const taskDefinitionArn = arn(`task-definition/${model.family}-${suffix}:1`);
  const roleArn = model.role.Arn.replace(model.role.RoleName, roleName);
  iam.roles.push({
    ...model.role,
    RoleName: roleName,
    RoleId: `${model.role.RoleId.slice(0, -2)}${suffix}`,
    Arn: roleArn,
    RolePolicyList: [...ownPolicies(model.role), { PolicyName: 'granted', PolicyDocument: documentOf(granted) }],
  });
  ecs.clusters.push({ ...model.cluster, clusterArn: arn(`cluster/${clusterName}`), clusterName });
  ecs.taskDefinitions.push({
    ...model.definition,
    taskDefinition: { ...model.definition.taskDefinition, taskDefinitionArn, taskRoleArn: roleArn },
  });
  const taskArn = arn(`task/${clusterName}/${taskId}`);
  ecs.tasks.push({
    ...model.task,
    taskArn,
    taskDefinitionArn,
    clusterArn: arn(`cluster/${clusterName}`),
    containers: (model.task.containers ?? []).map((container) => ({ ...container, taskArn })),
  });
  const owned = cloudformation.stackResources.find(
    ({ PhysicalResourceId }) => PhysicalResourceId === model.role.RoleName,
  );
  if (owned !== undefined) {
    cloudformation.stackResources.push({
      ...owned,
      LogicalResourceId: `TaskRole${suffix}`,
      PhysicalResourceId: roleName,
    });
  }
  return { name: removed.length === 0 ? 'nothing' : nameOf(removed), removed, roleName, clusterName, taskId };
}

/** The role's own policies, without what they allow of the delivery: that is the rows' matter. */
function ownPolicies({ RolePolicyList = [] }: AccountRole) {
  return RolePolicyList.map(({ PolicyName = '', PolicyDocument = '{}' }) => {
    const { Version, Statement } = JSON.parse(PolicyDocument);
    const kept = Statement.filter(({ Action }: { Action: readonly string[] }) =>
      Action.every((action) => action.startsWith('ssmmessages:')),
    );
    return { PolicyName, kept, PolicyDocument: JSON.stringify({ Version, Statement: kept }) };
  }).flatMap(({ kept, ...policy }) => (kept.length === 0 ? [] : [policy]));
}

/** One statement a permission; a key that is used through S3 only is no other than the one that S3 uses. */
function documentOf(granted: readonly Permission[]): string {
  const Statement: readonly JsonObject[] = granted.map(({ action, also, resource }) => ({
    Effect: 'Allow',
    Action: also === undefined ? action : [action, also],
    Resource: resource,
  }));
  return JSON.stringify({
    Version: '2012-10-17',
    Statement:
      Statement.length === 0 ? [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }] : Statement,
  });
}

function modelOf({ ecs, iam }: AccountState) {
  const [cluster] = ecs.clusters;
  const [task] = ecs.tasks;
  const [definition] = ecs.taskDefinitions;
  const role = iam.roles.find(({ Arn }) => Arn === definition?.taskDefinition.taskRoleArn);
  if (cluster === undefined || task === undefined || definition === undefined || role === undefined) {
    throw new Error('the scenario lacks cluster, task, definition or role');
  }
  const { family = '' } = definition.taskDefinition;
  const taskId = (task.taskArn ?? '').slice(-32);
  return { cluster, clusterName: cluster.clusterName ?? '', task, taskId, definition, family, role };
}
