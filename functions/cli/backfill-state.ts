import { appendFile, readFile, rm, truncate } from 'node:fs/promises';
import * as z from 'zod/mini';
import { lineOfRow, rowOfLine } from '../adapters/aws/ledger-rows.ts';
import { TABLE_KEYS } from '../adapters/aws/table-keys.ts';
import { rowOfVerdict, verdictKey, verdictOfRow } from '../adapters/aws/verdict-rows.ts';
import { openVerdict, type SessionVerdict } from '../domain/ledger.ts';
import type { BackfillEntry } from '../flow/backfill.ts';
import { messageOf, UsageError } from './failures.ts';
import { MemoryLedger } from './memory-ledger.ts';

/** Which past a state file is about: another account or Region, an earlier beginning, or another receiver needs another file. */
export interface BackfillSubject {
  readonly account: string;
  readonly region: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** The deployment that gets the sessions too; null where none does. */
  readonly deployment: string | null;
}

/** How far a backfill has come. */
export interface BackfillState {
  /** null where nothing is kept for another run. */
  readonly file: string | null;
  /** The beginning of the period: that of the first run, so that going on a day later asks for the same one. */
  readonly since: string;
  readonly sweptUntil: string | null;
  readonly ledger: MemoryLedger;
  /** The delivered events of the denials, by session id. */
  readonly denials: Map<string, unknown>;
  /** Adds an entry to the file, whole or not at all. */
  keep(entry: BackfillEntry): Promise<void>;
}

const FORMAT = 'exec-log-backfill-1';
const FIRST_LINE = `{"kind":"begin","format":"${FORMAT}"`;

const row = z.record(z.string(), z.unknown());
const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begin'),
    format: z.literal(FORMAT),
    account: z.string(),
    region: z.string(),
    since: z.iso.datetime(),
    deployment: z._default(z.nullable(z.string()), null),
  }),
  z.object({ kind: z.literal('session'), row }),
  z.object({ kind: z.literal('swept'), sweptUntil: z.iso.datetime() }),
  z.object({ kind: z.literal('verdict'), row, denial: z.unknown() }),
]);

/**
 * Opens the state of a backfill, or begins it: JSON Lines, one entry a line, only ever added to, so that a stop loses one entry at
 * most. Rows stand in the form of the table's.
 * @throws UsageError where the file is another backfill's, none at all, or cannot be written.
 */
export async function openBackfillState(
  file: string,
  subject: BackfillSubject,
  restart: boolean,
): Promise<BackfillState> {
  if (restart) await rm(file, { force: true });
  const lines = await wholeLines(file);
  const ledger = new MemoryLedger();
  const denials = new Map<string, unknown>();
  const state = { since: subject.since, sweptUntil: null as string | null };
  if (lines.length === 0) await append(file, { kind: 'begin', format: FORMAT, ...subject });
  for (const [index, text] of lines.entries()) {
    const entry = entryOf(text);
    const isFirst = index === 0;
    if (entry === null || isFirst !== (entry.kind === 'begin')) throw notOurs(file, index);
    switch (entry.kind) {
      case 'begin':
        if (entry.account !== subject.account || entry.region !== subject.region) throw ofAnother(file, entry);
        if (entry.deployment !== subject.deployment) throw forAnother(file, entry);
        if (Date.parse(subject.since) < Date.parse(entry.since)) throw tooShort(file, entry, subject);
        state.since = entry.since;
        break;
      case 'swept':
        state.sweptUntil = entry.sweptUntil;
        break;
      case 'session': {
        const line = lineOfRow(entry.row, String(entry.row['sessionId']));
        if (line === null) throw notOurs(file, index);
        ledger.lines.set(line.session.sessionId, line);
        ledger.verdicts.set(line.session.sessionId, openVerdict(line));
        break;
      }
      case 'verdict': {
        const verdict = verdictIn(entry.row, file, index);
        ledger.verdicts.set(verdict.sessionId, verdict);
        if (entry.denial !== null) denials.set(verdict.sessionId, entry.denial);
      }
    }
  }
  return {
    ...state,
    file,
    ledger,
    denials,
    keep: async (entry) => {
      if (entry.kind === 'verdict' && entry.denial !== null) denials.set(entry.verdict.sessionId, entry.denial);
      await append(file, writtenOf(entry));
    },
  };
}

function writtenOf(entry: BackfillEntry): unknown {
  switch (entry.kind) {
    case 'session':
      return { kind: 'session', row: rowOfLine(entry.line) };
    case 'swept':
      return entry;
    case 'verdict':
      return { kind: 'verdict', row: rowOfVerdict(entry.verdict), denial: entry.denial };
  }
}

/** The lines that were written whole: one that a stop cut is taken off the file, and what it said is found again. */
async function wholeLines(file: string): Promise<readonly string[]> {
  try {
    const text = await readFile(file, 'utf8');
    const end = text.lastIndexOf('\n') + 1;
    // Whatever else was named by mistake stays whole.
    if (!text.startsWith(FIRST_LINE) && !FIRST_LINE.startsWith(text)) throw notOurs(file, 0);
    if (end < text.length) await truncate(file, Buffer.byteLength(text.slice(0, end)));
    return text.slice(0, end).split('\n').slice(0, -1);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return [];
    throw new UsageError(`--state: cannot read ${file}: ${messageOf(error)}`);
  }
}

async function append(file: string, entry: unknown): Promise<void> {
  try {
    // Sessions tell who did what where: nobody else's to read.
    await appendFile(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`--state: cannot write ${file}: ${messageOf(error)}`);
  }
}

function entryOf(text: string): z.infer<typeof entrySchema> | null {
  try {
    const parsed = z.safeParse(entrySchema, JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function verdictIn(stored: Record<string, unknown>, file: string, index: number): SessionVerdict {
  try {
    return verdictOfRow({ ...stored, [TABLE_KEYS.partitionKey]: verdictKey(String(stored['sessionId'])) });
  } catch {
    throw notOurs(file, index);
  }
}

function notOurs(file: string, index: number): UsageError {
  return new UsageError(
    `--state: line ${index + 1} of ${file} is none of a backfill: name another file, or begin again with --restart`,
  );
}

function ofAnother(
  file: string,
  { account, region }: { readonly account: string; readonly region: string },
): UsageError {
  return new UsageError(
    `--state: ${file} is of account ${account}, Region ${region}: name another file, or begin again with --restart`,
  );
}

/** What was read before is known, and would not be handed on to a deployment that asks for it later. */
function forAnother(file: string, { deployment }: { readonly deployment: string | null }): UsageError {
  const as =
    deployment === null
      ? 'without --into-ledger, and what it has read would not be handed on'
      : `with --into-ledger --deployment-id ${deployment}`;
  return new UsageError(
    `--state: ${file} was begun ${as}: ask for the same, name another file, or begin again with --restart`,
  );
}

function tooShort(file: string, { since }: { readonly since: string }, asked: { readonly since: string }): UsageError {
  return new UsageError(
    `--state: ${file} begins at ${since}, later than ${asked.since}: name another file, or begin again with --restart`,
  );
}
