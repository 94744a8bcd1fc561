import { readJson, readRecord } from '../domain/cloudtrail-record.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import { type ParsedExecuteCommand, parseExecuteCommand } from '../domain/execute-command.ts';
import type { LedgerLine } from '../domain/ledger.ts';
import { type ParsedStartSession, parseStartSession } from '../domain/start-session.ts';
import type { Clock, EcsReader, SessionRecorder } from '../ports.ts';
import { isDelivered, type Place } from './read-batch.ts';
import { resolveLine } from './resolve-line.ts';

/** All that recording a session works with. */
export interface RecordPorts {
  readonly recorder: SessionRecorder;
  readonly ecs: EcsReader;
  readonly clock: Clock;
  /** Where the ledger is kept: sessions of elsewhere are none of its business. Null for an account file, which may hold several Regions. */
  readonly place: Place | null;
}

/** How one event of a session ended. */
export type SessionEnd =
  | { readonly kind: 'recorded'; readonly line: LedgerLine }
  | { readonly kind: 'known'; readonly session: ExecSession }
  | Exclude<ParsedExecuteCommand | ParsedStartSession, { kind: 'session' }>;

/** Reads one message and writes the session's line of the ledger, once. What can never be read is an answer; what fails throws. */
export async function recordSession(body: string, { recorder, ecs, clock, place }: RecordPorts): Promise<SessionEnd> {
  const json = readJson(body);
  if (json.kind === 'refusal') {
    return json;
  }
  if (!isDelivered(json.value)) {
    const detail = 'only events that EventBridge delivered are recorded';
    return { kind: 'refusal', refusal: { code: 'foreign-event', detail } };
  }
  const kind = isStartSession(json.value) ? 'outside-exec' : 'exec';
  const parsed = kind === 'exec' ? parseExecuteCommand(json.value) : parseStartSession(json.value);
  if (parsed.kind !== 'session') {
    return parsed;
  }
  const { session, sourceIdentity } = parsed;
  if (place !== null && !isOf(place, session)) {
    const detail = 'the session is of another account, Region or partition than this deployment';
    return { kind: 'refusal', refusal: { code: 'mismatch', detail } };
  }
  if (await recorder.isKnown(session.sessionId)) {
    return { kind: 'known', session };
  }
  const line = await resolveLine({ kind, session, sourceIdentity }, ecs, clock());
  return (await recorder.recordSession(line)) === 'recorded' ? { kind: 'recorded', line } : { kind: 'known', session };
}

function isOf(place: Place, { account, region, partition }: ExecSession): boolean {
  return account === place.account && region === place.region && partition === place.partition;
}

function isStartSession(event: unknown): boolean {
  const reading = readRecord(event);
  return reading.kind === 'record' && reading.record.eventName === 'StartSession';
}
