import { readJson, readRecord } from '../domain/cloudtrail-record.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import { type ParsedExecuteCommand, parseExecuteCommand } from '../domain/execute-command.ts';
import { type Jurisdiction, type Place, rulingOn } from '../domain/jurisdiction.ts';
import type { LedgerLine } from '../domain/ledger.ts';
import { type ParsedStartSession, parseStartSession } from '../domain/start-session.ts';
import type { Clock, EcsReader, SessionRecorder } from '../ports.ts';
import { deliveredBy, isDelivered } from './read-batch.ts';
import { resolveLine } from './resolve-line.ts';

/** All that recording a session works with. */
export interface RecordPorts {
  readonly recorder: SessionRecorder;
  /** ECS of a place; of the session's own, where the jurisdiction is not asked. */
  readonly ecsOf: (place: Place) => EcsReader;
  readonly clock: Clock;
  /** Whose sessions the ledger keeps: those of elsewhere are none of its business. Null for an account file, which may hold several Regions. */
  readonly jurisdiction: Jurisdiction | null;
}

/** How one event of a session ended. */
export type SessionEnd =
  | { readonly kind: 'recorded'; readonly line: LedgerLine }
  | { readonly kind: 'known'; readonly session: ExecSession }
  | Exclude<ParsedExecuteCommand | ParsedStartSession, { kind: 'session' }>;

/** Reads one message and writes the session's line of the ledger, once. What can never be read is an answer; what fails throws. */
export async function recordSession(
  body: string,
  { recorder, ecsOf, clock, jurisdiction }: RecordPorts,
): Promise<SessionEnd> {
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
  const ruling = jurisdiction && rulingOn(jurisdiction, session, deliveredBy(json.value));
  if (ruling?.kind === 'mismatch') {
    return { kind: 'refusal', refusal: { code: 'mismatch', detail: `the session ${ruling.detail}` } };
  }
  if (await recorder.isKnown(session.sessionId)) {
    return { kind: 'known', session };
  }
  const line = await resolveLine({ kind, session, sourceIdentity }, ecsOf(ruling?.place ?? session), clock());
  return (await recorder.recordSession(line)) === 'recorded' ? { kind: 'recorded', line } : { kind: 'known', session };
}

function isStartSession(event: unknown): boolean {
  const reading = readRecord(event);
  return reading.kind === 'record' && reading.record.eventName === 'StartSession';
}
