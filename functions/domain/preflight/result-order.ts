import type { PreflightResult, PreflightStatus } from './check.ts';

/** Worst first. */
export const STATUS_RANKS: Readonly<Record<PreflightStatus, number>> = { red: 0, yellow: 1, green: 2 };

export type StatusCounts = Readonly<Record<PreflightStatus, number>>;

/** How many containers have each status. */
export function countsOf(results: readonly PreflightResult[]): StatusCounts {
  const counts = { red: 0, yellow: 0, green: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}

/** The results of one cluster. */
export interface ClusterResults {
  readonly clusterArn: string;
  readonly results: readonly PreflightResult[];
}

/**
 * Results by cluster: the cluster with the worst container first, then that with the most of them; in it the worst container first.
 * The same results come in the same order, whatever order they were found in.
 */
export function byCluster(results: readonly PreflightResult[]): readonly ClusterResults[] {
  const clusters = new Map<string, PreflightResult[]>();
  for (const result of results) {
    const known = clusters.get(result.clusterArn);
    if (known === undefined) clusters.set(result.clusterArn, [result]);
    else known.push(result);
  }
  return [...clusters]
    .map(([clusterArn, found]) => ({ clusterArn, results: found.sort(compareResults), counts: countsOf(found) }))
    .sort(
      (left, right) =>
        right.counts.red - left.counts.red ||
        right.counts.yellow - left.counts.yellow ||
        compareText(left.clusterArn, right.clusterArn),
    )
    .map(({ clusterArn, results: sorted }) => ({ clusterArn, results: sorted }));
}

function compareResults(left: PreflightResult, right: PreflightResult): number {
  return STATUS_RANKS[left.status] - STATUS_RANKS[right.status] || compareText(identityOf(left), identityOf(right));
}

function identityOf({ serviceName, taskDefinitionArn, containerName, roleArn }: PreflightResult): string {
  return JSON.stringify([serviceName ?? '', taskDefinitionArn, containerName, roleArn ?? '']);
}

/** By code units, the same in every locale. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
