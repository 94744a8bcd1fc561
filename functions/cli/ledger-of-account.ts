import { sha256 } from '../adapters/digest.ts';
import { isRegion } from '../domain/arn.ts';
import { asDelivered } from '../domain/delivered-event.ts';
import { matchesPattern } from '../domain/event-pattern.ts';
import { SESSION_RULE_PATTERN, START_SESSION_RULE_PATTERN } from '../domain/rules.ts';
import type { Suppression } from '../domain/suppression.ts';
import { createLoggingChanges } from '../flow/logging-changes.ts';
import { recordSession } from '../flow/record-session.ts';
import { settleSession } from '../flow/settle-session.ts';
import { plainText } from '../messages/escape.ts';
import { createAuditReaders } from './audit-readers.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { progressOn } from './progress.ts';
import { connectionTo, startAccountOf } from './simulated.ts';
import type { Terminal } from './terminal.ts';
import { readRules } from './terminal-rules.ts';
import { lazily } from './world.ts';

export interface AccountAudit {
  readonly file: string;
  readonly now: Date;
  readonly settings: string | undefined;
}

/** What opens a session: the rules of the recorder. */
const SESSION_RULES = [SESSION_RULE_PATTERN, START_SESSION_RULE_PATTERN];

/**
 * The ledger of an account file as of a moment: each of its sessions recorded and audited once, by the same flow that the
 * functions run. Orders go nowhere: nothing in the file changes. `unreadable` counts the records that may open a session which the
 * ledger lacks, because they cannot be read; each is warned of. `suppressions` are those of the settings that it was audited by.
 */
export async function auditAccountFile(
  { file, now, settings }: AccountAudit,
  terminal: Terminal,
): Promise<{
  readonly ledger: MemoryLedger;
  readonly unreadable: number;
  readonly suppressions: readonly Suppression[];
}> {
  const rules = await readRules(settings === undefined ? {} : { settings }, terminal.environment);
  const { running, account } = await startAccountOf(file, terminal, now);
  const ledger = new MemoryLedger();
  const clock = () => now;
  const auditorIn = lazily((region) => {
    const readers = createAuditReaders(connectionTo(running, region), account.account, {
      clock,
      sleep: async () => {},
      requestsPerSecond: Number.POSITIVE_INFINITY,
    });
    const run = {
      now,
      options: { unloggedClusters: rules.settings.audit.unloggedClusters, digest: sha256 },
      findLoggingChange: createLoggingChanges(readers.history, now, (error) =>
        terminal.stderr.write(`${error.message}\n`),
      ),
      openCases: async () => [],
    };
    const ports = {
      ...readers,
      lines: ledger,
      verdicts: ledger,
      denied: ledger,
      cases: { findCase: async () => undefined },
      orders: { sendLater: async () => {} },
    };
    return { run, ports };
  });
  const progress = progressOn(terminal, 'records and sessions');
  let unreadable = 0;
  try {
    for (const record of account.cloudtrail.records) {
      const event = asDelivered(record);
      if (!SESSION_RULES.some((pattern) => matchesPattern(pattern, event))) continue;
      const named = record['awsRegion'];
      const region = typeof named === 'string' && isRegion(named) ? named : account.region;
      const { ecs } = auditorIn(region).ports;
      const end = await recordSession(JSON.stringify(event), {
        recorder: ledger,
        ecsOf: () => ecs,
        clock,
        jurisdiction: null,
      });
      progress.step();
      if (end.kind !== 'refusal') continue;
      unreadable += 1;
      terminal.stderr.write(unreadableLine(file, record, end.refusal.detail));
    }
    for (const verdict of [...ledger.verdicts.values()]) {
      const { run, ports } = auditorIn(verdict.region);
      await settleSession(verdict, run, ports);
      progress.step();
    }
    return { ledger, unreadable, suppressions: rules.settings.suppressions };
  } finally {
    progress.end();
    await running.close();
  }
}

function unreadableLine(file: string, record: Readonly<Record<string, unknown>>, detail: string): string {
  const [call, id] = ['eventName', 'eventID'].map((name) => plainText(String(record[name] ?? 'unknown'), 100));
  return `exec-log: ${file}: the report lacks what ${call} ${id} opened: ${detail}\n`;
}
