import type { PreflightSubject } from '../../functions/domain/preflight/subject.ts';
import { preflightSubjects } from '../../functions/flow/preflight.ts';
import { readFleet } from '../../functions/flow/preflight-fleet.ts';
import type { SimulationQuery } from '../../functions/ports.ts';
import {
  absent,
  aCluster,
  anExecConfiguration,
  aRole,
  CLUSTER_ARN,
  GROUP,
  REGION,
  ROLE_ARN,
  read,
} from '../support/builders.ts';
import {
  aKey,
  aNetwork,
  answersFor,
  aPreflightDefinition,
  BUCKET,
  BUCKET_KEY_ARN,
  SESSION_KEY_ARN,
} from '../support/preflight.ts';
import { aFleetTask, fakeFleet, type PortChanges } from './preflight-fakes.ts';

const because = 'not permitted';
const DENIED = { kind: 'unreadable', because } as const;

async function subjectsIn(changes: PortChanges = {}) {
  const { ports, asked } = fakeFleet(changes);
  const fleet = await readFleet({ cluster: null, serviceName: null, taskId: null }, ports);
  if (fleet.kind !== 'read') throw new Error('the fleet cannot be read');
  const subjects: PreflightSubject[] = [];
  for await (const subject of preflightSubjects(fleet.value, ports)) subjects.push(subject);
  return { subjects, asked };
}

async function subjectIn(changes: PortChanges = {}): Promise<PreflightSubject> {
  const [subject] = (await subjectsIn(changes)).subjects;
  if (subject === undefined) throw new Error('there is no subject');
  return subject;
}

/** A cluster that is configured so. */
const configured = (configuration: Parameters<typeof anExecConfiguration>[0]): NonNullable<PortChanges['fleet']> => ({
  describeClusters: async () => [read(aCluster({ execConfiguration: anExecConfiguration(configuration) }))],
});

describe('given a task', () => {
  it('shows all that is known of a shell in its container', async () => {
    const subject = await subjectIn();
    expect(subject).toMatchObject({
      clusterArn: CLUSTER_ARN,
      service: { serviceName: 'web', enableExecuteCommand: true },
      containerName: 'nginx',
      tasks: [{ taskArn: 'task-1', execAgentStatus: 'RUNNING' }],
      launchType: 'FARGATE',
      taskRoleArn: ROLE_ARN,
      role: { kind: 'read' },
      isInstanceRole: false,
      target: { kind: 'target', logging: 'OVERRIDE', logGroupName: GROUP },
      logGroup: { kind: 'read' },
      network: read(aNetwork()),
      trails: { kind: 'read' },
    });
    expect(subject.calls).toEqual(read(answersFor(subject.target)));
  });

  it('looks at each of its containers', async () => {
    const containers = ['nginx', 'envoy'].map((name) => ({ name, logDriver: null, logOptions: {} }));
    const findTaskDefinition = async () => read(aPreflightDefinition({ containers }));
    const { subjects, asked } = await subjectsIn({ fleet: { findTaskDefinition } });
    expect(subjects.map(({ containerName }) => containerName)).toEqual(['nginx', 'envoy']);
    expect(asked.filter((question) => question === 'listTrails' || question === 'findNetworks')).toHaveLength(2);
  });

  it('simulates the calls under the Region and the role that they will have', async () => {
    const queries: SimulationQuery[] = [];
    const { simulate } = fakeFleet().ports.iam;
    await subjectIn({
      iam: {
        simulate: (query) => {
          queries.push(query);
          return simulate(query);
        },
      },
    });
    expect(queries.map(({ roleArn, additionalPolicy, context }) => [roleArn, additionalPolicy, context])).toEqual([
      [ROLE_ARN, null, expect.objectContaining({ 'aws:RequestedRegion': REGION, 'aws:PrincipalArn': ROLE_ARN })],
    ]);
  });

  it("resolves the session key and the bucket's own, and asks KMS through S3 for the second", async () => {
    const subject = await subjectIn({
      fleet: configured({
        logging: 'OVERRIDE',
        cloudWatchLogGroupName: null,
        s3BucketName: BUCKET,
        kmsKeyId: 'alias/exec',
      }),
      keys: { findKey: async (id) => read(aKey(id === 'alias/exec' ? SESSION_KEY_ARN : BUCKET_KEY_ARN)) },
      buckets: { findEncryption: async () => read({ algorithm: 'aws:kms', keyId: BUCKET_KEY_ARN }) },
    });
    expect(subject.target).toMatchObject({
      sessionKey: { kind: 'arn', arn: SESSION_KEY_ARN },
      bucket: { name: BUCKET, keyArn: BUCKET_KEY_ARN },
    });
    expect(subject.calls).toEqual(read(answersFor(subject.target)));
  });

  it('simulates the channels alone where there is no target', async () => {
    const { target, calls } = await subjectIn({ fleet: configured({ logging: 'NONE' }) });
    expect(target).toMatchObject({ kind: 'none', because: 'logging-off' });
    expect(calls).toEqual(read(answersFor(null)));
  });
});

describe('given what may not be read', () => {
  it.each<[string, PortChanges, Partial<PreflightSubject>]>([
    ['the cluster', { fleet: { describeClusters: async () => [DENIED] } }, { cluster: DENIED, target: null }],
    ['the role', { iam: { findRole: async () => DENIED } }, { role: DENIED, calls: absent }],
    ['the simulation', { iam: { simulate: async () => DENIED } }, { calls: DENIED }],
    ['the group', { logGroups: { findLogGroup: async () => DENIED } }, { logGroup: DENIED }],
    ['the trails', { trails: { listTrails: async () => DENIED } }, { trails: DENIED }],
    ['the network', { networks: { findNetworks: async () => new Map([['subnet-1', DENIED]]) } }, { network: DENIED }],
  ])('keeps %s as it is in the subject', async (_, changes, readings) => {
    expect(await subjectIn(changes)).toMatchObject(readings);
  });

  it('knows neither target nor role without the task definition', async () => {
    const subject = await subjectIn({ fleet: { findTaskDefinition: async () => DENIED } });
    expect(subject).toMatchObject({
      taskDefinition: DENIED,
      target: null,
      role: { kind: 'unreadable' },
      calls: absent,
    });
  });

  it('throws what AWS throttled for good', async () => {
    const findRole = async () => Promise.reject(new Error('throttled for good'));
    await expect(subjectIn({ iam: { findRole } })).rejects.toThrow('throttled for good');
  });
});

const INSTANCE = { agentVersion: '1.86.0', ec2InstanceId: 'i-1', subnetId: null };

describe('given a task without a role on EC2', () => {
  const ROLELESS = aPreflightDefinition({ taskRoleArn: null });
  const onEc2: PortChanges = {
    fleet: {
      listTasks: async () =>
        read([aFleetTask({ launchType: 'EC2', containerInstanceArn: 'instance-1', subnetIds: [] })]),
      findTaskDefinition: async () => read(ROLELESS),
      describeInstances: async () => read(new Map([['instance-1', INSTANCE]])),
    },
    instances: { findInstanceRoles: async () => new Map([['i-1', read(ROLE_ARN)]]) },
  };

  it("takes the instance's role, and no network that it does not show", async () => {
    expect(await subjectIn(onEc2)).toMatchObject({
      taskRoleArn: null,
      isInstanceRole: true,
      role: read(aRole()),
      network: absent,
    });
  });

  it("looks at its instance's network where it has no interface of its own", async () => {
    const describeInstances = async () => read(new Map([['instance-1', { ...INSTANCE, subnetId: 'subnet-9' }]]));
    expect(await subjectIn({ ...onEc2, fleet: { ...onEc2.fleet, describeInstances } })).toMatchObject({
      network: read(aNetwork()),
      tasks: [{ subnetIds: ['subnet-9'] }],
    });
  });

  it.each([
    ['none', new Map([['i-1', absent]]), { role: absent, isInstanceRole: false }],
    ['one that may not be read', new Map([['i-1', DENIED]]), { role: DENIED, isInstanceRole: false }],
  ])('shows an instance that has %s', async (_, roles, readings) => {
    expect(await subjectIn({ ...onEc2, instances: { findInstanceRoles: async () => roles } })).toMatchObject(readings);
  });
});
