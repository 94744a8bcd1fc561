import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { readCallerAccount } from '../adapters/aws/caller-identity.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createDelayQueue } from '../adapters/aws/delay-queue.ts';
import { readStackOutput } from '../adapters/aws/stack-outputs.ts';
import type { DelayQueue } from '../ports.ts';
import { createAuditReaders } from './audit-readers.ts';
import { configuredRegion } from './configured-region.ts';
import { FailureError } from './failures.ts';
import { openLiveWorld } from './live.ts';
import { readNow } from './report-period.ts';
import { connectionTo, startAccountOf, worldOf } from './simulated.ts';
import type { Terminal } from './terminal.ts';
import type { World } from './world.ts';

/** The account whose past is read. */
export interface BackfillSource {
  readonly account: string;
  readonly region: string;
  readonly now: Date;
  readonly readers: ReturnType<typeof createAuditReaders>;
  /** For what would be decided today. */
  readonly world: World;
  close(): Promise<void>;
}

/** AWS's limit for LookupEvents in an account and Region; everybody who looks at the history shares it. */
const LOOKUPS_PER_SECOND = 2;

/** The real account, by the standard credential chain. */
export async function liveSource(
  options: { readonly region?: string; readonly now?: string },
  terminal: Terminal,
): Promise<BackfillSource> {
  const now = readNow(options.now);
  const region = await configuredRegion(options.region);
  const account = await readCallerAccount(new STSClient({ region, ...clientSettings() }));
  if (account === null) throw new FailureError('AWS does not say which account the credentials belong to');
  const pace = {
    clock: () => new Date(),
    sleep: (milliseconds: number) => sleep(milliseconds),
    requestsPerSecond: LOOKUPS_PER_SECOND,
  };
  const readers = createAuditReaders({ region }, account, pace);
  return { account, region, now, readers, world: openLiveWorld(terminal), close: async () => undefined };
}

/** The account of a file, as of a day after its last record unless told otherwise: by then every session is over. */
export async function fileSource(
  file: string,
  options: { readonly region?: string; readonly now?: string },
  terminal: Terminal,
): Promise<BackfillSource> {
  const asked = options.now === undefined ? null : readNow(options.now);
  const started = await startAccountOf(file, terminal);
  const { account, running } = started;
  running.clock.set(asked ?? new Date(lastTimeIn(account.cloudtrail.records) + DAY_MILLISECONDS));
  const region = options.region ?? account.region;
  const now = running.clock.now();
  const pace = { clock: () => now, sleep: async () => {}, requestsPerSecond: Number.POSITIVE_INFINITY };
  const readers = createAuditReaders(connectionTo(running, region), account.account, pace);
  const world = worldOf(started, terminal);
  return { account: account.account, region, now, readers, world, close: () => world.close() };
}

const DAY_MILLISECONDS = 86_400_000;

function lastTimeIn(records: readonly Readonly<Record<string, unknown>>[]): number {
  const times = records.map(({ eventTime }) => Date.parse(String(eventTime))).filter((time) => !Number.isNaN(time));
  return times.length === 0 ? Date.now() : times.reduce((last, time) => Math.max(last, time));
}

/** The queue by which the deployment's recorder gets its events. */
export async function deployedSessions(region: string, deploymentId: string): Promise<DelayQueue> {
  const configuration = { region, ...clientSettings() };
  const url = await readStackOutput(new CloudFormationClient(configuration), deploymentId, 'SessionsQueueUrl');
  if (url.kind !== 'read') {
    throw new FailureError(
      `no deployment "${deploymentId}" in ${region} that could take the sessions: name it with --deployment-id and --region`,
    );
  }
  return createDelayQueue(new SQSClient(configuration), url.value);
}
