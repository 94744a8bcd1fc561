import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createCallHistory } from '../adapters/aws/call-history.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createSessionLifetimes } from '../adapters/aws/session-lifetimes.ts';
import { createTranscriptReader } from '../adapters/aws/transcript-reader.ts';
import { sha256 } from '../adapters/digest.ts';
import { isRegion } from '../domain/arn.ts';
import { asDelivered } from '../domain/delivered-event.ts';
import { createLoggingChanges } from '../flow/logging-changes.ts';
import { recordSession } from '../flow/record-session.ts';
import { settleSession } from '../flow/settle-session.ts';
import { type Connection, createAwsReaders } from './aws-readers.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { connectionTo, startAccountOf } from './simulated.ts';
import type { Terminal } from './terminal.ts';
import { readRules } from './terminal-rules.ts';
import { lazily } from './world.ts';

export interface AccountAudit {
  readonly file: string;
  readonly now: Date;
  readonly settings: string | undefined;
}

/** What opens a session: the records that the recorder gets. */
const OPENING_CALLS: ReadonlySet<unknown> = new Set(['ExecuteCommand', 'StartSession']);

/**
 * The ledger of an account file as of a moment: each of its sessions recorded and audited once, by the same flow that the
 * functions run. Orders go nowhere: nothing in the file changes.
 */
export async function auditAccountFile(
  { file, now, settings }: AccountAudit,
  terminal: Terminal,
): Promise<MemoryLedger> {
  const rules = await readRules(settings === undefined ? {} : { settings }, terminal.environment);
  const { running, account } = await startAccountOf(file, terminal, now);
  const ledger = new MemoryLedger();
  const clock = () => now;
  const auditorIn = lazily((region) => {
    const readers = readersOf(connectionTo(running, region), account.account, clock);
    const run = {
      now,
      options: { unloggedClusters: rules.settings.audit.unloggedClusters, digest: sha256 },
      findLoggingChange: createLoggingChanges(readers.history, now),
      openCases: async () => [],
    };
    const ports = {
      ...readers,
      lines: ledger,
      verdicts: ledger,
      denied: ledger,
      orders: { sendLater: async () => {} },
    };
    return { run, ports };
  });
  try {
    for (const record of account.cloudtrail.records) {
      if (!OPENING_CALLS.has(record['eventName'])) continue;
      const named = record['awsRegion'];
      const region = typeof named === 'string' && isRegion(named) ? named : account.region;
      const { ecs } = auditorIn(region).ports;
      await recordSession(JSON.stringify(asDelivered(record)), { recorder: ledger, ecs, clock });
    }
    for (const verdict of [...ledger.verdicts.values()]) {
      const { run, ports } = auditorIn(verdict.region);
      await settleSession(verdict, run, ports);
    }
    return ledger;
  } finally {
    await running.close();
  }
}

function readersOf(connection: Connection, account: string, clock: () => Date) {
  const configuration = { ...connection, ...clientSettings() };
  const pace = { clock, sleep: async () => {}, requestsPerSecond: Number.POSITIVE_INFINITY };
  const { ecs, logGroups } = createAwsReaders(connection, Number.POSITIVE_INFINITY);
  return {
    ecs,
    logGroups,
    transcripts: createTranscriptReader(
      new CloudWatchLogsClient(configuration),
      // A loopback address has no bucket before it.
      new S3Client({ ...configuration, forcePathStyle: true }),
      { account },
    ),
    lifetimes: createSessionLifetimes(new SSMClient(configuration)),
    history: createCallHistory(new CloudTrailClient(configuration), pace),
  };
}
