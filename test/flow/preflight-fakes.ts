import type { FleetService, FleetTask } from '../../functions/domain/preflight/fleet.ts';
import type { PreflightPorts } from '../../functions/flow/preflight.ts';
import type { FleetPorts } from '../../functions/flow/preflight-fleet.ts';
import type { TrailReader } from '../../functions/ports.ts';
import {
  absent,
  aCluster,
  aLogGroup,
  anExecConfiguration,
  aRole,
  CLUSTER_ARN,
  GROUP,
  read,
} from '../support/builders.ts';
import { aNetwork, aPreflightDefinition, WRITE_TRAIL } from '../support/preflight.ts';

export const { taskDefinitionArn: DEFINITION_ARN } = aPreflightDefinition();

export const aFleetTask = (overrides: Partial<FleetTask> = {}): FleetTask => ({
  taskArn: 'task-1',
  taskDefinitionArn: DEFINITION_ARN,
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

export const aService = (overrides: Partial<FleetService> = {}): FleetService => ({
  serviceName: 'web',
  taskDefinitionArn: DEFINITION_ARN,
  enableExecuteCommand: true,
  launchType: 'FARGATE',
  ...overrides,
});

type Ports = PreflightPorts & FleetPorts;

/** One port with some of its answers replaced. */
export type PortChanges = { readonly [Name in keyof Ports]?: Partial<Ports[Name]> };

/** An account with one cluster, one service and one task, all of it readable and green; `asked` tells each question. */
export function fakeFleet(changes: PortChanges = {}): { readonly ports: Ports; readonly asked: readonly string[] } {
  const asked: string[] = [];
  const execConfiguration = anExecConfiguration({ logging: 'OVERRIDE', cloudWatchLogGroupName: GROUP });
  const answers: Ports & { readonly trails: TrailReader } = {
    fleet: {
      listClusters: async () => read([CLUSTER_ARN]),
      describeClusters: async (clusters) => clusters.map(() => read(aCluster({ execConfiguration }))),
      listServices: async () => read([aService()]),
      listTasks: async () => read([aFleetTask()]),
      findTaskDefinition: async () => read(aPreflightDefinition()),
      describeInstances: async () => read(new Map()),
    },
    instances: { findInstanceRoles: async () => new Map() },
    networks: { findNetworks: async (ids) => new Map(ids.map((id) => [id, read(aNetwork())])) },
    trails: { listTrails: async () => read([WRITE_TRAIL]) },
    iam: {
      findRole: async () => read(aRole()),
      simulate: async ({ pairs }) =>
        read(
          pairs.map((pair) => ({
            ...pair,
            allowed: true,
            explicitDeny: false,
            deniedByOrganization: false,
            deniedByBoundary: false,
            missingContextValues: [],
          })),
        ),
    },
    logGroups: { findLogGroup: async () => read(aLogGroup()) },
    keys: { findKey: async () => absent },
    buckets: { findEncryption: async () => absent },
  };
  const ports = {
    fleet: noting({ ...answers.fleet, ...changes.fleet }, asked),
    instances: noting({ ...answers.instances, ...changes.instances }, asked),
    networks: noting({ ...answers.networks, ...changes.networks }, asked),
    trails: noting({ ...answers.trails, ...changes.trails }, asked),
    iam: noting({ ...answers.iam, ...changes.iam }, asked),
    logGroups: noting({ ...answers.logGroups, ...changes.logGroups }, asked),
    keys: noting({ ...answers.keys, ...changes.keys }, asked),
    buckets: noting({ ...answers.buckets, ...changes.buckets }, asked),
  };
  return { ports, asked };
}

function noting<Port extends object>(port: Port, asked: string[]): Port {
  return new Proxy(port, {
    get(target, name) {
      const answer: unknown = Reflect.get(target, name);
      if (typeof answer !== 'function') return answer;
      return (...question: readonly unknown[]) => {
        asked.push(String(name));
        return Reflect.apply(answer, target, question);
      };
    },
  });
}
