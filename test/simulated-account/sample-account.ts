import { readAccountFile } from './account-file.ts';
import type { JsonObject } from './account-state.ts';
import { type SimulatedAccount, type SimulatedAccountOptions, startSimulatedAccount } from './server.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-central-1';
export const GROUP = '/ecs/web/app';
export const TASK_ID = 'a9112a0a96ed445cbc93a90807e34e37';
export const STREAM = 'ecs-execute-command-egv8enfq3l9zptzgnrlq6szeji';
export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const logsArn = (rest: string) => `arn:aws:logs:${REGION}:${ACCOUNT}:${rest}`;
export const allowing = (Action: string | string[], Resource: string | string[] = '*', rest: JsonObject = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...rest }],
});
export const denying = (Action: string | string[], Resource: string | string[] = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action, Resource }],
});

/** The inline policy without which the agent of ECS Exec opens no channel. */
export const channels = allowing([
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
]);

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** A role as get-account-authorization-details prints it, with the given inline policies. */
export function aRole(
  name: string,
  inline: Readonly<Record<string, JsonObject>> = {},
  rest: JsonObject = {},
): JsonObject {
  return {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name
      .toUpperCase()
      .replaceAll(/[^A-Z]/g, '')
      .padEnd(17, 'X')}`,
    Arn: roleArn(name),
    CreateDate: '2026-01-01T00:00:00+00:00',
    AssumeRolePolicyDocument: trust,
    InstanceProfileList: [],
    RolePolicyList: Object.entries(inline).map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument })),
    AttachedManagedPolicies: [],
    Tags: [],
    ...rest,
  };
}

/** An account with one cluster, one task and two roles; sections are replaced whole. */
export function sampleAccountFile(sections: JsonObject = {}): JsonObject {
  const cluster = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/prod`;
  return {
    account: ACCOUNT,
    partition: 'aws',
    region: REGION,
    iam: { RoleDetailList: [aRole('web-task', { channels }), aRole('repairer', { all: allowing('*') })], Policies: [] },
    ecs: {
      clusters: [
        {
          clusterArn: cluster,
          clusterName: 'prod',
          status: 'ACTIVE',
          configuration: {
            executeCommandConfiguration: { logging: 'OVERRIDE', logConfiguration: { cloudWatchLogGroupName: GROUP } },
          },
          tags: [{ key: 'team', value: 'web' }],
        },
      ],
      tasks: [
        {
          taskArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task/prod/${TASK_ID}`,
          clusterArn: cluster,
          taskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/web:3`,
          lastStatus: 'RUNNING',
          desiredStatus: 'RUNNING',
          enableExecuteCommand: true,
          containers: [{ name: 'app' }],
          startedAt: '2026-11-20T08:00:00+00:00',
        },
      ],
      taskDefinitions: [
        {
          taskDefinition: {
            taskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/web:3`,
            family: 'web',
            revision: 3,
            status: 'ACTIVE',
            taskRoleArn: roleArn('web-task'),
            containerDefinitions: [{ name: 'app' }],
          },
          tags: [{ key: 'team', value: 'web' }],
        },
      ],
    },
    logs: { logGroups: [{ logGroupName: GROUP, creationTime: 1_700_000_000_000 }] },
    ...sections,
  };
}

/** Starts the sample account. */
export function startSample(
  sections: JsonObject = {},
  options: Partial<SimulatedAccountOptions> = {},
): Promise<SimulatedAccount> {
  return startSimulatedAccount({ account: readAccountFile(sampleAccountFile(sections)), ...options });
}

/** What a real SDK client needs to call the account as a principal; one attempt, so that errors come at once. */
export function clientOf(account: SimulatedAccount, principal = 'operator', sessionName?: string) {
  return {
    endpoint: account.url,
    region: account.state.region,
    credentials: account.credentialsFor(principal, sessionName),
    maxAttempts: 1,
  };
}

/** The name and message of a call's error, to compare whole. */
export async function failureOf(call: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
  }
  throw new Error('the call did not fail');
}

/** A request that no SDK client would send: its body as it stands, signed with the operator's key. */
export async function rawCall(account: SimulatedAccount, service: string, target: string | null, body: string) {
  const { accessKeyId } = account.credentialsFor('operator');
  const response = await fetch(account.url, {
    method: 'POST',
    body,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${REGION}/${service}/aws4_request, Signature=0`,
      ...(target === null ? {} : { 'x-amz-target': target }),
    },
  });
  return { status: response.status, body: await response.text() };
}
