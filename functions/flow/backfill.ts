import type { Digest } from '../domain/canonical.ts';
import type { LedgerLine, SessionVerdict } from '../domain/ledger.ts';
import { type ParsedDenial, parseDenial } from '../domain/parse-denial.ts';
import type { Clock, DelayQueue, LedgerLines, SessionRecorder, VerdictStore } from '../ports.ts';
import { createLoggingChanges } from './logging-changes.ts';
import { readOwnMessage } from './own-messages.ts';
import { recordSession } from './record-session.ts';
import type { EvidencePorts } from './session-evidence.ts';
import { settleSession } from './settle-session.ts';
import { sweep } from './sweep.ts';

/** What the ledger of the past came to know, in its order: enough to go on from after it was stopped. */
export type BackfillEntry =
  | { readonly kind: 'session'; readonly line: LedgerLine }
  /** The history until then holds no more sessions. */
  | { readonly kind: 'swept'; readonly sweptUntil: string }
  /** `denial` is the delivered event that the verdict rests on; null where there is none. */
  | { readonly kind: 'verdict'; readonly verdict: SessionVerdict; readonly denial: unknown };

/** The ledger that is built: in memory, since the past of one account fits there. */
interface BackfilledLedger extends LedgerLines, SessionRecorder, VerdictStore {
  readonly verdicts: ReadonlyMap<string, SessionVerdict>;
}

/** All that a backfill works with; it changes nothing in the account. */
export interface BackfillPorts extends Omit<EvidencePorts, 'denied'> {
  readonly ledger: BackfilledLedger;
  readonly clock: Clock;
  readonly digest: Digest;
  /** Keeps an entry before the next one is made. */
  keep(entry: BackfillEntry): Promise<void>;
  /** The recorder's queue of a deployment that shall have the sessions too; null where nobody asked for it. */
  readonly deployed: DelayQueue | null;
  /** A record that may have opened a session which the ledger lacks, because it cannot be read. Told of once or more. */
  onUnreadable(record: unknown, detail: string): void;
  /** Something else that may be missing, for a person. */
  warn(line: string): void;
  /** What has been done of what: milliseconds of the period, or sessions. */
  onProgress(phase: 'sweep' | 'settle', done: number, of: number): void;
}

export interface BackfillOptions {
  readonly since: Date;
  readonly now: Date;
  /** ISO 8601, UTC: how far an earlier run came; null for the first. */
  readonly sweptUntil: string | null;
  /** What lies before it CloudTrail does not hold any more. */
  readonly historyBegins: Date;
  readonly unloggedClusters: readonly string[];
}

/** A session a day is the rule: fewer questions than hours, and a full day is halved until it fits. */
const SLICE_MILLISECONDS = 24 * 3_600_000;

/**
 * Builds the ledger of the past from CloudTrail's history: every session that was opened, then where its transcript is. The same
 * sweep and the same audit as the deployed functions run; repeating it, or going on after a stop, gives the same ledger.
 * @throws whatever AWS throws: what was kept until then stays.
 */
export async function backfill(options: BackfillOptions, ports: BackfillPorts): Promise<void> {
  await findSessions(options, ports);
  await settleSessions(options, ports);
}

async function findSessions(
  { since, now, sweptUntil, historyBegins }: BackfillOptions,
  ports: BackfillPorts,
): Promise<void> {
  const { ledger, ecs, clock, history } = ports;
  const from = sweptUntil ?? since.toISOString();
  if (Date.parse(from) < historyBegins.getTime()) {
    ports.warn(
      `CloudTrail holds nothing before ${historyBegins.toISOString()} by now: what was opened from ${from} until then is not in the report`,
    );
  }
  const whole = now.getTime() - since.getTime();
  await sweep(
    {
      sweptUntil,
      since,
      historyBegins,
      now,
      longestSliceMilliseconds: SLICE_MILLISECONDS,
      hasTime: () => true,
      onUnreadable: (record, detail) => ports.onUnreadable(record, detail),
      onFound: () => undefined,
      onSlice: async (until) => {
        await ports.keep({ kind: 'swept', sweptUntil: until });
        ports.onProgress('sweep', Math.min(Date.parse(until) - since.getTime(), whole), whole);
      },
    },
    {
      history,
      recorder: ledger,
      sessions: {
        sendLater: async (body) => {
          const end = await recordSession(body, { recorder: ledger, ecsOf: () => ecs, clock, jurisdiction: null });
          if (end.kind !== 'recorded') return;
          // Sent before it is kept: whoever goes on after a stop sends twice rather than never, and the recorder keeps one.
          await ports.deployed?.sendLater(body, 0);
          await ports.keep({ kind: 'session', line: end.line });
        },
      },
    },
  );
}

async function settleSessions({ now, unloggedClusters }: BackfillOptions, ports: BackfillPorts): Promise<void> {
  const { ledger, history, digest } = ports;
  const waiting = [...ledger.verdicts.values()].filter(({ settledAt }) => settledAt === null);
  const run = {
    now,
    options: { unloggedClusters, digest },
    findLoggingChange: createLoggingChanges(history, now, ({ message }) => ports.warn(message)),
    openCases: async () => [],
  };
  for (const [index, verdict] of waiting.entries()) {
    let denial: unknown = null;
    await settleSession(verdict, run, {
      ...ports,
      lines: ledger,
      verdicts: ledger,
      denied: { findDeniedSession: async () => undefined },
      cases: { findCase: async () => undefined },
      orders: {
        // Orders are for a deployment; what else is sent is the denial that nobody delivered.
        sendLater: async (body) => {
          const sent: unknown = JSON.parse(body);
          if (readOwnMessage(sent) === null) denial = sent;
        },
      },
    });
    const settled = ledger.verdicts.get(verdict.sessionId);
    if (settled !== undefined && settled.settledAt !== null) {
      await ports.keep({ kind: 'verdict', verdict: settled, denial });
    }
    ports.onProgress('settle', index + 1, waiting.length);
  }
}

/** The denial of an event that was kept with a verdict; null where it cannot be read any more. */
export function keptDenial(event: unknown): Extract<ParsedDenial, { kind: 'denial' }>['denial'] | null {
  const parsed = event === null ? null : parseDenial(event);
  return parsed?.kind === 'denial' ? parsed.denial : null;
}
