import { type PreflightScope, readFleet } from '../../functions/flow/preflight-fleet.ts';
import { absent, aCluster, CLUSTER_ARN, read } from '../support/builders.ts';
import { aPreflightDefinition } from '../support/preflight.ts';
import { aFleetTask, aService, DEFINITION_ARN, fakeFleet, type PortChanges } from './preflight-fakes.ts';

const ALL: PreflightScope = { cluster: null, serviceName: null, taskId: null };
const because = 'not permitted';
const DENIED = { kind: 'unreadable', because } as const;
const ROLE = 'arn:aws:iam::111111111111:role/nodes';

async function fleetOf(changes: PortChanges = {}, scope = ALL) {
  const { ports, asked } = fakeFleet(changes);
  const fleet = await readFleet(scope, ports);
  if (fleet.kind !== 'read') throw new Error('the fleet cannot be read');
  return { ...fleet.value, asked };
}

describe('given an account', () => {
  it('reads its clusters with services and tasks, and each distinct task definition once', async () => {
    const tasks = [aFleetTask(), aFleetTask({ taskDefinitionArn: 'web:2' }), aFleetTask()];
    const { clusters, asked } = await fleetOf({ fleet: { listTasks: async () => read(tasks) } });
    expect(clusters).toEqual([
      expect.objectContaining({ clusterArn: CLUSTER_ARN, services: read([aService()]), tasks: read(tasks) }),
    ]);
    expect(asked).toEqual([
      'listClusters',
      'describeClusters',
      'listServices',
      'listTasks',
      'findTaskDefinition',
      'findTaskDefinition',
    ]);
  });

  it('tells how far it has come', async () => {
    const told: string[] = [];
    const { ports } = fakeFleet({ fleet: { listClusters: async () => read(['a', 'b']) } });
    await readFleet(ALL, ports, (stage, done, total) => told.push(`${stage} ${done}/${total}`));
    expect(told).toEqual(['clusters 1/2', 'clusters 2/2', 'task definitions 1/1']);
  });

  it('has nothing to look at where its clusters may not be listed', async () => {
    const { ports } = fakeFleet({ fleet: { listClusters: async () => DENIED } });
    await expect(readFleet(ALL, ports)).resolves.toEqual(DENIED);
  });

  it('keeps what may not be read, and goes on', async () => {
    const unread = await fleetOf({
      fleet: {
        describeClusters: async () => [DENIED],
        listTasks: async () => DENIED,
        findTaskDefinition: async () => DENIED,
      },
    });
    expect(unread.clusters).toEqual([
      { clusterArn: CLUSTER_ARN, cluster: DENIED, services: read([aService()]), tasks: DENIED },
    ]);
    expect(unread.lookup.definitionOf(DEFINITION_ARN)).toEqual(DENIED);
  });

  it('asks nothing more of a cluster that is gone', async () => {
    const { asked } = await fleetOf({ fleet: { describeClusters: async () => [absent] } });
    expect(asked).toEqual(['listClusters', 'describeClusters']);
  });
});

describe('given one cluster, service or task', () => {
  it.each<[string, Partial<PreflightScope>, readonly string[]]>([
    ['a cluster', { cluster: 'shop' }, ['describeClusters', 'listServices', 'listTasks', 'findTaskDefinition']],
    [
      'a task',
      { cluster: 'shop', taskId: 'x' },
      ['describeClusters', 'listTasks', 'listServices', 'findTaskDefinition'],
    ],
  ])('asks only for %s', async (_, scope, questions) => {
    expect((await fleetOf({}, { ...ALL, ...scope })).asked).toEqual(questions);
  });

  it("asks by the cluster's ARN, whatever name was given", async () => {
    const queries: unknown[] = [];
    const listTasks = async (query: unknown) => {
      queries.push(query);
      return read([aFleetTask()]);
    };
    await fleetOf({ fleet: { listTasks } }, { ...ALL, cluster: aCluster().clusterName, serviceName: 'web' });
    expect(queries).toEqual([{ clusterArn: CLUSTER_ARN, serviceName: 'web', taskId: null }]);
  });

  it("shows a task's service by the task's own definition, so that its next deployment is no other shell", async () => {
    const tasks = read([aFleetTask({ taskDefinitionArn: 'web:2' })]);
    const { clusters } = await fleetOf(
      { fleet: { listTasks: async () => tasks } },
      { ...ALL, cluster: 'shop', taskId: 'x' },
    );
    expect(clusters[0]?.services).toEqual(read([aService({ taskDefinitionArn: 'web:2' })]));
  });

  it('asks for no service where the task has none', async () => {
    const listTasks = async () => read([aFleetTask({ serviceName: null })]);
    const { asked } = await fleetOf({ fleet: { listTasks } }, { ...ALL, cluster: 'shop', taskId: 'x' });
    expect(asked).not.toContain('listServices');
  });
});

describe('given tasks on EC2', () => {
  const onEc2 = aFleetTask({ launchType: 'EC2', containerInstanceArn: 'instance-1' });
  const machines: PortChanges = {
    fleet: {
      listTasks: async () => read([onEc2]),
      findTaskDefinition: async () => read(aPreflightDefinition({ taskRoleArn: null })),
      describeInstances: async () =>
        read(new Map([['instance-1', { agentVersion: '1.86.0', ec2InstanceId: 'i-1', subnetId: null }]])),
    },
    instances: { findInstanceRoles: async () => new Map([['i-1', read(ROLE)]]) },
  };

  it("reads the agent's version, and the machine's role for a task without one", async () => {
    const { lookup } = await fleetOf(machines);
    expect([lookup.agentVersionOf(onEc2), lookup.instanceRoleOf(onEc2)]).toEqual([read('1.86.0'), read(ROLE)]);
  });

  it.each<[string, PortChanges['fleet']]>([
    ['has a role', { findTaskDefinition: async () => read(aPreflightDefinition()) }],
    ['overrides it', { listTasks: async () => read([{ ...onEc2, taskRoleArnOverride: ROLE }]) }],
    ['has a definition that may not be read', { findTaskDefinition: async () => DENIED }],
  ])('does not ask EC2 where the task %s', async (_, changes) => {
    const { asked } = await fleetOf({ ...machines, fleet: { ...machines.fleet, ...changes } });
    expect([asked.includes('describeInstances'), asked.includes('findInstanceRoles')]).toEqual([true, false]);
  });

  it.each([
    ['may not be read', { describeInstances: async () => DENIED }, DENIED, DENIED],
    ['is gone', { describeInstances: async () => read(new Map()) }, absent, absent],
    [
      'is no EC2 instance',
      {
        describeInstances: async () =>
          read(new Map([['instance-1', { agentVersion: null, ec2InstanceId: null, subnetId: null }]])),
      },
      absent,
      null,
    ],
  ])('keeps a machine that %s apart', async (_, changes, version, role) => {
    const { lookup } = await fleetOf({ ...machines, fleet: { ...machines.fleet, ...changes } });
    expect([lookup.agentVersionOf(onEc2), lookup.instanceRoleOf(onEc2)]).toEqual([version, role]);
  });

  it('knows of no machine on Fargate', async () => {
    const { lookup, asked } = await fleetOf();
    expect([lookup.agentVersionOf(aFleetTask()), lookup.instanceRoleOf(aFleetTask())]).toEqual([null, null]);
    expect(asked).not.toContain('describeInstances');
  });
});
