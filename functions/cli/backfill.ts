import { sha256 } from '../adapters/digest.ts';
import { reportOf } from '../domain/coverage.ts';
import { lostCasesOf } from '../domain/lost-case.ts';
import { backfill as buildLedger, keptDenial } from '../flow/backfill.ts';
import { backfillJson, backfillTable, type JudgedCase } from '../messages/backfill-report.ts';
import { plainText } from '../messages/escape.ts';
import { progressWithEstimate } from './backfill-progress.ts';
import { type BackfillSource, deployedSessions, fileSource, liveSource } from './backfill-source.ts';
import { type BackfillState, openBackfillState } from './backfill-state.ts';
import { UsageError } from './failures.ts';
import { judgeDenial } from './judge-denial.ts';
import { memoisedEcs, once } from './memoised-ports.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { readPeriod } from './report-period.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';
import { readRules } from './terminal-rules.ts';

export interface BackfillCommandOptions {
  readonly since: string;
  readonly region?: string;
  readonly account?: string;
  readonly state?: string;
  readonly restart?: boolean;
  readonly intoLedger?: boolean;
  readonly deploymentId: string;
  readonly settings?: string;
  readonly now?: string;
  readonly json?: boolean;
}

/** What CloudTrail's event history keeps. */
const HISTORY_DAYS = 90;
/** AWS refuses a beginning that has slipped out of the history while the first question was on its way. */
const SLIP_MILLISECONDS = 10 * 60_000;

/**
 * Builds the ledger of the past and says what was lost and by whom. Stopped, it goes on where it was. Unreadable input if records
 * that may have opened a session cannot be read: the ledger lacks them.
 */
export async function backfill(options: BackfillCommandOptions, terminal: Terminal): Promise<number> {
  const { account: file, intoLedger = false } = options;
  if (file !== undefined && intoLedger) {
    throw new UsageError('--into-ledger: the sessions of an account file belong to no deployment; leave out --account');
  }
  const rules = await readRules(options, terminal.environment);
  const source = file === undefined ? await liveSource(options, terminal) : await fileSource(file, options, terminal);
  try {
    const state = await stateOf(source, options);
    const unreadable = await build(
      source,
      state,
      { rules, deployed: intoLedger ? await deployedSessions(source.region, options.deploymentId) : null },
      terminal,
    );
    const period = { since: state.since, until: source.now.toISOString() };
    const report = reportOf(state.ledger.verdicts.values(), [], period);
    const cases = await judgedCases(source, state, rules);
    terminal.stdout.write(
      options.json === true ? backfillJson(report, cases) : backfillTable(report, cases, paintFor(terminal)),
    );
    return unreadable > 0 ? EXIT.usage : EXIT.done;
  } finally {
    await source.close();
  }
}

async function stateOf(source: BackfillSource, options: BackfillCommandOptions): Promise<BackfillState> {
  const { account, region, now } = source;
  const deployment = options.intoLedger === true ? options.deploymentId : null;
  const asked = readPeriod({ since: options.since }, (until) => until, now, HISTORY_DAYS);
  const since = new Date(Math.max(Date.parse(asked.since), historyBegins(now).getTime())).toISOString();
  // A file is read in no time: it needs a state only where one is asked for.
  if (options.account !== undefined && options.state === undefined) return forgettable(since);
  const file = options.state ?? `exec-log-backfill-${account}-${region}.json`;
  return openBackfillState(file, { account, region, since, deployment }, options.restart === true);
}

function historyBegins(now: Date): Date {
  return new Date(now.getTime() - HISTORY_DAYS * 86_400_000 + SLIP_MILLISECONDS);
}

function forgettable(since: string): BackfillState {
  const denials = new Map<string, unknown>();
  const keep: BackfillState['keep'] = async (entry) => {
    if (entry.kind === 'verdict' && entry.denial !== null) denials.set(entry.verdict.sessionId, entry.denial);
  };
  return { file: null, since, sweptUntil: null, ledger: new MemoryLedger(), denials, keep };
}

type Building = Pick<Parameters<typeof buildLedger>[1], 'deployed'> & {
  readonly rules: Awaited<ReturnType<typeof readRules>>;
};

/** How many records may have opened a session that the ledger lacks, because they cannot be read. */
async function build(
  source: BackfillSource,
  state: BackfillState,
  { rules, deployed }: Building,
  terminal: Terminal,
): Promise<number> {
  const unreadable = new Set<string>();
  const { now, readers } = source;
  const progress = progressWithEstimate(terminal);
  const phases = { sweep: 'reading the history', settle: 'auditing the sessions' };
  try {
    await buildLedger(
      {
        since: new Date(state.since),
        now,
        sweptUntil: state.sweptUntil,
        historyBegins: historyBegins(now),
        unloggedClusters: rules.settings.audit.unloggedClusters,
      },
      {
        ...readers,
        // The past does not change while it is read: sessions of one cluster and task ask ECS once.
        ecs: memoisedEcs(readers.ecs),
        logGroups: { findLogGroup: once((query) => readers.logGroups.findLogGroup(query)) },
        ledger: state.ledger,
        clock: () => now,
        digest: sha256,
        keep: state.keep,
        deployed,
        onUnreadable: (record, detail) => {
          const id = String(Reflect.get(Object(record), 'eventID') ?? 'without an id');
          if (unreadable.has(id)) return;
          unreadable.add(id);
          terminal.stderr.write(
            `exec-log: the record ${plainText(id, 100)} cannot be read, and its session is missing: ${detail}\n`,
          );
        },
        warn: (line) => terminal.stderr.write(`exec-log: ${line}\n`),
        onProgress: (phase, done, of) => progress.step(phases[phase], done, of),
      },
    );
  } catch (error) {
    if (state.file !== null) {
      progress.end();
      terminal.stderr.write(
        `exec-log: stopped; ${state.file} keeps what was read so far: run the same command again to go on\n`,
      );
    }
    throw error;
  } finally {
    progress.end();
  }
  return unreadable.size;
}

/** The causes, each with what would be decided about its last denial today: a cause may be gone. */
async function judgedCases(
  { world, now }: BackfillSource,
  { ledger, denials }: BackfillState,
  rules: Building['rules'],
): Promise<readonly JudgedCase[]> {
  const denied = [...ledger.verdicts.values()].flatMap((verdict) => {
    const denial = keptDenial(denials.get(verdict.sessionId) ?? null);
    return denial === null ? [] : [{ verdict, denial }];
  });
  const judging = { rules, nowOf: () => now, world: { ...world, portsFor: portsWithLedger(world, ledger) } };
  const judged: JudgedCase[] = [];
  for (const lost of lostCasesOf(denied)) {
    const { finding, decision } = await judgeDenial(lost.latest, judging);
    judged.push({ lost, today: finding === null ? null : decision });
  }
  return judged;
}

/** The ledger that was just built knows the sessions: CloudTrail need not be asked for them again. */
function portsWithLedger(world: BackfillSource['world'], ledger: MemoryLedger): BackfillSource['world']['portsFor'] {
  return async (denial) => {
    const ports = await world.portsFor(denial);
    return ports === null ? null : { ...ports, ledger };
  };
}
