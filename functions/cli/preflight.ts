import { writeFile } from 'node:fs/promises';
import { isRegion } from '../domain/arn.ts';
import type { Reading } from '../domain/observation.ts';
import type { PreflightResult, PreflightStatus } from '../domain/preflight/check.ts';
import { checkSubject } from '../domain/preflight/check-subject.ts';
import { clusterGap } from '../domain/preflight/cluster-gap.ts';
import { parseClusterArn, taskIdOf } from '../domain/task.ts';
import { preflightSubjects, shellContainersOf } from '../flow/preflight.ts';
import { type Fleet, type PreflightScope, readFleet } from '../flow/preflight-fleet.ts';
import { plainText } from '../messages/escape.ts';
import { preflightJson } from '../messages/preflight-json.ts';
import { preflightSarif } from '../messages/preflight-sarif.ts';
import { preflightTable } from '../messages/preflight-table.ts';
import { counted } from '../messages/report-words.ts';
import { progressWithEstimate } from './backfill-progress.ts';
import { FailureError, messageOf, UsageError } from './failures.ts';
import { openFleetOfFile, openLiveFleet, type PreflightWorld } from './preflight-world.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

export interface PreflightOptions {
  readonly cluster?: string;
  readonly service?: string;
  readonly task?: string;
  readonly account?: string;
  readonly region?: string;
  readonly sarif?: string;
  readonly failOn: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/**
 * Says of every container in the scope whether a shell would open and its transcript arrive; writes nothing but the SARIF file
 * that was asked for. Findings from `--fail-on` on; a cluster, service or task that is not there is a usage error.
 * @throws whatever AWS throws, after it has shown what was found until then.
 */
export async function preflight(options: PreflightOptions, terminal: Terminal): Promise<number> {
  const scope = readScope(options);
  const { account } = options;
  const region = regionOf(options);
  const world =
    account === undefined ? await openLiveFleet(region, terminal) : await openFleetOfFile(account, region, terminal);
  const results: PreflightResult[] = [];
  try {
    for await (const result of examine(scope, world, terminal)) results.push(result);
  } catch (error) {
    // What has been found is not lost; a SARIF file of it would close the findings that it lacks.
    if (results.length > 0) {
      show(results, options, terminal);
      terminal.stderr.write(`exec-log: stopped before the end: more containers would have followed\n`);
    }
    throw error;
  } finally {
    await world.close();
  }
  show(results, options, terminal);
  if (options.sarif !== undefined) await writeSarif(options.sarif, results);
  return results.some(({ status }) => failsOn(options.failOn, status)) ? EXIT.findings : EXIT.done;
}

function readScope({ cluster, service, task, region }: PreflightOptions): PreflightScope {
  if (cluster === undefined && (service !== undefined || task !== undefined)) {
    const option = service === undefined ? '--task' : '--service';
    throw new UsageError(`${option}: needs --cluster, since ECS knows services and tasks by their cluster`);
  }
  if (service !== undefined && task !== undefined) {
    throw new UsageError('--task: a task is looked at without --service; its own service is found');
  }
  const taskId = task === undefined ? null : taskIdOf(task);
  if (task !== undefined && taskId === null) {
    throw new UsageError(`--task: expected a task's id or ARN, found "${plainText(task, 100)}"`);
  }
  if (region !== undefined && !isRegion(region)) {
    throw new UsageError(`--region: expected a Region such as eu-central-1, found "${plainText(region, 100)}"`);
  }
  // A service's ARN ends in its name, whichever of the two formats it has.
  const serviceName = service?.slice(service.lastIndexOf('/') + 1) ?? null;
  return { cluster: cluster ?? null, serviceName, taskId };
}

/** A cluster's ARN names its Region, and no other one knows the cluster. */
function regionOf({ cluster, region }: PreflightOptions): string | undefined {
  const named = cluster === undefined ? undefined : parseClusterArn(cluster)?.region;
  if (region !== undefined && named !== undefined && region !== named) {
    throw new UsageError(`--cluster: the cluster is in ${named}, and --region names ${region}`);
  }
  return region ?? named;
}

async function* examine(
  scope: PreflightScope,
  { ports, throttled }: PreflightWorld,
  terminal: Terminal,
): AsyncGenerator<PreflightResult> {
  const progress = progressWithEstimate(terminal);
  try {
    const fleet = await readFleet(scope, ports, (stage, done, total) => progress.step(stage, done, total));
    if (fleet.kind !== 'read') {
      throw new FailureError(`no cluster can be looked at: ${fleet.kind === 'absent' ? 'none found' : fleet.because}`);
    }
    await refuseUnknown(scope, fleet.value, ports.fleet);
    yield* fleet.value.clusters.map(clusterGap).filter((gap) => gap !== null);
    const total = shellContainersOf(fleet.value).length;
    let done = 0;
    for await (const subject of preflightSubjects(fleet.value, ports)) {
      yield checkSubject(subject);
      done += 1;
      progress.step('containers', done, total);
    }
  } finally {
    progress.end();
    const count = throttled();
    if (count > 0) terminal.stderr.write(`exec-log: sent again after AWS throttled: ${counted(count, 'request')}\n`);
  }
}

/** The package does not know where it is published; SARIF wants a URI all the same. */
const README_URI = 'urn:exec-log:readme';

/** Names at most so many of what there is, for whoever mistyped one. */
const NAMES_SHOWN = 10;

/** What was asked for by name and is not there: a usage error that says what there is. */
async function refuseUnknown(
  { cluster: asked, serviceName, taskId }: PreflightScope,
  { clusters }: Fleet,
  fleet: PreflightWorld['ports']['fleet'],
): Promise<void> {
  const [cluster] = clusters;
  if (asked === null || cluster === undefined) return;
  const name = plainText(asked, 100);
  if (cluster.cluster.kind === 'absent') {
    const others = await fleet.listClusters();
    throw new UsageError(`--cluster: no cluster "${name}" in this account and Region${knownNames(others)}`);
  }
  if (serviceName !== null && cluster.services.kind === 'absent') {
    const others = await fleet.listServices({ clusterArn: cluster.clusterArn, serviceName: null, taskId: null });
    const names =
      others.kind === 'read' ? { ...others, value: others.value.map((service) => service.serviceName) } : others;
    throw new UsageError(
      `--service: no service "${plainText(serviceName, 100)}" in cluster ${name}${knownNames(names)}`,
    );
  }
  if (taskId !== null && cluster.tasks.kind === 'absent') {
    throw new UsageError(
      `--task: no task ${taskId} in cluster ${name}; ECS forgets stopped tasks after about an hour (aws ecs list-tasks)`,
    );
  }
}

/** `; there are: web, api` */
function knownNames(names: Reading<readonly string[]>): string {
  if (names.kind !== 'read' || names.value.length === 0) return '';
  const shown = names.value.slice(0, NAMES_SHOWN).map((name) => plainText(name.slice(name.lastIndexOf('/') + 1), 100));
  return `; there ${shown.length === 1 ? 'is' : 'are'}: ${shown.join(', ')}${names.value.length > NAMES_SHOWN ? ', ...' : ''}`;
}

function show(results: readonly PreflightResult[], { all, json }: PreflightOptions, terminal: Terminal): void {
  const text =
    json === true ? preflightJson(results) : preflightTable(results, paintFor(terminal), { all: all === true });
  terminal.stdout.write(text);
}

async function writeSarif(file: string, results: readonly PreflightResult[]): Promise<void> {
  try {
    await writeFile(file, preflightSarif(results, { version: VERSION, readmeUri: README_URI }));
  } catch (error) {
    throw new FailureError(`cannot write ${file}: ${messageOf(error)}`);
  }
}

function failsOn(failOn: string, status: PreflightStatus): boolean {
  return failOn !== 'never' && (status === 'red' || (failOn === 'yellow' && status === 'yellow'));
}
