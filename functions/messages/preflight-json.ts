import type { PreflightCheck, PreflightResult } from '../domain/preflight/check.ts';
import { byCluster } from '../domain/preflight/result-order.ts';
import { asciiJson } from './escape.ts';

/** One JSON object a container and line, in ASCII, the worst first; all checks, green ones too. */
export function preflightJson(results: readonly PreflightResult[]): string {
  return byCluster(results)
    .flatMap((cluster) => cluster.results)
    .map((result) => `${asciiJson(resultJson(result))}\n`)
    .join('');
}

function resultJson(result: PreflightResult) {
  const { status, clusterArn, serviceName, taskDefinitionArn, containerName, tasks, roleArn, checks } = result;
  const place = { clusterArn, serviceName, taskDefinitionArn, containerName };
  return { status, ...place, tasks, roleArn, checks: checks.map(checkJson) };
}

function checkJson({ code, status, detail, whatToDo }: PreflightCheck) {
  return { code, status, detail, whatToDo };
}
