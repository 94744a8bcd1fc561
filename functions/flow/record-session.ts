import { readJson } from '../domain/cloudtrail-record.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import { type ParsedExecuteCommand, parseExecuteCommand } from '../domain/execute-command.ts';
import type { SessionRecorder } from '../ports.ts';
import { isDelivered } from './read-batch.ts';

/** How one ExecuteCommand event ended. */
export type SessionEnd =
  | { readonly kind: 'recorded' | 'known'; readonly session: ExecSession }
  | Exclude<ParsedExecuteCommand, { kind: 'session' }>;

/** Reads one message and writes the session's line of the ledger, once. What can never be read is an answer; what fails throws. */
export async function recordSession(body: string, recorder: SessionRecorder): Promise<SessionEnd> {
  const json = readJson(body);
  if (json.kind === 'refusal') {
    return json;
  }
  if (!isDelivered(json.value)) {
    const detail = 'only events that EventBridge delivered are recorded';
    return { kind: 'refusal', refusal: { code: 'foreign-event', detail } };
  }
  const parsed = parseExecuteCommand(json.value);
  if (parsed.kind !== 'session') {
    return parsed;
  }
  return { kind: await recorder.recordSession(parsed.session), session: parsed.session };
}
