import { createPreflightPorts } from '../../functions/cli/preflight-ports.ts';
import { checkSubject } from '../../functions/domain/preflight/check-subject.ts';
import { preflightSubjects } from '../../functions/flow/preflight.ts';
import { readFleet } from '../../functions/flow/preflight-fleet.ts';
import {
  readAccountFile,
  type SimulatedAccount,
  SimulatedClock,
  startSimulatedAccount,
} from '../simulated-account/index.ts';

const ACCOUNT = '111111111111';
const REGION = 'eu-central-1';
const CLUSTERS = 50;
const SERVICES_A_CLUSTER = 20;
const TASKS_A_SERVICE = 3;
const ecsArn = (rest: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${rest}`;
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
const places = indexes(CLUSTERS).flatMap((cluster) =>
  indexes(SERVICES_A_CLUSTER).map((service) => ({ cluster, service, family: `c${cluster}-s${service}` })),
);

/** 1,000 task definitions in 50 clusters: a service for each, three tasks a service, a role and a log group a cluster. */
function largeAccount() {
  return readAccountFile({
    account: ACCOUNT,
    region: REGION,
    iam: { RoleDetailList: indexes(CLUSTERS).map(role) },
    ecs: {
      clusters: indexes(CLUSTERS).map((index) => ({
        clusterArn: ecsArn(`cluster/c${index}`),
        clusterName: `c${index}`,
        status: 'ACTIVE',
        configuration: {
          executeCommandConfiguration: {
            logging: 'OVERRIDE',
            logConfiguration: { cloudWatchLogGroupName: `/exec/c${index}` },
          },
        },
      })),
      services: places.map(({ cluster, service, family }) => ({
        serviceArn: ecsArn(`service/c${cluster}/s${service}`),
        serviceName: `s${service}`,
        clusterArn: ecsArn(`cluster/c${cluster}`),
        taskDefinition: ecsArn(`task-definition/${family}:1`),
        status: 'ACTIVE',
        launchType: 'FARGATE',
        enableExecuteCommand: true,
      })),
      tasks: places.flatMap((place, index) =>
        indexes(TASKS_A_SERVICE).map((copy) => task(place, index * TASKS_A_SERVICE + copy)),
      ),
      taskDefinitions: places.map(({ cluster, family }) => ({
        taskDefinition: {
          taskDefinitionArn: ecsArn(`task-definition/${family}:1`),
          family,
          revision: 1,
          status: 'ACTIVE',
          taskRoleArn: roleArn(`c${cluster}-task`),
          networkMode: 'awsvpc',
          containerDefinitions: [{ name: 'app', linuxParameters: { initProcessEnabled: true } }],
        },
      })),
    },
    logs: { logGroups: indexes(CLUSTERS).map((index) => ({ logGroupName: `/exec/c${index}` })) },
    ec2: {
      subnets: [
        { SubnetId: 'subnet-1', VpcId: 'vpc-1' },
        { SubnetId: 'subnet-2', VpcId: 'vpc-2' },
      ],
    },
  });
}

function role(index: number) {
  const statement = { Effect: 'Allow', Action: ['ssmmessages:*', 'logs:*'], Resource: '*' };
  return {
    Path: '/',
    RoleName: `c${index}-task`,
    RoleId: `AROA${String(index).padStart(17, '0')}`,
    Arn: roleArn(`c${index}-task`),
    CreateDate: '2026-01-01T00:00:00+00:00',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    RolePolicyList: [{ PolicyName: 'exec', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
  };
}

function task({ cluster, service, family }: (typeof places)[number], index: number) {
  const id = index.toString(16).padStart(32, '0');
  return {
    taskArn: ecsArn(`task/c${cluster}/${id}`),
    clusterArn: ecsArn(`cluster/c${cluster}`),
    taskDefinitionArn: ecsArn(`task-definition/${family}:1`),
    group: `service:s${service}`,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    enableExecuteCommand: true,
    attachments: [
      { type: 'ElasticNetworkInterface', details: [{ name: 'subnetId', value: `subnet-${1 + (index % 2)}` }] },
    ],
    containers: [{ name: 'app', managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: 'RUNNING' }] }],
  };
}

/** AWS's side of the buckets, written down once more: burst and refill a second. */
const QUOTAS: readonly (readonly [RegExp, number, number])[] = [
  [/^ecs:\w+TaskDefinition/, 50, 20],
  [/^ecs:\w+Services$/, 50, 20],
  [/^ecs:\w+Clusters$/, 50, 20],
  [/^ecs:/, 100, 20],
  [/^iam:/, 20, 10],
  [/^logs:/, 10, 10],
];

/** Throttles as ECS does: a bucket for each class of operations, filled by the account's own clock. */
function enforceQuotas(account: SimulatedAccount): void {
  const buckets = new Map<RegExp, { tokens: number; at: number }>();
  account.faults.take = (service, operation) => {
    const quota = QUOTAS.find(([operations]) => operations.test(`${service}:${operation}`));
    if (quota === undefined) return null;
    const [operations, burst, refill] = quota;
    const now = account.clock.now().getTime();
    const { tokens, at } = buckets.get(operations) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + ((now - at) / 1000) * refill);
    buckets.set(operations, { tokens: filled < 1 ? filled : filled - 1, at: now });
    return filled < 1 ? { kind: 'throttle' } : null;
  };
}

/** Sleeps on the account's clock; of several sleepers, none makes the others sleep longer. */
function sleeperOn(clock: SimulatedClock) {
  return async (milliseconds: number) => {
    const wakeAt = clock.now().getTime() + milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.now().getTime() < wakeAt) clock.set(new Date(wakeAt));
  };
}

describe('given 1,000 task definitions in 50 clusters, and AWS that throttles', () => {
  it('looks at all of them in few requests, and is never throttled', async () => {
    const clock = new SimulatedClock(new Date('2026-11-20T08:00:00Z'), { frozen: true });
    const account = await startSimulatedAccount({ account: largeAccount(), clock });
    enforceQuotas(account);
    const throttled: string[] = [];
    const connection = { region: REGION, endpoint: account.url, credentials: account.credentialsFor('operator') };
    const ports = createPreflightPorts(connection, account.state, {
      clock: () => clock.now(),
      sleep: sleeperOn(clock),
      onThrottled: (requestClass) => throttled.push(requestClass),
    });
    const begun = clock.now().getTime();
    const progress: string[] = [];
    const results = [];
    try {
      const fleet = await readFleet({ cluster: null, serviceName: null, taskId: null }, ports, (stage, done, total) =>
        progress.push(`${stage} ${done}/${total}`),
      );
      if (fleet.kind !== 'read') throw new Error('the fleet cannot be read');
      for await (const subject of preflightSubjects(fleet.value, ports)) results.push(checkSubject(subject));
    } finally {
      await account.close();
    }

    expect(throttled).toEqual([]);
    expect(results.map(({ status, tasks }) => [status, tasks])).toEqual(places.map(() => ['green', TASKS_A_SERVICE]));
    expect(callsOf(account)).toEqual({
      'ecs:ListClusters': 1,
      'ecs:DescribeClusters': 1,
      'ecs:ListServices': CLUSTERS,
      'ecs:DescribeServices': CLUSTERS * 2,
      'ecs:ListTasks': CLUSTERS,
      'ecs:DescribeTasks': CLUSTERS,
      'ecs:DescribeTaskDefinition': 1000,
      'ec2:DescribeSubnets': 1,
      'ec2:DescribeVpcEndpoints': 1,
      'iam:GetRole': CLUSTERS,
      'iam:ListRolePolicies': CLUSTERS,
      'iam:GetRolePolicy': CLUSTERS,
      'iam:ListInstanceProfilesForRole': CLUSTERS,
      // Channels, stream, the group's streams and all groups: one request for each resource.
      'iam:SimulatePrincipalPolicy': CLUSTERS * 4,
      'logs:DescribeLogGroups': CLUSTERS,
      'cloudtrail:DescribeTrails': 1,
      'cloudtrail:GetTrailStatus': 1,
      'cloudtrail:GetEventSelectors': 1,
    });
    expect([progress.at(0), progress.at(CLUSTERS), progress.at(-1)]).toEqual([
      'clusters 1/50',
      'task definitions 1/1000',
      'task definitions 1000/1000',
    ]);
    // A thousand definitions at sixteen a second take a minute, roles and groups half of one.
    const minutes = (clock.now().getTime() - begun) / 60_000;
    expect(minutes).toBeGreaterThan(1);
    expect(minutes).toBeLessThan(3);
  }, 120_000);
});

function callsOf({ calls }: SimulatedAccount): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { service, operation } of calls) {
    const name = `${service}:${operation}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
