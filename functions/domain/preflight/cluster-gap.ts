import type { PreflightResult } from './check.ts';
import { found } from './codes.ts';
import type { FleetCluster } from './fleet.ts';

/** Stands for containers that could not be listed; none has this name. */
const EVERY = '*';

/**
 * What stays unknown of a cluster whose services or tasks could not be listed, or that could not be read while nothing in it is
 * known; null where all that runs in it has a result of its own. A cluster that is gone leaves no gap.
 */
export function clusterGap({ clusterArn, cluster, services, tasks }: FleetCluster): PreflightResult | null {
  const isEmpty = [services, tasks].every((list) => list.kind === 'read' && list.value.length === 0);
  const unread = [services, tasks, ...(isEmpty ? [cluster] : [])].filter((reading) => reading.kind === 'unreadable');
  if (unread.length === 0) return null;
  const because = [...new Set(unread.map((reading) => reading.because))].join('; ');
  return {
    clusterArn,
    serviceName: null,
    // Of no task definition: a result that concerns the whole cluster.
    taskDefinitionArn: '',
    containerName: EVERY,
    tasks: 0,
    roleArn: null,
    status: 'yellow',
    checks: [found('cluster-unreadable', `${because}.`)],
  };
}
