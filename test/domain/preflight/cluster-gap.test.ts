import { clusterGap } from '../../../functions/domain/preflight/cluster-gap.ts';
import type { FleetCluster } from '../../../functions/domain/preflight/fleet.ts';
import { absent, aCluster, CLUSTER_ARN, read } from '../../support/builders.ts';

const unreadable = (because: string) => ({ kind: 'unreadable', because }) as const;

const NOTHING = read([]);
const SERVICE = read([
  { serviceName: 'web', taskDefinitionArn: 'web:1', enableExecuteCommand: true, launchType: null },
]);
const DENIED = unreadable('ecs:DescribeClusters is not permitted');
const gapOf = (overrides: Partial<FleetCluster>) =>
  clusterGap({ clusterArn: CLUSTER_ARN, cluster: read(aCluster()), services: NOTHING, tasks: NOTHING, ...overrides });

describe('given a cluster', () => {
  it.each<[string, Partial<FleetCluster>, string]>([
    ['whose tasks may not be listed', { services: SERVICE, tasks: unreadable('no tasks') }, 'no tasks'],
    ['whose services may not be listed', { services: unreadable('no services') }, 'no services'],
    ['of which nothing may be listed', { services: unreadable('no'), tasks: unreadable('no') }, 'no'],
    ['that may not be read, and looks empty', { cluster: DENIED }, DENIED.because],
  ])('calls one %s yellow', (_, overrides, because) => {
    expect(gapOf(overrides)).toEqual({
      clusterArn: CLUSTER_ARN,
      serviceName: null,
      taskDefinitionArn: '',
      containerName: '*',
      tasks: 0,
      roleArn: null,
      status: 'yellow',
      checks: [
        expect.objectContaining({
          code: 'cluster-unreadable',
          detail: `The cluster, or what runs in it, could not be read. ${because}.`,
        }),
      ],
    });
  });

  it.each<[string, Partial<FleetCluster>]>([
    ['that is empty', {}],
    ['that is gone', { cluster: absent, services: absent, tasks: absent }],
    ['that may not be read while its services say so themselves', { cluster: DENIED, services: SERVICE }],
  ])('finds no gap in one %s', (_, overrides) => {
    expect(gapOf(overrides)).toBeNull();
  });
});
