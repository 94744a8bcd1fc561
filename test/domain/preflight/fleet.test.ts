import {
  containersOf,
  type FleetCluster,
  type FleetLookup,
  type FleetService,
  type FleetTask,
  shellsOf,
  tasksIn,
} from '../../../functions/domain/preflight/fleet.ts';
import { absent, aCluster, CLUSTER_ARN, EXECUTION_ROLE_ARN, ROLE_ARN, read } from '../../support/builders.ts';
import { aPreflightDefinition } from '../../support/preflight.ts';

const unreadable = (because: string) => ({ kind: 'unreadable', because }) as const;

const DEFINITION = aPreflightDefinition();
const { taskDefinitionArn } = DEFINITION;
const OTHER_ROLE = ROLE_ARN.replace(/[^/]+$/, 'other');

const aFleetTask = (overrides: Partial<FleetTask> = {}): FleetTask => ({
  taskArn: 'task-1',
  taskDefinitionArn,
  serviceName: 'web',
  lastStatus: 'RUNNING',
  enableExecuteCommand: true,
  launchType: 'FARGATE',
  platformVersion: '1.4.0',
  taskRoleArnOverride: null,
  executionRoleArnOverride: null,
  containerInstanceArn: null,
  subnetIds: ['subnet-1'],
  execAgentStatuses: { nginx: 'RUNNING' },
  containerNames: ['nginx'],
  ...overrides,
});

const aService = (overrides: Partial<FleetService> = {}): FleetService => ({
  serviceName: 'web',
  taskDefinitionArn,
  enableExecuteCommand: true,
  launchType: 'FARGATE',
  ...overrides,
});

const clusterOf = (tasks: readonly FleetTask[], services: readonly FleetService[] = []): FleetCluster => ({
  clusterArn: CLUSTER_ARN,
  cluster: read(aCluster()),
  services: read(services),
  tasks: read(tasks),
});

const lookup: FleetLookup = {
  definitionOf: (arn) => (arn === taskDefinitionArn ? read(DEFINITION) : absent),
  instanceRoleOf: () => null,
  subnetIdsOf: ({ subnetIds }) => subnetIds,
  agentVersionOf: () => null,
};

/** The service, roles and number of tasks of each shell. */
const shown = (cluster: FleetCluster, known = lookup) =>
  shellsOf(cluster, known).map(({ service, taskRoleArn, executionRoleArn, tasks }) => ({
    service: service?.serviceName ?? null,
    taskRoleArn,
    executionRoleArn,
    tasks: tasks.length,
  }));

const COMMON = { service: 'web', taskRoleArn: ROLE_ARN, executionRoleArn: EXECUTION_ROLE_ARN };

describe('given the tasks of a cluster', () => {
  it('takes those that are alike for one shell, whatever their agents do', () => {
    const tasks = [aFleetTask(), aFleetTask({ taskArn: 'task-2', enableExecuteCommand: false, execAgentStatuses: {} })];
    expect(shown(clusterOf(tasks, [aService()]))).toEqual([{ ...COMMON, tasks: 2 }]);
  });

  it.each<[string, Partial<FleetTask>, object]>([
    ['another service', { serviceName: 'api' }, { service: 'api' }],
    ['no service', { serviceName: null }, { service: null }],
    ['another task role', { taskRoleArnOverride: OTHER_ROLE }, { taskRoleArn: OTHER_ROLE }],
    ['another execution role', { executionRoleArnOverride: OTHER_ROLE }, { executionRoleArn: OTHER_ROLE }],
    ['another launch type', { launchType: 'EC2' }, {}],
    ['another task definition', { taskDefinitionArn: 'web:4' }, { taskRoleArn: null, executionRoleArn: null }],
  ])('keeps a task of %s apart', (_, overrides, difference) => {
    expect(shown(clusterOf([aFleetTask(), aFleetTask(overrides)]))).toEqual([
      { ...COMMON, tasks: 1 },
      { ...COMMON, ...difference, tasks: 1 },
    ]);
  });

  it("takes an override that is the definition's own role for the same shell", () => {
    expect(shown(clusterOf([aFleetTask(), aFleetTask({ taskRoleArnOverride: ROLE_ARN })]))).toEqual([
      { ...COMMON, tasks: 2 },
    ]);
  });

  it("asks for the machine's role only where the task has none", () => {
    const instanceRoleOf = () => read(OTHER_ROLE);
    const roleless = { ...lookup, instanceRoleOf, definitionOf: () => read({ ...DEFINITION, taskRoleArn: null }) };
    const roles = [lookup, { ...lookup, instanceRoleOf }, roleless].map(
      (known) => shellsOf(clusterOf([aFleetTask()]), known)[0]?.instanceRole,
    );
    expect(roles).toEqual([null, null, read(OTHER_ROLE)]);
  });
});

describe('given the services of a cluster', () => {
  it.each([
    ['without tasks', [], [{ ...COMMON, tasks: 0 }]],
    ['with a task of its present definition', [aFleetTask()], [{ ...COMMON, tasks: 1 }]],
    [
      'with a task of an earlier definition only',
      [aFleetTask({ taskDefinitionArn: 'web:2' })],
      [
        { ...COMMON, taskRoleArn: null, executionRoleArn: null, tasks: 1 },
        { ...COMMON, tasks: 0 },
      ],
    ],
  ])('shows one %s', (_, tasks, shells) => {
    expect(shown(clusterOf(tasks, [aService()]))).toEqual(shells);
  });

  it('takes exec from the service, and from the task where the service could not be read', () => {
    const execOf = (cluster: FleetCluster) => shellsOf(cluster, lookup)[0]?.service?.enableExecuteCommand;
    const known = clusterOf([aFleetTask()], [aService({ enableExecuteCommand: false })]);
    expect([execOf(known), execOf({ ...known, services: unreadable('denied') })]).toEqual([false, true]);
  });
});

describe('given a shell', () => {
  const [shell] = shellsOf(clusterOf([aFleetTask({ containerNames: ['nginx', 'envoy'] })]), lookup);
  if (shell === undefined) throw new Error('there is a shell');

  it("shows the containers of the definition; else the tasks' own; else one that stands for all", () => {
    const unread = { ...lookup, definitionOf: () => unreadable('denied') };
    expect(containersOf(shell, lookup)).toEqual(DEFINITION.containers.map(({ name }) => name));
    expect(containersOf(shell, unread)).toEqual(['nginx', 'envoy']);
    expect(containersOf({ ...shell, tasks: [] }, unread)).toEqual(['*']);
  });

  it('shows each container its own agent', () => {
    const agents = ['nginx', 'envoy'].map((name) => tasksIn(shell, name, lookup)[0]?.execAgentStatus);
    expect(agents).toEqual(['RUNNING', null]);
  });
});
